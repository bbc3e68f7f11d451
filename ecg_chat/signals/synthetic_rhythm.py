"""When the synthetic heart beats, and what fibrillating atria write between the beats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.synthetic_beat import BeatTimes
from ecg_chat.signals.synthetic_shapes import Kind

Floats = NDArray[np.float64]
COUPLING = 0.60
"""A premature ventricular beat comes after this share of the basic interval; the pause after it is compensatory."""
SHORTEST_RR_S = 0.36


@dataclass(frozen=True)
class SyntheticBeat:
    """True times of one beat in s from the start of the recording; P times are None without P wave."""

    kind: Literal["dominant", "ventricular"]
    p_on_s: float | None
    p_off_s: float | None
    qrs_on_s: float
    qrs_off_s: float
    t_peak_s: float
    t_off_s: float


def beat_times(
    spec: Kind,
    times: BeatTimes,
    ectopic_times: BeatTimes,
    *,
    rate_bpm: float,
    rr_sd_ms: float,
    duration_s: float,
    rng: np.random.Generator,
) -> tuple[SyntheticBeat, ...]:
    """Lay beats from before the start to after the end of the recording."""
    rr_s = 60.0 / rate_bpm
    now = -rng.uniform(0.3, 0.9) * rr_s - rr_s
    ectopic_every = 5
    since = int(rng.integers(0, 2))
    beats = []
    while now < duration_s + rr_s:
        premature = spec.ectopic is not None and since == ectopic_every - 1
        if premature:
            # The sinus node keeps its time: the early beat plus the pause last two basic intervals.
            sinus_beat = now
            now = sinus_beat - (1 - COUPLING) * rr_s
            beats.append(_beat("ventricular", now, ectopic_times))
            now, since = sinus_beat + _rr(rr_s, rr_sd_ms, now, spec, rng), 0
            continue
        beats.append(_beat("dominant", now, times))
        now, since = now + _rr(rr_s, rr_sd_ms, now, spec, rng), since + 1
    return tuple(beats)


def _rr(rr_s: float, rr_sd_ms: float, now: float, spec: Kind, rng: np.random.Generator) -> float:
    sd = rr_sd_ms / 1000
    if spec.fibrillation_mv:
        return max(SHORTEST_RR_S, float(rr_s * np.exp(rng.normal(0, sd / rr_s))))
    breathing = sd * np.sin(2 * np.pi * 0.25 * now)  # respiratory sinus arrhythmia, 15 breaths a minute
    return float(max(SHORTEST_RR_S * 0.6, rr_s + breathing + float(rng.normal(0, 0.3 * sd))))


def _beat(kind: Literal["dominant", "ventricular"], qrs_on_s: float, times: BeatTimes) -> SyntheticBeat:
    has_p = times.p_ms is not None and times.pr_ms is not None
    p_on = qrs_on_s - (times.pr_ms or 0.0) / 1000 if has_p else None
    return SyntheticBeat(
        kind=kind,
        p_on_s=p_on,
        p_off_s=None if p_on is None else p_on + (times.p_ms or 0.0) / 1000,
        qrs_on_s=qrs_on_s,
        qrs_off_s=qrs_on_s + times.qrs_ms / 1000,
        t_peak_s=qrs_on_s + times.t_peak_ms / 1000,
        t_off_s=qrs_on_s + times.qt_ms / 1000,
    )


def fibrillation_waves(size_mv: float, t_s: Floats, rng: np.random.Generator) -> Floats:
    """Return f waves in I, II, V1 … V6, shape (8, samples): 5-7.5 per second, never quite the same, largest in V1."""
    if not size_mv:
        return np.zeros((8, t_s.size))
    result = np.zeros((8, t_s.size))
    weights = np.array([0.35, 0.7, 1.0, 0.6, 0.35, 0.25, 0.2, 0.2])
    for _ in range(4):
        wobble = np.sin(2 * np.pi * rng.uniform(0.1, 0.5) * t_s + rng.uniform(0, 2 * np.pi))
        phase = 2 * np.pi * rng.uniform(5.0, 7.5) * t_s + 1.5 * wobble + rng.uniform(0, 2 * np.pi)
        spread = rng.normal(1.0, 0.25, 8)
        result += (weights * spread)[:, None] * size_mv * 0.5 * (np.sin(phase) + 0.3 * np.sin(2 * phase))
    return result
