"""The ECG encoder: a one-dimensional ResNet-18 over whichever leads are there, of any length.

The layout follows He et al. 2016 (four stages of two basic blocks) as ECG-LM uses it (Yang et al. 2025), with these
differences: one-dimensional kernels of 5 samples; narrower stages, because 2.1 M parameters at 100 Hz already reach the
published benchmark's range; squeeze-and-excitation in each block (Hu et al. 2018); and the twelve input slots are
addressed by lead *name*: an absent lead is a zero slot and a zero in ``presence``, and whole leads are dropped in
training, so that one network serves any subset of leads.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class EncoderConfig:
    """Shape of the encoder."""

    widths: tuple[int, ...] = (64, 96, 160, 256)
    """Channels of the four stages."""
    kernel: int = 5
    """Kernel of the blocks in samples."""
    stem_kernel: int = 11
    """Kernel of the first convolution in samples."""
    dropout: float = 0.3
    """Before the heads."""
    n_leads: int = 12
    """Input slots."""

    @property
    def feature_size(self) -> int:
        """Length of the feature vector: mean and maximum over time of the last stage."""
        return 2 * self.widths[-1]


class BasicBlock(nn.Module):
    """Two convolutions, channel attention, and the shortcut."""

    def __init__(self, n_in: int, n_out: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(n_in, n_out, kernel, stride, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm1d(n_out)
        self.conv2 = nn.Conv1d(n_out, n_out, kernel, 1, kernel // 2, bias=False)
        self.bn2 = nn.BatchNorm1d(n_out)
        self.gate = nn.Sequential(nn.Linear(n_out, n_out // 8), nn.ReLU(), nn.Linear(n_out // 8, n_out), nn.Sigmoid())
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or n_in != n_out:
            self.shortcut = nn.Sequential(
                nn.AvgPool1d(stride, stride, ceil_mode=True) if stride > 1 else nn.Identity(),
                nn.Conv1d(n_in, n_out, 1, bias=False),
                nn.BatchNorm1d(n_out),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, n_in, time) to (batch, n_out, time / stride)."""
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y = y * self.gate(y.mean(dim=2)).unsqueeze(2)
        return torch.relu(y + self.shortcut(x))


class EcgEncoder(nn.Module):
    """Signals of named leads → one feature vector, and logits for superclasses and codes.

    Parameters
    ----------
    config : EncoderConfig
    superclasses, codes : tuple of str
        What the two linear heads predict, in order.
    """

    def __init__(self, config: EncoderConfig, superclasses: tuple[str, ...], codes: tuple[str, ...]) -> None:
        super().__init__()
        self.config, self.superclasses, self.codes = config, superclasses, codes
        first = config.widths[0]
        self.stem = nn.Conv1d(config.n_leads, first, config.stem_kernel, 2, config.stem_kernel // 2, bias=False)
        self.stem_bn = nn.BatchNorm1d(first)
        self.presence = nn.Linear(config.n_leads, first, bias=False)
        blocks, n_in = [], first
        for stage, width in enumerate(config.widths):
            blocks.append(BasicBlock(n_in, width, config.kernel, 1 if stage == 0 else 2))
            blocks.append(BasicBlock(width, width, config.kernel, 1))
            n_in = width
        self.blocks = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(config.dropout)
        self.superclass_head = nn.Linear(config.feature_size, len(superclasses))
        self.code_head = nn.Linear(config.feature_size, len(codes))

    def features(self, signal_mv: Tensor, presence: Tensor) -> Tensor:
        """Pool the last stage over time.

        Parameters
        ----------
        signal_mv : Tensor, shape (batch, 12, samples)
            Preprocessed signal, zeros where a lead is absent.
        presence : Tensor, shape (batch, 12)
            1 where the lead is there, else 0.

        Returns
        -------
        Tensor, shape (batch, feature_size)
        """
        x = torch.relu(self.stem_bn(self.stem(signal_mv)) + self.presence(presence).unsqueeze(2))
        x = self.blocks(x)
        return torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1)

    def heads(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return superclass and code logits of feature vectors."""
        dropped = self.dropout(features)
        return self.superclass_head(dropped), self.code_head(dropped)

    def forward(self, signal_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Return superclass and code logits of signals; see `features` for the arguments."""
        return self.heads(self.features(signal_mv, presence))
