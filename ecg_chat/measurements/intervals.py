"""P, PR, QRS, QT and QTc of the median beat."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ecg_chat.delineation.types import Delineation, Floats
from ecg_chat.measurements.qtc import FORMULAS
from ecg_chat.measurements.types import Regularity, Value
from ecg_chat.measurements.values import Origin, missing, number, with_beats

P_SHARE_NEEDED = 0.5
QT_RANGE_MS = (200.0, 760.0)
QRS_RANGE_MS = (40.0, 240.0)
FASTEST_RR_MS = 270.0  # above about 220/min QRS and T run into each other


def p_problem(found: Delineation, p_share: float | None) -> str:
    """Return why P and PR are not given, or ""."""
    if found.problem:
        return found.problem
    if found.p is None:
        return found.p_reason or "no P wave was found"
    if p_share is not None and p_share < P_SHARE_NEEDED:
        return "no P wave found before most beats"
    return ""


def interval_values(found: Delineation, p_share: float | None, origin: Origin) -> dict[str, Value]:
    """Global intervals: earliest onset to latest end over the usable leads (A3; M1 to M4, M8)."""
    out: dict[str, Value] = {}
    reason = p_problem(found, p_share)
    if reason or found.p is None or found.qrs is None:
        out["p_ms"], out["pr_ms"] = missing("p_ms", reason), missing("pr_ms", reason)
    else:
        p, q = found.p, found.qrs
        out["p_ms"] = interval("p_ms", p.on_ms, p.off_ms, found, origin)
        out["pr_ms"] = interval("pr_ms", p.on_ms, q.on_ms, found, origin)
    out["qrs_ms"] = qrs_value(found, origin)
    out["qt_ms"] = qt_value(found, origin)
    return out


LIMITS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "p_ms": (("p", "on_ms"), ("p", "off_ms")),
    "pr_ms": (("p", "on_ms"), ("qrs", "on_ms")),
    "qrs_ms": (("qrs", "on_ms"), ("qrs", "off_ms")),
    "qt_ms": (("qrs", "on_ms"), ("t", "off_ms")),
}
"""Interval → its two boundaries: wave and side."""


def lengths_of(name: str, found: Delineation) -> Floats:
    """Length of an interval in each beat of the median that shows both boundaries, in ms."""
    if found.median is None:
        return np.zeros(0)
    lengths = []
    for i in found.median.members:
        ends = []
        for wave, side in LIMITS[name]:
            own = getattr(found.beat_waves[i], wave) if found.beat_waves else None
            ends.append(None if own is None else float(getattr(own, side)))
        if ends[0] is not None and ends[1] is not None:
            lengths.append(ends[1] - ends[0])
    return np.array(lengths)


def interval(name: str, first_ms: float, last_ms: float, found: Delineation, origin: Origin) -> Value:
    """Return an interval between two global boundaries; its spread is the standard deviation over the beats."""
    lengths = lengths_of(name, found)
    spread = float(lengths.std(ddof=1)) if lengths.size > 1 else None
    value = number(name, last_ms - first_ms, origin, origin.span(first_ms, last_ms), spread=spread, digits=0)
    return with_beats(value, int(lengths.size)) if lengths.size else value


def qrs_value(found: Delineation, origin: Origin) -> Value:
    """QRS duration."""
    if found.qrs is None:
        return missing("qrs_ms", found.problem or found.qrs_reason or "no QRS complex was found")
    q = found.qrs
    if found.median is not None and found.median.rr_ms < FASTEST_RR_MS:
        return missing("qrs_ms", "the beats follow too fast to see where the QRS ends")
    length = q.off_ms - q.on_ms
    if not QRS_RANGE_MS[0] <= length <= QRS_RANGE_MS[1]:
        return missing("qrs_ms", "the limits of the QRS complex are not clear")
    return interval("qrs_ms", q.on_ms, q.off_ms, found, origin)


def qt_value(found: Delineation, origin: Origin) -> Value:
    """QT: QRS onset to T end."""
    if found.qrs is None or found.t is None:
        return missing("qt_ms", found.problem or found.t_reason or "no T wave was found")
    if qrs_value(found, origin).value is None:
        return missing("qt_ms", "QT begins with the QRS complex, whose limits are not clear")
    length = found.t.off_ms - found.qrs.on_ms
    if not QT_RANGE_MS[0] <= length <= QT_RANGE_MS[1]:
        return missing("qt_ms", "the end of the T wave is not clear")
    return interval("qt_ms", found.qrs.on_ms, found.t.off_ms, found, origin)


def qtc_values(qt: Value, rr_mean: Value, regularity: Regularity, n_beats: int) -> dict[str, Value]:
    """QTc by four formulas.

    In an irregularly irregular rhythm QT comes from the median over the beats and RR is the mean; M12 asks for at
    least five beats then, with fewer the values are None.
    """
    reason = ""
    if qt.value is None:
        reason = f"QT is not measurable: {qt.reason}"
    elif rr_mean.value is None:
        reason = f"the rate is not measurable: {rr_mean.reason}"
    elif regularity == "irregularly irregular" and n_beats < 5:
        reason = "the rhythm is irregular and fewer than five beats can be averaged"
    if reason or qt.value is None or rr_mean.value is None:
        return {name: missing(name, reason) for name in FORMULAS}
    origin = Origin(qt.leads, n_beats, 0.0, qt.limited)
    note = "averaged over beats of an irregular rhythm" if regularity == "irregularly irregular" else ""
    out = {}
    for name, formula in FORMULAS.items():
        corrected = formula(qt.value, rr_mean.value)
        if not np.isfinite(corrected):
            out[name] = missing(name, "could not be computed")
            continue
        limited = "; ".join(part for part in (origin.limited, note) if part)
        out[name] = number(name, corrected, Origin(qt.leads, n_beats, 0.0, limited), qt.place, digits=0)
    return out
