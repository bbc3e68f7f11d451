"""Boundaries that a person set by hand take the place of those that were found."""

from __future__ import annotations

import dataclasses
import math

from ecg_chat.delineation.delineate import with_peak
from ecg_chat.delineation.overall_limits import on_these_limits
from ecg_chat.delineation.types import BeatWaves, Corrections, Delineation, MedianBeat, Wave
from ecg_chat.errors import InvalidInput

NAMES = {
    "p_on_ms": "P start",
    "p_off_ms": "P end",
    "qrs_on_ms": "QRS start",
    "qrs_off_ms": "QRS end",
    "t_off_ms": "T end",
}
"""Field of `Corrections` to what a person calls the boundary."""
# Bounds of what a hand may set. Wide enough for disease, narrow enough for a slip: QRS and QT as far as they are
# measured at all (`measurements.intervals`), P up to twice the 120 ms of a long one.
P_RANGE_MS = (20.0, 240.0)
QRS_RANGE_MS = (40.0, 240.0)
QT_RANGE_MS = (200.0, 760.0)
T_AFTER_J_MS = 60.0  # a T wave that nobody found begins here at the earliest: the ST segment is measured before


def boundaries_of(found: Delineation) -> Corrections:
    """Return the global boundaries in force, in ms from the reference point; None where there is no such wave."""
    p, qrs, t = found.p, found.qrs, found.t
    return Corrections(
        p_on_ms=None if p is None else round(p.on_ms, 3),
        p_off_ms=None if p is None else round(p.off_ms, 3),
        qrs_on_ms=None if qrs is None else round(qrs.on_ms, 3),
        qrs_off_ms=None if qrs is None else round(qrs.off_ms, 3),
        t_off_ms=None if t is None else round(t.off_ms, 3),
    )


def set_by_hand(corrections: Corrections) -> dict[str, float]:
    """Return the boundaries that a person set: field to ms, in the order of time."""
    given: dict[str, float | None] = {name: getattr(corrections, name) for name in NAMES}
    return {name: ms for name, ms in given.items() if ms is not None}


def apply_corrections(found: Delineation, corrections: Corrections) -> Delineation:
    """Return the delineation with the boundaries of the median beat that a person set.

    A P wave or T wave that was not found can be set: P needs start and end, T its end. Peaks follow: they are looked
    for again between the new boundaries. A P wave that a person set where none was found counts for every beat of the
    median.

    Parameters
    ----------
    found : Delineation
        What was found, without corrections.
    corrections : Corrections
        In ms from the reference point; None keeps what was found.

    Returns
    -------
    Delineation
        The same object if nothing is corrected.

    Raises
    ------
    InvalidInput
        Where there is no beat to correct, or the boundaries cannot follow each other like this.
    """
    moved = set_by_hand(corrections)
    if not moved:
        return found
    if found.median is None or found.qrs is None or found.beats is None:
        raise InvalidInput(f"There is no beat whose boundaries could be set: {found.problem or found.qrs_reason}.")
    for name, ms in moved.items():
        _check_inside(name, ms, found.median, found.prepared.fs_hz)
    qrs = _qrs(found, moved)
    p = _p(found, moved, qrs)
    t = _t(found, moved, qrs)
    _check_neighbours(p, qrs, t, moved, found.median.rr_ms)
    p_seen = found.p_seen
    if found.p is None and p is not None:
        p_seen = p_seen.copy()
        p_seen[list(found.median.members)] = True
    return dataclasses.replace(
        found,
        p=p,
        qrs=qrs,
        t=t,
        beat_waves=_of_beats(found, BeatWaves(p, qrs, t)),
        p_seen=p_seen,
        p_reason="" if p is not None else found.p_reason,
        t_reason="" if t is not None else found.t_reason,
    )


def _check_inside(name: str, ms: float, median: MedianBeat, fs_hz: float) -> None:
    first = -median.r * 1000 / fs_hz
    last = (median.signal_mv.shape[1] - 1 - median.r) * 1000 / fs_hz
    if not math.isfinite(ms) or not first <= ms <= last:  # the first, because NaN compares false with everything
        raise InvalidInput(
            f"{NAMES[name]} is {ms:g} ms; the median beat reaches from {first:.0f} to {last:.0f} ms around R."
        )


def _qrs(found: Delineation, moved: dict[str, float]) -> Wave:
    assert found.qrs is not None
    if not moved.keys() & {"qrs_on_ms", "qrs_off_ms"}:
        return found.qrs
    on_ms = moved.get("qrs_on_ms", found.qrs.on_ms)
    off_ms = moved.get("qrs_off_ms", found.qrs.off_ms)
    _check_length("QRS", on_ms, off_ms, QRS_RANGE_MS)
    return Wave(on_ms, min(max(found.qrs.peak_ms, on_ms), off_ms), off_ms)


def _p(found: Delineation, moved: dict[str, float], qrs: Wave) -> Wave | None:
    if not moved.keys() & {"p_on_ms", "p_off_ms"}:
        if found.p is not None and found.p.off_ms > qrs.on_ms:
            raise InvalidInput(
                f"QRS start at {qrs.on_ms:.0f} ms lies before the end of P at {found.p.off_ms:.0f} ms; move P first."
            )
        return found.p
    on_ms = moved.get("p_on_ms", found.p.on_ms if found.p else None)
    off_ms = moved.get("p_off_ms", found.p.off_ms if found.p else None)
    if on_ms is None or off_ms is None:
        raise InvalidInput("No P wave was found here: set both its start and its end.")
    if off_ms > qrs.on_ms:
        raise InvalidInput(f"P end at {off_ms:.0f} ms lies after QRS start at {qrs.on_ms:.0f} ms.")
    _check_length("P", on_ms, off_ms, P_RANGE_MS)
    return Wave(on_ms, _peak_ms(found, on_ms, off_ms), off_ms)


def _t(found: Delineation, moved: dict[str, float], qrs: Wave) -> Wave | None:
    off_ms = moved.get("t_off_ms")
    if off_ms is None:
        if found.t is not None and found.t.off_ms <= qrs.off_ms:
            raise InvalidInput(f"QRS end at {qrs.off_ms:.0f} ms lies after T end at {found.t.off_ms:.0f} ms.")
        return found.t
    if off_ms <= qrs.off_ms:
        raise InvalidInput(f"T end at {off_ms:.0f} ms lies before QRS end at {qrs.off_ms:.0f} ms.")
    _check_length("QT", qrs.on_ms, off_ms, QT_RANGE_MS)
    on_ms = found.t.on_ms if found.t is not None else qrs.off_ms + T_AFTER_J_MS
    on_ms = min(max(on_ms, qrs.off_ms), off_ms)
    if found.t is not None and on_ms <= found.t.peak_ms <= off_ms:
        return Wave(on_ms, found.t.peak_ms, off_ms)
    return Wave(on_ms, _peak_ms(found, on_ms, off_ms), off_ms)


def _check_length(what: str, on_ms: float, off_ms: float, allowed_ms: tuple[float, float]) -> None:
    if off_ms < on_ms:
        raise InvalidInput(f"{what} would end at {off_ms:.0f} ms, before its start at {on_ms:.0f} ms.")
    if not allowed_ms[0] <= off_ms - on_ms <= allowed_ms[1]:
        raise InvalidInput(
            f"{what} would last {off_ms - on_ms:.0f} ms; expected {allowed_ms[0]:.0f} to {allowed_ms[1]:.0f} ms."
        )


def _check_neighbours(p: Wave | None, qrs: Wave, t: Wave | None, moved: dict[str, float], rr_ms: float) -> None:
    """Refuse a boundary beyond the QRS of the beat before or after."""
    if not math.isfinite(rr_ms):
        return
    if p is not None and "p_on_ms" in moved and p.on_ms < qrs.off_ms - rr_ms:
        raise InvalidInput(f"P start at {p.on_ms:.0f} ms lies within the beat before, {rr_ms:.0f} ms earlier.")
    if t is not None and "t_off_ms" in moved and t.off_ms > rr_ms + qrs.on_ms:
        raise InvalidInput(f"T end at {t.off_ms:.0f} ms lies within the next beat, {rr_ms:.0f} ms later.")


def _peak_ms(found: Delineation, on_ms: float, off_ms: float) -> float:
    assert found.median is not None
    middle = Wave(on_ms, (on_ms + off_ms) / 2, off_ms)
    return with_peak(middle, found.median, found.prepared.usable, found.prepared.fs_hz).peak_ms


def _of_beats(found: Delineation, corrected: BeatWaves) -> tuple[BeatWaves, ...]:
    """Move the waves of every beat of the dominant shape along; put a wave that was set anew on the median's beats."""
    assert found.beats is not None
    assert found.median is not None
    before = BeatWaves(found.p, found.qrs, found.t)
    moved = []
    for i, (beat, kind) in enumerate(zip(found.beat_waves, found.beats.kinds, strict=True)):
        if kind in ("ventricular", "unclassified"):
            moved.append(beat)
            continue
        own = on_these_limits(beat, before, corrected)
        if i in found.median.members:
            own = BeatWaves(
                corrected.p if before.p is None else own.p, own.qrs, corrected.t if before.t is None else own.t
            )
        moved.append(own)
    return tuple(moved)
