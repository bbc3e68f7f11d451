"""Facts about AV conduction: PR from beat to beat, dropped beats and their pattern, independence of P and QRS.

Definitions: Life in the Fast Lane ECG library for Mobitz I and II, 2:1 and early P waves; ACC/AHA/HRS 2018 for
high-grade block; FIU Essential ECG for the third degree. Tolerances in ms are this program's own: about twice the
scatter of single P marks.
"""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import Floats
from ecg_chat.measurements.rhythm_conduction import Conduction, conduction_of
from ecg_chat.measurements.rhythm_facts import BeatTrain, beat_span, no, not_judged, plural, span, yes
from ecg_chat.measurements.types import RhythmFact

NAMES = (
    "pr_constant",
    "p_per_qrs",
    "dropped_beats",
    "pr_grows_before_drop",
    "pr_same_before_drop",
    "two_to_one",
    "high_grade",
    "av_dissociation",
    "blocked_premature_p",
)
DROPS = NAMES[2:7]
SHORTEST_S, SHORTEST_FOR_DISSOCIATION_S = 5.0, 9.5  # the third degree asks for a strip of 10 s
FEWEST_P, FEWEST_PR = 3, 4
CONSTANT_PR_MS = 40.0  # the middle 80 % of the PR intervals lie within this
GROWTH_MS, SAME_MS = 30.0, 20.0
REGULAR_RR_CV = 0.06
REGULAR_PP = 0.15  # each PP is one or two basic PP, within this share of the basic one
REGULAR_PP_SHARE = 0.85
FASTER = 1.1  # atria over ventricles
INDEPENDENT_PR_MS = 100.0
CYCLES = 3


def av_block_facts(train: BeatTrain, obstacle: str = "") -> list[RhythmFact]:
    """Return the facts of `NAMES`; `obstacle` says why P waves cannot be told ("flutter waves"), or ""."""
    reason = obstacle or why_not(train)
    if reason:
        return [not_judged(name, reason) for name in NAMES]
    conduction = conduction_of(train)
    independent = dissociation(train, conduction)
    facts = [pr_constancy(train, conduction), ratio(train, conduction)]
    if independent.holds:
        facts += [no(name, "P waves and QRS run independently") for name in DROPS]
    else:
        facts += drop_facts(train, conduction)
    return [*facts, independent, blocked_early(train, conduction)]


def why_not(train: BeatTrain) -> str:
    """Say why AV conduction cannot be judged, or ""."""
    if train.duration_s < SHORTEST_S:
        return f"the strip is shorter than {SHORTEST_S:g} s"
    if len(train.p_s) == 0:
        return "no single P waves were marked"
    if len(train.p_s) < FEWEST_P:
        return f"fewer than {FEWEST_P} P waves were found"
    return ""


def pr_constancy(train: BeatTrain, conduction: Conduction) -> RhythmFact:
    """Spread of PR over the ordinary beats; value: median PR in ms."""
    plain = np.array([kind == "dominant" for kind in train.kinds])
    pr = conduction.pr_ms[plain & np.isfinite(conduction.pr_ms)]
    if pr.size < FEWEST_PR or pr.size < 0.5 * plain.sum():
        return not_judged("pr_constant", "too few beats have a P wave of their own")
    low, middle, high = np.percentile(pr, [10, 50, 90])
    text = f"{middle:.0f} ms in the middle, {pr.min():.0f} to {pr.max():.0f} ms, {plural(pr.size, 'beat')}"
    make = yes if high - low <= CONSTANT_PR_MS else no
    word = "constant" if make is yes else "changing"
    return make("pr_constant", f"{word}: {text}", value=float(middle), unit="ms")


def ratio(train: BeatTrain, conduction: Conduction) -> RhythmFact:
    """P waves per QRS, between the first and the last P wave; holds if there are more P waves than QRS."""
    on = conduction.on_s
    beats = int(np.sum((train.qrs_on_s > on[0]) & (train.qrs_on_s < on[-1])))
    if beats < CYCLES - 1:
        return not_judged("p_per_qrs", "too few beats")
    value = (on.size - 1) / beats
    text = f"{plural(on.size - 1, 'P wave')} to {plural(beats, 'QRS', 'QRS')}"
    return (yes if value > 1.0 + 0.5 / beats else no)("p_per_qrs", text, value=value)


def drop_facts(train: BeatTrain, conduction: Conduction) -> list[RhythmFact]:
    """Return the facts of `DROPS`."""
    dropped = conduction.which("dropped")
    if not dropped:
        return [no(name, "every P wave on time is followed by a QRS") for name in DROPS]
    places = [span(*train.p_s[k]) for k in dropped]
    at = ", ".join(f"{conduction.on_s[k]:.1f}" for k in dropped)
    text = f"{plural(len(dropped), 'P wave')} on time without a QRS, at {at} s"
    facts = [yes("dropped_beats", text, places, value=len(dropped))]
    single = [k for k in dropped if conduction.beat[k - 1] >= 0 and conduction.beat[k + 1] >= 0]
    facts += [*growth_facts(train, conduction, single), two_to_one(train, conduction, single)]
    return [*facts, high_grade(train, conduction)]


def growth_facts(train: BeatTrain, conduction: Conduction, single: list[int]) -> list[RhythmFact]:
    """Compare the PR before single drops with the PR after: longer (Mobitz I) or the same (Mobitz II)."""
    names = ("pr_grows_before_drop", "pr_same_before_drop")
    grows, same, places = [], [], []
    for k in single:
        before, start = pr_before(conduction, k)
        after = conduction.pr_ms[conduction.beat[k + 1]]
        if before.size < 2:
            continue
        step = float(before[-1] - min(after, before[0]))
        if step >= GROWTH_MS and before[-1] >= before.max() - SAME_MS:
            grows.append((before[0], before[-1], after))
        elif abs(before[-1] - after) <= SAME_MS and np.ptp(before[-3:]) <= SAME_MS:
            same.append((before[0], before[-1], after))
        places.append(span(conduction.on_s[start], train.p_s[k, 1]))
    if not grows and not same:
        reason = "no dropped beat has two conducted beats before it and a clear PR on both sides"
        return [not_judged(name, reason) for name in names]
    facts = []
    for name, cases, word in ((names[0], grows, "grows"), (names[1], same, "stays the same")):
        if not cases:
            facts.append(no(name, f"PR {'stays the same' if word == 'grows' else 'grows'} before the dropped beat"))
            continue
        first, last, after = cases[0]
        text = f"PR {word} before the drop: {first:.0f} to {last:.0f} ms, {after:.0f} ms after it"
        facts.append(yes(name, text, places, value=last - after, unit="ms"))
    return facts


def pr_before(conduction: Conduction, k: int) -> tuple[Floats, int]:
    """Return the PR of the conducted beats in a row before P wave `k`, and the first of these P waves."""
    start = k
    while start > 0 and conduction.beat[start - 1] >= 0 and (
        start == k or conduction.beat[start - 1] == conduction.beat[start] - 1
    ):  # fmt: skip
        start -= 1
    return conduction.pr_ms[conduction.beat[start:k]], start


def two_to_one(train: BeatTrain, conduction: Conduction, single: list[int]) -> RhythmFact:
    """Conducted and dropped P waves alternate, three cycles or more: neither type I nor II can be told from it."""
    best: list[int] = []
    run: list[int] = []
    for k in single:
        run = [*run, k] if run and k - run[-1] == 2 else [k]
        best = max(best, run, key=len)
    if len(best) < CYCLES:
        return no("two_to_one", "dropped and conducted P waves do not alternate")
    place = span(conduction.on_s[best[0]], train.p_s[best[-1], 1])
    return yes("two_to_one", f"{len(best)} times in a row every second P wave is conducted", [place], value=len(best))


def high_grade(train: BeatTrain, conduction: Conduction) -> RhythmFact:
    """Two or more P waves in a row, on time, without QRS (3:1 or more)."""
    best: tuple[int, int] = (0, 0)
    start = None
    for k, fate in enumerate(conduction.fates):
        start = None if fate != "dropped" else (k if start is None else start)
        if start is not None and k - start + 1 > best[1] - best[0]:
            best = (start, k + 1)
    n = best[1] - best[0]
    if n < 2:
        return no("high_grade", "no two P waves in a row are without QRS")
    place = span(conduction.on_s[best[0]], train.p_s[best[1] - 1, 1])
    return yes("high_grade", f"{n} P waves in a row without a QRS", [place], value=n)


def dissociation(train: BeatTrain, conduction: Conduction) -> RhythmFact:
    """P and QRS both regular, the P waves faster, and no fixed PR between them; value: atrial rate per min."""
    name = "av_dissociation"
    if train.duration_s < SHORTEST_FOR_DISSOCIATION_S:
        return not_judged(name, "the strip is shorter than 10 s")
    rr = train.rr_s[np.isfinite(train.rr_s)]
    pp = np.diff(conduction.on_s)
    if rr.size < CYCLES or pp.size < CYCLES + 1:
        return not_judged(name, "too few P waves and QRS")
    if rr.std() > REGULAR_RR_CV * rr.mean():
        return no(name, "RR is not regular")
    basic = float(np.median(pp))
    turns = np.clip(np.round(pp / basic), 1, 2)  # a P wave hidden in a QRS leaves a double interval
    if np.mean(np.abs(pp / basic - turns) <= REGULAR_PP) < REGULAR_PP_SHARE:
        return no(name, "the P waves are not regular")
    atrial, ventricular = 60 / basic, 60 / float(rr.mean())
    if atrial < FASTER * ventricular:
        return no(name, "there are no more P waves than QRS")
    last = [conduction.on_s[conduction.on_s < q] for q in train.qrs_on_s]
    phase = np.array([(q - p[-1]) % basic for q, p in zip(train.qrs_on_s, last, strict=True) if p.size]) * 1000
    near = np.abs(phase - np.median(phase)) <= SAME_MS + 5
    if np.ptp(phase) < INDEPENDENT_PR_MS or near.mean() >= 0.6:
        return no(name, "the QRS keep their distance from the P waves")
    text = f"P waves at {atrial:.0f}/min and QRS at {ventricular:.0f}/min, both regular, without a fixed PR"
    place = beat_span(train, 0, train.r_s.size - 1)
    return yes(name, text, [place], value=atrial, unit="/min")


def blocked_early(train: BeatTrain, conduction: Conduction) -> RhythmFact:
    """P waves that come early and are not conducted; they are no AV block."""
    early = conduction.which("early")
    if not early:
        return no("blocked_premature_p", "no early P wave without QRS")
    at = ", ".join(f"{conduction.on_s[k]:.1f}" for k in early)
    text = f"{plural(len(early), 'early P wave')} without a QRS, at {at} s"
    return yes("blocked_premature_p", text, [span(*train.p_s[k]) for k in early], value=len(early))
