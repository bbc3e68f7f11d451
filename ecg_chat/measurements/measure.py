"""From a recording to all its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ecg_chat.delineation.corrected import apply_corrections, set_by_hand
from ecg_chat.delineation.delineate import LOWEST_HZ, delineate
from ecg_chat.delineation.types import Corrections, Delineation
from ecg_chat.delineation.wave_probability import Progress
from ecg_chat.measurements.axes import wave_axis
from ecg_chat.measurements.beat_marks import beats_of
from ecg_chat.measurements.by_hand import mark_changed
from ecg_chat.measurements.derived import with_derived
from ecg_chat.measurements.intervals import interval_values, p_problem, qtc_values
from ecg_chat.measurements.lead_values import lead_values
from ecg_chat.measurements.rhythm import p_share_of, regularity_of, rhythm_of, without_p_waves
from ecg_chat.measurements.rr import rr_values
from ecg_chat.measurements.types import GLOBAL_UNITS, Measurements
from ecg_chat.measurements.values import origin_of
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.quality import assess, limb_lead_warnings

FLUTTER_HIDES_P = "flutter-like waves: a P wave cannot be told from them"


def measure(
    ecg: Ecg,
    corrections: Corrections | None = None,
    *,
    members: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> Measurements:
    """Measure a recording.

    Parameters
    ----------
    ecg : Ecg
        Any leads, any length, NaN where samples are missing. Rates below 250 Hz are measured, and the intervals say
        that they are limited.
    corrections : Corrections, optional
        Boundaries that a person set; every value follows, and those that changed say so (`Value.corrected`).
    members : sequence of int, optional
        Members of the wave network to use, see `ecg_chat.delineation.wave_model.members_for`; all by default.
    progress : callable, optional
        Called with the share that is done, 0 to 1.

    Returns
    -------
    Measurements
        Every key of `GLOBAL_UNITS` and `DERIVED_UNITS`, and for every lead every key of `LEAD_UNITS`: a number, or
        None with the reason.
        A complex without R (QS) stands under both ``q_mv`` and ``s_mv``.

    Raises
    ------
    InvalidInput
        If the corrections are not possible boundaries of this recording.
    """
    quality, found = delineated(ecg, members=members, progress=progress)
    measurements = _measured(ecg, quality, found)
    if corrections is None or not set_by_hand(corrections):
        return measurements
    return mark_changed(measurements, _measured(ecg, quality, apply_corrections(found, corrections)), corrections)


def delineated(
    ecg: Ecg, *, members: Sequence[int] | None = None, progress: Progress | None = None
) -> tuple[dict[str, tuple[str, ...]], Delineation]:
    """Return the quality flags of each lead, and the boundaries that were found with them; arguments as `measure`."""
    quality: dict[str, tuple[str, ...]] = dict(assess(ecg)) if _enough(ecg) else dict.fromkeys(ecg.leads, ())
    return quality, delineate(ecg, quality, members=members, progress=progress)


def _enough(ecg: Ecg) -> bool:
    return ecg.n_samples >= 2 and ecg.fs_hz >= LOWEST_HZ


def _measured(ecg: Ecg, quality: dict[str, tuple[str, ...]], found: Delineation) -> Measurements:
    origin = origin_of(found)
    share = p_share_of(found)
    regularity = regularity_of(found)
    rhythm = rhythm_of(found, regularity)
    if rhythm.atrial_activity:
        found = without_p_waves(found, FLUTTER_HIDES_P)
    overall = rr_values(found, origin) | interval_values(found, share, origin)
    overall |= qtc_values(overall["qt_ms"], overall["rr_mean_ms"], regularity, origin.n_beats)
    without_p = p_problem(found, share)
    overall["p_axis_deg"] = wave_axis("p_axis_deg", found, None if without_p else found.p, without_p, origin)
    without_qrs = overall["qrs_ms"].reason
    overall["qrs_axis_deg"] = wave_axis("qrs_axis_deg", found, None if without_qrs else found.qrs, without_qrs, origin)
    overall["t_axis_deg"] = wave_axis("t_axis_deg", found, found.t, found.t_reason, origin)
    measured = Measurements(
        overall={name: overall[name] for name in GLOBAL_UNITS},
        per_lead=lead_values(found, quality, origin),
        beats=beats_of(found),
        rhythm=rhythm,
        quality=quality,
        fs_hz=ecg.fs_hz,
        duration_s=ecg.duration_s,
        leads=ecg.leads,
        warnings=tuple(limb_lead_warnings(ecg)) if _enough(ecg) else (),
    )
    return with_derived(measured, found, ecg.patient.sex)
