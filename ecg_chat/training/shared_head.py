"""Batches in which many questions about one ECG share the tokens of its head (facts and ECG embeddings).

A row is the head followed by branches. Each branch sees the head and itself, never another branch, and its positions
go on from the head as if it stood alone; so training on a row equals training on every branch by itself, at a fraction
of the cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from ecg_chat.conversation.render import render
from ecg_chat.conversation.types import Conversation
from ecg_chat.network.tokenizer import IGNORED, encode

LENGTH_STEP = 64
"""Batches are padded to a multiple of this: kernels are cached by shape, and every new shape keeps its memory."""


@dataclass(frozen=True)
class Row:
    """Token ids, labels and weights of one row; ``branch`` is 0 for the head and counts on from there."""

    ids: list[int]
    labels: list[int]
    weights: list[float]
    positions: list[int]
    branch: list[int]


def row_of(
    tokenizer: PreTrainedTokenizerFast,
    conversations: Sequence[Conversation],
    weights: Sequence[float],
    n_ecg_tokens: int,
    max_tokens: int,
) -> Row:
    """Put conversations with the same head into one row.

    Parameters
    ----------
    tokenizer : PreTrainedTokenizerFast
    conversations : sequence of Conversation
        With the same facts, patient and audience.
    weights : sequence of float
        Of the loss of each conversation's answers.
    n_ecg_tokens, max_tokens : int
        The first conversation is cut to fit; another one that does not fit is left out.
    """
    head, _ = encode(tokenizer, render(conversations[0], for_completion=False)[:1], n_ecg_tokens)
    row = Row([*head], [IGNORED] * len(head), [0.0] * len(head), [*range(len(head))], [0] * len(head))
    for number, (conversation, weight) in enumerate(zip(conversations, weights, strict=True), start=1):
        ids, labels = encode(tokenizer, render(conversation, for_completion=False)[1:], n_ecg_tokens)
        room = max_tokens - len(row.ids)
        if len(ids) > room and number > 1:
            continue
        ids, labels = ids[:room], labels[:room]
        row.ids.extend(ids)
        row.labels.extend(labels)
        row.weights.extend([weight] * len(ids))
        row.positions.extend(range(len(head), len(head) + len(ids)))
        row.branch.extend([number] * len(ids))
    return row


def batch_of(rows: Sequence[Row], pad: int) -> Mapping[str, Tensor]:
    """Pad rows to one length.

    Returns
    -------
    mapping
        ``ids``, ``labels``, ``weights``, ``positions`` of shape (rows, tokens), and ``mask`` of shape
        (rows, 1, tokens, tokens): 0 where a token may look, minus infinity elsewhere. ``labels`` and ``weights`` stand
        at the token that predicts them, so that the first token of a branch is predicted by nothing of another one.
    """
    longest = -(-max(len(row.ids) for row in rows) // LENGTH_STEP) * LENGTH_STEP

    def padded(name: str, fill: float) -> Tensor:
        return torch.tensor([getattr(row, name) + [fill] * (longest - len(row.ids)) for row in rows])

    ids, labels, weights = padded("ids", pad), padded("labels", IGNORED), padded("weights", 0.0)
    positions, branch = padded("positions", 0), padded("branch", -1)
    earlier = torch.ones(longest, longest, dtype=torch.bool).tril()
    same = branch[:, :, None] == branch[:, None, :]
    allowed = earlier & (same | (branch == 0)[:, None, :])
    mask = torch.zeros(allowed.shape).masked_fill(~allowed, torch.finfo(torch.float32).min)
    targets = torch.full_like(labels, IGNORED)
    targets[:, :-1] = labels[:, 1:].masked_fill(branch[:, 1:] != branch[:, :-1], IGNORED)
    shifted = torch.zeros_like(weights)
    shifted[:, :-1] = weights[:, 1:]
    return {"ids": ids, "labels": targets, "weights": shifted, "positions": positions, "mask": mask.unsqueeze(1)}
