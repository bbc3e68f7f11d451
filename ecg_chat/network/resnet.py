"""A one-dimensional ResNet-18 over whichever leads are there, of any length.

The layout follows He et al. 2016 (four stages of two basic blocks) as ECG-LM uses it (Yang et al. 2025), with these
differences: one-dimensional kernels; narrower stages; squeeze-and-excitation in each block (Hu et al. 2018); the last
stage may be dilated instead of strided (Yu and Koltun 2016), so that it sees several beats at once, which rhythm needs.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.encoder_shapes import ResNetConfig


class TimeConv(nn.Conv1d):
    """A convolution over time of (batch, channels, 1, time).

    It is computed as a two-dimensional one, because only those have a channels-last layout, which takes half the time
    on a CPU in training; the weights are those of a one-dimensional one.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, in channels, 1, time) to (batch, out channels, 1, time / stride)."""
        (stride,), (dilation,) = self.stride, self.dilation
        padding = (0, cast(tuple[int], self.padding)[0])
        return functional.conv2d(x, self.weight.unsqueeze(2), None, (1, stride), padding, (1, dilation))


class BasicBlock(nn.Module):
    """Two convolutions, channel attention, and the shortcut."""

    def __init__(self, n_in: int, n_out: int, kernel: int, stride: int, dilations: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        half, (first, second) = kernel // 2, dilations
        self.conv1 = TimeConv(n_in, n_out, kernel, stride, half * first, first, bias=False)
        self.bn1 = nn.BatchNorm2d(n_out)
        self.conv2 = TimeConv(n_out, n_out, kernel, 1, half * second, second, bias=False)
        self.bn2 = nn.BatchNorm2d(n_out)
        self.gate = nn.Sequential(nn.Linear(n_out, n_out // 8), nn.ReLU(), nn.Linear(n_out // 8, n_out), nn.Sigmoid())
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or n_in != n_out:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d((1, stride), ceil_mode=True) if stride > 1 else nn.Identity(),
                TimeConv(n_in, n_out, 1, bias=False),
                nn.BatchNorm2d(n_out),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, n_in, 1, time) to (batch, n_out, 1, time / stride)."""
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y = y * self.gate(y.mean(dim=(2, 3)))[:, :, None, None]
        return torch.relu(y + self.shortcut(x))


class ResNetEncoder(EcgEncoder):
    """An encoder that is a residual network; see `EcgEncoder` for the labels."""

    config: ResNetConfig

    def __init__(
        self,
        config: ResNetConfig,
        superclasses: tuple[str, ...],
        codes: tuple[str, ...],
        attributes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(config, superclasses, codes, attributes)
        first, kernel = config.widths[0], config.stem_kernel
        self.stem = TimeConv(config.n_leads, first, kernel, config.stem_stride, kernel // 2, bias=False)
        self.stem_bn = nn.BatchNorm2d(first)
        self.presence = nn.Linear(config.n_leads, first, bias=False)
        blocks, n_in = [], first
        for stage, width in enumerate(config.widths):
            if stage == len(config.widths) - 1 and config.tail_dilations:
                d1, d2, d3, d4 = config.tail_dilations
                blocks += [BasicBlock(n_in, width, 3, 1, (d1, d2)), BasicBlock(width, width, 3, 1, (d3, d4))]
                break
            blocks.append(BasicBlock(n_in, width, config.kernel, 1 if stage == 0 else 2))
            blocks.append(BasicBlock(width, width, config.kernel, 1))
            n_in = width
        self.blocks = nn.Sequential(*blocks)

    def features(self, signal_mv: Tensor, presence: Tensor) -> Tensor:
        """Pool the last stage over time; see `EcgEncoder.features`."""
        x = signal_mv.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        x = torch.relu(self.stem_bn(self.stem(x)) + self.presence(presence)[:, :, None, None])
        x = self.blocks(x)
        return torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
