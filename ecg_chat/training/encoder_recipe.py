"""What the ECG encoders are trained with: shapes, numbers, and how signals are prepared for them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from ecg_chat.network.encoder_shapes import EncoderConfig, ResNetConfig, StateSpaceConfig
from ecg_chat.network.preprocess import PreprocessConfig
from ecg_chat.training.augmentation import Augmentation

ENCODER = ResNetConfig(stem_kernel=15, tail_dilations=(1, 2, 4, 8), window_samples=500)
PREPROCESS = PreprocessConfig(crop_s=10.0, hop_s=5.0, version=2)
KERNEL_LR = 1e-3
"""Highest learning rate of the kernels of state-space layers, which are not decayed either (Gu et al. 2022)."""


@dataclass(frozen=True)
class StateSpaceMembers:
    """What members with state-space layers are trained with, where it is not what the others are trained with."""

    count: int = 0
    """They come after the others and see all training records. None by default: with the time that `mini` was trained
    in, two of them made the average of all members a little worse on fold 9 (docs/lab-notes.md)."""
    shape: StateSpaceConfig = field(default_factory=StateSpaceConfig)
    epochs: int = 22
    crops_s: tuple[float, ...] = (2.5,)
    batch: int = 128


@dataclass(frozen=True)
class EncoderRecipe:
    """What stage 1 was run with."""

    shape: EncoderConfig = ENCODER
    epochs: int = 40
    crops_s: tuple[float, ...] = (5.0, 5.0, 5.0, 2.5)
    """The length of a batch's crops is drawn from these."""
    batch: int = 64
    max_lr: float = 3e-3
    weight_decay: float = 0.03
    code_weight: float = 3.0
    attribute_weight: float = 1.0
    """Weights of the losses of codes and attributes beside that of the superclasses."""
    augmentation: Augmentation = field(default_factory=Augmentation)
    mixup: float = 0.0
    """Crops are blended with others of their batch, labels likewise, with shares from Beta(mixup, mixup) (Zhang et al.
    2018); 0: not."""
    ema: float = 0.998
    """Decay of the averaged weights that are kept."""
    members: int = 2
    held_out_records: int = 2250
    """Training records that each member does not see; different ones for each."""
    whole_members: int = 2
    """Further members, after the others, that see all training records; the dialogue hears nothing of them."""
    state_space: StateSpaceMembers = field(default_factory=StateSpaceMembers)
    seed: int = 0
    threads: int = 1

    def of_member(self, member: int) -> EncoderRecipe:
        """Return what one member is trained with: its own seed, and its own shape."""
        own = dataclasses.replace(self, seed=self.seed + member)
        if member < self.members + self.whole_members:
            return own
        other = self.state_space
        return dataclasses.replace(
            own, shape=other.shape, epochs=other.epochs, crops_s=other.crops_s, batch=other.batch
        )
