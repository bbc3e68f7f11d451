"""The tallest upward and the deepest downward deflection of the QRS of one lead, as voltage criteria take them."""

from __future__ import annotations

import dataclasses

from ecg_chat.measurements.types import Measurements, Value


def tallest_r(m: Measurements, lead: str) -> Value:
    """Tallest upward deflection of the QRS in mV (R or R')."""
    return _largest(m, lead, ("r_mv", "r_prime_mv"), 1.0)


def deepest_s(m: Measurements, lead: str) -> Value:
    """Depth in mV of the deepest downward deflection of the QRS (Q and QS included), as a positive number."""
    return _largest(m, lead, ("s_mv", "s_prime_mv", "q_mv"), -1.0)


def deepest_after_r(m: Measurements, lead: str) -> Value:
    """Depth in mV of the deepest S or S' (a QS counts, a Q that an R follows does not), as a positive number."""
    return _largest(m, lead, ("s_mv", "s_prime_mv"), -1.0)


def _largest(m: Measurements, lead: str, names: tuple[str, ...], sign: float) -> Value:
    values = m.per_lead.get(lead)
    if values is None:
        return Value(None, "mV", reason=f"lead {lead} was not recorded")
    first = values[names[0]]
    if first.value is None:
        return first
    numbers = [(sign * number, values[name]) for name in names if (number := values[name].value) is not None]
    height, source = max(numbers, key=lambda pair: pair[0])
    if height <= 0:
        height, source = 0.0, first
    return Value(height, "mV", place=source.place, leads=(lead,), n_beats=first.n_beats, limited=first.limited)


def named_reason(value: Value, lead: str) -> Value:
    """Return the value; where it is missing its reason names the lead."""
    if value.value is not None or lead in value.reason:
        return value
    return dataclasses.replace(value, reason=f"{lead}: {value.reason}")
