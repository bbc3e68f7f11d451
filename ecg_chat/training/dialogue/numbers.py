"""Measured values in sentences. The values are references (see `ecg_chat.conversation.slots`), never digits."""

from __future__ import annotations

from ecg_chat.conversation.facts import ST_SMALL_MV, st_lowered_leads, st_raised_leads, t_inverted_leads
from ecg_chat.conversation.limit_words import axis_word, interval_word
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.training.dialogue.truth import Truth

INTERVALS = {
    "P wave": ("p_ms", "p"), "PR interval": ("pr_ms", "pr"), "QRS duration": ("qrs_ms", "qrs"), "QT interval": ("qt_ms", "qt"),
    "QTc": ("qtc_fridericia_ms", "qtc"),
}  # fmt: skip


def rate(m: Measurements) -> str:
    """Heart rate, by reference."""
    return "at a rate that could not be measured" if m.get("heart_rate_bpm") is None else "at <|rate|>/min"


def interval(m: Measurements, name: str) -> str:
    """One interval, by reference."""
    key, slot = INTERVALS[name]
    return "not measurable" if m.get(key) is None else f"<|{slot}|> ms"


def interval_sentence(truth: Truth, name: str) -> str:
    """One interval with its word: "The PR interval is 164 ms, normal (usual 120-200 ms)."."""
    value = interval(truth.measurements, name)
    if value == "not measurable":
        return f"The {name} could not be measured in this recording."
    known = interval_word(truth.measurements, INTERVALS[name][0], truth.patient)
    word = f"<|{INTERVALS[name][1]}_word|>" if known else ""
    formula = " (Fridericia)" if name == "QTc" else ""
    limits = {"PR interval": "usual 120-200 ms", "QRS duration": "usual up to 110 ms"}.get(name, "")
    tail = f", {word}" if word else ""
    return f"The {name} is {value}{formula}{tail}{f' ({limits})' if limits and word else ''}."


def interval_list(truth: Truth) -> str:
    """PR, QRS, QT and QTc in one sentence."""
    m = truth.measurements
    parts = [f"PR {interval(m, 'PR interval')}", f"QRS {interval(m, 'QRS duration')}"]
    parts += [f"QT {interval(m, 'QT interval')}", f"QTc {interval(m, 'QTc')} (Fridericia)"]
    return ", ".join(parts)


def axis(truth: Truth) -> str:
    """QRS axis with its sector."""
    if truth.measurements.get("qrs_axis_deg") is None:
        return "The QRS axis could not be measured."
    word = axis_word(truth.measurements, "qrs_axis_deg", truth.patient)
    return f"The QRS axis is <|axis|>°{', <|axis_word|>' if word else ''}."


def t_inverted(m: Measurements) -> str:
    """Say in which leads T is inverted; aVR, where it normally is, is left out."""
    if all(m.get("t_mv", lead) is None for lead in STANDARD_LEADS):
        return "The T waves could not be measured."
    return "T is inverted in <|t_inverted|>." if t_inverted_leads(m) else "No T wave is inverted outside aVR."


def st_t_changed(truth: Truth) -> bool:
    """Whether ST or T is changed in a lead where that counts (T is often inverted in V1 and III)."""
    m = truth.measurements
    st = {*st_raised_leads(m, truth.patient), *st_lowered_leads(m)}
    return bool(st - {"aVR"} or set(t_inverted_leads(m)) - {"V1", "III"})


def st_in_lead(m: Measurements, lead: str) -> str:
    """ST at J of one lead."""
    value = m.get("st_j_mv", lead)
    if value is None:
        return f"ST in {lead} could not be measured."
    if abs(value) < ST_SMALL_MV:
        return f"ST in {lead} is within 0.05 mV of the baseline."
    return f"ST in {lead} is <|st_{lead}|> mV at the J point."
