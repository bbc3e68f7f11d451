"""What the beats say together."""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import Delineation, Floats
from ecg_chat.measurements.rr import rr_intervals
from ecg_chat.measurements.types import Regularity, Rhythm

REGULAR_CV = 0.06  # RR of dominant beats: standard deviation over mean
CHAOTIC_CV = 0.08
CHAOTIC_RMSSD = 0.10  # root mean square step from one RR to the next, over the mean RR
CHAOTIC_STEP, CHAOTIC_SHARE = 0.05, 0.4  # and this share of the steps is larger than 5 %
ENOUGH_RR = 4
P_CONSTANT_SHARE = 0.75


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

    Irregularly irregular: RR vary (standard deviation over 8 %) and do so from beat to beat, without a slow swing.
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
        if cv > CHAOTIC_CV and rmssd > CHAOTIC_RMSSD and large >= CHAOTIC_SHARE:
            return "irregularly irregular"
    mostly = plain.size >= 0.6 * every.size
    return "regular" if cv <= REGULAR_CV and mostly else "irregular"


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
    ii, avr = p_polarity(found, "II"), p_polarity(found, "aVR")
    return Rhythm(
        regularity=regularity,
        p_share=None if share is None else round(share, 2),
        pr_constant=None if share is None or found.p is None else share >= P_CONSTANT_SHARE,
        p_upright_ii=None if ii is None or not with_p else ii > 0,
        p_inverted_avr=None if avr is None or not with_p else avr < 0,
        pause_longest_ms=round(float(whole.max()), 1) if whole.size else None,
        pacing_spikes=None if spikes is None else len(spikes),
    )
