"""Pauses, escape beats, bigeminy, trigeminy, couplets and runs, from the times and kinds of the beats.

Definitions: Life in the Fast Lane ECG library; runs of ventricular beats: AHA/ACC/HRS 2017 (three or more, above
100/min). No source read gives a length of a pattern, or a number for "pause" below 3 s: those are this program's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ecg_chat.delineation.types import Bools
from ecg_chat.measurements.rhythm_facts import BeatTrain, beat_span, no, not_judged, plural, span, yes
from ecg_chat.measurements.types import Regularity, RhythmFact, Span

NAMES = (
    "rate_range",
    "pause",
    "escape_beats",
    "bigeminy",
    "trigeminy",
    "couplets",
    "ventricular_run",
    "supraventricular_run",
)
PAUSE_S, LONG_PAUSE_S = 2.0, 3.0  # 3 s: Life in the Fast Lane (sinus arrest), athletes' ECG criteria 2017
MUCH_LONGER = 1.3  # a pause, and the interval before an escape beat, against the usual RR
SHORT_BEFORE_LONG = 0.8  # where every second beat is early, no usual RR is left: the pause behind shows it
EARLY = 0.85  # of the usual RR
ABRUPT = 0.8  # first RR of a run against the RR before it; a sinus node speeds up gradually
REPEATS = 3
RUN_BEATS = 3
FAST_PER_MIN = 100.0
SHORTEST_S = 5.0
FEWEST_BEATS = 4
FEWEST_FOR_EXTREMES = 3


def pattern_facts(train: BeatTrain, regularity: Regularity, grouped: str = "") -> list[RhythmFact]:
    """Return the facts of `NAMES`.

    `grouped` says why RR may fall into groups without early beats (dropped beats, flutter), or "".
    """
    facts = [rate_range(train, regularity), pause(train)]
    if train.duration_s < SHORTEST_S or train.r_s.size < FEWEST_BEATS:
        short = train.duration_s < SHORTEST_S
        reason = f"the strip is shorter than {SHORTEST_S:g} s" if short else "too few beats"
        return facts + [not_judged(name, reason) for name in NAMES[2:]]
    facts.append(escape_beats(train))
    facts += [repeating(train, name, period, grouped) for name, period in (("bigeminy", 2), ("trigeminy", 3))]
    return [*facts, couplets(train), ventricular_run(train), supraventricular_run(train)]


def rate_range(train: BeatTrain, regularity: Regularity) -> RhythmFact:
    """Slowest and fastest rate between two beats; holds if the rhythm is not regular."""
    rr = train.rr_s[np.isfinite(train.rr_s)]
    if rr.size < FEWEST_FOR_EXTREMES or regularity == "unknown":
        return not_judged("rate_range", "too few beats")
    text = f"{regularity}, {60 / rr.max():.0f} to {60 / rr.min():.0f}/min"
    return (no if regularity == "regular" else yes)("rate_range", text)


def pause(train: BeatTrain) -> RhythmFact:
    """Longest time without QRS: at least 2 s and much longer than the usual RR, or at least 3 s; value in s.

    The ends of the strip count with what can be seen of them.
    """
    edges = np.concatenate([[0.0], train.r_s, [train.duration_s]])
    gaps = np.concatenate([[np.nan], train.rr_s, [np.nan]])
    gaps[0], gaps[-1] = edges[1], edges[-1] - edges[-2]
    if not np.isfinite(gaps).any():
        return not_judged("pause", "the recording has gaps between all beats")
    k = int(np.nanargmax(gaps))
    longest = float(gaps[k])
    at_edge = k in (0, gaps.size - 1)
    usual = train.usual_rr_s
    if at_edge and (longest < PAUSE_S or not np.isfinite(usual)):
        at_edge = False
        k = int(np.nanargmax(gaps[1:-1])) + 1 if np.isfinite(gaps[1:-1]).any() else k
        longest = float(gaps[k])
    place = [span(edges[k], edges[k + 1])]
    least = "at least " if at_edge else ""
    text = f"{least}{longest:.1f} s without a QRS, from {edges[k]:.1f} s"
    much_longer = not np.isfinite(usual) or longest >= MUCH_LONGER * usual
    if longest >= LONG_PAUSE_S or (longest >= PAUSE_S and much_longer):
        return yes("pause", text, place, value=longest, unit="s")
    if longest >= PAUSE_S:
        text = f"none: the longest RR is {longest:.1f} s, about as long as the others"
        return no("pause", text, place, value=longest, unit="s")
    return no(
        "pause", f"none of {PAUSE_S:g} s or more; the longest RR is {longest:.1f} s", place, value=longest, unit="s"
    )


def escape_beats(train: BeatTrain) -> RhythmFact:
    """Beats that end a long interval and have no P wave, in a rhythm that has P waves."""
    name = "escape_beats"
    if train.irregularly and not train.has_p.mean() >= 0.5:
        return not_judged(name, "RR are irregular throughout")
    if train.has_p.mean() < 0.5:
        return not_judged(name, "most beats have no P wave: late beats cannot be told from the others")
    usual = train.usual_rr_s
    late = [
        i
        for i in range(1, train.r_s.size)
        if train.rr_s[i - 1] >= MUCH_LONGER * usual
        and not train.has_p[i]
        and not (train.premature[i - 1] or train.kinds[i - 1] == "ventricular")
    ]
    if not late:
        return no(name, "no late beat without a P wave")
    at = ", ".join(f"{train.r_s[i]:.1f}" for i in late)
    return yes(name, f"{plural(len(late), 'late beat')} without a P wave, at {at} s",
               [beat_span(train, i) for i in late], value=len(late))  # fmt: skip


def ectopic_beats(r_s: Sequence[float], kinds: Sequence[str], premature: Sequence[bool]) -> list[int]:
    """Return the beats that are of another kind, early, or short before a long interval."""

    def ectopic(i: int) -> bool:
        if premature[i] or kinds[i] in ("ventricular", "supraventricular"):
            return True
        inside = 0 < i < len(r_s) - 1
        return inside and r_s[i] - r_s[i - 1] < SHORT_BEFORE_LONG * (r_s[i + 1] - r_s[i])

    return [i for i in range(len(r_s)) if ectopic(i)]


def repeats_of(ectopic: Sequence[int], period: int) -> tuple[int, int]:
    """Return how often in a row every `period`-th beat is ectopic, and the first beat of the longest such row."""
    if not ectopic:
        return 0, -1
    best, best_start, run, start = 1, ectopic[0], 1, ectopic[0]
    for before, after in pairwise(ectopic):
        run, start = (run + 1, start) if after - before == period else (1, after)
        if run > best:
            best, best_start = run, start
    return best, best_start


def repeating(train: BeatTrain, name: str, period: int, grouped: str) -> RhythmFact:
    """Every second or third beat ectopic, three times in a row or more; value: times in a row."""
    ordinal = {2: "second", 3: "third"}[period]
    chaotic = train.irregularly and train.has_p.mean() < 0.5
    if chaotic and "ventricular" not in train.kinds:
        return not_judged(name, "RR are irregular throughout and no P waves lead the beats")
    if train.r_s.size < period * REPEATS - 1:
        return not_judged(name, "too few beats for a pattern")
    ectopic = ectopic_beats(train.r_s.tolist(), train.kinds, train.premature.tolist())
    if grouped or chaotic:
        ectopic = [i for i in ectopic if train.kinds[i] == "ventricular"]
    best, start = repeats_of(ectopic, period)
    if best < REPEATS:
        why = f" (short and long RR alternate otherwise: {grouped})" if grouped else ""
        return no(name, f"no {ordinal} beat ectopic {REPEATS} times in a row{why}", value=best)
    members = range(start, start + period * best, period)
    what = "ventricular" if {train.kinds[i] for i in members} == {"ventricular"} else "early"
    places = [beat_span(train, i) for i in members]
    return yes(name, f"every {ordinal} beat {what}, {best} times in a row", places, value=best)


def rows(which: Bools) -> list[tuple[int, int]]:
    """Return first and last index of every row of True."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], which, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(steps[::2], steps[1::2], strict=True)]


def ventricular_rows(train: BeatTrain) -> list[tuple[int, int]]:
    """Rows of ventricular beats."""
    return rows(np.array([kind == "ventricular" for kind in train.kinds], dtype=np.bool_))


def couplets(train: BeatTrain) -> RhythmFact:
    """Two ventricular beats in a row, the first of them early (or at the start of the strip)."""
    usual = train.usual_rr_s
    pairs = [
        (first, last)
        for first, last in ventricular_rows(train)
        if last - first == 1 and (first == 0 or train.rr_s[first - 1] < EARLY * usual)
    ]
    if not pairs:
        return no("couplets", "no early pair of ventricular beats")
    at = ", ".join(f"{train.r_s[a]:.1f}" for a, _ in pairs)
    places = [beat_span(train, *pair) for pair in pairs]
    return yes("couplets", f"{plural(len(pairs), 'pair')} of ventricular beats, at {at} s", places, value=len(pairs))


def rate_of_row(train: BeatTrain, first: int, last: int) -> float:
    """Rate within a row of beats, per min; NaN over a gap."""
    rr = train.rr_s[first:last]
    return float(60 / rr.mean()) if rr.size and np.isfinite(rr).all() else float("nan")


def ventricular_run(train: BeatTrain) -> RhythmFact:
    """Three or more ventricular beats in a row; value: rate of the longest run per min."""
    name = "ventricular_run"
    runs = [row for row in ventricular_rows(train) if row[1] - row[0] + 1 >= RUN_BEATS]
    if not runs:
        return no(name, f"no {RUN_BEATS} ventricular beats in a row beside beats of another shape")
    first, last = max(runs, key=lambda row: row[1] - row[0])
    rate = rate_of_row(train, first, last)
    speed = f" at {rate:.0f}/min" if np.isfinite(rate) else ""
    text = f"{last - first + 1} ventricular beats in a row{speed}, from {train.r_s[first]:.1f} s"
    return yes(name, text, _places(train, runs), value=rate if np.isfinite(rate) else None, unit="/min")


def supraventricular_run(train: BeatTrain) -> RhythmFact:
    """Three or more early beats of narrow or usual shape in a row, begun abruptly, above 100/min; value: rate."""
    name = "supraventricular_run"
    if train.irregularly:
        return not_judged(name, "RR are irregular throughout")
    usual = train.usual_rr_s
    early = np.zeros(train.r_s.size, dtype=np.bool_)
    early[1:] = train.rr_s < EARLY * usual
    early &= np.array([kind != "ventricular" for kind in train.kinds])
    runs = [
        (first, last)
        for first, last in rows(early)
        if last - first + 1 >= RUN_BEATS
        and first >= 2  # the RR before the run must be known
        and train.rr_s[first - 1] < ABRUPT * train.rr_s[first - 2]
        and rate_of_row(train, first, last) > FAST_PER_MIN
    ]
    if not runs:
        return no(name, f"no {RUN_BEATS} early beats of this shape in a row")
    first, last = max(runs, key=lambda row: row[1] - row[0])
    rate = rate_of_row(train, first, last)
    text = f"{last - first + 1} early beats in a row at {rate:.0f}/min, from {train.r_s[first]:.1f} s"
    return yes(name, text, _places(train, runs), value=rate, unit="/min")


def _places(train: BeatTrain, runs: list[tuple[int, int]]) -> list[Span]:
    return [beat_span(train, first, last) for first, last in runs]
