"""How far a number in an answer may be from the measured one and still be called the same: the only place.

The numbers of an answer come from the measurements in the prompt, so a tolerance forgives rounding and nothing
else. It is no statement about how exact the measurement is.

=============  ==============  ===========================================================================
quantity       tolerance       reason
=============  ==============  ===========================================================================
rate           2 /min          rounding to a multiple of 5 (2.5 at most, rates are printed whole)
P, PR, QRS     5 ms            rounding to 10 ms; a quarter of what the eye resolves on paper (half a box)
QT, QTc        5 ms            rounding to 10 ms
RR             10 ms           1 /min at 75/min is 11 ms
axes           5 degrees       rounding to 10 degrees
amplitude      0.05 mV or 5 %  half a small box at 10 mm/mV
age            1 year          a birthday
share of beats 5 %             rounding to 10 %
=============  ==============  ===========================================================================

"about", "around", "~" double the tolerance. A comparison ("the QRS exceeds 120 ms") has none: it is held against
the measured number as it is printed.
"""

from __future__ import annotations

RATE_BPM = 2.0
INTERVAL_MS = 5.0
RR_MS = 10.0
AXIS_DEG = 5.0
AMPLITUDE_MV = 0.05
AMPLITUDE_SHARE = 0.05
AGE_YEARS = 1.0
SHARE = 0.05
ABOUT_FACTOR = 2.0
ROUNDING = 1e-6
"""Keeps a difference of exactly the tolerance inside, whatever binary fractions do to it."""

SUPPORTED_FROM_PROBABILITY = 0.5
"""The network's probability from which it counts as saying that a statement holds: more likely than not."""
CONTRADICTED_BELOW_PROBABILITY = 0.1
"""Below this the network counts as saying that it does not hold; in between nobody decides."""

ST_RAISED_MV = 0.1
ST_LOWERED_MV = -0.05
"""1 mm up and 0.5 mm down at J (4th Universal Definition of MI 2018; V2-V3: `ecg_chat.conversation.limit_words`)."""
ST_NOT_RAISED_MV = 0.05
"""A claimed elevation of less than half a millimetre is wrong; between half and one it is a matter of words."""
ST_NOT_LOWERED_MV = -0.02
T_INVERTED_MV = -0.03
T_UPRIGHT_MV = 0.03
"""A deflection counts as a wave from 30 µV on (IEC 60601-2-51 Annex GG, as quoted by a maker)."""
T_FLAT_MV = 0.1
WAVE_MV = 0.03
Q_PATHOLOGICAL_MS = 30.0
Q_PATHOLOGICAL_MV = 0.1
"""4th Universal Definition of MI 2018, leads other than V2-V3."""

P_WAVES_ABSENT_SHARE = 0.2
"""Own choice: P before one of five beats or fewer is "no P waves"."""


def tolerance_of(measure: str, measured: float, *, about: bool = False) -> float:
    """Return the tolerance in the unit of `measure`.

    Parameters
    ----------
    measure : str
        Key of `ecg_chat.measurements.types.GLOBAL_UNITS` or ``LEAD_UNITS``, or ``age_years``.
    measured : float
        The measured value, in the unit of the key.
    about : bool
        Whether the answer says "about".
    """
    if measure == "heart_rate_bpm":
        base = RATE_BPM
    elif measure.startswith("rr_"):
        base = RR_MS
    elif measure.endswith("_ms"):
        base = INTERVAL_MS
    elif measure.endswith("_deg"):
        base = AXIS_DEG
    elif measure.endswith("_mv"):
        base = max(AMPLITUDE_MV, AMPLITUDE_SHARE * abs(measured))
    elif measure == "age_years":
        base = AGE_YEARS
    else:
        raise ValueError(f"no tolerance for {measure!r}")
    return base * (ABOUT_FACTOR if about else 1.0)


def agrees(measure: str, said: float, measured: float, *, about: bool = False) -> bool:
    """Whether a number said is the measured one within tolerance (axes: around the circle)."""
    difference = abs(said - measured)
    if measure.endswith("_deg"):
        difference = min(difference % 360.0, 360.0 - difference % 360.0)
    return difference <= tolerance_of(measure, measured, about=about) + ROUNDING
