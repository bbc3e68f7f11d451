"""Where the QRS complex of the median beat begins and ends."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ecg_chat.delineation.types import Bools, Floats, MedianBeat, Wave

SMOOTHING_S = 0.004
SEARCH_BEFORE_S, SEARCH_AFTER_S = 0.14, 0.20
QUIET_SHARE_ON = 0.03  # of the steepest slope: quieter than this is not QRS any more
QUIET_SHARE_OFF = 0.03
QUIET_S = 0.008


def slopes(signal_mv: Floats, fs_hz: float, smoothing_s: float = SMOOTHING_S) -> Floats:
    """First derivative in mV/s of the smoothed signal."""
    return np.asarray(
        gaussian_filter1d(signal_mv, smoothing_s * fs_hz, axis=-1, order=1, mode="nearest") * fs_hz, dtype=np.float64
    )


def spatial_velocity(signal_mv: Floats, usable: Bools, fs_hz: float) -> Floats:
    """Root mean square slope over the usable leads, mV/s (the length of the velocity vector)."""
    return np.asarray(np.sqrt(np.mean(slopes(signal_mv[usable], fs_hz) ** 2, axis=0)), dtype=np.float64)


def leave_quietly(velocity: Floats, start: int, stop: int, *, limit: float, quiet: int) -> int:
    """Walk from `start` towards `stop` until the velocity stays below `limit` for `quiet` samples; return where."""
    calm = 0
    step = 1 if stop > start else -1
    at = start
    while at != stop:
        calm = calm + 1 if velocity[at] < limit else 0
        if calm >= quiet:
            return at - step * (quiet - 1)
        at += step
    # never quiet enough: the quietest place that was passed
    lo, hi = sorted((start, stop))
    return lo + int(np.argmin(velocity[lo : hi + 1]))


def boundaries(velocity: Floats, r: int, fs_hz: float) -> tuple[int, int]:
    """Onset and end of the QRS around sample `r` of a velocity curve."""
    lo, hi = max(0, r - round(SEARCH_BEFORE_S * fs_hz)), min(velocity.size - 1, r + round(SEARCH_AFTER_S * fs_hz))
    top = float(velocity[lo : hi + 1].max())
    steep = np.flatnonzero(velocity[lo : hi + 1] > 0.25 * top) + lo
    first, last = int(steep[0]), int(steep[-1])
    around = steep[(steep >= r - round(0.09 * fs_hz)) & (steep <= r + round(0.12 * fs_hz))]
    if around.size:
        first, last = int(around[0]), int(around[-1])
    quiet = round(QUIET_S * fs_hz)
    before = velocity[max(0, first - round(0.12 * fs_hz)) : max(1, first - round(0.02 * fs_hz))]
    floor_on = float(np.quantile(before, 0.2)) if before.size else 0.0
    after = velocity[last + round(0.02 * fs_hz) : last + round(0.14 * fs_hz)]
    floor_off = float(np.quantile(after, 0.2)) if after.size else 0.0
    earliest, latest = max(0, first - round(0.10 * fs_hz)), min(velocity.size - 1, last + round(0.12 * fs_hz))
    on = leave_quietly(velocity, first, earliest, limit=floor_on + QUIET_SHARE_ON * top, quiet=quiet)
    off = leave_quietly(velocity, last, latest, limit=floor_off + QUIET_SHARE_OFF * top, quiet=quiet)
    return on, off


def find_qrs(median: MedianBeat, usable: Bools, fs_hz: float) -> Wave:
    """Find the global QRS of the median beat: first to last activity over all usable leads."""
    velocity = spatial_velocity(median.signal_mv, usable, fs_hz)
    on, off = boundaries(velocity, median.r, fs_hz)
    size = np.sqrt(np.mean((median.signal_mv[usable] - median.signal_mv[usable][:, [on]]) ** 2, axis=0))
    peak = on + int(np.argmax(size[on : off + 1]))
    scale = 1000 / fs_hz
    return Wave((on - median.r) * scale, (peak - median.r) * scale, (off - median.r) * scale)
