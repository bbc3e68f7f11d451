"""The network that says, sample by sample, where P, QRS and T are: per lead, and for all leads together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

WaveName = Literal["p", "qrs", "t"]
WAVES: tuple[WaveName, ...] = ("p", "qrs", "t")


@dataclass(frozen=True)
class WaveNetConfig:
    """Shape of the network.

    Attributes
    ----------
    channels : tuple of int
        Features per level; each level has half the rate of the one before it.
    kernel : int
        Samples per convolution, odd.
    inputs : int
        Scalings of each lead that are fed in, see `wave_input.network_input`.
    """

    channels: tuple[int, ...] = (16, 24, 32, 48, 64, 96)
    kernel: int = 5
    inputs: int = 2

    @property
    def multiple(self) -> int:
        """Length in samples that every input must be a multiple of."""
        return int(2 ** (len(self.channels) - 1))


class LeadBlock(nn.Module):
    """Two convolutions along time, the same for every lead; each lead also sees the mean over the leads."""

    def __init__(self, c_in: int, c_out: int, kernel: int, dilation: int = 1) -> None:
        super().__init__()
        pad = dilation * (kernel // 2)
        self.first = nn.Conv1d(c_in, c_out, kernel, padding=pad, dilation=dilation, bias=False)
        self.shared = nn.Conv1d(c_in, c_out, 1, bias=False)
        self.first_norm = nn.BatchNorm1d(c_out)
        self.second = nn.Conv1d(c_out, c_out, kernel, padding=pad, dilation=dilation, bias=False)
        self.second_norm = nn.BatchNorm1d(c_out)
        self.skip = nn.Identity() if c_in == c_out else nn.Conv1d(c_in, c_out, 1, bias=False)

    def forward(self, x: Tensor, leads: int) -> Tensor:
        """Map (batch x leads, channels, samples) to (batch x leads, other channels, samples)."""
        together = x.reshape(-1, leads, *x.shape[1:]).mean(dim=1)
        shared = self.shared(together).repeat_interleave(leads, dim=0)
        hidden = functional.relu(self.first_norm(self.first(x) + shared))
        return functional.relu(self.second_norm(self.second(hidden)) + self.skip(x))


class WaveNet(nn.Module):
    """A U-Net over time whose weights are shared by all leads, so that any number of leads in any order will do.

    U-Nets delineate single leads well (Moskalenko et al., Deep Learning for ECG Segmentation, 2020); what differs here
    is the exchange between leads at every level and the second output, which marks each wave from its earliest onset
    to its latest end over the leads.
    """

    def __init__(self, config: WaveNetConfig) -> None:
        super().__init__()
        self.config = config
        sizes, kernel = config.channels, config.kernel
        self.down = nn.ModuleList(
            LeadBlock(before, size, kernel) for before, size in zip((config.inputs, *sizes), sizes, strict=False)
        )
        self.bottom = nn.ModuleList(LeadBlock(sizes[-1], sizes[-1], kernel, dilation) for dilation in (2, 4))
        self.narrow = nn.ModuleList(
            nn.Conv1d(deep, size, 1) for deep, size in zip(sizes[:0:-1], sizes[-2::-1], strict=True)
        )
        self.up = nn.ModuleList(LeadBlock(size, size, kernel) for size in sizes[-2::-1])
        self.lead_head = nn.Conv1d(sizes[0], len(WAVES), 1)
        self.overall_head = nn.Sequential(
            nn.Conv1d(2 * sizes[0], 2 * sizes[0], kernel, padding=kernel // 2),
            nn.ReLU(),
            nn.Conv1d(2 * sizes[0], len(WAVES), 1),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits.

        Parameters
        ----------
        x : Tensor, shape (batch, leads, inputs, samples)
            See `wave_input.network_input`; samples must be a multiple of `WaveNetConfig.multiple`.

        Returns
        -------
        per_lead : Tensor, shape (batch, leads, 3, samples)
            P, QRS, T in each lead.
        overall : Tensor, shape (batch, 3, samples)
            P, QRS, T over all leads.
        """
        batch, leads = x.shape[:2]
        h = x.flatten(0, 1)
        levels = []
        for k, block in enumerate(self.down):
            h = block(h if k == 0 else functional.max_pool1d(h, 2), leads)
            levels.append(h)
        for block in self.bottom:
            h = block(h, leads)
        for narrow, block, level in zip(self.narrow, self.up, levels[-2::-1], strict=True):
            wider = functional.interpolate(narrow(h), scale_factor=2, mode="linear", align_corners=False)
            h = block(wider + level, leads)
        per_lead = self.lead_head(h).reshape(batch, leads, len(WAVES), -1)
        features = h.reshape(batch, leads, *h.shape[1:])
        pooled = torch.cat([features.mean(dim=1), features.amax(dim=1)], dim=1)
        return per_lead, self.overall_head(pooled)
