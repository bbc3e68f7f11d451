"""Measurements as tables of words: number and unit, or why there is none."""

from __future__ import annotations

from ecg_chat.measurements.against_norm import against_norm
from ecg_chat.measurements.derived import derived_for
from ecg_chat.measurements.number_text import DERIVED_LABELS, value_text
from ecg_chat.measurements.rhythm_facts import LABELS as RHYTHM_LABELS
from ecg_chat.measurements.rhythm_facts import told
from ecg_chat.measurements.types import Measurements, Value
from ecg_chat.plotting.report_parts import ReportSection
from ecg_chat.signals.ecg import Sex

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


def overall_table(measurements: Measurements, age_years: float | None = None, sex: Sex | None = None) -> ReportSection:
    """Return every global measurement with its unit and norm, or the reason why it could not be measured."""
    rows = [("Measurement", "Value", "Normal", "Remark")]
    sources: dict[str, None] = {}
    for key, value in measurements.overall.items():
        held = against_norm(key, value, age_years, sex)
        rows.append((LABELS.get(key, key), f"{written(value)} {held.mark}".strip(), held.normal, _remark(value)))
        sources |= dict.fromkeys([held.source] if held.source else [])
    limits = tuple(f"Normal limits: {source}" for source in sources)
    return ReportSection("Measurements", (*measurements.warnings, *limits), tuple(rows))


def derived_table(
    measurements: Measurements, age_years: float | None = None, sex: Sex | None = None
) -> ReportSection | None:
    """Return voltage sums and what else is made of several leads; None where an older version measured without them."""
    derived = derived_for(measurements, sex)
    if not derived:
        return None
    rows = [("Voltage sums and wave forms", "Value", "Normal", "Remark")]
    sources: dict[str, None] = {}
    for key, value in derived.items():
        held = against_norm(key, value, age_years, sex)
        remark = "; ".join(part for part in (_remark(value), value.note) if part)
        rows.append((DERIVED_LABELS[key], f"{value_text(key, value)} {held.mark}".strip(), held.normal, remark))
        sources |= dict.fromkeys([held.source] if held.source else [])
    limits = tuple(f"Normal limits: {source}" for source in sources)
    return ReportSection("Voltage sums and wave forms", limits, tuple(rows))


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


def measured_sections(
    measurements: Measurements, age_years: float | None = None, sex: Sex | None = None
) -> list[ReportSection]:
    """Return all tables of numbers; age and sex decide what is normal."""
    derived = derived_table(measurements, age_years, sex)
    return [
        overall_table(measurements, age_years, sex),
        *([derived] if derived else []),
        rhythm_table(measurements),
        per_lead_table(measurements),
    ]
