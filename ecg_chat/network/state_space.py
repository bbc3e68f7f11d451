"""An encoder of diagonal state-space layers: each sees the whole window, forwards and backwards in time.

Structured state-space layers (S4, Gu et al. 2022) classified ECGs better than convolutional networks in Mehari and
Strodthoff 2023, at 100 Hz and on crops of 2.5 s. The layers here are S4D (Gu et al. 2022, "On the parameterization and
initialization of diagonal state space models", S4D-Lin with zero-order hold). Differences from those papers: a strided
convolution comes first; features are the mean and the maximum over time; SiLU stands for GELU; and the convolution is
computed as a product with a Toeplitz matrix, which for windows of this length is faster on a CPU than by Fourier
transform.
"""

from __future__ import annotations

import math
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.encoder_shapes import StateSpaceConfig

SHORTEST_STEP, LONGEST_STEP = 1e-3, 1e-1
"""Time steps of the channels at the start, in units of a sample; drawn evenly between their logarithms."""


class StateSpaceKernel(nn.Module):
    """The impulse responses of diagonal state-space models, one forwards and one backwards in time per channel."""

    def __init__(self, width: int, states: int) -> None:
        super().__init__()
        half, rows = states // 2, 2 * width
        low, high = math.log(SHORTEST_STEP), math.log(LONGEST_STEP)
        self.log_step = nn.Parameter(torch.rand(rows) * (high - low) + low)
        self.log_decay = nn.Parameter(torch.full((rows, half), math.log(0.5)))
        self.frequency = nn.Parameter(math.pi * torch.arange(half).float().repeat(rows, 1))
        self.output = nn.Parameter(torch.randn(rows, half, 2) * math.sqrt(0.5))
        self.direct = nn.Parameter(torch.randn(width))

    def forward(self, length: int) -> Tensor:
        """Return the responses at lags from -(length - 1) to length - 1, shape (width, 2 length - 1)."""
        pole = torch.complex(-self.log_decay.exp(), self.frequency)
        decay = torch.exp(pole * self.log_step.exp()[:, None])
        weight = torch.view_as_complex(self.output) * (decay - 1) / pole
        response = 2 * torch.matmul(weight[:, None], _powers(decay, length)).real[:, 0]
        after, before = response.chunk(2)
        now = after[:, :1] + self.direct[:, None]
        return torch.cat([before[:, 1:].flip(1), now, after[:, 1:]], dim=1)


class StateSpaceLayer(nn.Module):
    """A long convolution of each channel, then mixing of the channels behind a gate, and the shortcut.

    It maps (channels, batch, time) to the same shape: in this order every product is one of plain matrices.
    """

    def __init__(self, width: int, states: int, dropout: float) -> None:
        super().__init__()
        self.kernel = StateSpaceKernel(width, states)
        self.mix = nn.Linear(width, 2 * width)
        self.norm = nn.BatchNorm1d(width)
        self.dropout = dropout

    def forward(self, x: Tensor) -> Tensor:
        """Map (channels, batch, time) to the same shape."""
        width, batch, length = x.shape
        with torch.autocast(x.device.type, enabled=False):
            response = self.kernel(length)
        y = self._drop(functional.silu(torch.bmm(x, _toeplitz(response.to(x.dtype)))))
        y = torch.addmm(self.mix.bias.to(y.dtype)[:, None], self.mix.weight.to(y.dtype), y.view(width, -1))
        y = self._drop(functional.glu(y, dim=0).view(width, batch, length))
        normed: Tensor = self.norm((x + y).view(1, width, -1))
        return normed.view(width, batch, length)

    def _drop(self, x: Tensor) -> Tensor:
        """Drop whole channels of single records."""
        if not self.training:
            return x
        return x * functional.dropout(x.new_ones(x.shape[0], x.shape[1], 1), self.dropout)


class StateSpaceEncoder(EcgEncoder):
    """An encoder of state-space layers; see `EcgEncoder` for the labels."""

    def __init__(
        self,
        config: StateSpaceConfig,
        superclasses: tuple[str, ...],
        codes: tuple[str, ...],
        attributes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(config, superclasses, codes, attributes)
        width, kernel = config.width, config.stem_kernel
        self.stem = nn.Conv1d(config.n_leads, width, kernel, config.stem_stride, kernel // 2, bias=False)
        self.stem_bn = nn.BatchNorm1d(width)
        self.presence = nn.Linear(config.n_leads, width, bias=False)
        self.layers = nn.Sequential(
            *(StateSpaceLayer(width, config.states, config.layer_dropout) for _ in range(config.layers))
        )

    def features(self, signal_mv: Tensor, presence: Tensor) -> Tensor:
        """Pool the last layer over time; see `EcgEncoder.features`."""
        x = torch.relu(self.stem_bn(self.stem(signal_mv)) + self.presence(presence)[:, :, None])
        x = self.layers(x.transpose(0, 1).contiguous())
        return torch.cat([x.mean(dim=2), x.amax(dim=2)]).T


class _Toeplitz(torch.autograd.Function):
    """The matrices that convolve rows with given responses; the gradient sums along their diagonals."""

    @staticmethod
    def forward(_: Any, response: Tensor) -> Tensor:
        """Map (channels, 2 length - 1) to (channels, length, length): from time in the rows to time in the columns."""
        return response.unfold(1, (response.shape[1] + 1) // 2, 1).flip(1)

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        """Shift each row by one more than the one above, so that diagonals become columns, and sum these."""
        width, length, _length = gradients[0].shape
        padded = functional.pad(gradients[0].flip(1), (0, length)).reshape(width, -1)
        return padded[:, : length * (2 * length - 1)].view(width, length, 2 * length - 1).sum(1)


def _toeplitz(response: Tensor) -> Tensor:
    return cast(Tensor, _Toeplitz.apply(response))  # type: ignore[no-untyped-call]


def _powers(base: Tensor, count: int) -> Tensor:
    """Powers 0 to count - 1 of each number along a new last axis, by doubling."""
    powers, highest = torch.ones_like(base)[..., None], base[..., None]
    while powers.shape[-1] < count:
        powers, highest = torch.cat([powers, powers * highest], dim=-1), highest * highest
    return powers[..., :count]
