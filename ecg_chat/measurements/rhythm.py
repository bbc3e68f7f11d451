"""What the beats say together."""

from __future__ import annotations

import dataclasses

import numpy as np

from ecg_chat.delineation.types import Delineation, Floats
from ecg_chat.measurements.rhythm_atrial import P_ABSENT_SHARE, atrial_facts
from ecg_chat.measurements.rhythm_av_block import av_block_facts
from ecg_chat.measurements.rhythm_conduction import marked_share
from ecg_chat.measurements.rhythm_facts import LABELS, beat_train, not_judged
from ecg_chat.measurements.rhythm_pacing import pacing_facts
from ecg_chat.measurements.rhythm_pattern import pattern_facts
from ecg_chat.measurements.rr import rr_intervals
from ecg_chat.measurements.types import Regularity, Rhythm, RhythmFact

REGULAR_CV = 0.06  # RR of dominant beats: standard deviation over mean
CHAOTIC_CV = 0.08
CHAOTIC_RMSSD = 0.10  # root mean square step from one RR to the next, over the mean RR
CHAOTIC_STEP, CHAOTIC_SHARE = 0.05, 0.4  # and this share of the steps is larger than 5 %
GROUP_GAP, GROUP_WIDTH = 0.04, 0.04  # of the mean RR: groups of like RR, as dropped or blocked beats leave them
GROUPS, RR_PER_GROUP = 3, 3
ENOUGH_RR = 4
P_CONSTANT_SHARE = 0.75
GROUPING = ("flutter_activity", "dropped_beats", "blocked_premature_p")  # these make short and long RR alternate


def normal_rr(found: Delineation) -> Floats:
    """RR between dominant beats that follow each other, in ms; NaN for the others."""
    rr = rr_intervals(found)
    if found.beats is None or rr.size == 0:
        return rr
    plain = np.array([kind == "dominant" for kind in found.beats.kinds])
    keep = plain[1:] & plain[:-1]
    return np.where(keep, rr, np.nan)


def regularity_of(found: Delineation) -> Regularity:
    """Judge the RR of dominant beats: ectopic beats and their neighbours do not count.

    Irregularly irregular: RR vary (standard deviation over 8 %) and do so from beat to beat, without a slow swing and
    without falling into a few groups of like RR.
    """
    rr = normal_rr(found)
    plain = rr[np.isfinite(rr)]
    every = rr_intervals(found)
    every = every[np.isfinite(every)]
    if every.size < 2:
        return "unknown"
    if plain.size < ENOUGH_RR:
        return "regular" if every.std() < REGULAR_CV * every.mean() else "irregular"
    steps = np.abs(np.diff(rr))
    steps = steps[np.isfinite(steps)]
    mean, cv = float(plain.mean()), float(plain.std() / plain.mean())
    if steps.size >= ENOUGH_RR - 1:
        rmssd = float(np.sqrt(np.mean(steps**2))) / mean
        large = float(np.mean(steps > CHAOTIC_STEP * mean))
        if cv > CHAOTIC_CV and rmssd > CHAOTIC_RMSSD and large >= CHAOTIC_SHARE and not in_groups(plain):
            return "irregularly irregular"
    mostly = plain.size >= 0.6 * every.size
    return "regular" if cv <= REGULAR_CV and mostly else "irregular"


def in_groups(rr: Floats) -> bool:
    """Say whether the RR fall into at most three tight groups (Mobitz, blocked early beats, 2:1 with 4:1)."""
    ordered = np.sort(rr)
    mean = float(ordered.mean())
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > GROUP_GAP * mean) + 1)
    tight = all(np.ptp(group) <= GROUP_WIDTH * mean for group in groups)
    return tight and len(groups) <= GROUPS and rr.size >= RR_PER_GROUP * len(groups) - 1


def p_share_of(found: Delineation) -> float | None:
    """Share of the dominant beats that a P wave precedes; None if it was not judged."""
    if found.beats is None or found.median is None:
        return None
    judged = [
        i
        for i, kind in enumerate(found.beats.kinds)
        if kind == "dominant" and found.beats.r[i] > 0.3 * found.prepared.fs_hz
    ]
    if len(judged) < 2 or "too fast" in found.p_reason:
        return None
    return float(np.mean(found.p_seen[judged]))


def without_p_waves(found: Delineation, reason: str) -> Delineation:
    """Return the delineation without P waves, where what was marked cannot be one."""
    per_lead = tuple(dataclasses.replace(waves, p=None) for waves in found.per_lead)
    return dataclasses.replace(found, p=None, p_reason=reason, p_seen=np.zeros_like(found.p_seen), per_lead=per_lead)


def p_polarity(found: Delineation, lead: str) -> float | None:
    """Net area of P in one lead, in mV·ms; None without P or lead."""
    if found.p is None or found.median is None or lead not in found.prepared.leads:
        return None
    k = found.prepared.leads.index(lead)
    if not found.prepared.usable[k]:
        return None
    fs, r = found.prepared.fs_hz, found.median.r
    part = found.median.signal_mv[
        k, max(0, r + round(found.p.on_ms / 1000 * fs)) : r + round(found.p.off_ms / 1000 * fs)
    ]
    if part.size < 3:
        return None
    return float((part - np.linspace(part[0], part[-1], part.size)).sum() * 1000 / fs)


def rhythm_of(found: Delineation, regularity: Regularity) -> Rhythm:
    """Put the rhythm facts together."""
    rr = rr_intervals(found)
    whole = rr[np.isfinite(rr)]
    spikes = found.prepared.pacing_spikes_s
    share = p_share_of(found)
    with_p = share is not None and share >= 0.5
    facts = facts_of(found, regularity, share)
    known = {fact.name: fact for fact in facts}
    flutter, pr = known["flutter_activity"], known["pr_constant"]
    constant = pr.holds
    if constant is None and share is not None and found.p is not None:
        constant = share >= P_CONSTANT_SHARE  # the P wave stands at the same place before most beats
    if flutter.holds:  # what looks like P may be a flutter wave
        share, constant, with_p = None, None, False
    ii, avr = p_polarity(found, "II"), p_polarity(found, "aVR")
    return Rhythm(
        regularity=regularity,
        p_share=None if share is None else round(share, 2),
        pr_constant=constant,
        p_upright_ii=None if ii is None or not with_p else ii > 0,
        p_inverted_avr=None if avr is None or not with_p else avr < 0,
        pause_longest_ms=round(float(whole.max()), 1) if whole.size else None,
        pacing_spikes=None if spikes is None else len(spikes),
        atrial_activity=flutter.text.split(",")[0] if flutter.holds else "",
        facts=facts,
    )


def facts_of(found: Delineation, regularity: Regularity, p_share: float | None) -> tuple[RhythmFact, ...]:
    """Return every rhythm fact, in the order of `rhythm_facts.LABELS`."""
    spikes = found.prepared.pacing_spikes_s
    spikes_s = None if spikes is None else np.asarray(spikes, dtype=np.float64)
    irregularly = regularity == "irregularly irregular"
    train = beat_train(found, rr_intervals(found), irregularly=irregularly)
    pacing = pacing_facts(train, spikes_s, found.prepared.source_fs_hz)
    if train is None or train.r_s.size < 2:
        reason = found.problem or "only one beat was found"
        known = {fact.name: fact for fact in pacing}
        return tuple(known.get(name, not_judged(name, reason)) for name in LABELS)
    if len(train.p_s):
        p_share = marked_share(train)
    atrial = atrial_facts(found, regularity, p_share)
    conduction = av_block_facts(train, p_obstacle(atrial, regularity, p_share))
    grouped = next((fact.text for fact in [*atrial[:1], *conduction] if fact.holds and fact.name in GROUPING), "")
    facts = [*pattern_facts(train, regularity, grouped), *atrial, *pacing, *conduction]
    by_name = {fact.name: fact for fact in facts}
    return tuple(by_name[name] for name in LABELS)


def p_obstacle(atrial: list[RhythmFact], regularity: Regularity, p_share: float | None) -> str:
    """Say what keeps marked waves from being P waves, or ""."""
    if any(fact.holds for fact in atrial):
        return "the atrial waves are flutter-like or fibrillatory"
    if regularity == "irregularly irregular" and p_share is not None and p_share <= P_ABSENT_SHARE:
        return "no P waves lead the beats and RR are irregularly irregular"
    return ""
