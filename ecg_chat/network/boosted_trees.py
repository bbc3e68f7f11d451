"""Gradient-boosted regression trees of one depth, kept as plain arrays.

They are trained with scikit-learn (`ecg_chat.training.tree_stage`), whose models can only be stored as pickles, which
run whatever they hold when they are loaded. Arrays in a safetensors file do not, and a walk down a tree is short.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CHUNK = 128
"""Rows that walk down at a time: each takes some hundred kilobytes on the way."""
LARGEST_LOGIT = 9.0
"""A leaf with few records can say anything."""


class BoostedTrees(nn.Module):
    """Logits of several labels, each the sum of its trees' leaves and a base value.

    Tree nodes are numbered as in a heap: the root is 0, below node k lie 2k + 1 (left) and 2k + 2.

    Parameters
    ----------
    n_trees, depth : int
        How many trees, and the number of questions from root to leaf.
    n_labels : int
    """

    feature: Tensor
    threshold: Tensor
    missing_left: Tensor
    leaf: Tensor
    label: Tensor
    base: Tensor

    def __init__(self, n_trees: int, depth: int, n_labels: int) -> None:
        super().__init__()
        inner, leaves = 2**depth - 1, 2**depth
        self.depth = depth
        self.register_buffer("feature", torch.zeros(n_trees, inner, dtype=torch.int16))
        self.register_buffer("threshold", torch.zeros(n_trees, inner))
        self.register_buffer("missing_left", torch.zeros(n_trees, inner, dtype=torch.bool))
        self.register_buffer("leaf", torch.zeros(n_trees, leaves))
        self.register_buffer("label", torch.zeros(n_trees, dtype=torch.int16))
        self.register_buffer("base", torch.zeros(n_labels))

    def forward(self, rows: Tensor) -> Tensor:
        """Return logits.

        Parameters
        ----------
        rows : Tensor, shape (n, features)
            NaN where a value is missing; each node says which way those go.

        Returns
        -------
        Tensor, shape (n, labels)
        """
        return torch.cat([self._walk(part) for part in torch.split(rows, CHUNK)])

    def _walk(self, rows: Tensor) -> Tensor:
        trees = torch.arange(len(self.feature), device=rows.device)
        node = torch.zeros(len(rows), len(trees), dtype=torch.long, device=rows.device)
        for _ in range(self.depth):
            value = rows.gather(1, self.feature[trees, node].long())
            left = torch.where(value.isnan(), self.missing_left[trees, node], value <= self.threshold[trees, node])
            node = 2 * node + 2 - left.long()
        leaves = self.leaf[trees, node - (2**self.depth - 1)].to(self.base.dtype)
        out = self.base.expand(len(rows), -1).clone()
        return out.index_add_(1, self.label.long(), leaves)

    def clamped(self, rows: Tensor) -> Tensor:
        """Return logits at most `LARGEST_LOGIT` from 0; see `forward`."""
        return self(rows).clamp(-LARGEST_LOGIT, LARGEST_LOGIT)  # type: ignore[no-any-return]
