"""How conditions are put into words: measured value, limit, lead."""

from __future__ import annotations

from collections.abc import Mapping

from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS, Value
from ecg_chat.statements.conditions import Bound
from ecg_chat.statements.quantities import GLOBAL, PER_LEAD

LABELS: Mapping[str, str] = {
    "heart_rate_bpm": "rate",
    "rr_mean_ms": "mean RR",
    "rr_sd_ms": "RR standard deviation",
    "rr_rmssd_ms": "RMSSD",
    "rr_min_ms": "shortest RR",
    "rr_max_ms": "longest RR",
    "p_ms": "P duration",
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
    "p_terminal_ms": "terminal P duration",
    "q_mv": "q wave",
    "q_ms": "Q duration",
    "r_mv": "R",
    "r_ms": "R duration",
    "s_mv": "S wave",
    "s_ms": "S duration",
    "r_prime_mv": "R′",
    "s_prime_mv": "S′",
    "r_peak_time_ms": "R-peak time",
    "notched": "notch or slur of R",
    "t_mv": "T",
    "st_j_mv": "ST at J",
    "st_j60_mv": "ST at J+60 ms",
    "st_j80_mv": "ST at J+80 ms",
    "qrs_net_mv": "net QRS",
    **{name: label for name, (label, _) in GLOBAL.items()},
    **{name: label for name, (label, _) in PER_LEAD.items()},
}
DERIVED_UNITS: Mapping[str, str] = {
    "sokolow_lyon_mv": "mV",
    "cornell_mv": "mV",
    "cornell_product_mm_ms": "mm·ms",
    "rvh_sum_mv": "mV",
    "largest_limb_qrs_mv": "mV",
    "largest_chest_qrs_mv": "mV",
    "pp_range_ms": "ms",
    "p_share_percent": "%",
    "r_tallest_mv": "mV",
    "s_depth_mv": "mV",
    "qs_depth_mv": "mV",
    "s_minus_r_ms": "ms",
    "qrs_peak_to_peak_mv": "mV",
}
UNITS: Mapping[str, str] = {**GLOBAL_UNITS, **LEAD_UNITS, **DERIVED_UNITS}
GLOBAL_MEASURES = frozenset(GLOBAL_UNITS) | frozenset(GLOBAL)
LEAD_MEASURES = frozenset(LEAD_UNITS) | frozenset(PER_LEAD)

DECIMALS: Mapping[str, int] = {"mV": 2, "ms": 0, "mm·ms": 0, "deg": 0, "/min": 0, "%": 0, "": 2}
UNIT_SUFFIX: Mapping[str, str] = {
    "mV": " mV", "ms": " ms", "mm·ms": " mm·ms", "deg": "°", "/min": "/min", "%": " %",
}  # fmt: skip
SIGNS: Mapping[str, str] = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}


def number(value: float, unit: str) -> str:
    """Return a measured number with its unit, rounded as a reader of ECGs writes it."""
    if value == float("inf"):
        return "without limit"
    text = f"{value:.{DECIMALS[unit]}f}"
    return (text if unit else text.removesuffix(".00")) + UNIT_SUFFIX.get(unit, "")


def as_printed(value: float, unit: str) -> float:
    """Round a measured number as `number` prints it, so that what is read and what is decided agree."""
    return round(value, DECIMALS[unit]) + 0.0


def comparison(
    measure: str, lead: str | None, value: Value, bounds: tuple[Bound, ...], *, met: bool | None, note: str = ""
) -> str:
    """Return one clause: the measured value beside the limit, and whether the limit is what is needed."""
    unit = UNITS.get(measure, "")
    label = LABELS[measure] if lead is None else f"{LABELS[measure]} in {lead}"
    if value.value is None:
        return f"{label} not measurable ({value.reason})"
    if not bounds:
        return f"{label} {number(value.value, unit)}, no published limit for this age"
    measured = number(value.value, unit)
    first = bounds[0].comparison
    if first == "present":
        text = f"{label} ({measured})" if met else f"no {label} ({measured})"
    elif first == "absent":
        text = f"no {label}" if met else f"{label} ({measured})"
    else:
        text = _limited(f"{label} {measured}", unit, bounds, met)
    remarks = "; ".join(part for part in (value.limited, note) if part)
    return f"{text} [{remarks}]" if remarks else text


def _limited(measured: str, unit: str, bounds: tuple[Bound, ...], met: bool | None) -> str:
    if all(b.value == float("inf") for b in bounds):
        return f"{measured}, not used at this age"
    limits = " or ".join(f"{SIGNS[b.comparison]} {number(b.value, unit)}" for b in bounds if b.value != float("inf"))
    if met is None:
        return f"{measured}, {limits} needed depending on sex or age"
    return f"{measured} ({limits})" if met else f"{measured}, {limits} needed"
