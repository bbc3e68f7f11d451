"""Numbers that criteria compare but nobody measures directly: voltage sums, ratios, counts of early beats.

Each is worked out from `Measurements` with its unit and place, or is None with the reason. 1 mm = 0.1 mV at 10 mm/mV.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from ecg_chat.measurements.rhythm_pattern import ectopic_beats, repeats_of
from ecg_chat.measurements.types import Beat, Measurements, Span, Value
from ecg_chat.signals.ecg import CHEST_LEADS, LIMB_LEADS

MM_PER_MV = 10.0
# Women's Cornell sum gains 8 mm before it is multiplied (LVH criteria table PMC4750022).
CORNELL_WOMEN_MM = 8.0


def tallest_r(m: Measurements, lead: str) -> Value:
    """Tallest upward deflection of the QRS."""
    return _largest(m, lead, ("r_mv", "r_prime_mv"), 1.0)


def deepest_s(m: Measurements, lead: str) -> Value:
    """Depth of the deepest downward deflection of the QRS (QS included), as a positive number."""
    return _largest(m, lead, ("s_mv", "s_prime_mv", "q_mv"), -1.0)


def _largest(m: Measurements, lead: str, names: tuple[str, ...], sign: float) -> Value:
    values = m.per_lead.get(lead)
    if values is None:
        return Value(None, "mV", reason=f"lead {lead} was not recorded")
    first = values[names[0]]
    if first.value is None:
        return first
    numbers = [values[name].value for name in names]
    height = max(sign * number for number in numbers if number is not None)
    return Value(max(height, 0.0), "mV", place=first.place, leads=(lead,), n_beats=first.n_beats, limited=first.limited)


def _add(*terms: Value, factor: float = 1.0, unit: str = "mV") -> Value:
    """Sum of values; None with the reason of the first that is missing."""
    for term in terms:
        if term.value is None:
            return Value(None, unit, reason=term.reason)
    total = sum(term.value for term in terms if term.value is not None)
    leads = tuple(dict.fromkeys(lead for term in terms for lead in term.leads))
    limited = next((term.limited for term in terms if term.limited), "")
    return Value(total * factor, unit, place=terms[0].place, leads=leads, limited=limited)


def _max(*options: Value) -> Value:
    """Largest value; one that is missing makes the maximum unknown."""
    for option in options:
        if option.value is None:
            return option
    return max(options, key=lambda option: option.value or 0.0)


def _sokolow(m: Measurements, sex: str | None) -> Value:
    """S in V1 plus the taller R of V5 and V6 (LVH criteria table PMC4750022)."""
    return _add(deepest_s(m, "V1"), _max(tallest_r(m, "V5"), tallest_r(m, "V6")))


def _cornell(m: Measurements, sex: str | None) -> Value:
    """R in aVL plus S in V3 (LVH criteria table PMC4750022)."""
    return _add(tallest_r(m, "aVL"), deepest_s(m, "V3"))


def _cornell_product(m: Measurements, sex: str | None) -> Value:
    """Cornell sum (women + 8 mm) times QRS duration in mm·ms (LVH criteria table PMC4750022)."""
    cornell, qrs = _cornell(m, sex), m.overall["qrs_ms"]
    if cornell.value is None or qrs.value is None:
        return Value(None, "mm·ms", reason=cornell.reason or qrs.reason)
    if sex is None:
        return Value(None, "mm·ms", reason="sex not given")
    height_mm = cornell.value * MM_PER_MV + (CORNELL_WOMEN_MM if sex == "female" else 0.0)
    return Value(height_mm * qrs.value, "mm·ms", place=cornell.place, leads=cornell.leads, limited=qrs.limited)


def _rvh_sum(m: Measurements, sex: str | None) -> Value:
    """R in V1 plus the deeper S of V5 and V6."""
    return _add(tallest_r(m, "V1"), _max(deepest_s(m, "V5"), deepest_s(m, "V6")))


def _largest_peak_to_peak(leads: tuple[str, ...]) -> Callable[[Measurements, str | None], Value]:
    def largest(m: Measurements, sex: str | None) -> Value:
        present = [lead for lead in leads if lead in m.per_lead]
        missing = [lead for lead in leads if lead not in m.per_lead]
        if missing:
            return Value(None, "mV", reason=f"lead {missing[0]} was not recorded")
        return _max(*(_peak_to_peak(m, lead) for lead in present))

    return largest


def _peak_to_peak(m: Measurements, lead: str) -> Value:
    return _add(tallest_r(m, lead), deepest_s(m, lead))


def _ratio(top: Value, bottom: Value) -> Value:
    """Quotient; a denominator of (nearly) zero gives infinity, as a pure R has no S to be compared with."""
    if top.value is None or bottom.value is None:
        return Value(None, "", reason=top.reason or bottom.reason)
    quotient = top.value / bottom.value if abs(bottom.value) > 1e-6 else (float("inf") if top.value > 0 else 0.0)
    return Value(quotient, "", place=top.place, leads=top.leads, limited=top.limited)


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
    return _ratio(m.per_lead[lead]["t_mv"], tallest_r(m, lead))


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
    "r_to_s": ("R/S ratio", lambda m, lead: _ratio(tallest_r(m, lead), deepest_s(m, lead))),
    "t_to_r": ("T/R ratio", _t_share),
    "qs_depth_mv": ("QS depth", _qs),
    "s_minus_r_ms": ("S longer than R by", _s_over_r),
    "qrs_peak_to_peak_mv": ("QRS peak to peak", _peak_to_peak),
}
