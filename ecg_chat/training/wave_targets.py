"""From the marks of a recording to what the wave network is to say, sample by sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.ludb import MarkedWave
from ecg_chat.delineation.wave_net import WAVES

UNSURE_S = 0.12  # around a wave of which only one boundary is marked
MARGIN_S = 0.02  # a lead counts from just before its first mark to just after its last one
RANK = 2  # limits over all leads: third earliest onset and third latest end, because twelve separate marks scatter
FEWEST_LEADS = 3
Floats32 = NDArray[np.float32]


def covered(n: int, first: float, last: float) -> Floats32:
    """Share of each sample's own width that lies between two places (in samples): 0, 1, or a part at the edges."""
    at = np.arange(n)
    share = np.minimum(at + 0.5, last) - np.maximum(at - 0.5, first)
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float32)


def lead_targets(marks: Sequence[MarkedWave], n: int, per_sample: float, hz: float) -> tuple[Floats32, Floats32]:
    """Target and weight of one lead.

    Parameters
    ----------
    marks : sequence of MarkedWave
        In samples of the file.
    n : int
        Samples at the network's rate.
    per_sample : float
        Samples of the network per sample of the file.
    hz : float
        The network's rate.

    Returns
    -------
    target, weight : ndarray, shape (3, n)
        Weight 0 where nothing is known: outside the marked part, and around waves with one boundary only.
    """
    target = np.zeros((len(WAVES), n), np.float32)
    weight = np.zeros((len(WAVES), n), np.float32)
    ends = [at for mark in marks for at in (mark.on, mark.peak, mark.off) if at is not None]
    if not ends:
        return target, weight
    first = max(0, round(min(ends) * per_sample - MARGIN_S * hz))
    weight[:, first : round(max(ends) * per_sample + MARGIN_S * hz) + 1] = 1.0
    for mark in marks:
        row = WAVES.index(mark.wave)
        if mark.on is None or mark.off is None:
            middle, reach = round(mark.peak * per_sample), round(UNSURE_S * hz)
            weight[row, max(0, middle - reach) : middle + reach + 1] = 0.0
            continue
        target[row] = np.maximum(target[row], covered(n, mark.on * per_sample, mark.off * per_sample))
    return target, weight


def overlapping(spans: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Group spans that overlap in time: what the leads say of one wave of one beat."""
    groups: list[list[tuple[float, float]]] = []
    reached = float("-inf")
    for span in sorted(spans):
        if span[0] <= reached:
            groups[-1].append(span)
        else:
            groups.append([span])
        reached = max(reached, span[1])
    return groups


def overall_span(group: Sequence[tuple[float, float]], rank: int = RANK) -> tuple[float, float]:
    """Third earliest onset and third latest end (the middle ones where few leads mark the wave)."""
    k = min(rank, (len(group) - 1) // 2)
    return sorted(first for first, _ in group)[k], sorted(last for _, last in group)[-1 - k]


def overall_targets(
    marks: Mapping[str, Sequence[MarkedWave]], weights: Floats32, n: int, per_sample: float
) -> tuple[Floats32, Floats32]:
    """Target and weight over all leads; `weights` (leads, 3, n) are those of the leads.

    A wave that fewer than three leads show is neither there nor absent: weight 0.
    """
    target = np.zeros((len(WAVES), n), np.float32)
    weight = (weights.mean(axis=0) > 0.7).astype(np.float32)
    for row, wave in enumerate(WAVES):
        spans = [
            (mark.on, mark.off)
            for lead in marks.values()
            for mark in lead
            if mark.wave == wave and mark.on is not None and mark.off is not None
        ]
        for group in overlapping(spans):
            if len(group) < FEWEST_LEADS:
                first, last = min(s for s, _ in group), max(e for _, e in group)
                weight[row, round(first * per_sample) : round(last * per_sample) + 1] = 0.0
                continue
            first, last = overall_span(group)
            target[row] = np.maximum(target[row], covered(n, first * per_sample, last * per_sample))
    return target, weight
