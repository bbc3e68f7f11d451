"""The ECG encoder: a one-dimensional ResNet-18 over whichever leads are there, of any length.

The layout follows He et al. 2016 (four stages of two basic blocks) as ECG-LM uses it (Yang et al. 2025), with these
differences: one-dimensional kernels; narrower stages; squeeze-and-excitation in each block (Hu et al. 2018); the last
stage may be dilated instead of strided (Yu and Koltun 2016), so that it sees several beats at once, which rhythm needs;
and the twelve input slots are addressed by lead *name*: an absent lead is a zero slot and a zero in ``presence``, and
whole leads are dropped in training, so that one network serves any subset of leads.

Several networks may answer together (`EncoderEnsemble`); each was trained without a part of the training records, and
for those its word is as good as for new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class EncoderConfig:
    """Shape of the encoder."""

    widths: tuple[int, ...] = (64, 96, 160, 256)
    """Channels of the four stages."""
    kernel: int = 5
    """Kernel of the blocks in samples."""
    stem_kernel: int = 11
    """Kernel of the first convolution in samples."""
    stem_stride: int = 2
    tail_dilations: tuple[int, ...] = ()
    """Dilations of the four convolutions of the last stage, which then has kernels of 3; empty: strided instead."""
    window_samples: int = 0
    """A longer signal is looked at in windows of this length that overlap by half, and averaged; 0: as a whole."""
    dropout: float = 0.3
    """Before the heads."""
    n_leads: int = 12
    """Input slots."""

    @property
    def feature_size(self) -> int:
        """Length of the feature vector: mean and maximum over time of the last stage."""
        return 2 * self.widths[-1]


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


class EcgEncoder(nn.Module):
    """Signals of named leads → one feature vector, and logits for superclasses and codes.

    Parameters
    ----------
    config : EncoderConfig
    superclasses, codes : tuple of str
        What the two linear heads predict, in order.
    attributes : tuple of str
        Further things that a third head predicts (`attribute_logits`).
    """

    def __init__(
        self,
        config: EncoderConfig,
        superclasses: tuple[str, ...],
        codes: tuple[str, ...],
        attributes: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self.config, self.superclasses, self.codes, self.attributes = config, superclasses, codes, attributes
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
        self.dropout = nn.Dropout(config.dropout)
        self.superclass_head = nn.Linear(config.feature_size, len(superclasses))
        self.code_head = nn.Linear(config.feature_size, len(codes))
        self.attribute_head = nn.Linear(config.feature_size, len(attributes)) if attributes else None

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
        x = signal_mv.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        x = torch.relu(self.stem_bn(self.stem(x)) + self.presence(presence)[:, :, None, None])
        x = self.blocks(x)
        return torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)

    def heads(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return superclass and code logits of feature vectors."""
        dropped = self.dropout(features)
        return self.superclass_head(dropped), self.code_head(dropped)

    def attribute_logits(self, features: Tensor) -> Tensor:
        """Return the logits of the third head, (batch, attributes); none without attributes."""
        if self.attribute_head is None:
            return features.new_zeros(len(features), 0)
        logits: Tensor = self.attribute_head(self.dropout(features))
        return logits

    def probabilities(self, signal_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Return features, and the probabilities of superclasses, codes and attributes side by side.

        Both are averaged over the windows of a signal that is longer than one.
        """
        windows = self._windows(signal_mv)
        n, n_windows = len(signal_mv), windows.shape[1]
        features = self.features(windows.flatten(0, 1), presence.repeat_interleave(n_windows, dim=0))
        joined = torch.cat([*self.heads(features), self.attribute_logits(features)], dim=1)
        probabilities = torch.sigmoid(joined).view(n, n_windows, -1).mean(dim=1)
        return features.view(n, n_windows, -1).mean(dim=1), probabilities

    def _windows(self, signal_mv: Tensor) -> Tensor:
        """Cut (batch, 12, samples) into (batch, windows, 12, window samples); the last one ends with the signal."""
        size, length = self.config.window_samples, signal_mv.shape[2]
        if not size or length <= size:
            return signal_mv.unsqueeze(1)
        starts = sorted({*range(0, length - size + 1, size // 2), length - size})
        return torch.stack([signal_mv[:, :, start : start + size] for start in starts], dim=1)

    def forward(self, signal_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Return superclass and code logits of signals; see `features` for the arguments."""
        return self.heads(self.features(signal_mv, presence))


class EncoderEnsemble(nn.Module):
    """Several encoders whose probabilities are averaged and whose features are joined.

    Parameters
    ----------
    members : sequence of EcgEncoder
        They predict the same superclasses and codes; those that predict attributes come first.
    """

    def __init__(self, members: Sequence[EcgEncoder]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.superclasses, self.codes, self.attributes = (
            members[0].superclasses,
            members[0].codes,
            members[0].attributes,
        )
        self.config = members[0].config

    def probabilities(self, signal_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features of all members side by side, and the mean of their probabilities."""
        members = [cast(EcgEncoder, member) for member in self.members]
        parts = [member.probabilities(signal_mv, presence) for member in members]
        features = torch.cat([features for features, _ in parts], dim=1)
        shared = len(self.superclasses) + len(self.codes)
        labels = torch.stack([probabilities[:, :shared] for _, probabilities in parts]).mean(dim=0)
        noted = [p[:, shared:] for member, (_, p) in zip(members, parts, strict=True) if member.attributes]
        return features, torch.cat([labels, torch.stack(noted).mean(dim=0)], dim=1) if noted else labels
