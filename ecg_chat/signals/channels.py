"""What a file format's reader hands over before the common rules make an `Ecg` of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.ecg import FilePatient, Note

MILLIVOLTS_PER = {"nv": 1e-6, "uv": 1e-3, "mv": 1.0, "v": 1e3}
"""Voltage units that are understood, in lower case with u for µ."""
_WORDS = {"nanovolt": "nv", "microvolt": "uv", "millivolt": "mv", "volt": "v"}


@dataclass(frozen=True, eq=False)
class Channel:
    """One signal in mV with its own rate; NaN where the file has no sample."""

    name: str
    signal_mv: NDArray[np.float64]
    fs_hz: float


@dataclass(frozen=True, eq=False)
class Channels:
    """Everything that was read from one file."""

    format: str
    channels: tuple[Channel, ...]
    start: datetime | None = None
    patient: FilePatient = field(default_factory=FilePatient)
    notes: tuple[Note, ...] = ()


def millivolts_per(unit: str) -> float | None:
    """Return how many mV one `unit` is, or None for what is not a voltage."""
    plain = unit.strip().lower().replace("µ", "u").replace("μ", "u")
    plain = _WORDS.get(plain.removesuffix("s"), plain)
    return MILLIVOLTS_PER.get(plain)
