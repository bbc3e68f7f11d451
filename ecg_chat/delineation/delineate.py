"""From a recording to beats, median beat and wave boundaries."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from ecg_chat.delineation.beat_classes import classify
from ecg_chat.delineation.beat_waves import steady, typical, usual, waves_of_beats
from ecg_chat.delineation.median_beat import median_beat
from ecg_chat.delineation.overall_limits import on_these_limits, overall_waves
from ecg_chat.delineation.p_likeness import p_in_each_beat
from ecg_chat.delineation.prepare import ANALYSIS_HZ, prepare
from ecg_chat.delineation.r_peaks import find_r_peaks, unreadable
from ecg_chat.delineation.segments import Segment, segments_of
from ecg_chat.delineation.types import BeatList, BeatWaves, Bools, Delineation, MedianBeat, Prepared, Wave
from ecg_chat.delineation.wave_input import at_network_rate
from ecg_chat.delineation.wave_net import WAVES
from ecg_chat.delineation.wave_probability import Progress, WaveProbabilities, wave_probabilities
from ecg_chat.signals.ecg import Ecg

WIDEST_QRS_MS = 240.0
ALIKE, ALIKE_SHARE, VERY_ALIKE = 0.7, 0.5, 0.9
SHORTEST_RR_MS = 220.0  # median; faster than about 270/min is called fibrillation or noise
LOWEST_HZ = 60.0  # the QRS band must fit
ROOM_FOR_P_MS = 120.0
P_REASON = "no P wave was found before most beats"
T_REASON = "the T wave is too flat to find its end"
QRS_REASON = "the limits of the QRS complex are not clear"


def looks_like_beats(beats: BeatList, qrs: Wave | None, rr_ms: float) -> bool:
    """Say whether the marks can be beats: half are alike, and the QRS has limits or the beats are very much alike."""
    alike = float(np.mean(beats.similarity > ALIKE)) >= ALIKE_SHARE
    limits = qrs is not None and qrs.off_ms - qrs.on_ms <= WIDEST_QRS_MS
    return alike and not rr_ms < SHORTEST_RR_MS and (limits or float(np.median(beats.similarity)) > VERY_ALIKE)


def nothing_found(prepared: Prepared, problem: str) -> Delineation:
    """Return the delineation of a recording without beats."""
    none = np.zeros(0, dtype=np.bool_)
    return Delineation(prepared, None, None, None, None, None, (), none, problem, problem, problem, problem)


def too_little(ecg: Ecg) -> str:
    """Return why a recording cannot be measured at all, or ""."""
    if ecg.n_samples < 2:
        return "the recording is empty"
    return f"{ecg.fs_hz:g} samples a second are too few to measure" if ecg.fs_hz < LOWEST_HZ else ""


def delineate(
    ecg: Ecg,
    quality: Mapping[str, tuple[str, ...]],
    *,
    members: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> Delineation:
    """Find beats and the onset, peak and end of P, QRS and T.

    Parameters
    ----------
    ecg : Ecg
        Any leads, any length; rates from 100 Hz.
    quality : mapping
        Flags per lead as `ecg_chat.signals.quality.assess` gives them.
    members : sequence of int, optional
        Members of the wave network to use, see `wave_model.members_for`.
    progress : callable, optional
        Called with the share that is done while the network reads.

    Returns
    -------
    Delineation
        Global boundaries run from the earliest onset to the latest end over the usable leads (A3 of the thresholds
        note), so parts of the QRS that are isoelectric in one lead count; see `overall_limits.overall_wave`. The limits
        of each lead are medians over the dominant beats.
    """
    problem = too_little(ecg)
    if problem:
        blank = np.zeros((len(ecg.leads), 2))
        none = np.zeros(len(ecg.leads), dtype=np.bool_)
        return nothing_found(Prepared(blank, blank == 0, none, ANALYSIS_HZ, ecg.fs_hz, ecg.leads), problem)
    prepared = prepare(ecg, quality)
    problem = unreadable(prepared)
    if problem:
        return nothing_found(prepared, problem)
    curves = wave_probabilities(
        at_network_rate(prepared.signal_mv, prepared.fs_hz), prepared.usable, members=members, progress=progress
    )
    overall = [segments_of(curve, wave) for curve, wave in zip(curves.overall, WAVES, strict=True)]
    r, problem = find_r_peaks(prepared, overall[WAVES.index("qrs")])
    if r.size == 0:
        return nothing_found(prepared, problem)
    beats = classify(prepared, r)
    median, _ = median_beat(prepared, beats)
    of_beats = waves_of_beats(beats.r / prepared.fs_hz, *overall)
    seen = typical_waves([of_beats[i] for i in median.members])
    per_lead = lead_waves(curves, prepared, beats, median)
    limits = overall_waves(per_lead, seen)
    p, qrs, t = (
        None if wave is None else with_peak(wave, median, prepared.usable, prepared.fs_hz)
        for wave in (limits.p, limits.qrs, limits.t)
    )
    if not looks_like_beats(beats, qrs, median.rr_ms):
        return nothing_found(prepared, "no QRS complexes can be told apart (fibrillation or noise)")
    beat_waves = tuple(on_these_limits(beat, seen, limits) for beat in of_beats)
    return Delineation(
        prepared,
        beats,
        median,
        p,
        qrs,
        t,
        per_lead=per_lead,
        p_seen=beats_with_p(prepared, beats, median, beat_waves),
        p_reason="" if p else why_no_p(qrs, t, median.rr_ms),
        qrs_reason="" if qrs else QRS_REASON,
        t_reason="" if t else T_REASON,
        p_after_t_ms=p.on_ms - (t.off_ms - median.rr_ms) if p and t else float("nan"),
        beat_waves=beat_waves,
        p_marks_s=p_marks(overall[WAVES.index("p")], seen.p, p),
    )


def beats_with_p(prepared: Prepared, beats: BeatList, median: MedianBeat, beat_waves: Sequence[BeatWaves]) -> Bools:
    """Say which beats have a P wave where the others have it and as the others have it."""
    own = [waves.p for waves in beat_waves]
    p = usual(own)
    if p is None:
        return np.zeros(len(own), dtype=np.bool_)
    return np.array(steady(own), dtype=np.bool_) & p_in_each_beat(prepared, beats, median, p)


def p_marks(segments: Sequence[Segment], seen: Wave | None, p: Wave | None) -> tuple[tuple[float, float], ...]:
    """Every P wave of the strip, its limits moved like those of the beats (`overall_limits.on_these_limits`)."""
    on_s = 0.0 if seen is None or p is None else (p.on_ms - seen.on_ms) / 1000
    off_s = 0.0 if seen is None or p is None else (p.off_ms - seen.off_ms) / 1000
    return tuple((segment.on_s + on_s, segment.off_s + off_s) for segment in segments)


def why_no_p(qrs: Wave | None, t: Wave | None, rr_ms: float) -> str:
    """Say whether there is room for a P wave between the T wave before and the QRS."""
    if qrs is not None and t is not None and qrs.on_ms - (t.off_ms - rr_ms) < ROOM_FOR_P_MS:
        return "the beats follow too fast to tell the P wave from the T wave"
    return P_REASON


def typical_waves(beats: Sequence[BeatWaves]) -> BeatWaves:
    """Typical P, QRS and T over beats."""
    return BeatWaves(**{wave: typical([getattr(beat, wave) for beat in beats]) for wave in WAVES})


def with_peak(wave: Wave, median: MedianBeat, leads: Bools, fs_hz: float) -> Wave:
    """Put the peak where the median beat stands furthest out of the line between onset and end, over `leads`."""
    rows_mv, r = median.signal_mv[leads], median.r
    first = int(np.clip(r + round(wave.on_ms / 1000 * fs_hz), 0, rows_mv.shape[1] - 1))
    last = int(np.clip(r + round(wave.off_ms / 1000 * fs_hz), first, rows_mv.shape[1] - 1))
    part = rows_mv[:, first : last + 1]
    line = part[:, :1] + (part[:, -1:] - part[:, :1]) * np.linspace(0, 1, part.shape[1])
    peak = first + int(np.argmax(np.mean((part - line) ** 2, axis=0)))
    return dataclasses.replace(wave, peak_ms=float(np.clip((peak - r) * 1000 / fs_hz, wave.on_ms, wave.off_ms)))


def lead_waves(
    curves: WaveProbabilities, prepared: Prepared, beats: BeatList, median: MedianBeat
) -> tuple[BeatWaves, ...]:
    """Limits in each single lead, medians over the member beats; empty for leads that took no part."""
    r_s = beats.r[list(median.members)] / prepared.fs_hz
    out = []
    for k, usable in enumerate(prepared.usable):
        if not usable:
            out.append(BeatWaves())
            continue
        found = [segments_of(curve, wave) for curve, wave in zip(curves.per_lead[k], WAVES, strict=True)]
        own = typical_waves(waves_of_beats(r_s, *found))
        only = np.arange(len(prepared.leads)) == k
        waves = {name: getattr(own, name) for name in WAVES}
        peaked = {name: w and with_peak(w, median, only, prepared.fs_hz) for name, w in waves.items()}
        out.append(BeatWaves(**peaked))
    return tuple(out)
