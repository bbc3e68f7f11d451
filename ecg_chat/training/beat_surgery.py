"""Changes the order of things in a marked recording: faster beats, P without QRS, QRS without P.

124 marked recordings hold few fast rhythms and hardly a dropped beat. A network that has only seen P before every QRS
finds one before every QRS; so some recordings are shown with pieces taken out, marks included.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ecg_chat.delineation.wave_input import NETWORK_HZ
from ecg_chat.delineation.wave_net import WAVES
from ecg_chat.training.wave_crops import MarkedRecording

EDGE_S = 0.02  # overall limits leave out the outermost marks of single leads
LEAST_GAP_S = 0.06
P, QRS, T = (WAVES.index(name) for name in ("p", "qrs", "t"))
Spans = list[tuple[int, int]]


def spans_of(target: NDArray[np.float32]) -> Spans:
    """First and last sample of every stretch of a target row."""
    over = np.concatenate([[0], (target > 0.5).astype(np.int8), [0]])
    step = np.diff(over)
    return list(zip(np.flatnonzero(step == 1).tolist(), (np.flatnonzero(step == -1) - 1).tolist(), strict=True))


def quiet_gaps(recording: MarkedRecording) -> Spans:
    """Stretches between the end of T and the next P or QRS that are marked to hold no wave."""
    edge = round(EDGE_S * NETWORK_HZ)
    starts = [first for first, _ in spans_of(recording.overall_target[P]) + spans_of(recording.overall_target[QRS])]
    gaps = []
    for _, end in spans_of(recording.overall_target[T]):
        later = [start for start in starts if start > end]
        if not later:
            continue
        first, last = end + edge, min(later) - edge
        if last - first > LEAST_GAP_S * NETWORK_HZ and recording.overall_weight[:, first:last].min() > 0:
            gaps.append((first, last))
    return gaps


def faster(recording: MarkedRecording, rng: np.random.Generator) -> MarkedRecording:
    """Take out the same share of every quiet stretch between T and P, so that the beats follow faster."""
    share = rng.uniform(0.3, 1.0)
    keep = np.ones(recording.signal_mv.shape[1], dtype=np.bool_)
    for first, last in quiet_gaps(recording):
        length = round((last - first) * min(1.0, share * rng.uniform(0.95, 1.05)))
        start = first + (last - first - length) // 2
        keep[start : start + length] = False
    level = recording.signal_mv - stepped_baseline(recording.signal_mv, keep)
    return dataclasses.replace(
        recording,
        signal_mv=level[:, keep],
        lead_target=recording.lead_target[..., keep],
        lead_weight=recording.lead_weight[..., keep],
        overall_target=recording.overall_target[:, keep],
        overall_weight=recording.overall_weight[:, keep],
    )


def stepped_baseline(signal_mv: NDArray[np.float32], keep: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Level to take off after each cut, so that both sides of it meet; spread over the stretch up to the next cut."""
    out = np.zeros_like(signal_mv)
    change = np.diff(keep.astype(np.int8))
    cuts: list[int] = (np.flatnonzero(change == -1) + 1).tolist()
    ends: list[int] = (np.flatnonzero(change == 1) + 1).tolist()
    for k, (first, last) in enumerate(zip(cuts, ends, strict=False)):
        until = cuts[k + 1] if k + 1 < len(cuts) else signal_mv.shape[1]
        step = signal_mv[:, last] - signal_mv[:, max(0, first - 1)] + out[:, max(0, first - 1)]
        ramp = np.linspace(1, 0, until - last, dtype=np.float32)
        out[:, last:until] = step[:, None] * ramp
    return out


def erased(recording: MarkedRecording, first: int, last: int, rng: np.random.Generator) -> MarkedRecording:
    """Replace a stretch by a straight line with the noise of a quiet one; nothing is marked there any more."""
    first, last = max(0, first), min(recording.signal_mv.shape[1] - 1, last)
    n = last - first + 1
    x = recording.signal_mv.copy()
    line = np.linspace(x[:, first], x[:, last], n, axis=1)
    x[:, first : last + 1] = line + rng.normal(0, 0.004, (len(x), n))
    lead_target, overall_target = recording.lead_target.copy(), recording.overall_target.copy()
    lead_target[..., first : last + 1] = 0
    overall_target[:, first : last + 1] = 0
    return dataclasses.replace(recording, signal_mv=x, lead_target=lead_target, overall_target=overall_target)


def without_some(recording: MarkedRecording, rng: np.random.Generator, *, p_waves: bool) -> MarkedRecording:
    """Erase P waves (`p_waves`), or QRS with the T that follows, of a random share of the beats."""
    edge = round(EDGE_S * NETWORK_HZ)
    share = rng.uniform(0.2, 1.0) if p_waves else rng.uniform(0.1, 0.6)
    if p_waves:
        stretches = spans_of(recording.overall_target[P])
    else:
        ends = [last for _, last in spans_of(recording.overall_target[T])]
        starts = [first for first, _ in spans_of(recording.overall_target[QRS])]
        stretches = []
        for start in starts:
            end = min((e for e in ends if e > start), default=None)
            if end is not None and not any(start < other < end for other in starts):
                stretches.append((start, end))
    for first, last in stretches:
        if rng.random() < share:
            recording = erased(recording, first - edge, last + edge, rng)
    return recording


def operated(recording: MarkedRecording, rng: np.random.Generator) -> MarkedRecording:
    """Change a recording, or leave it as it is (more often than not)."""
    if rng.random() < 0.08:
        recording = without_some(recording, rng, p_waves=True)
    elif rng.random() < 0.10:
        recording = without_some(recording, rng, p_waves=False)
    return faster(recording, rng) if rng.random() < 0.3 else recording
