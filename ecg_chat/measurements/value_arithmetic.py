"""Sums, maxima and quotients of measured values: what is missing stays missing, with its reason."""

from __future__ import annotations

import math

from ecg_chat.measurements.types import Value


def sum_of(*terms: Value, unit: str = "mV") -> Value:
    """Return the sum; None with the reason of the first term that is missing. The place is that of the first term."""
    for term in terms:
        if term.value is None:
            return Value(None, unit, reason=term.reason)
    total = math.fsum(term.value for term in terms if term.value is not None)
    leads = tuple(dict.fromkeys(lead for term in terms for lead in term.leads))
    limited = next((term.limited for term in terms if term.limited), "")
    note = next((term.note for term in terms if term.note), "")
    n_beats = min((term.n_beats for term in terms), default=0)
    return Value(total, unit, place=terms[0].place, leads=leads, n_beats=n_beats, limited=limited, note=note)


def largest_of(*options: Value) -> Value:
    """Return the largest value; one that is missing makes the maximum unknown."""
    for option in options:
        if option.value is None:
            return option
    return max(options, key=lambda option: option.value or 0.0)


def ratio_of(top: Value, bottom: Value) -> Value:
    """Return the quotient; over (nearly) zero it is infinite, as a pure R has no S to be compared with."""
    if top.value is None or bottom.value is None:
        return Value(None, "", reason=top.reason or bottom.reason)
    quotient = top.value / bottom.value if abs(bottom.value) > 1e-6 else (math.inf if top.value > 0 else 0.0)
    return Value(quotient, "", place=top.place, leads=top.leads, n_beats=top.n_beats, limited=top.limited)
