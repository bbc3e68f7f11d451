"""The measurements of one recording as one row of numbers, for classifiers that reason from measured values.

What could not be measured is NaN; nothing is filled in. The order is that of `FEATURES`, whose names say the unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ecg_chat.measurements.rhythm_facts import LABELS
from ecg_chat.measurements.types import DERIVED_UNITS, GLOBAL_UNITS, LEAD_UNITS, Beat, Measurements
from ecg_chat.signals.ecg import STANDARD_LEADS

SPREADS = ("p_ms", "pr_ms", "qrs_ms", "qt_ms")
LIMB, CHEST = STANDARD_LEADS[:6], STANDARD_LEADS[6:]
WITHOUT_AVR = tuple(lead for lead in STANDARD_LEADS if lead != "aVR")  # its T and Q look the other way
INVERTED_T_MV, FLAT_T_MV, DEEP_Q_MV = -0.05, 0.1, -0.1
"""T waves below the first are counted as inverted, within the second as flat, Q waves below the third as deep. They are
inputs of a classifier, not criteria: it finds its own limits on the values themselves."""
ROUNDING_S = 0.002
LEAST_VARIATION_S = 0.001
"""RR intervals that vary less than this are taken as uncorrelated: what is left is rounding."""
LENGTHS_S = (4.9, 61.0)
"""Five seconds to a minute, give or take: `evaluate robustness` covers these lengths."""
SILENCING = frozenset({"flat", "missing"})
"""Quality flags of a lead that has no waves to measure; noise has."""
REGULARITIES: Mapping[str, float] = {"regular": 0.0, "irregular": 1.0, "irregularly irregular": 2.0}

_BEATS = ("premature_share", "ectopic_share", "premature_ectopic_share", "paced_share")
_RR = (
    "rr_change_median_s",
    "rr_variation",
    "rr_change_largest",
    "rr_serial_correlation",
    "rr_alternation_share",
    "rr_shortest",
    "rr_longest",
)
_OVER_LEADS = (
    "limb_qrs_largest_mv",
    "limb_qrs_mean_mv",
    "limb_qrs_smallest_mv",
    "chest_qrs_largest_mv",
    "chest_qrs_mean_mv",
    "chest_qrs_smallest_mv",
    "st_j60_lowest_mv",
    "st_j60_highest_mv",
    "t_lowest_mv",
    "t_highest_mv",
    "inverted_t_leads",
    "flat_t_leads",
    "q_deepest_mv",
    "deep_q_leads",
)
_RHYTHM = ("regularity", "p_share", "pr_constant", "p_upright_ii", "p_inverted_avr", "pause_longest_ms", "spikes")

FEATURES: tuple[str, ...] = (
    *GLOBAL_UNITS,
    *(f"{name} spread" for name in SPREADS),
    *(f"{lead} {name}" for lead in STANDARD_LEADS for name in LEAD_UNITS),
    *DERIVED_UNITS,
    *_RHYTHM,
    *(f"{fact} {part}" for fact in LABELS for part in ("holds", "value")),
    *_BEATS,
    *_RR,
    *_OVER_LEADS,
    *(f"{lead} quality flags" for lead in STANDARD_LEADS),
)
"""Names of the numbers. What varies or is longest of RR is told as a share of the mean or median RR, unless its name
says s; the correlation is Pearson's, of each interval with the one before it."""
FEATURES_VERSION = 1
"""Counts up when a number keeps its name and is computed in another way."""


def feature_vector(measurements: Measurements) -> NDArray[np.float32]:
    """Return the measurements in the order of `FEATURES`.

    Parameters
    ----------
    measurements : Measurements

    Returns
    -------
    ndarray of float32, shape (len(FEATURES),)
        NaN where something could not be measured, or was not by an older version.
    """
    m = measurements
    numbers: list[float | None] = [m.overall[name].value for name in GLOBAL_UNITS]
    numbers += [m.overall[name].spread for name in SPREADS]
    numbers += [_of_lead(m, lead, name) for lead in STANDARD_LEADS for name in LEAD_UNITS]
    numbers += [m.derived[name].value if name in m.derived else None for name in DERIVED_UNITS]
    numbers += _rhythm(m)
    numbers += _beats(m.beats) + _rr(m) + _over_leads(m)
    numbers += [float(len(m.quality[lead])) if lead in m.quality else None for lead in STANDARD_LEADS]
    return np.array([math.nan if number is None else number for number in numbers], np.float32)


def is_complete(measurements: Measurements) -> bool:
    """Whether the numbers mean what they mean for the recordings that classifiers learn from.

    They do not where beats or QRS complexes were not found, where a standard lead is absent, flat or mostly missing
    (values over several leads then mean something else), or in recordings shorter or longer than `LENGTHS_S`.
    """
    m = measurements
    if not m.beats or m.get("qrs_ms") is None or not LENGTHS_S[0] <= m.duration_s <= LENGTHS_S[1]:
        return False
    return all(lead in m.leads and not SILENCING & set(m.quality.get(lead, ())) for lead in STANDARD_LEADS)


def _of_lead(m: Measurements, lead: str, name: str) -> float | None:
    return m.get(name, lead) if lead in m.per_lead else None


def _rhythm(m: Measurements) -> list[float | None]:
    r = m.rhythm
    said: list[float | None] = [REGULARITIES.get(r.regularity)]
    said += [r.p_share, _flag(r.pr_constant), _flag(r.p_upright_ii), _flag(r.p_inverted_avr)]
    said += [r.pause_longest_ms, None if r.pacing_spikes is None else float(r.pacing_spikes)]
    for name in LABELS:
        fact = r.fact(name)
        said += [None, None] if fact is None else [_flag(fact.holds), fact.value]
    return said


def _flag(holds: bool | None) -> float | None:
    return None if holds is None else float(holds)


def _beats(beats: tuple[Beat, ...]) -> list[float | None]:
    """Shares of the beats that came early, are not of the dominant form, both, or are paced."""
    if not beats:
        return [None] * len(_BEATS)
    early = np.array([beat.premature for beat in beats])
    ectopic = np.array([beat.kind != "dominant" for beat in beats])
    paced = np.array([beat.paced for beat in beats])
    return [float(share.mean()) for share in (early, ectopic, early & ectopic, paced)]


def _rr(m: Measurements) -> list[float | None]:
    """How the RR intervals vary from beat to beat, which means and standard deviations do not say.

    An interval longer than ``rr_max_ms`` lies over a gap of the recording and is none.
    """
    longest_ms = m.get("rr_max_ms")
    all_s = np.diff([beat.r_s for beat in m.beats])
    whole = all_s <= (math.inf if longest_ms is None else longest_ms / 1000.0 + ROUNDING_S)
    rr_s = all_s[whole]
    before, after = all_s[:-1][whole[:-1] & whole[1:]], all_s[1:][whole[:-1] & whole[1:]]
    if len(rr_s) < 3 or len(after) < 2:
        return [None] * len(_RR)
    change_s, median_s = after - before, float(np.median(rr_s))
    varies = min(after.std(), before.std()) > LEAST_VARIATION_S
    return [
        float(np.median(np.abs(change_s))),
        float(rr_s.std() / rr_s.mean()),
        float(np.abs(change_s).max() / rr_s.mean()),
        float(np.corrcoef(after, before)[0, 1]) if varies else 0.0,
        float((change_s[1:] * change_s[:-1] < 0).mean()),
        float(rr_s.min() / median_s),
        float(rr_s.max() / median_s),
    ]


def _over_leads(m: Measurements) -> list[float | None]:
    """Voltages, ST and T over several leads."""
    numbers: list[float | None] = []
    for leads in (LIMB, CHEST):
        heights = _known(m, leads, "r_mv", "s_mv")
        numbers += [_of(max, heights), _of(_mean, heights), _of(min, heights)]
    st = _known(m, STANDARD_LEADS, "st_j60_mv")
    t, q = _known(m, WITHOUT_AVR, "t_mv"), _known(m, WITHOUT_AVR, "q_mv")
    numbers += [_of(min, st), _of(max, st), _of(min, t), _of(max, t)]
    numbers += [_count(t, lambda mv: mv < INVERTED_T_MV), _count(t, lambda mv: abs(mv) < FLAT_T_MV)]
    return [*numbers, _of(min, q), _count(q, lambda mv: mv < DEEP_Q_MV)]


def _known(m: Measurements, leads: Iterable[str], *names: str) -> list[float]:
    """Return the value of each lead in which all of the named ones are known; of several the sum of their sizes."""
    found = []
    for lead in leads:
        values = [_of_lead(m, lead, name) for name in names]
        known = [value for value in values if value is not None]
        if len(known) == len(names):
            found.append(known[0] if len(names) == 1 else sum(map(abs, known)))
    return found


def _of(how: Callable[[list[float]], float], values: list[float]) -> float | None:
    return how(values) if values else None


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def _count(values: list[float], counts: Callable[[float], bool]) -> float | None:
    return float(sum(map(counts, values))) if values else None
