"""A stored correction of boundaries on the recording it belongs to: applied again, and told in words."""

from __future__ import annotations

import dataclasses

from ecg_chat.delineation.corrected import NAMES, apply_corrections, boundaries_of, set_by_hand
from ecg_chat.delineation.types import Corrections, Delineation
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.records.views import BoundaryCorrection, BoundaryCorrectionView
from ecg_chat.signals.ecg import Ecg

SAME_BEAT_S = 0.1  # a reference point that lies within this of a beat's R belongs to that beat
MOVED_FROM_MS = 0.5  # what is shown as a whole ms and did not move is not told


def reference_s(found: Delineation) -> float:
    """Return R of the median's first beat in s from the start of the window: what the ms are counted from.

    Raises
    ------
    InvalidInput
        If there is no median beat.
    """
    if found.beats is None or found.median is None:
        raise InvalidInput(f"There is no beat whose boundaries could be set: {found.problem}.")
    return round(float(found.beats.r[found.median.members[0]]) / found.prepared.fs_hz, 4)


def moved_onto(correction: BoundaryCorrection, found: Delineation) -> Corrections | None:
    """Return the boundaries of a stored correction, counted from the reference point that `found` has.

    A newer version of this program may place R a little elsewhere in the same beat; the boundaries must not move
    with it. None where that beat is not found any more.
    """
    by_hand = set_by_hand(correction.by_hand)
    if not by_hand:
        return Corrections()
    if found.beats is None or found.median is None:
        return None
    r_s = found.beats.r / found.prepared.fs_hz
    nearest = float(r_s[abs(r_s - correction.reference_s).argmin()])
    if abs(nearest - correction.reference_s) > SAME_BEAT_S:
        return None
    shift_ms = (correction.reference_s - nearest) * 1000
    shift_ms = 0.0 if abs(shift_ms) < MOVED_FROM_MS else shift_ms  # the stored reference is rounded
    return Corrections(**{name: round(ms + shift_ms, 3) for name, ms in by_hand.items()})


def in_force(found: Delineation, view: BoundaryCorrectionView | None) -> tuple[Corrections, str]:
    """Return what is set by hand in a window, and "" or the reason why a stored correction cannot be applied to it.

    A reason is rare: this version finds other beats or other waves than the one with which the person worked.
    """
    if view is None:
        return Corrections(), ""
    corrections = moved_onto(view.correction, found)
    if corrections is None:
        return Corrections(), "The beat that was corrected is not found by this version."
    try:
        apply_corrections(found, corrections)
    except InvalidInput as error:
        return Corrections(), str(error)
    return corrections, ""


def measured_as_corrected(window: Ecg, found: Delineation, view: BoundaryCorrectionView | None) -> Measurements:
    """Measure a window with the correction that is in force; one that cannot be applied becomes a warning."""
    corrections, problem = in_force(found, view)
    measurements = measure(window, corrections)
    if not problem or view is None:
        return measurements
    warning = f"These numbers are as measured; a correction could not be applied: {sentence(view)}. {problem}"
    return dataclasses.replace(measurements, warnings=(*measurements.warnings, warning))


def new_correction(
    recording_id: str,
    start_s: float,
    found: Delineation,
    before: Corrections,
    asked: Corrections,
    who: str,
    comment: str,
) -> BoundaryCorrection:
    """Return the correction that a person asks for, with all boundaries before and after it.

    Parameters
    ----------
    before, asked : Corrections
        What is set by hand now, and what shall be.

    Raises
    ------
    InvalidInput
        If boundaries cannot lie like this.
    """
    return BoundaryCorrection(
        recording_id=recording_id,
        window_start_s=start_s,
        reference_s=reference_s(found),
        by_hand=asked,
        before=boundaries_of(apply_corrections(found, before)),
        after=boundaries_of(apply_corrections(found, asked)),
        who=who,
        comment=comment,
    )


def sentence(view: BoundaryCorrectionView) -> str:
    """Say what was done, by whom and when: "QRS end moved from 96 to 104 ms by Dr X, 2026-11-26 12:03 UTC"."""
    correction = view.correction
    signed = f"by {correction.who}, {view.created_at:%Y-%m-%d %H:%M} UTC"
    moves = _moves(correction)
    if not set_by_hand(correction.by_hand):
        back = f" ({'; '.join(moves)})" if moves else ""
        return f"All boundaries as measured{back}, {signed}"
    return f"{'; '.join(moves) or 'Boundaries confirmed as they are'} {signed}"


def _moves(correction: BoundaryCorrection) -> list[str]:
    told = []
    for name, label in NAMES.items():
        before, after = getattr(correction.before, name), getattr(correction.after, name)
        if before is None and after is not None:
            told.append(f"{label} set to {ms_text(after)} ms")
        elif before is not None and after is None:
            told.append(f"{label} taken away")
        elif before is not None and abs(after - before) >= MOVED_FROM_MS:
            told.append(f"{label} moved from {ms_text(before)} to {ms_text(after)} ms")
    return told


def ms_text(ms: float) -> str:
    """Write ms from R as a whole number with a minus sign."""
    return f"{round(ms)}".replace("-", "−")
