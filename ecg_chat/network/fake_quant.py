"""Train against the rounding that 4-bit storage will bring.

While the context `nf4_weights` is open, each linear weight holds the values that NF4 (Dettmers et al. 2023, blocks of
64) would give back; afterwards it holds the full-precision ones again, with the gradients that the rounded ones
produced (straight-through estimator, Bengio et al. 2013). The second quantisation of the block scales is left out: it
changes the scales by less than one part in a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

BLOCK = 64
# The 16 levels of the NF4 data type: quantiles of a normal distribution, scaled to [-1, 1] (QLoRA, appendix E).
LEVELS = (
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
    -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
)  # fmt: skip


def round_to_nf4(weight: Tensor) -> Tensor:
    """Return the weight as NF4 with blocks of 64 would give it back."""
    levels = torch.tensor(LEVELS, dtype=weight.dtype, device=weight.device)
    edges = (levels[1:] + levels[:-1]) / 2
    blocks = weight.reshape(-1, BLOCK)
    scale = blocks.abs().amax(dim=1, keepdim=True).clamp_min(1e-12)
    return (levels[torch.bucketize(blocks / scale, edges)] * scale).view_as(weight)


def linear_weights(model: nn.Module, skip: Sequence[str] = ("lm_head",)) -> list[Tensor]:
    """Weights that 4-bit storage rounds: all linear layers but the output layer."""
    return [m.weight for name, m in model.named_modules() if isinstance(m, nn.Linear) and name not in skip]


@contextmanager
def nf4_weights(weights: Sequence[Tensor]) -> Iterator[None]:
    """Hold rounded weights inside, full-precision ones again afterwards."""
    kept = [w.detach().clone() for w in weights]
    with torch.no_grad():
        for w in weights:
            w.copy_(round_to_nf4(w))
    try:
        yield
    finally:
        with torch.no_grad():
            for w, full in zip(weights, kept, strict=True):
                w.copy_(full)
