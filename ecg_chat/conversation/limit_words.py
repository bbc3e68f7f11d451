"""How a measured value compares with the adult limits, in one word; "" where there is no limit for this person.

Limits: rate 60-100/min, PR 120-200 ms, axis -30 to +90 degrees (conventional); QRS up to 110 ms, wide from 120 ms;
QTc prolonged from 450 ms in men and 460 ms in women (AHA/ACCF/HRS 2009). An unstated sex gets the higher QTc limit, an
unstated age counts as adult. ST at J: see `st_raised_from_mv`.
"""

from __future__ import annotations

from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.types import Measurements

ADULT_YEARS = 16
ST_RAISED_MV = 0.1
ST_LOWERED_MV = -0.05
"""ST counts as raised from 1 mm and as lowered from 0.5 mm at J (4th Universal Definition of MI 2018)."""
P_WAVES_PRESENT_SHARE = 0.8
"""Own choice: P before four of five beats is "P waves"."""
HIGHER_ST_LEADS = frozenset({"V2", "V3"})


def is_adult(who: PatientContext) -> bool:
    """Say whether adult limits apply."""
    return who.age_years is None or who.age_years >= ADULT_YEARS


def st_raised_from_mv(lead: str, who: PatientContext) -> float:
    """Return from where ST counts as raised at J, in mV: higher in V2 and V3, by sex and age.

    Women 0.15, men below 40 years 0.25, men from 40 years and whoever states no age or sex 0.2; 0.1 in the other leads
    (4th Universal Definition of MI 2018).
    """
    if lead not in HIGHER_ST_LEADS:
        return ST_RAISED_MV
    if who.sex == "female":
        return 0.15
    return 0.25 if who.age_years is not None and who.age_years < 40 else 0.2


def rate_word(m: Measurements, who: PatientContext) -> str:
    """Return "below", "within" or "above" the usual 60-100/min."""
    value = _printed(m, "heart_rate_bpm", who)
    if value is None:
        return ""
    return "below" if value < 60 else "above" if value > 100 else "within"


def interval_word(m: Measurements, key: str, who: PatientContext) -> str:
    """Word for PR, QRS and QTc (Fridericia); "" for the others."""
    value = _printed(m, key, who)
    if value is None:
        return ""
    if key == "pr_ms":
        return "short" if value < 120 else "prolonged" if value > 200 else "normal"
    if key == "qrs_ms":
        return "wide" if value >= 120 else "slightly wide" if value > 110 else "normal"
    if key == "qtc_fridericia_ms":
        return "prolonged" if value >= (450 if who.sex == "male" else 460) else "not prolonged"
    return ""


def axis_word(m: Measurements, key: str, who: PatientContext) -> str:
    """Sector of the QRS axis; "" for the others."""
    value = _printed(m, key, who)
    if value is None or key != "qrs_axis_deg":
        return ""
    if -30 <= value <= 90:
        return "normal"
    if -90 <= value < -30:
        return "left axis deviation"
    return "right axis deviation" if value > 90 else "extreme axis deviation"


def _printed(m: Measurements, key: str, who: PatientContext) -> int | None:
    """Return the value as it is printed, so that word and number agree; None if not measured or no adult."""
    value = m.get(key)
    return None if value is None or not is_adult(who) else round(value)
