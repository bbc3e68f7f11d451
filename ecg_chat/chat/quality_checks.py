"""Words such as "normal", "wide" or "irregular", held against the measured value and the limits of adults.

Limits: rate 60-100/min, PR 120-200 ms, QRS up to 110 ms (wide from 120), axis -30 to +90 degrees (AHA/ACCF/HRS 2009
and teaching texts); QTc long from 450 ms in men and 460 in women, short up to 390 (AHA/ACCF/HRS 2009). Compared
with the value as it is printed, without tolerance, as the criteria of the statements are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from ecg_chat.chat.claims import Known, Status
from ecg_chat.chat.measured import as_printed, in_words, value_of
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.tolerances import (
    P_WAVES_ABSENT_SHARE,
    ST_LOWERED_MV,
    ST_RAISED_MV,
)
from ecg_chat.conversation.limit_words import P_WAVES_PRESENT_SHARE, st_raised_from_mv
from ecg_chat.measurements.types import Rhythm

Quality = Literal["normal", "high", "low", "above normal"]

ADULT_FROM_YEARS = 16.0
RATE = (60.0, 100.0)
PR_MS = (120.0, 200.0)
QRS_NORMAL_TO_MS = 110.0
QRS_WIDE_FROM_MS = 120.0
P_NORMAL_BELOW_MS = 120.0
QTC_LONG_FROM_MS = {"male": 450.0, "female": 460.0}
QTC_SHORT_TO_MS = 390.0
QTC_SURELY_SHORT_TO_MS = 360.0
AXIS_DEG = (-30.0, 90.0)
AXIS_EXTREME_BELOW_DEG = -90.0

Check = Callable[[Reading], Known]


def interval_check(measure: str, quality: Quality) -> Check:
    """Build the check that an interval or the rate is normal, high (long, wide, fast) or low."""

    def check(reading: Reading) -> Known:
        value = value_of(reading, measure)
        words = in_words(measure, value)
        if value.value is None:
            return Known("unknown", words, None, measure)
        if _is_child(reading):
            return Known("unknown", f"{words}; the limits here are those of adults", value.place, measure)
        status = _status(measure, as_printed(measure, value.value), quality, reading.patient.sex)
        return Known(status, f"{words} ({_limits_in_words(measure)})", value.place, measure)

    return check


def axis_check(side: Literal["normal", "left", "right", "extreme"], measure: str = "qrs_axis_deg") -> Check:
    """Build the check of an axis sector."""

    def check(reading: Reading) -> Known:
        value = value_of(reading, measure)
        words = in_words(measure, value)
        if value.value is None:
            return Known("unknown", words, None, measure)
        if _is_child(reading):
            return Known("unknown", f"{words}; the limits here are those of adults", value.place, measure)
        axis = (round(value.value) + 180) % 360 - 180
        sector = (
            "extreme"
            if axis < AXIS_EXTREME_BELOW_DEG
            else "left"
            if axis < AXIS_DEG[0]
            else "right"
            if axis > AXIS_DEG[1]
            else "normal"
        )
        return Known("present" if sector == side else "absent", f"{words} (normal -30° to +90°)", value.place, measure)

    return check


def all_normal(reading: Reading) -> Known:
    """PR, QRS and QTc all normal."""
    each = [interval_check(m, "normal")(reading) for m in ("pr_ms", "qrs_ms", "qtc_fridericia_ms")]
    words = "; ".join(known.words for known in each)
    if any(known.status == "absent" for known in each):
        return Known("absent", words, None, "pr_ms")
    return Known("unknown" if any(known.status == "unknown" for known in each) else "present", words, None, "pr_ms")


def regularity_check(*kinds: str) -> Check:
    """Build the check that the rhythm is one of `kinds`."""

    def check(reading: Reading) -> Known:
        rhythm = reading.measurements.rhythm
        words = f"rhythm {rhythm.regularity}{_rr_range(reading)}"
        if rhythm.regularity == "unknown":
            return Known("unknown", "regularity could not be judged", None, "regularity")
        return Known("present" if rhythm.regularity in kinds else "absent", words, None, "regularity")

    return check


def p_wave_check(reading: Reading) -> Known:
    """P waves before the beats."""
    rhythm: Rhythm = reading.measurements.rhythm
    if rhythm.p_share is None:
        return Known("unknown", "P waves could not be judged", None, "p_share")
    words = f"P before {100 * rhythm.p_share:.0f} % of the beats"
    if rhythm.p_share >= P_WAVES_PRESENT_SHARE:
        return Known("present", words, None, "p_share")
    return Known("absent" if rhythm.p_share <= P_WAVES_ABSENT_SHARE else "unknown", words, None, "p_share")


def pr_constant_check(reading: Reading) -> Known:
    """Say whether PR is the same in every beat."""
    constant = reading.measurements.rhythm.pr_constant
    if constant is None:
        return Known("unknown", "it could not be judged whether PR is constant", None, "pr_constant")
    return Known(
        "present" if constant else "absent", f"PR {'constant' if constant else 'not constant'}", None, "pr_constant"
    )


def st_change_check(*, with_t: bool) -> Check:
    """Build the check of "ST changes" (or ST-T changes) in no named lead: two leads are needed, one decides nothing."""

    def check(reading: Reading) -> Known:
        changed: list[str] = []
        judged = 0
        for lead in reading.measurements.leads:
            st, t = value_of(reading, "st_j_mv", lead).value, value_of(reading, "t_mv", lead).value
            if st is None or lead == "aVR":
                continue
            judged += 1
            raised = st_raised_from_mv(lead, reading.patient)
            inverted = with_t and t is not None and t <= -ST_RAISED_MV and lead not in ("V1", "III")
            if round(st, 2) >= raised or round(st, 2) <= ST_LOWERED_MV or inverted:
                changed.append(lead)
        if not judged:
            return Known("unknown", "ST could not be measured", None, "st_j_mv")
        words = f"ST{' or T' if with_t else ''} changed in {', '.join(changed) or 'no lead'}"
        return Known("present" if len(changed) > 1 else "unknown" if changed else "absent", words, None, "st_j_mv")

    return check


def _status(measure: str, value: float, quality: Quality, sex: str | None) -> Status:
    low, high = _thresholds(measure, sex)
    is_high = _high(measure, value, high)
    if quality == "high":
        return is_high
    if quality == "above normal":  # QRS of 111 ms and more: "slightly wide" is said up to 119, and not wrong above
        return "present" if value > QRS_NORMAL_TO_MS else "absent"
    if quality == "low":
        return _low(measure, value, low)
    if is_high == "unknown":
        return "unknown"
    if measure == "qrs_ms":
        return "present" if value <= QRS_NORMAL_TO_MS else "unknown" if value < QRS_WIDE_FROM_MS else "absent"
    too_low = _low(measure, value, low) if measure != "qrs_ms" else "absent"
    if is_high == "present" or too_low == "present":
        return "absent"
    return "unknown" if too_low == "unknown" else "present"


def _thresholds(measure: str, sex: str | None) -> tuple[float, float]:
    if measure == "heart_rate_bpm":
        return RATE
    if measure == "pr_ms":
        return PR_MS
    if measure == "qrs_ms":
        return QRS_WIDE_FROM_MS, QRS_WIDE_FROM_MS
    if measure == "p_ms":
        return 0.0, P_NORMAL_BELOW_MS
    return QTC_SHORT_TO_MS, QTC_LONG_FROM_MS.get(sex or "", float("nan"))


def _high(measure: str, value: float, limit: float) -> Status:
    if measure.startswith("qtc_"):
        if math.isnan(limit):  # sex not stated: only what holds for both is said
            return (
                "present"
                if value >= max(QTC_LONG_FROM_MS.values())
                else "absent"
                if value < min(QTC_LONG_FROM_MS.values())
                else "unknown"
            )
        return "present" if value >= limit else "absent"
    if measure in ("qrs_ms", "p_ms"):
        return "present" if value >= limit else "absent"
    return "present" if value > limit else "absent"


def _low(measure: str, value: float, limit: float) -> Status:
    if measure.startswith("qtc_"):
        return "present" if value <= QTC_SURELY_SHORT_TO_MS else "unknown" if value <= limit else "absent"
    if measure == "p_ms":
        return "unknown"
    return "present" if value < limit else "absent"  # QRS: narrow below 120 ms


def _limits_in_words(measure: str) -> str:
    return {
        "heart_rate_bpm": "normal 60 to 100/min",
        "pr_ms": "normal 120 to 200 ms",
        "qrs_ms": "normal up to 110 ms, wide from 120 ms",
        "p_ms": "normal below 120 ms",
    }.get(measure, "long from 450 ms in men, 460 ms in women")


def _is_child(reading: Reading) -> bool:
    age = reading.patient.age_years
    return age is not None and age < ADULT_FROM_YEARS


def _rr_range(reading: Reading) -> str:
    shortest, longest = value_of(reading, "rr_min_ms").value, value_of(reading, "rr_max_ms").value
    return f", RR {shortest:.0f} to {longest:.0f} ms" if shortest is not None and longest is not None else ""
