"""The words in which a measured value is shown beside a claim."""

from __future__ import annotations

from ecg_chat.chat.reading import Reading
from ecg_chat.measurements.types import Value

NAMES = {
    "heart_rate_bpm": "rate",
    "rr_mean_ms": "mean RR",
    "rr_sd_ms": "RR standard deviation",
    "rr_rmssd_ms": "RMSSD",
    "rr_min_ms": "shortest RR",
    "rr_max_ms": "longest RR",
    "p_ms": "P",
    "pr_ms": "PR",
    "qrs_ms": "QRS",
    "qt_ms": "QT",
    "qtc_bazett_ms": "QTc (Bazett)",
    "qtc_fridericia_ms": "QTc (Fridericia)",
    "qtc_framingham_ms": "QTc (Framingham)",
    "qtc_hodges_ms": "QTc (Hodges)",
    "p_axis_deg": "P axis",
    "qrs_axis_deg": "QRS axis",
    "t_axis_deg": "T axis",
    "p_mv": "P",
    "p_terminal_mv": "terminal P",
    "p_terminal_ms": "terminal P",
    "q_mv": "Q",
    "q_ms": "Q width",
    "r_mv": "R",
    "r_ms": "R width",
    "s_mv": "S",
    "s_ms": "S width",
    "r_prime_mv": "R'",
    "s_prime_mv": "S'",
    "r_peak_time_ms": "R-peak time",
    "t_mv": "T",
    "st_j_mv": "ST at J",
    "st_j60_mv": "ST at J+60",
    "st_j80_mv": "ST at J+80",
    "age_years": "age",
}
"""Names as a cardiologist writes them; the lead is added where there is one."""


def value_of(reading: Reading, measure: str, lead: str | None = None) -> Value:
    """Return a value of the measurements; one that was never tried is None with a reason."""
    if lead is None:
        missing = Value(None, "", f"{NAMES.get(measure, measure)} was not measured")
        return reading.measurements.overall.get(measure, missing)
    values = reading.measurements.per_lead.get(lead)
    if values is None:
        return Value(None, "", f"lead {lead} is not in this recording")
    return values.get(measure, Value(None, "", f"{NAMES.get(measure, measure)} was not measured in {lead}"))


def in_words(measure: str, value: Value, lead: str | None = None) -> str:
    """Say what was measured and how: ``QRS 96 ms from 12 leads, 9 beats``; or why it was not."""
    name = NAMES.get(measure, measure) + (f" in {lead}" if lead else "")
    if value.value is None:
        return f"{name} not measurable: {value.reason}"
    text = f"{name} {number(measure, value.value)}"
    sources = [
        f"{len(value.leads)} lead{'s' if len(value.leads) > 1 else ''}" if value.leads else "",
        f"{value.n_beats} beat{'s' if value.n_beats > 1 else ''}" if value.n_beats else "",
    ]
    origin = ", ".join(s for s in sources if s)
    return text + (f" from {origin}" if origin else "") + (f" ({value.limited})" if value.limited else "")


def number(measure: str, value: float) -> str:
    """Print a number with its unit, as precisely as it is shown elsewhere."""
    if measure.endswith("_bpm"):
        return f"{value:.0f}/min"
    if measure.endswith("_deg"):
        return f"{value:.0f}°"
    if measure.endswith("_mv"):
        return f"{value:.2f} mV"
    if measure.endswith("_years"):
        return f"{value:.0f} years"
    return f"{value:.0f} ms"


def as_printed(measure: str, value: float) -> float:
    """Round to what `number` prints, so that limits are compared with what the person sees."""
    return round(value, 2) if measure.endswith("_mv") else float(round(value))
