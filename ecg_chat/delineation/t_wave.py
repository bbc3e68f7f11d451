"""Where the T wave of the median beat peaks and ends: tangent method (source M8 of the thresholds note)."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ecg_chat.delineation.types import Bools, Floats, MedianBeat, Wave

SMOOTHING_S = 0.014
TANGENT_TO_END_MS = 10.0  # cardiologists mark the end 10-15 ms after the foot of the tangent (LUDB)
SMALLEST_T_MV = 0.04
HEIGHT_SHARE = 0.35
NOISE_FACTOR = 3.0
TAIL = 10  # samples whose mean is the level after T
LATEST_S = 0.56  # J to T end at RR = 1 s, scaled with the root of RR
SECOND_HUMP = 0.6  # a later hump of opposite sign this large belongs to a biphasic T


def search_end(median: MedianBeat, j: int, fs_hz: float) -> int:
    """Latest sample at which T may end: limited by rate and by the next P wave's place."""
    n = median.signal_mv.shape[1]
    rr_s = median.rr_ms / 1000 if np.isfinite(median.rr_ms) else 1.0
    by_rate = j + LATEST_S * fs_hz * np.sqrt(min(rr_s, 1.4))
    by_next = median.r + (rr_s - 0.10) * fs_hz
    return int(min(n - 1, by_rate, by_next))


def find_t(median: MedianBeat, usable: Bools, qrs: Wave, fs_hz: float) -> tuple[Wave | None, str]:
    """Find the global T wave; ``None`` with the reason when none stands out.

    Each usable lead whose T is at least 35 % as high as the highest gives its own boundaries; the median over these
    leads is taken, so that neither one noisy lead nor a U wave in one lead decides.
    """
    j = median.r + round(qrs.off_ms / 1000 * fs_hz)
    lo, hi = j + round(0.04 * fs_hz), search_end(median, j, fs_hz)
    if hi - lo < round(0.10 * fs_hz):
        return None, "the beats follow too fast to see the T wave"
    smooth = gaussian_filter1d(median.signal_mv[usable], SMOOTHING_S * fs_hz, axis=1, mode="nearest")
    segment = smooth[:, lo : hi + 1]
    ramp = np.linspace(0, 1, segment.shape[1])
    tail = segment[:, -TAIL:].mean(axis=1, keepdims=True)
    height = np.ptp(segment - segment[:, :1] - (tail - segment[:, :1]) * ramp, axis=1)
    noise = np.nan_to_num(median.noise_mv[usable])
    enough = height >= np.maximum(np.maximum(SMALLEST_T_MV, NOISE_FACTOR * noise), HEIGHT_SHARE * height.max())
    waves = [t_of_curve(row, fs_hz) for row in segment[enough]]
    found = np.array([wave for wave in waves if wave is not None])
    if found.size == 0:
        return None, "the T wave is too flat to find its end"
    start, peak, end = (np.median(found, axis=0) + (lo - median.r)) * 1000 / fs_hz
    return Wave(float(start), float(peak), float(end)), ""


def t_of_curve(curve: Floats, fs_hz: float) -> tuple[float, float, float] | None:
    """Onset, peak and tangent end of the largest hump of a curve that holds ST segment to next P."""
    tail = float(np.median(curve[-max(3, round(0.04 * fs_hz)) :]))
    slope = np.gradient(curve) * fs_hz
    around = curve - np.interp(np.arange(curve.size), [0, curve.size - 1], [curve[0], tail])
    inner = slice(round(0.02 * fs_hz), max(round(0.02 * fs_hz) + 1, curve.size - round(0.05 * fs_hz)))
    peak = inner.start + int(np.argmax(np.abs(around[inner])))
    sign = 1.0 if around[peak] > 0 else -1.0
    height = abs(around[peak])
    if height < SMALLEST_T_MV / 2:
        return None
    # a biphasic T: the last hump of opposite sign counts
    rest = -sign * (curve - tail)[peak + round(0.03 * fs_hz) : inner.stop]
    if rest.size > 3 and rest.max() > SECOND_HUMP * height and 0 < int(np.argmax(rest)) < rest.size - 1:
        peak = peak + round(0.03 * fs_hz) + int(np.argmax(rest))
        sign = -sign
    # the true top of the hump
    reach = round(0.04 * fs_hz)
    near = slice(max(0, peak - reach), min(curve.size, peak + reach + 1))
    peak = near.start + int(np.argmax(sign * curve[near]))
    down = sign * slope[peak : min(curve.size, peak + round(0.20 * fs_hz))]
    if down.size < 5:
        return None
    steepest = peak + int(np.argmin(down))
    fall = float(slope[steepest])
    if sign * fall >= 0:
        return None
    after = curve[steepest : min(curve.size, steepest + round(0.14 * fs_hz))]
    base = float(sign * np.min(sign * after))
    end = steepest + (base - curve[steepest]) / fall * fs_hz
    up = sign * slope[max(0, peak - round(0.22 * fs_hz)) : peak + 1]
    first = max(0, peak - round(0.22 * fs_hz))
    climb = first + int(np.argmax(up))
    before = curve[max(0, climb - round(0.14 * fs_hz)) : climb + 1]
    foot = float(sign * np.min(sign * before))
    rise = float(slope[climb])
    start = climb - (curve[climb] - foot) / rise * fs_hz if sign * rise > 0 else float(first)
    end += TANGENT_TO_END_MS / 1000 * fs_hz
    return max(0.0, start), float(peak), min(end, float(curve.size - 1))
