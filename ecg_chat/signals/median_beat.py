"""A rough median beat, only for judging lead names and electrodes; measurements do their own, careful work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import find_peaks

from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.filters import bridge_gaps

Floats = NDArray[np.float64]
BEFORE_S, AFTER_S = 0.36, 0.40
PARTS = {"p": (-0.32, -0.07), "qrs": (-0.05, 0.06)}
"""Where P and QRS lie around the QRS, in s; wide enough for a PR interval of 300 ms."""


@dataclass(frozen=True, eq=False)
class MedianBeat:
    """Median over the beats, leads × samples in mV, level between P and QRS set to 0."""

    signal_mv: Floats
    leads: tuple[str, ...]
    fs_hz: float

    def lead(self, name: str) -> Floats:
        """Return samples of one lead in mV."""
        return self.signal_mv[self.leads.index(name)]  # type: ignore[no-any-return]


def median_beat(ecg: Ecg) -> MedianBeat | None:
    """Average the beats around their QRS; None where fewer than three are found."""
    signal = bridge_gaps(ecg.signal.astype(np.float64))
    centres = qrs_centres(signal, ecg.fs_hz)
    before, after = round(BEFORE_S * ecg.fs_hz), round(AFTER_S * ecg.fs_hz)
    cuts = [signal[:, c - before : c + after] for c in centres if c >= before and c + after <= signal.shape[1]]
    if len(cuts) < 3:
        return None
    beat = np.median(np.stack(cuts), axis=0)
    level = slice(before - round(0.08 * ecg.fs_hz), max(1, before - round(0.05 * ecg.fs_hz)))
    beat = beat - np.median(beat[:, level], axis=1, keepdims=True)
    return MedianBeat(beat, ecg.leads, ecg.fs_hz)


def qrs_centres(signal_mv: Floats, fs_hz: float) -> NDArray[np.intp]:
    """Sample numbers where the leads together change fastest, shape (beats,)."""
    if signal_mv.shape[1] < fs_hz:
        return np.array([], dtype=np.intp)
    slope = np.gradient(signal_mv, axis=1) * fs_hz
    energy = uniform_filter1d((slope**2).sum(axis=0), max(1, round(0.08 * fs_hz)))
    height = 0.3 * float(np.percentile(energy, 98))
    peaks, _ = find_peaks(energy, height=height or None, distance=max(1, round(0.25 * fs_hz)))
    return np.asarray(peaks, dtype=np.intp)


def net_deflection_mv(beat: MedianBeat, lead: str, part: Literal["p", "qrs"]) -> float:
    """Sum of the largest upward and the largest downward deflection within P or QRS, in mV."""
    first, last = PARTS[part]
    cut = beat.lead(lead)[round((BEFORE_S + first) * beat.fs_hz) : round((BEFORE_S + last) * beat.fs_hz)]
    return float(max(0.0, cut.max()) + min(0.0, cut.min())) if cut.size else 0.0
