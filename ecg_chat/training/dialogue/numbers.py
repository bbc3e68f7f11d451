"""Measured numbers in words, written exactly as they stand in the prompt, so that the model learns to copy them."""

from __future__ import annotations

from ecg_chat.conversation.facts import ST_LOWERED_MV, ST_RAISED_MV, ST_SMALL_MV, T_INVERTED_MV
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.training.dialogue.truth import Truth

INTERVALS = {
    "P wave": "p_ms", "PR interval": "pr_ms", "QRS duration": "qrs_ms", "QT interval": "qt_ms", "QTc": "qtc_fridericia_ms",
}  # fmt: skip


def rate(m: Measurements) -> str:
    """Heart rate as in the prompt."""
    value = m.get("heart_rate_bpm")
    return "at a rate that could not be measured" if value is None else f"at {value:.0f}/min"


def interval(m: Measurements, name: str) -> str:
    """One interval as in the prompt."""
    value = m.get(INTERVALS[name])
    return "not measurable" if value is None else f"{value:.0f} ms"


def interval_word(truth: Truth, name: str) -> str:
    """How an interval compares with the adult limits (PR 120-200, QRS 110/120, QTc 450/460 ms; AHA/ACC/HRS 2009)."""
    value = truth.measurements.get(INTERVALS[name])
    if value is None or not truth.adult:
        return ""
    value = float(round(value))
    if name == "PR interval":
        return "short" if value < 120 else "prolonged" if value > 200 else "normal"
    if name == "QRS duration":
        return "wide" if value >= 120 else "slightly wide" if value > 110 else "normal"
    if name == "QTc":
        limit = 450 if truth.patient.sex == "male" else 460
        return "prolonged" if value >= limit else "not prolonged"
    return ""


def interval_sentence(truth: Truth, name: str) -> str:
    """One interval with its word: "The PR interval is 164 ms, normal (120-200 ms)."."""
    value = interval(truth.measurements, name)
    formula = " (Fridericia)" if name == "QTc" else ""
    if value == "not measurable":
        return f"The {name} could not be measured in this recording."
    word = interval_word(truth, name)
    limits = {"PR interval": "usual 120-200 ms", "QRS duration": "usual up to 110 ms"}.get(name, "")
    tail = f", {word}" if word else ""
    return f"The {name} is {value}{formula}{tail}{f' ({limits})' if limits and word else ''}."


def interval_list(truth: Truth) -> str:
    """PR, QRS and QTc in one sentence."""
    m = truth.measurements
    parts = [f"PR {interval(m, 'PR interval')}", f"QRS {interval(m, 'QRS duration')}"]
    parts += [f"QT {interval(m, 'QT interval')}", f"QTc {interval(m, 'QTc')} (Fridericia)"]
    return ", ".join(parts)


def axis(truth: Truth) -> str:
    """QRS axis with its sector (-30 to +90 degrees normal; AHA/ACC/HRS 2009)."""
    value = truth.measurements.get("qrs_axis_deg")
    if value is None:
        return "The QRS axis could not be measured."
    degrees = round(value)
    if not truth.adult:
        return f"The QRS axis is {degrees}°."
    if -30 <= degrees <= 90:
        sector = "normal"
    elif -90 <= degrees < -30:
        sector = "left axis deviation"
    elif degrees > 90:
        sector = "right axis deviation"
    else:
        sector = "extreme axis deviation"
    return f"The QRS axis is {degrees}°, {sector}."


def leads_where(m: Measurements, measure: str, low: float, high: float) -> list[str]:
    """Return standard leads whose measure lies within [low, high]."""
    values = ((lead, m.get(measure, lead)) for lead in STANDARD_LEADS)
    return [lead for lead, value in values if value is not None and low <= value <= high]


def join_leads(leads: list[str]) -> str:
    """Join names as "II, III and aVF"."""
    return leads[0] if len(leads) == 1 else f"{', '.join(leads[:-1])} and {leads[-1]}"


def st_t(m: Measurements) -> str:
    """ST and T in a sentence or two."""
    if all(m.get("st_j_mv", lead) is None for lead in STANDARD_LEADS):
        return "The ST segment could not be measured."
    raised = leads_where(m, "st_j_mv", ST_RAISED_MV, 9)
    lowered = leads_where(m, "st_j_mv", -9, ST_LOWERED_MV)
    inverted = leads_where(m, "t_mv", -9, T_INVERTED_MV)
    parts = [f"ST is raised in {join_leads(raised)}"] if raised else []
    parts += [f"ST is lowered in {join_leads(lowered)}"] if lowered else []
    parts += [f"T is inverted in {join_leads(inverted)}"] if inverted else []
    if not raised and not lowered:
        parts.insert(0, "ST is within 0.1 mV in all leads")
    return "; ".join(parts) + "."


def st_in_lead(m: Measurements, lead: str) -> str:
    """ST at J of one lead."""
    value = m.get("st_j_mv", lead)
    if value is None:
        return f"ST in {lead} could not be measured."
    if abs(value) < ST_SMALL_MV:
        return f"ST in {lead} is within 0.05 mV of the baseline."
    return f"ST in {lead} is {value:+.2f} mV at the J point."
