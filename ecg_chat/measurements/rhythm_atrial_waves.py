"""Atrial waves apart from QRS and T, on plain arrays: in step with the beats, or running free of them.

Waves in step with the QRS (flutter conducted 2:1, 4:1) vanish when the average beat is subtracted. They show in the
average cycle itself: it repeats within one RR. Where RR vary, regular waves show as a signal between the QRS that is
like itself one and two wave lengths later. Fibrillatory waves have no wave length; they show in what the average beat
leaves over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal as sps

from ecg_chat.delineation.types import Bools, Floats, Ints

SAME_RR = 0.04  # cycles that are averaged differ by less than this share from the median RR
FEWEST_CYCLES, CYCLE_SHARE = 4, 0.6
MARGIN_S = 0.010
QRS_AFTER_S, QRS_BEFORE_S = (0.070, 0.130), (0.050, 0.080)  # what of the cycle is QRS: never less, never more
SLOPE_S = 0.042  # window of the smoothed slope
LEAST_OVERLAP_S = 0.05
RATE_STEP_PER_MIN = 2.0
LEAST_FREE_SHARE = 0.2
BEFORE_S, AFTER_S, FADE_S = 0.12, 0.55, 0.06  # average beat that is subtracted
BLANK_BEFORE_S, BLANK_AFTER_S = 0.06, 0.10
SPECTRUM_HZ, WINDOW_S = 100.0, 4.0
SEARCH_HZ = (3.0, 12.0)
HIGH_HZ = (12.0, 20.0)


@dataclass(frozen=True, eq=False)
class AtrialWindow:
    """Signal of the leads that show the atria best, shape (leads, samples) in mV, and where the beats are.

    ``plain`` are the R samples of beats of the dominant shape, ``r`` of all; ``qrs_s`` is how long before and after R
    the QRS lasts.
    """

    signal_mv: Floats
    leads: tuple[str, ...]
    fs_hz: float
    r: Ints
    plain: Ints
    qrs_s: tuple[float, float]


@dataclass(frozen=True)
class Repetition:
    """The signal outside the QRS repeats at this rate; `likeness` is the correlation of its slopes (-1 to 1).

    ``waves`` is how many there are to a QRS (0 where RR vary), ``lead_likeness`` the likeness within each lead.
    """

    waves: int
    likeness: float
    rate_per_min: float
    lead_likeness: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Residue:
    """Spectrum peak of each lead after average beat subtraction (Slocum, J Electrocardiol 1992).

    Attributes
    ----------
    peak_hz, size_mv, over_noise : ndarray, shape (leads,)
        Frequency of the peak; root mean square of 3-12 Hz; power density there over that of 12-20 Hz.
    """

    peak_hz: Floats
    size_mv: Floats
    over_noise: Floats


def repetition_within_rr(window: AtrialWindow, rates_per_min: tuple[float, float]) -> Repetition | None:
    """Find how well the average cycle repeats 2 to 6 times within RR; None without enough like cycles.

    Parameters
    ----------
    rates_per_min : (float, float)
        Atrial rates that are looked for.
    """
    rr = np.diff(window.r).astype(np.float64)
    if rr.size < FEWEST_CYCLES:
        return None
    middle = float(np.median(rr))
    length = round(middle)
    alike = np.flatnonzero(np.abs(rr - middle) <= SAME_RR * middle)
    alike = alike[window.r[alike] + length <= window.signal_mv.shape[1]]
    if alike.size < max(FEWEST_CYCLES, CYCLE_SHARE * rr.size):
        return None
    at = window.r[alike][:, None] + np.arange(length)
    cycle = window.signal_mv[:, at].mean(axis=1)
    slope_window = 2 * round(SLOPE_S * window.fs_hz / 2) + 1
    if length <= slope_window:
        return None
    slope = sps.savgol_filter(cycle, slope_window, 2, deriv=1, axis=1, mode="wrap")
    free = _outside_qrs(window, length)
    best = None
    for waves in range(2, 7):
        rate = waves * 60 * window.fs_hz / middle
        if not rates_per_min[0] <= rate <= rates_per_min[1]:
            continue
        likeness = _likeness(slope, free, middle / waves, waves, round(LEAST_OVERLAP_S * window.fs_hz))
        if likeness is not None and (best is None or likeness > best.likeness):
            best = Repetition(waves, likeness, rate)
    return best


def _outside_qrs(window: AtrialWindow, length: int) -> Bools:
    before, after = qrs_bounds_s(window)
    t = np.arange(length) / window.fs_hz
    return np.asarray((t >= after) & (t <= length / window.fs_hz - before), dtype=np.bool_)


def qrs_bounds_s(window: AtrialWindow) -> tuple[float, float]:
    """Return how long before and after R the signal is left out, in s."""
    before, after = (edge + MARGIN_S for edge in window.qrs_s)
    return float(np.clip(before, *QRS_BEFORE_S)), float(np.clip(after, *QRS_AFTER_S))


def _likeness(slope: Floats, free: Bools, lag: float, waves: int, least: int) -> float | None:
    """Lowest correlation, over all multiples of the lag, of the slopes with themselves shifted round the cycle."""
    lowest = None
    for m in range(1, waves):
        shift = -round(m * lag)
        both = free & np.roll(free, shift)
        if both.sum() < least:
            continue
        here, there = slope[:, both], np.roll(slope, shift, axis=1)[:, both]
        size = np.sqrt(np.sum(here**2) * np.sum(there**2))
        own = float(np.sum(here * there) / max(size, 1e-12))
        lowest = own if lowest is None else min(lowest, own)
    return lowest


def repetition_of_strip(window: AtrialWindow, rates_per_min: tuple[float, float]) -> Repetition | None:
    """Find the rate at which the strip outside the QRS is most like itself one and two waves later.

    None where the QRS leave too little in between.
    """
    n, fs = window.signal_mv.shape[1], window.fs_hz
    slope = sps.savgol_filter(window.signal_mv, 2 * round(SLOPE_S * fs / 2) + 1, 2, deriv=1, axis=1)
    free = np.ones(n, dtype=np.bool_)
    before, after = qrs_bounds_s(window)
    for r in window.r:
        free[max(0, round(r - before * fs)) : round(r + after * fs)] = False
    best = None
    for rate in np.arange(rates_per_min[0], rates_per_min[1] + RATE_STEP_PER_MIN, RATE_STEP_PER_MIN):
        lag = round(60 / float(rate) * fs)
        here = [_lagged(slope, free, m * lag) for m in (1, 2)]
        if any(both is None for both in here):
            return None
        likeness, leads = min((both for both in here if both is not None), key=lambda both: both[0])
        if best is None or likeness > best.likeness:
            best = Repetition(0, likeness, float(rate), leads)
    return best


def _lagged(slope: Floats, free: Bools, lag: int) -> tuple[float, tuple[float, ...]] | None:
    """Correlate the slopes with themselves `lag` samples later: over all leads, and within each."""
    both = free[:-lag] & free[lag:]
    if both.mean() < LEAST_FREE_SHARE:
        return None
    here, there = slope[:, :-lag][:, both], slope[:, lag:][:, both]
    products, own, shifted = np.sum(here * there, axis=1), np.sum(here**2, axis=1), np.sum(there**2, axis=1)
    leads = products / np.maximum(np.sqrt(own * shifted), 1e-12)
    whole = float(products.sum() / max(float(np.sqrt(own.sum() * shifted.sum())), 1e-12))
    return whole, tuple(float(value) for value in leads)


def residue_of(window: AtrialWindow) -> Residue | None:
    """Subtract the average beat, bridge the QRS, and describe the spectrum of what is left; None with few beats."""
    if window.plain.size < FEWEST_CYCLES:
        return None
    left = without_beats(window)
    step = max(1, round(window.fs_hz / SPECTRUM_HZ))
    slow = sps.decimate(left, step, axis=1, ftype="fir") if step > 1 else left
    fs = window.fs_hz / step
    length = min(round(WINDOW_S * fs), slow.shape[1])
    freq, power = sps.welch(slow, fs, nperseg=length, noverlap=round(0.75 * length), axis=1)
    search = (freq >= SEARCH_HZ[0]) & (freq <= SEARCH_HZ[1])
    high = (freq >= HIGH_HZ[0]) & (freq <= HIGH_HZ[1])
    peak = freq[search][np.argmax(power[:, search], axis=1)]
    return Residue(
        peak_hz=peak,
        size_mv=np.sqrt(power[:, search].sum(axis=1) * (freq[1] - freq[0])),
        over_noise=power[:, search].mean(axis=1) / np.maximum(power[:, high].mean(axis=1), 1e-12),
    )


def without_beats(window: AtrialWindow) -> Floats:
    """Return the signal less the average beat at every R, with straight lines in place of the QRS."""
    fs, n = window.fs_hz, window.signal_mv.shape[1]
    before, after, fade = round(BEFORE_S * fs), round(AFTER_S * fs), FADE_S * fs
    at = np.clip(window.plain[:, None] + np.arange(-before, after), 0, n - 1)
    average = np.median(window.signal_mv[:, at], axis=1)
    average = average - average[:, : max(1, before // 6)].mean(axis=1, keepdims=True)
    left = window.signal_mv.copy()
    ends = np.append(window.r[1:] - before, n)
    for r, end in zip(window.r, ends, strict=True):
        first, last = max(0, int(r) - before), min(n, int(r) + after, int(end))
        if last <= first:
            continue
        weight = np.minimum(1.0, (last - np.arange(first, last)) / fade)
        start = first - int(r) + before
        left[:, first:last] -= average[:, start : start + last - first] * weight
    for r in window.r:
        first, last = max(0, int(r) - round(BLANK_BEFORE_S * fs)), min(n - 1, int(r) + round(BLANK_AFTER_S * fs))
        left[:, first : last + 1] = np.linspace(left[:, first], left[:, last], last - first + 1, axis=1)
    return left
