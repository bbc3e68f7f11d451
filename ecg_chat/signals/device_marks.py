"""What devices write into a recording that is not ECG: calibration pulses at its ends, rail values for "no signal".

Left in place, a 1-mV pulse would be measured as a QRS complex, and a rail value as a deflection of 30 mV.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.ecg import Note

PULSE_MV = 1.0
"""The standard calibration pulse: 1 mV, 10 mm at 10 mm/mV (thresholds Q4)."""
PULSE_TOLERANCE_MV = 0.02
SHORTEST_PULSE_S = 0.1
RAIL_JUMP_MV = 5.0
"""A stretch that stands still this far from the rest of the lead is a converter at its limit, not a heart."""
SHORTEST_RAIL_S = 0.5

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def without_calibration_pulse(signal: Floats, fs_hz: float) -> tuple[Floats, Note | None]:
    """Cut off a calibration pulse that all leads show together at the end or the beginning.

    Parameters
    ----------
    signal : ndarray, shape (leads, samples), mV

    Returns
    -------
    signal, note
        The ECG alone, and what was cut (None if nothing was).
    """
    pulse: Mask = np.asarray((np.abs(signal - PULSE_MV) <= PULSE_TOLERANCE_MV).all(axis=0))
    rest: Mask = np.asarray((np.abs(signal) <= PULSE_TOLERANCE_MV).all(axis=0))
    runs = [(a, b) for a, b in _runs(pulse) if b - a >= SHORTEST_PULSE_S * fs_hz]
    for first, stop in runs:
        if rest[stop:].all() and first and rest[first - 1]:
            ecg_end = first - int(np.argmin(rest[first - 1 :: -1])) if not rest[:first].all() else 0
            return signal[:, :ecg_end], _cut_note("end", (signal.shape[1] - ecg_end) / fs_hz)
        if rest[:first].all() and stop < rest.size and rest[stop]:
            ecg_start = stop + int(np.argmin(rest[stop:])) if not rest[stop:].all() else rest.size
            return signal[:, ecg_start:], _cut_note("beginning", ecg_start / fs_hz)
    return signal, None


def _cut_note(where: str, seconds: float) -> Note:
    return Note("cut", f"A calibration pulse at the {where} of the recording was cut off ({seconds:.2f} s in all).")


def rails_as_gaps(signal: Floats, names: Sequence[str], fs_hz: float) -> tuple[Floats, Note | None]:
    """Turn stretches that stand still at a lead's extreme value, far from everything else, into missing samples."""
    result = signal.copy()
    affected: list[tuple[str, float, float]] = []
    for row, name in zip(result, names, strict=True):
        for extreme in (float(np.nanmin(row, initial=np.inf)), float(np.nanmax(row, initial=-np.inf))):
            at_rail = row == extreme
            others = row[~at_rail & np.isfinite(row)]
            if not others.size or abs(extreme - float(np.median(others))) < RAIL_JUMP_MV:
                continue
            long_runs = [(a, b) for a, b in _runs(at_rail) if b - a >= SHORTEST_RAIL_S * fs_hz]
            for first, stop in long_runs:
                row[first:stop] = np.nan
            if long_runs:
                affected.append((name, extreme, sum(b - a for a, b in long_runs) / fs_hz))
    if not affected:
        return signal, None
    listed = "; ".join(f"{name} {seconds:.2f} s at {value:.4g} mV" for name, value, seconds in affected)
    return result, Note(
        "gap", f"Stretches without signal are treated as missing: {listed}.", tuple(n for n, _, _ in affected)
    )


def without_empty_ends(signal: Floats, fs_hz: float) -> tuple[Floats, Note | None]:
    """Cut off beginning and end as far as no lead has a sample there."""
    there = np.flatnonzero(np.isfinite(signal).any(axis=0))
    if not there.size or there.size == signal.shape[1]:
        return signal, None
    first, stop = int(there[0]), int(there[-1]) + 1
    cut = signal.shape[1] - (stop - first)
    if not cut:
        return signal, None
    return signal[:, first:stop], Note(
        "cut", f"{cut / fs_hz:.2f} s without any sample at the ends of the recording were cut off."
    )


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """Return first and one-past-last position of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
