"""Numbers that criteria compare but nobody measures directly: voltage sums, ratios, counts of early beats.

Each is worked out from `Measurements` with its unit and place, or is None with the reason. 1 mm = 0.1 mV at 10 mm/mV.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from itertools import pairwise

from ecg_chat.measurements.qrs_heights import deepest_s, tallest_r
from ecg_chat.measurements.rhythm_pattern import ectopic_beats, repeats_of
from ecg_chat.measurements.types import Beat, Measurements, Span, Value
from ecg_chat.measurements.value_arithmetic import largest_of, ratio_of, sum_of
from ecg_chat.measurements.voltage_sums import cornell, cornell_product, sokolow_lyon
from ecg_chat.signals.ecg import CHEST_LEADS, LIMB_LEADS

MM_PER_MV = 10.0


def _sokolow(m: Measurements, sex: str | None) -> Value:
    return sokolow_lyon(m)


def _cornell(m: Measurements, sex: str | None) -> Value:
    return cornell(m)


def _cornell_product(m: Measurements, sex: str | None) -> Value:
    """Cornell product in mm·ms, the unit in which its limit is known."""
    product = cornell_product(m, sex)
    number = None if product.value is None else product.value * MM_PER_MV
    return dataclasses.replace(product, value=number, unit="mm·ms")


def _rvh_sum(m: Measurements, sex: str | None) -> Value:
    """R in V1 plus the deeper S of V5 and V6."""
    return sum_of(tallest_r(m, "V1"), largest_of(deepest_s(m, "V5"), deepest_s(m, "V6")))


def _largest_peak_to_peak(leads: tuple[str, ...]) -> Callable[[Measurements, str | None], Value]:
    def largest(m: Measurements, sex: str | None) -> Value:
        present = [lead for lead in leads if lead in m.per_lead]
        missing = [lead for lead in leads if lead not in m.per_lead]
        if missing:
            return Value(None, "mV", reason=f"lead {missing[0]} was not recorded")
        return largest_of(*(_peak_to_peak(m, lead) for lead in present))

    return largest


def _peak_to_peak(m: Measurements, lead: str) -> Value:
    return sum_of(tallest_r(m, lead), deepest_s(m, lead))


def _early(*kinds: str) -> Callable[[Measurements, str | None], Value]:
    """Count the early beats of these kinds."""

    def counted(m: Measurements, sex: str | None) -> Value:
        if not m.beats:
            return Value(None, "", reason="no beats were found")
        early = [beat for beat in m.beats if beat.premature and beat.kind in kinds]
        return Value(float(len(early)), "", place=_place(early), n_beats=len(early))

    return counted


def _place(beats: list[Beat]) -> Span | None:
    if not beats:
        return None
    beat = beats[0]
    start = beat.qrs_on_s if beat.qrs_on_s is not None else beat.r_s - 0.1
    stop = beat.qrs_off_s if beat.qrs_off_s is not None else beat.r_s + 0.1
    return Span(max(start, 0.0), max(stop, 0.0))


def _pp_range(m: Measurements, sex: str | None) -> Value:
    """Longest minus shortest PP interval between consecutive ordinary beats."""
    intervals = []
    for before, after in pairwise(m.beats):
        ordinary = before.kind == after.kind == "dominant" and not before.premature and not after.premature
        if ordinary and before.p_peak_s is not None and after.p_peak_s is not None:
            intervals.append(1000.0 * (after.p_peak_s - before.p_peak_s))
    if len(intervals) < 3:
        return Value(None, "ms", reason="fewer than three PP intervals of ordinary beats")
    return Value(max(intervals) - min(intervals), "ms", n_beats=len(intervals) + 1)


def _pattern(period: int, name: str) -> Callable[[Measurements, str | None], Value]:
    """How often in a row every ``period``-th beat is ectopic: of another kind, early, or with a pause behind it.

    The rhythm facts say it; what an older version measured has none, then the beats are counted.
    """

    def repeats(m: Measurements, sex: str | None) -> Value:
        fact = m.rhythm.fact(name)
        if fact is not None and fact.holds is None:
            return Value(None, "", reason=fact.text)
        if fact is not None and fact.value is not None:
            return Value(fact.value, "", place=fact.places[0] if fact.places else None, n_beats=len(fact.places))
        if len(m.beats) < 2 * period:
            return Value(None, "", reason="too few beats for a pattern")
        ectopic = ectopic_beats([b.r_s for b in m.beats], [b.kind for b in m.beats], [b.premature for b in m.beats])
        best, _ = repeats_of(ectopic, period)
        return Value(float(best), "", place=_place([m.beats[i] for i in ectopic]), n_beats=len(ectopic))

    return repeats


def _spikes_per_beat(m: Measurements, sex: str | None) -> Value:
    spikes = m.rhythm.pacing_spikes
    if spikes is None:
        return Value(None, "", reason="the sampling rate does not show pacing spikes")
    if not m.beats:
        return Value(None, "", reason="no beats were found")
    made = [m.rhythm.fact(name) for name in ("atrial_pacing", "ventricular_pacing")]
    if spikes and all(fact is not None and fact.holds is False for fact in made):
        return Value(0.0, "", n_beats=len(m.beats))  # spikes that no P or QRS follows do not pace
    return Value(spikes / len(m.beats), "", n_beats=len(m.beats))


def _share(m: Measurements, sex: str | None) -> Value:
    share = m.rhythm.p_share
    if share is None:
        return Value(None, "%", reason="P waves were not judged")
    return Value(100.0 * share, "%")


def _qs(m: Measurements, lead: str) -> Value:
    """Depth of a QRS that has no upward deflection at all (a QS), else 0."""
    r, s = tallest_r(m, lead), deepest_s(m, lead)
    if r.value is None or s.value is None:
        return r if r.value is None else s
    return Value(s.value if r.value < 0.03 else 0.0, "mV", place=s.place, leads=(lead,), limited=s.limited)


def _t_share(m: Measurements, lead: str) -> Value:
    return ratio_of(m.per_lead[lead]["t_mv"], tallest_r(m, lead))


def _s_over_r(m: Measurements, lead: str) -> Value:
    """Duration of S minus that of R: positive when S is longer."""
    values = m.per_lead[lead]
    s, r = values["s_ms"], values["r_ms"]
    if s.value is None or r.value is None:
        return Value(None, "ms", reason=s.reason or r.reason)
    return Value(s.value - r.value, "ms", place=s.place, leads=(lead,), limited=s.limited)


GLOBAL: Mapping[str, tuple[str, Callable[[Measurements, str | None], Value]]] = {
    "sokolow_lyon_mv": ("Sokolow-Lyon sum (S V1 + taller R of V5, V6)", _sokolow),
    "cornell_mv": ("Cornell sum (R aVL + S V3)", _cornell),
    "cornell_product_mm_ms": ("Cornell product", _cornell_product),
    "rvh_sum_mv": ("R V1 + deeper S of V5, V6", _rvh_sum),
    "largest_limb_qrs_mv": ("largest QRS of the limb leads", _largest_peak_to_peak(LIMB_LEADS)),
    "largest_chest_qrs_mv": ("largest QRS of the chest leads", _largest_peak_to_peak(CHEST_LEADS)),
    "early_ventricular_beats": ("early ventricular beats", _early("ventricular")),
    "early_supraventricular_beats": ("early supraventricular beats", _early("supraventricular", "dominant")),
    "early_beats": ("early beats", _early("ventricular", "supraventricular", "unclassified", "dominant")),
    "pp_range_ms": ("longest minus shortest PP", _pp_range),
    "bigeminy_repeats": ("every second beat ectopic, times in a row", _pattern(2, "bigeminy")),
    "trigeminy_repeats": ("every third beat ectopic, times in a row", _pattern(3, "trigeminy")),
    "pacing_spikes_per_beat": ("pacing spikes per beat", _spikes_per_beat),
    "p_share_percent": ("beats with a P wave before them", _share),
}

PER_LEAD: Mapping[str, tuple[str, Callable[[Measurements, str], Value]]] = {
    "r_tallest_mv": ("tallest R", tallest_r),
    "s_depth_mv": ("S depth", deepest_s),
    "r_to_s": ("R/S ratio", lambda m, lead: ratio_of(tallest_r(m, lead), deepest_s(m, lead))),
    "t_to_r": ("T/R ratio", _t_share),
    "qs_depth_mv": ("QS depth", _qs),
    "s_minus_r_ms": ("S longer than R by", _s_over_r),
    "qrs_peak_to_peak_mv": ("QRS peak to peak", _peak_to_peak),
}
