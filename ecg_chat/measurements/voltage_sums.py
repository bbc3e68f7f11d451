"""Voltage criteria of left ventricular hypertrophy as numbers: Sokolow-Lyon, Cornell, Peguero-Lo Presti.

The sums alone (`sokolow_lyon`, `cornell`, …) are what criteria and claims compare. `voltage_values` gives them as
measured values of a recording: not measurable where the QRS is wide or paced, because the limits are those of narrow
conduction (AHA/ACCF/HRS 2009 part V). 1 mm = 0.1 mV at 10 mm/mV.
"""

from __future__ import annotations

import dataclasses

from ecg_chat.measurements.pacing import is_paced
from ecg_chat.measurements.qrs_heights import deepest_after_r, deepest_s, named_reason, tallest_r
from ecg_chat.measurements.types import DERIVED_UNITS, Measurements, Value
from ecg_chat.measurements.value_arithmetic import largest_of, sum_of
from ecg_chat.signals.ecg import STANDARD_LEADS, Sex

# Women's Cornell sum gains 8 mm before it is multiplied (LVH criteria table PMC4750022).
CORNELL_WOMEN_MV = 0.8
# Complete bundle branch block in adults begins here (AHA/ACCF/HRS 2009 part III).
WIDE_QRS_MS = 120.0
VOLTAGE_NAMES = ("sokolow_lyon_mv", "cornell_mv", "cornell_product_mv_ms", "peguero_mv")


def sokolow_lyon(m: Measurements, *, one_is_enough: bool = False) -> Value:
    """Return S in V1 plus the taller R of V5 and V6, in mV (Sokolow and Lyon; table PMC4750022).

    With one of V5 and V6 missing the sum is unknown; with ``one_is_enough`` the other decides and the value's note
    says so: it is then the least that the sum can be.
    """
    sides = {lead: named_reason(tallest_r(m, lead), lead) for lead in ("V5", "V6")}
    present = [lead for lead, value in sides.items() if value.value is not None]
    note = ""
    if one_is_enough and len(present) == 1:
        gone = next(value.reason for lead, value in sides.items() if lead not in present)
        note = f"{present[0]} alone decides ({gone}): the sum can be larger"
        sides = {present[0]: sides[present[0]]}
    total = sum_of(named_reason(deepest_s(m, "V1"), "V1"), largest_of(*sides.values()))
    return dataclasses.replace(total, note=note) if total.value is not None else total


def cornell(m: Measurements) -> Value:
    """Return R in aVL plus S in V3, in mV (table PMC4750022)."""
    return sum_of(named_reason(tallest_r(m, "aVL"), "aVL"), named_reason(deepest_s(m, "V3"), "V3"))


def cornell_product(m: Measurements, sex: str | None) -> Value:
    """Return Cornell sum (women + 0.8 mV) times QRS duration, in mV·ms (table PMC4750022; 244 mV·ms = 2440 mm·ms)."""
    height, qrs = cornell(m), m.overall["qrs_ms"]
    if height.value is None or qrs.value is None:
        return Value(None, "mV·ms", reason=height.reason or qrs.reason)
    if sex is None:
        return Value(None, "mV·ms", reason="sex not given")
    added = CORNELL_WOMEN_MV if sex == "female" else 0.0
    note = f"{CORNELL_WOMEN_MV:g} mV added to the sum for a woman" if added else ""
    product = (height.value + added) * qrs.value
    return dataclasses.replace(height, value=product, unit="mV·ms", limited=qrs.limited, note=note)


def peguero(m: Measurements) -> Value:
    """Return the deepest S of any lead plus S in V4, in mV (Peguero and Lo Presti 2017).

    A QS counts as S. Leads that are missing take no part and the note names them, because theirs could be deeper.
    """
    s_v4 = named_reason(deepest_after_r(m, "V4"), "V4")
    depths = {lead: deepest_after_r(m, lead) for lead in STANDARD_LEADS}
    known = {lead: value for lead, value in depths.items() if value.value is not None}
    if s_v4.value is None or not known:
        return Value(None, "mV", reason=s_v4.reason)
    deepest = max(known, key=lambda lead: known[lead].value or 0.0)
    absent = [lead for lead in STANDARD_LEADS if lead not in known]
    note = f"deepest S in {deepest}"
    if absent:
        note += f"; without {', '.join(absent)}: the sum can be larger"
    total = sum_of(known[deepest], s_v4)
    return dataclasses.replace(total, note=note)


def voltage_values(m: Measurements, sex: Sex | None) -> dict[str, Value]:
    """Return the four values; each is None with the reason where a lead is missing or the criterion does not apply."""
    reason = not_applicable(m)
    values = {
        "sokolow_lyon_mv": sokolow_lyon(m, one_is_enough=True),
        "cornell_mv": cornell(m),
        "cornell_product_mv_ms": cornell_product(m, sex),
        "peguero_mv": peguero(m),
    }
    return {
        name: Value(None, DERIVED_UNITS[name], reason=reason) if reason and value.value is not None else _rounded(value)
        for name, value in values.items()
    }


def not_applicable(m: Measurements) -> str:
    """Return why voltage criteria say nothing here, or ""."""
    qrs_ms = m.overall["qrs_ms"]
    if is_paced(m):
        return "the beats are paced: voltage criteria are for conducted beats"
    if qrs_ms.value is None:
        return f"whether the QRS is narrow is not known ({qrs_ms.reason})"
    if qrs_ms.value >= WIDE_QRS_MS:
        return f"the QRS is wide ({qrs_ms.value:.0f} ms): voltage criteria are for a QRS below {WIDE_QRS_MS:.0f} ms"
    return ""


def _rounded(value: Value) -> Value:
    if value.value is None:
        return value
    return dataclasses.replace(value, value=round(value.value, 1 if value.unit == "mV·ms" else 3))
