"""The one type that every recording becomes, whatever file it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

STANDARD_LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
LIMB_LEADS = STANDARD_LEADS[:6]
CHEST_LEADS = STANDARD_LEADS[6:]

Sex = Literal["male", "female"]
NoteKind = Literal["derived", "resampled", "scaled", "cut", "padded", "renamed", "gap", "warning"]
Signal = NDArray[np.float32]


@dataclass(frozen=True)
class Note:
    """One conversion that was made, in words that the person sees."""

    kind: NoteKind
    text: str
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where a recording came from: file name, format name, sha256 of the original bytes (hex)."""

    name: str
    format: str
    sha256: str


@dataclass(frozen=True)
class FilePatient:
    """What the file itself says of the patient; ``None`` where it says nothing."""

    age_years: float | None = None
    sex: Sex | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    identifier: str | None = None


@dataclass(frozen=True, eq=False)
class Ecg:
    """A recording: leads × samples in millivolts.

    Attributes
    ----------
    signal : ndarray of float32, shape (leads, samples)
        Millivolts, read-only. NaN marks a sample that the file does not have.
    fs_hz : float
        Sampling rate in Hz.
    leads : tuple of str
        Unique names, standard ones spelled as in `STANDARD_LEADS` and first, in that order.
    start : datetime or None
        When the recording began, as the file says.
    notes : tuple of Note
        Every conversion that was made.
    """

    signal: Signal
    fs_hz: float
    leads: tuple[str, ...]
    source: Source
    start: datetime | None = None
    patient: FilePatient = field(default_factory=FilePatient)
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        signal = np.ascontiguousarray(self.signal, dtype=np.float32)
        if signal.ndim != 2 or signal.shape[0] != len(self.leads):
            raise ValueError(f"signal has shape {signal.shape}, expected ({len(self.leads)}, samples)")
        if len(set(self.leads)) != len(self.leads):
            raise ValueError(f"lead names repeat: {self.leads}")
        if not self.fs_hz > 0:
            raise ValueError(f"fs_hz is {self.fs_hz}, expected a positive number")
        signal.flags.writeable = False
        object.__setattr__(self, "signal", signal)

    @property
    def n_samples(self) -> int:
        """Samples per lead."""
        return int(self.signal.shape[1])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.fs_hz

    @property
    def has_standard_leads(self) -> bool:
        """Whether all twelve standard leads are there."""
        return set(STANDARD_LEADS) <= set(self.leads)

    def lead(self, name: str) -> Signal:
        """Return the samples of one lead in mV, shape (samples,)."""
        return self.signal[self.leads.index(name)]  # type: ignore[no-any-return]

    def select(self, leads: Sequence[str]) -> Ecg:
        """Return the recording with only these leads, in this order."""
        rows = [self.leads.index(name) for name in leads]
        return dataclasses.replace(self, signal=self.signal[rows], leads=tuple(leads))

    def window(self, start_s: float, duration_s: float) -> Ecg:
        """Return the part from `start_s` that lasts `duration_s`; times in it start at 0 again."""
        first = max(0, round(start_s * self.fs_hz))
        last = min(self.n_samples, first + round(duration_s * self.fs_hz))
        if last <= first:
            raise ValueError(f"window {start_s}-{start_s + duration_s} s is outside 0-{self.duration_s:.2f} s")
        return dataclasses.replace(self, signal=self.signal[:, first:last])

    def with_notes(self, *notes: Note) -> Ecg:
        """Return the recording with more notes."""
        return dataclasses.replace(self, notes=self.notes + notes)
