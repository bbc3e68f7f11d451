"""How R grows over the chest leads: transition, R in V3, poor progression, R/S in V1."""

from __future__ import annotations

import dataclasses
import math

from ecg_chat.measurements.qrs_heights import deepest_s, named_reason, tallest_r
from ecg_chat.measurements.types import Measurements, Value
from ecg_chat.measurements.value_arithmetic import ratio_of
from ecg_chat.signals.ecg import CHEST_LEADS

# R of 3 mm or less in V3, or R falling from V1 to V3 (ecgstampede.com, poor R wave progression; other pages print
# "below 3 mm"). About 8 % of healthy people have it.
POOR_R_V3_MV = 0.3
POOR_DEFINITION = "yes where R in V3 is 0.30 mV or less, or R in V3 is smaller than in V1; a shape, not a diagnosis"


def r_transition(m: Measurements) -> Value:
    """Return the number of the first chest lead in which R is at least as large as S (3 stands for V3).

    The leads before it must be measurable, otherwise it might lie earlier.
    """
    for number, lead in enumerate(CHEST_LEADS, start=1):
        r, s = named_reason(tallest_r(m, lead), lead), deepest_s(m, lead)
        if r.value is None or s.value is None:
            return Value(None, "lead", reason=r.reason or f"{lead}: {s.reason}")
        if r.value >= s.value and r.value > 0:
            return Value(float(number), "lead", place=r.place, leads=(lead,), n_beats=r.n_beats)
    return Value(None, "lead", reason="R is smaller than S in every lead from V1 to V6")


def r_in_v3(m: Measurements) -> Value:
    """Return the first R of V3 in mV (an R' does not count: it is late conduction, not progression)."""
    return _first_r(m, "V3")


def poor_r_progression(m: Measurements) -> Value:
    """Return 1 if R is 0.3 mV or less in V3 or falls from V1 to V3, else 0; the note says the definition."""
    v1, v3 = _first_r(m, "V1"), r_in_v3(m)
    if v3.value is None or (v1.value is None and v3.value > POOR_R_V3_MV):
        return Value(None, "yes/no", reason=v3.reason or v1.reason)
    falls = v1.value is not None and v3.value < v1.value
    poor = float(falls or round(v3.value, 2) <= POOR_R_V3_MV)
    leads = tuple(lead for lead, value in (("V1", v1), ("V3", v3)) if value.value is not None)
    return Value(poor, "yes/no", place=v3.place, leads=leads, n_beats=v3.n_beats, note=POOR_DEFINITION)


def r_s_ratio_v1(m: Measurements) -> Value:
    """Return R over S in V1; not measurable where V1 has no S to compare with."""
    ratio = ratio_of(named_reason(tallest_r(m, "V1"), "V1"), named_reason(deepest_s(m, "V1"), "V1"))
    if ratio.value is None:
        return dataclasses.replace(ratio, unit="ratio")
    if math.isinf(ratio.value):
        return Value(None, "ratio", reason="V1 has an R and no S")
    return dataclasses.replace(ratio, unit="ratio", value=round(ratio.value, 2))


def _first_r(m: Measurements, lead: str) -> Value:
    values = m.per_lead.get(lead)
    return (
        Value(None, "mV", reason=f"lead {lead} was not recorded")
        if values is None
        else named_reason(values["r_mv"], lead)
    )
