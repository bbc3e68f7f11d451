"""Which single beats show the P wave that the others show: fibrillation has one now and then, never the same."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ecg_chat.delineation.types import BeatList, Bools, Floats, MedianBeat, Prepared, Wave

LIKE_P = 0.55  # correlation of one beat's P with that of the others


def p_in_each_beat(prepared: Prepared, beats: BeatList, median: MedianBeat, p: Wave) -> Bools:
    """Say for every beat whether its own signal shows the median beat's P wave at the same place (within 16 ms).

    A beat's own part in the template is taken out first, so that fibrillation waves do not match themselves.
    """
    fs = prepared.fs_hz
    lo = round((p.on_ms - 15) / 1000 * fs)
    hi = round((p.off_ms + 15) / 1000 * fs)
    x = gaussian_filter1d(prepared.signal_mv[prepared.usable], 0.008 * fs, axis=1, mode="nearest")
    slack = round(0.016 * fs)
    at = beats.r[:, None] + np.arange(lo - slack, hi + slack)[None, :]
    inside = np.asarray(np.min(at, axis=1) >= 0, dtype=np.bool_)
    cuts = x[:, np.clip(at, 0, x.shape[1] - 1)].transpose(1, 0, 2)[:, :, ::2]
    slack //= 2
    width = cuts.shape[2] - 2 * slack
    if width < 4:
        return np.zeros(beats.r.size, dtype=np.bool_)
    ramp = np.linspace(-1, 1, width)

    def flatten(part: Floats) -> Floats:
        part = part - part.mean(axis=2, keepdims=True)
        return np.asarray(part - (part @ ramp / (ramp @ ramp))[:, :, None] * ramp, dtype=np.float64)

    middle = flatten(cuts[:, :, slack : slack + width])
    members = [i for i in median.members if inside[i]]
    if len(members) < 2:
        return np.array([i in median.members for i in range(beats.r.size)])
    total: Floats = np.sum(middle[members], axis=0)
    best = np.full(beats.r.size, -1.0)
    gain = np.zeros(beats.r.size)
    templates = np.stack(
        [
            (total - middle[i]) / (len(members) - 1) if i in members else total / len(members)
            for i in range(beats.r.size)
        ]
    ).reshape(beats.r.size, -1)
    length = np.maximum(np.linalg.norm(templates, axis=1), 1e-9)
    for shift in range(0, 2 * slack + 1, 2):
        own = flatten(cuts[:, :, shift : shift + width]).reshape(beats.r.size, -1)
        dot = np.sum(own * templates, axis=1)
        fit = dot / (length * np.maximum(np.linalg.norm(own, axis=1), 1e-9))
        better = fit > best
        best[better] = fit[better]
        gain[better] = (dot / length**2)[better]
    return np.asarray((best > LIKE_P) & (gain > 0.3) & (gain < 3.0) & inside, dtype=np.bool_)
