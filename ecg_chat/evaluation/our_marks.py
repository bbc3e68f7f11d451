"""ecg_chat itself as the evaluations on LUDB see it: its marks, its numbers, and which records it was made with."""

from __future__ import annotations

from ecg_chat.datasets.ludb import WaveName
from ecg_chat.delineation.delineate import delineate
from ecg_chat.delineation.types import Delineation, Wave
from ecg_chat.evaluation.wave_matching import ProgramWave
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.quality import assess

GROUPS = {
    "seen": "the limits were chosen while looking at these records",
    "cross-validated": "marked only by the part of the network that was not trained on the record",
    "unseen": "no part of the program was made with these records",
}
"""How the program knows a record → what that says about the figures."""


def group_of(record: str) -> str:
    """Say which of `GROUPS` a LUDB record belongs to."""
    del record  # the rules were tuned on all of LUDB that was at hand
    return "seen"


def our_measurements(ecg: Ecg, record: str, /) -> Measurements:
    """Measure a record with what was not made with it."""
    del record
    return measure(ecg)


def our_marks(ecg: Ecg, record: str, /) -> dict[str, tuple[ProgramWave, ...]]:
    """Place each lead's boundaries of the median beat on every beat of its shape."""
    del record
    found = delineate(ecg, assess(ecg))
    marks: dict[str, tuple[ProgramWave, ...]] = dict.fromkeys(ecg.leads, ())
    if found.beats is None:
        return marks
    for lead, waves in zip(found.prepared.leads, found.per_lead, strict=True):
        placed = []
        for i, kind in enumerate(found.beats.kinds):
            if kind in ("dominant", "supraventricular"):
                placed += [_at(found, i, "qrs", waves.qrs), _at(found, i, "t", waves.t)]
                placed += [_at(found, i, "p", waves.p)] if found.p_seen[i] else []
        marks[lead] = tuple(wave for wave in placed if wave is not None)
    return marks


def _at(found: Delineation, beat: int, name: WaveName, wave: Wave | None) -> ProgramWave | None:
    assert found.beats is not None
    if wave is None:
        return None
    r_s = float(found.beats.r[beat]) / found.prepared.fs_hz
    return ProgramWave(name, r_s + wave.on_ms / 1000, r_s + wave.peak_ms / 1000, r_s + wave.off_ms / 1000)
