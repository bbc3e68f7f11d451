"""From a recording to beats, median beat and wave boundaries."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ecg_chat.delineation.beat_classes import classify
from ecg_chat.delineation.lead_waves import lead_boundaries
from ecg_chat.delineation.median_beat import median_beat
from ecg_chat.delineation.p_wave import find_p, p_in_each_beat
from ecg_chat.delineation.prepare import ANALYSIS_HZ, prepare
from ecg_chat.delineation.qrs_wave import find_qrs
from ecg_chat.delineation.r_peaks import find_r_peaks
from ecg_chat.delineation.t_wave import find_t
from ecg_chat.delineation.types import BeatList, Delineation, Prepared, Wave
from ecg_chat.signals.ecg import Ecg

WIDEST_QRS_MS = 240.0
ALIKE, ALIKE_SHARE, VERY_ALIKE = 0.7, 0.5, 0.9
SHORTEST_RR_MS = 220.0  # median; faster than about 270/min is called fibrillation or noise
LOWEST_HZ = 60.0  # the QRS band must fit


def looks_like_beats(beats: BeatList, qrs: Wave, rr_ms: float) -> bool:
    """Say whether the marks can be beats: half are alike, and the QRS has limits or the beats are very much alike."""
    alike = float(np.mean(beats.similarity > ALIKE)) >= ALIKE_SHARE
    limits = qrs.off_ms - qrs.on_ms <= WIDEST_QRS_MS
    return alike and not rr_ms < SHORTEST_RR_MS and (limits or float(np.median(beats.similarity)) > VERY_ALIKE)


def nothing_found(prepared: Prepared, problem: str) -> Delineation:
    """Return the delineation of a recording without beats."""
    none = np.zeros(0, dtype=np.bool_)
    return Delineation(prepared, None, None, None, None, None, (), none, problem, problem, problem, problem)


def delineate(ecg: Ecg, quality: Mapping[str, tuple[str, ...]]) -> Delineation:
    """Find beats and the onset, peak and end of P, QRS and T.

    Parameters
    ----------
    ecg : Ecg
        Any leads, any length; rates from 100 Hz.
    quality : mapping
        Flags per lead as `ecg_chat.signals.quality.assess` gives them.

    Returns
    -------
    Delineation
        Global boundaries are those of the median beat: earliest onset to latest end over the usable leads (A3 of the
        thresholds note), so parts of the QRS that are isoelectric in one lead count.
    """
    if ecg.n_samples < 2 or ecg.fs_hz < LOWEST_HZ:
        blank = Prepared(
            np.zeros((len(ecg.leads), 2)),
            np.ones((len(ecg.leads), 2), dtype=np.bool_),
            np.zeros(len(ecg.leads), dtype=np.bool_),
            ANALYSIS_HZ,
            ecg.fs_hz,
            ecg.leads,
        )
        short = (
            "the recording is empty" if ecg.n_samples < 2 else f"{ecg.fs_hz:g} samples a second are too few to measure"
        )
        return nothing_found(blank, short)
    prepared = prepare(ecg, quality)
    r, problem = find_r_peaks(prepared)
    if r.size == 0:
        return nothing_found(prepared, problem)
    beats = classify(prepared, r)
    median, _ = median_beat(prepared, beats)
    qrs = find_qrs(median, prepared.usable, prepared.fs_hz)
    if not looks_like_beats(beats, qrs, median.rr_ms):
        problem = "no QRS complexes can be told apart (fibrillation or noise)"
        return nothing_found(prepared, problem)
    t, t_reason = find_t(median, prepared.usable, qrs, prepared.fs_hz)
    p, p_reason = find_p(median, prepared.usable, qrs, t, prepared.fs_hz)
    p_seen = np.zeros(beats.r.size, dtype=np.bool_)
    if p is not None:
        p_seen = p_in_each_beat(prepared, beats, median, p)
    per_lead = lead_boundaries(median, qrs, p, t, prepared.fs_hz)
    return Delineation(prepared, beats, median, p, qrs, t, per_lead, p_seen, p_reason, "", t_reason)
