"""Whether the median beat has a P wave, where it begins and ends, and which single beats show it."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ecg_chat.delineation.qrs_wave import leave_quietly
from ecg_chat.delineation.types import BeatList, Bools, Floats, MedianBeat, Prepared, Wave

SMOOTHING_S = 0.010
ARM_S = 0.055  # half width of the bump that is looked for
EARLIEST_S = 0.44  # before QRS onset
LATEST_S = 0.035
SMALLEST_P_MV = 0.022  # root mean square over leads of the bump
NOISE_FACTOR = 3.0
QUIET_ON, QUIET_OFF = 0.32, 0.50  # of the steepest slope on that side
MERGED_S = 0.008
FASTEST_MS = 330.0  # RR: faster than about 180/min no P wave is told from T
QUIET_ON_S, QUIET_OFF_S = 0.016, 0.016
USUAL_MS, FAR_MS, FAR_WEIGHT = 200.0, 420.0, 0.4
LIKE_P = 0.55  # correlation of one beat's P with that of the others
MOST_BEATS = 0.5


def hold_outside(signal_mv: Floats, first: int, last: int) -> Floats:
    """Hold the levels at `first` and `last` beyond them, so that neither T nor QRS reaches into the P search."""
    out = signal_mv.copy()
    out[:, last:] = signal_mv[:, max(0, last - 3) : last + 1].mean(axis=1, keepdims=True)
    out[:, :first] = signal_mv[:, first : first + 4].mean(axis=1, keepdims=True)
    return out


def bump(signal_mv: Floats, arm: int) -> Floats:
    """Return how far each sample stands out of the line between its neighbours `arm` samples away."""
    padded = np.pad(signal_mv, ((0, 0), (arm, arm)), mode="edge")
    return np.asarray(signal_mv - 0.5 * (padded[:, : -2 * arm] + padded[:, 2 * arm :]), dtype=np.float64)


def search_start(median: MedianBeat, on: int, t: Wave | None, fs_hz: float) -> int:
    """First sample at which P may begin: after the previous T, at most 440 ms before QRS."""
    earliest = on - round(EARLIEST_S * fs_hz)
    if t is not None and np.isfinite(median.rr_ms):
        earliest = max(earliest, median.r + round((t.off_ms - median.rr_ms) / 1000 * fs_hz) - round(0.02 * fs_hz))
    return max(0, earliest)


def find_p(median: MedianBeat, usable: Bools, qrs: Wave, t: Wave | None, fs_hz: float) -> tuple[Wave | None, str]:
    """Find the global P wave of the median beat; ``None`` with the reason when none stands out."""
    on = median.r + round(qrs.on_ms / 1000 * fs_hz)
    start = search_start(median, on, t, fs_hz)
    last = on - round(LATEST_S * fs_hz)
    if last - start < round(0.04 * fs_hz) or median.rr_ms < FASTEST_MS:
        return None, "the beats follow too fast to tell the P wave from the T wave"
    held = hold_outside(median.signal_mv[usable], start, on)
    smooth = gaussian_filter1d(held, SMOOTHING_S * fs_hz, axis=1, mode="nearest")
    size = np.sqrt(np.mean(bump(smooth, round(ARM_S * fs_hz)) ** 2, axis=0))
    peak = most_likely_peak(size, start, last, on, fs_hz)
    if peak is None:
        return None, "no P wave stands out before the QRS"
    noise = median.noise_mv[usable]
    noise_mv = float(np.sqrt(np.mean(noise**2))) if np.isfinite(noise).all() else 0.0
    if size[peak] < max(SMALLEST_P_MV, NOISE_FACTOR * noise_mv):
        return None, "no P wave stands out before the QRS"
    velocity = np.sqrt(np.mean((np.gradient(smooth, axis=1) * fs_hz) ** 2, axis=0))
    first, end = p_limits(velocity, peak, start, on, fs_hz)
    if start > 0 and first - start < MERGED_S * fs_hz:
        return None, "the beats follow too fast: the P wave merges with the T wave before it"
    scale = 1000 / fs_hz
    return Wave((first - median.r) * scale, (peak - median.r) * scale, (end - median.r) * scale), ""


def most_likely_peak(size: Floats, start: int, last: int, on: int, fs_hz: float) -> int | None:
    """Return the bump that is high and lies where P waves lie; a bump further from QRS must be higher to be chosen."""
    tops = np.flatnonzero((size[1:-1] >= size[:-2]) & (size[1:-1] > size[2:])) + 1
    tops = tops[(tops >= start + round(0.012 * fs_hz)) & (tops <= last)]
    if tops.size == 0:
        return None
    before_ms = (on - tops) * 1000 / fs_hz
    likely = np.interp(before_ms, [USUAL_MS, FAR_MS], [1.0, FAR_WEIGHT])
    return int(tops[np.argmax(size[tops] * likely)])


def p_limits(velocity: Floats, peak: int, start: int, on: int, fs_hz: float) -> tuple[int, int]:
    """Walk from the steepest place on each side of the peak until the slope has stayed low for a while."""
    reach, far = round(0.09 * fs_hz), round(0.12 * fs_hz)
    lo, hi = max(start, peak - reach), min(on, peak + reach)
    up = lo + int(np.argmax(velocity[lo : peak + 1]))
    down = peak + int(np.argmax(velocity[peak : hi + 1]))
    left, right = max(start, up - far), min(on, down + far)
    floor = float(velocity[left : up + 1].min())
    limit = floor + QUIET_ON * (velocity[up] - floor)
    first = leave_quietly(velocity, up, left, limit=limit, quiet=max(1, min(round(QUIET_ON_S * fs_hz), up - left)))
    floor = float(velocity[down : right + 1].min())
    limit = floor + QUIET_OFF * (velocity[down] - floor)
    end = leave_quietly(velocity, down, right, limit=limit, quiet=max(1, min(round(QUIET_OFF_S * fs_hz), right - down)))
    return first, end


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
