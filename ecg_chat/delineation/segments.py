"""From probabilities to waves: where the curve crosses one half, to a fraction of a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.delineation.wave_input import NETWORK_HZ
from ecg_chat.delineation.wave_net import WaveName

HALF = 0.5  # trained with cross-entropy on marks that scatter, the curve crosses one half at the median mark
SHORTEST_S: Mapping[WaveName, float] = {"p": 0.03, "qrs": 0.03, "t": 0.05}
MERGED_S: Mapping[WaveName, float] = {"p": 0.02, "qrs": 0.02, "t": 0.04}


@dataclass(frozen=True)
class Segment:
    """One stretch above one half: limits in s from the start of the recording, and the highest probability in it."""

    on_s: float
    off_s: float
    sure: float


def segments_of(probability: NDArray[np.float32], wave: WaveName) -> list[Segment]:
    """List the stretches of one curve (samples,) at 250 Hz, without short ones and short interruptions."""
    over = np.concatenate([[False], probability > HALF, [False]])
    step = np.diff(over.astype(np.int8))
    merged: list[Segment] = []
    for first, last in zip(np.flatnonzero(step == 1), np.flatnonzero(step == -1) - 1, strict=True):
        found = Segment(
            _crossing(probability, int(first), -1) / NETWORK_HZ,
            _crossing(probability, int(last), 1) / NETWORK_HZ,
            float(probability[first : last + 1].max()),
        )
        if merged and found.on_s - merged[-1].off_s < MERGED_S[wave]:
            found = Segment(merged[-1].on_s, found.off_s, max(merged[-1].sure, found.sure))
            merged.pop()
        merged.append(found)
    return [segment for segment in merged if segment.off_s - segment.on_s >= SHORTEST_S[wave]]


def _crossing(probability: NDArray[np.float32], inside: int, step: int) -> float:
    """Place between `inside` and its neighbour where the curve is one half, by a straight line between them."""
    outside = inside + step
    if not 0 <= outside < probability.size:
        return float(inside)
    rise = float(probability[inside] - probability[outside])
    return inside + step * (float(probability[inside]) - HALF) / rise
