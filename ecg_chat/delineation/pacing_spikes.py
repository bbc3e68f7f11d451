"""Pacemaker spikes, where the sampling rate shows them."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter

from ecg_chat.delineation.types import Floats, Ints

VISIBLE_HZ = 400.0  # a spike lasts about 0.5 ms: below this rate too little of it is left
FINEST_HZ = 1000.0  # faster recordings are thinned to about this
SMALLEST_MV = 0.2
OVER_NOISE = 12.0
HALF_WIDTH_S = 0.004
QUIET_SHARE = 0.25  # the lead moves by less than this share of the spike in the 8 ms before it: not the tip of an R
APART_S = 0.03
EDGE_S = 0.02
FEWEST = 3  # one or two are an artefact


def find_pacing_spikes(signal_mv: Floats, fs_hz: float) -> Ints | None:
    """Find narrow spikes that rise out of a quiet stretch in two leads at once (in the one lead there is).

    Parameters
    ----------
    signal_mv : ndarray, shape (leads, samples)
        As recorded, gaps bridged.

    Returns
    -------
    ndarray of int, or None
        Sample numbers; ``None`` if the rate is below 400 Hz, because low-pass filtered spikes cannot be told from QRS.
    """
    n = signal_mv.shape[1]
    if fs_hz < VISIBLE_HZ or n < fs_hz:
        return None
    step = max(1, int(fs_hz // FINEST_HZ))
    if step > 1:
        coarse = find_pacing_spikes(signal_mv[:, ::step], fs_hz / step)
        return None if coarse is None else coarse * step
    x = signal_mv.astype(np.float32)
    width = 2 * round(HALF_WIDTH_S * fs_hz) + 1
    size = np.abs(x - median_filter(x, size=(1, width), mode="nearest"))
    over = size > np.maximum(SMALLEST_MV, OVER_NOISE * np.median(size, axis=1, keepdims=True))
    edge = round(EDGE_S * fs_hz)
    over[:, :edge] = False
    over[:, n - edge :] = False
    late, early = round(0.006 * fs_hz), round(0.014 * fs_hz)
    lead, at = np.nonzero(over)
    quiet = np.abs(x[lead, at - late] - x[lead, at - early]) < QUIET_SHARE * size[lead, at]
    votes = np.bincount(at[quiet], minlength=n)
    where = np.flatnonzero(votes >= min(2, len(x)))
    first = np.concatenate([[True], np.diff(where) > APART_S * fs_hz])[: where.size]
    spikes = where[first]
    return np.asarray(spikes if spikes.size >= FEWEST else spikes[:0], dtype=np.int64)


def without_spikes(signal_mv: Floats, spikes: Ints, fs_hz: float) -> Floats:
    """Replace the 16 ms around each spike by a straight line, so that waves are not measured on it."""
    out = signal_mv.copy()
    before, after = round(0.006 * fs_hz), round(0.010 * fs_hz)
    for spike in spikes:
        a, b = max(0, int(spike) - before), min(out.shape[1] - 1, int(spike) + after)
        out[:, a : b + 1] = np.linspace(out[:, a], out[:, b], b - a + 1, axis=1)
    return out
