"""Measurements as tables of words: number and unit, or why there is none."""

from __future__ import annotations

from ecg_chat.measurements.rhythm_facts import LABELS as RHYTHM_LABELS
from ecg_chat.measurements.rhythm_facts import told
from ecg_chat.measurements.types import Measurements, Value
from ecg_chat.plotting.report_parts import ReportSection

LABELS = {
    "heart_rate_bpm": "Ventricular rate",
    "rr_mean_ms": "RR, mean",
    "rr_sd_ms": "RR, standard deviation",
    "rr_rmssd_ms": "RR, RMSSD",
    "rr_min_ms": "RR, shortest",
    "rr_max_ms": "RR, longest",
    "p_ms": "P duration",
    "pr_ms": "PR interval",
    "qrs_ms": "QRS duration",
    "qt_ms": "QT interval",
    "qtc_bazett_ms": "QTc (Bazett)",
    "qtc_fridericia_ms": "QTc (Fridericia)",
    "qtc_framingham_ms": "QTc (Framingham)",
    "qtc_hodges_ms": "QTc (Hodges)",
    "p_axis_deg": "P axis",
    "qrs_axis_deg": "QRS axis",
    "t_axis_deg": "T axis",
}
_PER_LEAD = (
    ("P", "p_mv"),
    ("Q", "q_mv"),
    ("R", "r_mv"),
    ("S", "s_mv"),
    ("R'", "r_prime_mv"),
    ("T", "t_mv"),
    ("ST J", "st_j_mv"),
    ("ST J+60", "st_j60_mv"),
    ("ST J+80", "st_j80_mv"),
)
_UNITS = {"deg": "°", "/min": "/min", "ms": " ms", "mV": " mV", "": ""}


def overall_table(measurements: Measurements) -> ReportSection:
    """Return every global measurement with its unit, or the reason why it could not be measured."""
    rows = [("Measurement", "Value", "Remark")]
    for key, value in measurements.overall.items():
        rows.append((LABELS.get(key, key), written(value), _remark(value)))
    return ReportSection("Measurements", tuple(measurements.warnings), tuple(rows))


def rhythm_table(measurements: Measurements) -> ReportSection:
    """Return the rhythm facts: a table of what was found, and lines of what was not found or not judged."""
    rr, shown, absent, reasons = told(measurements.rhythm)
    lines = [f"Not found: {'; '.join(absent)}"] if absent else []
    lines += [f"Not judged ({reason}): {'; '.join(labels)}" for reason, labels in reasons.items()]
    rows = [("Rhythm", ""), ("RR", rr), *((RHYTHM_LABELS[fact.name], fact.text) for fact in shown)]
    return ReportSection("Rhythm", tuple(lines), tuple(rows))


def per_lead_table(measurements: Measurements) -> ReportSection:
    """Return wave amplitudes and ST levels of every lead in mV; a dash where one could not be measured."""
    rows = [("Lead", *(label for label, _ in _PER_LEAD), "Quality")]
    for lead, values in measurements.per_lead.items():
        numbers = (_millivolts(values.get(key)) for _, key in _PER_LEAD)
        rows.append((lead, *numbers, ", ".join(measurements.quality.get(lead, ())) or "clean"))
    return ReportSection("Measurements per lead (mV)", (), tuple(rows))


def written(value: Value) -> str:
    """Write one number with its unit, or "not measurable"."""
    if value.value is None:
        return "not measurable"
    digits = 2 if value.unit == "mV" else 0
    return _minus(f"{value.value:.{digits}f}{_UNITS.get(value.unit, f' {value.unit}')}")


def _remark(value: Value) -> str:
    return value.reason if value.value is None else value.limited


def _millivolts(value: Value | None) -> str:
    return "–" if value is None or value.value is None else _minus(f"{value.value:.2f}")


def _minus(number: str) -> str:
    """Write the minus as wide as the digits, and no minus before zero."""
    if number.startswith("-") and not number.strip("-0. msV°"):
        return number[1:]
    return number.replace("-", "−", 1) if number.startswith("-") else number
