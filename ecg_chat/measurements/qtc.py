"""QT corrected for rate, by four formulas (table "QTc formulas" of the thresholds note: EP-QT, QTV)."""

from __future__ import annotations

import math


def bazett(qt_ms: float, rr_ms: float) -> float:
    """QT / root of RR."""
    return qt_ms / math.sqrt(rr_ms / 1000)


def fridericia(qt_ms: float, rr_ms: float) -> float:
    """QT / cube root of RR."""
    return float(qt_ms / (rr_ms / 1000) ** (1 / 3))


def framingham(qt_ms: float, rr_ms: float) -> float:
    """QT + 154 ms (1 - RR in s)."""
    return qt_ms + 154 * (1 - rr_ms / 1000)


def hodges(qt_ms: float, rr_ms: float) -> float:
    """QT + 1.75 ms (rate - 60)."""
    return qt_ms + 1.75 * (60000 / rr_ms - 60)


FORMULAS = {
    "qtc_bazett_ms": bazett,
    "qtc_fridericia_ms": fridericia,
    "qtc_framingham_ms": framingham,
    "qtc_hodges_ms": hodges,
}
