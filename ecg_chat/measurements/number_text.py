"""Numbers in words: as many digits as a reader of ECGs writes, with the unit; what is read is what is compared."""

from __future__ import annotations

from collections.abc import Mapping

from ecg_chat.measurements.types import DERIVED_UNITS, GLOBAL_UNITS, Value

DIGITS: Mapping[str, int] = {"mV": 2, "ratio": 2}
DIGITS_OF: Mapping[str, int] = {"p_terminal_force_mv_ms": 1}
UNIT_SUFFIX: Mapping[str, str] = {"deg": "°", "/min": "/min", "ratio": ""}
DERIVED_LABELS: Mapping[str, str] = {
    "sokolow_lyon_mv": "Sokolow-Lyon (S V1 + R V5 or V6)",
    "cornell_mv": "Cornell voltage (R aVL + S V3)",
    "cornell_product_mv_ms": "Cornell product",
    "peguero_mv": "Peguero-Lo Presti (deepest S + S V4)",
    "p_terminal_force_mv_ms": "P terminal force V1",
    "p_biphasic_v1": "P biphasic in V1",
    "r_transition_lead": "R transition lead",
    "r_v3_mv": "R in V3",
    "poor_r_progression": "Poor R progression",
    "r_s_ratio_v1": "R/S ratio V1",
}


def rounded(name: str, value: float) -> float:
    """Round a global or derived number as it is printed."""
    return round(value, _digits(name)) + 0.0


def number_text(name: str, value: float) -> str:
    """Return the number without its unit; yes/no and leads as words."""
    unit = unit_of(name)
    if unit == "yes/no":
        return "yes" if value else "no"
    if unit == "lead":
        return f"V{value:.0f}"
    return f"{rounded(name, value):.{_digits(name)}f}".replace("-", "−")


def unit_text(name: str) -> str:
    """Return the unit as it follows the number: `` ms``, ``°``, or nothing."""
    unit = unit_of(name)
    return "" if unit in ("yes/no", "lead") else UNIT_SUFFIX.get(unit, f" {unit}")


def value_text(name: str, value: Value) -> str:
    """Return number and unit, or "not measurable"."""
    return "not measurable" if value.value is None else number_text(name, value.value) + unit_text(name)


def unit_of(name: str) -> str:
    """Return the unit of a global or derived number."""
    return GLOBAL_UNITS[name] if name in GLOBAL_UNITS else DERIVED_UNITS[name]


def _digits(name: str) -> int:
    return DIGITS_OF.get(name, DIGITS.get(unit_of(name), 0))
