"""From a recording to all its numbers."""

from __future__ import annotations

from ecg_chat.delineation.delineate import LOWEST_HZ, delineate
from ecg_chat.measurements.axes import wave_axis
from ecg_chat.measurements.beat_marks import beats_of
from ecg_chat.measurements.derived import with_derived
from ecg_chat.measurements.intervals import interval_values, p_problem, qtc_values
from ecg_chat.measurements.lead_values import lead_values
from ecg_chat.measurements.rhythm import p_share_of, regularity_of, rhythm_of
from ecg_chat.measurements.rr import rr_values
from ecg_chat.measurements.types import GLOBAL_UNITS, Measurements
from ecg_chat.measurements.values import origin_of
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.quality import assess, limb_lead_warnings


def measure(ecg: Ecg) -> Measurements:
    """Measure a recording.

    Parameters
    ----------
    ecg : Ecg
        Any leads, any length, NaN where samples are missing. Rates below 250 Hz are measured, and the intervals say
        that they are limited.

    Returns
    -------
    Measurements
        Every key of `GLOBAL_UNITS` and `DERIVED_UNITS`, and for every lead every key of `LEAD_UNITS`: a number, or
        None with the reason.
        A complex without R (QS) stands under both ``q_mv`` and ``s_mv``.
    """
    enough = ecg.n_samples >= 2 and ecg.fs_hz >= LOWEST_HZ
    quality: dict[str, tuple[str, ...]] = dict(assess(ecg)) if enough else dict.fromkeys(ecg.leads, ())
    found = delineate(ecg, quality)
    origin = origin_of(found)
    share = p_share_of(found)
    regularity = regularity_of(found)
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
        rhythm=rhythm_of(found, regularity),
        quality=quality,
        fs_hz=ecg.fs_hz,
        duration_s=ecg.duration_s,
        leads=ecg.leads,
        warnings=tuple(limb_lead_warnings(ecg)) if enough else (),
    )
    return with_derived(measured, found, ecg.patient.sex)
