"""Shapes of the encoders, as ``config.json`` stores them, and which one a stored shape means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class ResNetConfig:
    """Shape of a residual network."""

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
    layout: str = "resnet"
    """Names this kind of shape in ``config.json``."""

    @property
    def feature_size(self) -> int:
        """Length of the feature vector: mean and maximum over time of the last stage."""
        return 2 * self.widths[-1]


@dataclass(frozen=True)
class StateSpaceConfig:
    """Shape of an encoder of state-space layers."""

    width: int = 256
    """Channels."""
    layers: int = 4
    states: int = 8
    """Complex states of each channel and direction count twice."""
    stem_kernel: int = 15
    """Kernel of the first convolution in samples."""
    stem_stride: int = 2
    window_samples: int = 250
    """A longer signal is looked at in windows of this length that overlap by half, and averaged; 0: as a whole."""
    dropout: float = 0.3
    """Before the heads."""
    layer_dropout: float = 0.2
    """Share of channels dropped within the layers."""
    n_leads: int = 12
    """Input slots."""
    layout: str = "state-space"
    """Names this kind of shape in ``config.json``."""

    @property
    def feature_size(self) -> int:
        """Length of the feature vector: mean and maximum over time of the last layer."""
        return 2 * self.width


EncoderConfig: TypeAlias = ResNetConfig | StateSpaceConfig


def shape_kind(layout: str) -> type[ResNetConfig] | type[StateSpaceConfig]:
    """Return the class of shapes that a layout names.

    Raises
    ------
    ValueError
        When there is no such layout.
    """
    kinds: dict[str, type[ResNetConfig] | type[StateSpaceConfig]] = {
        ResNetConfig.layout: ResNetConfig,
        StateSpaceConfig.layout: StateSpaceConfig,
    }
    if layout not in kinds:
        raise ValueError(f"encoder layout {layout!r}, expected one of {sorted(kinds)}")
    return kinds[layout]
