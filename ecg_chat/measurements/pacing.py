"""Pacemaker spikes, where the sampling rate shows them."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter

from ecg_chat.signals.ecg import Ecg

VISIBLE_HZ = 400.0  # a spike lasts about 0.5 ms: below this rate too little of it is left
SMALLEST_MV = 0.2
OVER_NOISE = 15.0
APART_S = 0.03


def count_pacing_spikes(ecg: Ecg) -> int | None:
    """Count narrow spikes (at most 6 ms) that stand out in two leads at once (in the one lead there is).

    Returns
    -------
    int or None
        ``None`` if the sampling rate is below 400 Hz, because low-pass filtered spikes cannot be told from QRS.
    """
    if ecg.fs_hz < VISIBLE_HZ or ecg.n_samples < ecg.fs_hz:
        return None
    x = np.nan_to_num(ecg.signal.astype(np.float32))
    width = 2 * round(0.006 * ecg.fs_hz) + 1
    spike = np.abs(x - median_filter(x, size=(1, width), mode="nearest"))
    noise = np.median(spike, axis=1, keepdims=True)
    over = spike > np.maximum(SMALLEST_MV, OVER_NOISE * noise)
    needed = min(2, ecg.signal.shape[0])
    where = np.flatnonzero(over.sum(axis=0) >= needed)
    if where.size == 0:
        return 0
    return int(1 + np.sum(np.diff(where) > APART_S * ecg.fs_hz))
