"""The waves that NeuroKit2 marks, used as its documentation shows: lead by lead, its own cleaning and R peaks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ecg_chat.datasets.ludb import WaveName
from ecg_chat.evaluation.wave_matching import ProgramWave
from ecg_chat.signals.ecg import Ecg

NAMES: dict[WaveName, str] = {"p": "P", "qrs": "R", "t": "T"}
REFUSALS = (ValueError, IndexError, KeyError, TypeError, ZeroDivisionError)
"""What NeuroKit2 raises for a lead in which it finds no beats."""


class NeuroKitMarker:
    """NeuroKit2's ``dwt`` delineation (Martinez et al. 2004) as a `Marker`.

    Attributes
    ----------
    failed : list of str
        "record lead" of the leads that it raised an error for; they count as leads without marks.
    """

    def __init__(self) -> None:
        self.failed: list[str] = []

    def __call__(self, ecg: Ecg, record: str, /) -> dict[str, tuple[ProgramWave, ...]]:
        """Mark every lead."""
        marks = {}
        for lead in ecg.leads:
            try:
                marks[lead] = _lead(ecg, lead)
            except REFUSALS:
                self.failed.append(f"{record} {lead}")
                marks[lead] = ()
        return marks


def _lead(ecg: Ecg, lead: str) -> tuple[ProgramWave, ...]:
    import neurokit2 as nk  # noqa: PLC0415  slow to load, and only the comparison needs it

    fs = round(ecg.fs_hz)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about short or noisy leads; what it finds is counted below
        clean = nk.ecg_clean(np.nan_to_num(ecg.lead(lead).astype(np.float64)), sampling_rate=fs)
        _, peaks = nk.ecg_peaks(clean, sampling_rate=fs)
        _, waves = nk.ecg_delineate(clean, peaks["ECG_R_Peaks"], sampling_rate=fs, method="dwt")
    found = []
    for wave, name in NAMES.items():
        tops = peaks["ECG_R_Peaks"] if wave == "qrs" else waves[f"ECG_{name}_Peaks"]
        ons, offs = (_seconds(waves[f"ECG_{name}_{end}"], fs) for end in ("Onsets", "Offsets"))
        for on_s, peak_s, off_s in zip(ons, _seconds(tops, fs), offs, strict=False):
            if peak_s is not None and (on_s is not None or off_s is not None):
                found.append(ProgramWave(wave, on_s, peak_s, off_s))
    return tuple(sorted(found, key=lambda w: w.peak_s))


def _seconds(samples: Sequence[Any], fs: int) -> list[float | None]:
    values = np.asarray(samples, dtype=np.float64) / fs
    return [float(value) if np.isfinite(value) else None for value in values]
