"""Terminal part of P in V1: its force, and whether P is biphasic."""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import Delineation
from ecg_chat.measurements.lead_values import BASELINE_S
from ecg_chat.measurements.types import Measurements, Value
from ecg_chat.measurements.value_arithmetic import sum_of

LEAD = "V1"
# A deflection counts as a wave from 30 uV on (IEC 60601-2-51 Annex GG, as quoted by a maker).
WAVE_MV = 0.03


def p_terminal_force(m: Measurements) -> Value:
    """Return depth times duration of the negative second half of P in V1, in mV·ms (0 where it is not negative).

    1 mm deep for 40 ms, the usual sign of left atrial abnormality, is 0.04 mm·s = 4 mV·ms.
    """
    depth, length = _terminal(m)
    if depth.value is None or length.value is None:
        return Value(None, "mV·ms", reason=depth.reason or length.reason)
    both = sum_of(depth, length)  # for leads, beats and place
    force = abs(min(depth.value, 0.0)) * length.value
    return Value(round(force, 2), "mV·ms", place=depth.place, leads=(LEAD,), n_beats=both.n_beats, limited=both.limited)


def p_biphasic(m: Measurements, found: Delineation) -> Value:
    """Return 1 if P in V1 is first positive and then negative, each by at least 0.03 mV, else 0."""
    depth, _ = _terminal(m)
    if depth.value is None:
        return Value(None, "yes/no", reason=depth.reason)
    before = _height_before_lowest_mv(found)
    biphasic = float(depth.value <= -WAVE_MV and before >= WAVE_MV)
    place = m.per_lead[LEAD]["p_mv"].place
    return Value(biphasic, "yes/no", place=place, leads=(LEAD,), n_beats=depth.n_beats)


def _height_before_lowest_mv(found: Delineation) -> float:
    """Return the highest value of P in V1, from the level at its onset, before its lowest point."""
    assert found.median is not None
    assert found.p is not None
    fs_hz, r = found.prepared.fs_hz, found.median.r
    row = found.median.signal_mv[found.prepared.leads.index(LEAD)]
    on, off = (max(0, r + round(ms / 1000 * fs_hz)) for ms in (found.p.on_ms, found.p.off_ms))
    ground = float(row[max(0, on - round(BASELINE_S * fs_hz)) : on + 1].mean())
    part = row[on : off + 1] - ground
    return float(part[: int(np.argmin(part)) + 1].max())


def _terminal(m: Measurements) -> tuple[Value, Value]:
    values = m.per_lead.get(LEAD)
    if values is None:
        gone = Value(None, "mV", reason=f"lead {LEAD} was not recorded")
        return gone, gone
    if m.overall["p_ms"].value is None:  # a bump before some beats is no P wave of this rhythm
        gone = Value(None, "mV", reason=m.overall["p_ms"].reason)
        return gone, gone
    return values["p_terminal_mv"], values["p_terminal_ms"]
