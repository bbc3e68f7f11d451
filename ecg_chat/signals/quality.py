"""How far each lead can be trusted, and whether the limb leads can be what their names say.

The limits are our own choice, set by eye on paper scale (1 mm = 0.1 mV = 40 ms) and tried on the PTB-XL records whose
annotators wrote "static noise" or "baseline drift"; each stands beside its reason.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from ecg_chat.signals.ecg import CHEST_LEADS, Ecg
from ecg_chat.signals.filters import bridge_gaps
from ecg_chat.signals.lead_arithmetic import residual_mv
from ecg_chat.signals.median_beat import median_beat, net_deflection_mv

FLAGS = ("missing", "flat", "clipped", "noisy", "baseline wander")

MISSING_SHARE = 0.2  # a fifth of the samples absent: two seconds of a ten-second strip
FLAT_PEAK_TO_PEAK_MV = 0.05  # half a millimetre: less than any QRS of a connected lead
FLAT_SECONDS = 0.5  # share of one-second windows without any movement that makes a lead flat
STILL_MV = 0.002  # a window whose samples stay within this carries no signal, not even amplifier noise
NOISE_MV = 0.015  # standard deviation above 30 Hz: about 1 mm peak to peak; small P and Q waves drown in it
WANDER_MV = 0.45  # the baseline moves by more than four millimetres within the strip
CLIP_STEP_MV = 0.02  # a real peak is entered by small steps, a clipped one arrives at full slope
CLIP_SECONDS = 0.04  # one small square
ARITHMETIC_MV = 0.1  # one millimetre; PTB-XL's own rounding and filtering stays below 0.02 mV
NEARLY_FLAT_MV = 0.1  # "almost flat (P, QRS, T < 0.05 mV)" each way, right arm - right leg swap

Floats = NDArray[np.float64]


def assess(ecg: Ecg) -> dict[str, tuple[str, ...]]:
    """Judge each lead.

    Returns
    -------
    dict of lead to tuple of str
        Flags out of `FLAGS`; an empty tuple means clean.
    """
    return {name: _flags(ecg.lead(name).astype(np.float64), ecg.fs_hz) for name in ecg.leads}


def _flags(signal: Floats, fs_hz: float) -> tuple[str, ...]:
    good = np.isfinite(signal)
    if good.mean() < 0.5:
        return ("missing",)
    flags = ["missing"] if 1 - good.mean() > MISSING_SHARE else []
    filled = bridge_gaps(signal)
    if _is_flat(filled[good], fs_hz):
        return (*flags, "flat")
    if _is_clipped(signal, fs_hz):
        flags.append("clipped")
    if noise_mv(filled, fs_hz) > NOISE_MV:
        flags.append("noisy")
    if wander_mv(filled, fs_hz) > WANDER_MV:
        flags.append("baseline wander")
    return tuple(flags)


def noise_mv(signal_mv: Floats, fs_hz: float) -> float:
    """Return the standard deviation above 30 Hz between the QRS complexes (robust: 1.4826 × MAD), in mV."""
    high = _above_30_hz(signal_mv, fs_hz)
    return float(1.4826 * np.median(np.abs(high))) if high.size else 0.0


def _above_30_hz(signal_mv: Floats, fs_hz: float) -> Floats:
    """Return the high frequencies; zeros where the sampling rate holds none."""
    if fs_hz < 70 or signal_mv.size < 30:
        return np.zeros_like(signal_mv)
    return np.asarray(sosfiltfilt(_high_pass(fs_hz), signal_mv))


@lru_cache(maxsize=16)
def _high_pass(fs_hz: float) -> Floats:
    return np.asarray(butter(4, 30.0, "highpass", fs=fs_hz, output="sos"))


def wander_mv(signal_mv: Floats, fs_hz: float) -> float:
    """Return the range over which the baseline moves, in mV: medians of 0.6-s stretches, which a QRS does not reach."""
    length = max(1, round(0.6 * fs_hz))
    count = signal_mv.size // length
    if count < 3:
        return 0.0
    levels = np.median(signal_mv[: count * length].reshape(count, length), axis=1)
    low, high = np.percentile(levels, [5, 95])
    return float(high - low)


def _is_flat(signal: Floats, fs_hz: float) -> bool:
    low, high = np.percentile(signal, [0.5, 99.5])
    if high - low < FLAT_PEAK_TO_PEAK_MV:
        return True
    length = max(1, round(fs_hz))
    count = signal.size // length
    if not count:
        return False
    seconds = signal[: count * length].reshape(count, length)
    return bool((np.ptp(seconds, axis=1) <= STILL_MV).mean() >= FLAT_SECONDS)


def _is_clipped(signal: Floats, fs_hz: float) -> bool:
    """Whether the lead stands still at its highest or lowest value after a jump there, twice or for long."""
    shortest = max(3, round(0.006 * fs_hz))
    for extreme in (np.nanmax(signal), np.nanmin(signal)):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], (signal == extreme).astype(np.int8), [0]))))
        lengths = [
            stop - first
            for first, stop in zip(edges[::2], edges[1::2], strict=True)
            if stop - first >= shortest and _step_mv(signal, first, stop) > CLIP_STEP_MV
        ]
        # One short run can be the rounded top of a wave at a coarse resolution.
        if len(lengths) > 1 or (lengths and lengths[0] > CLIP_SECONDS * fs_hz):
            return True
    return False


def _step_mv(signal: Floats, first: int, stop: int) -> float:
    """Return the larger of the steps into and out of a run."""
    before = abs(signal[first] - signal[first - 1]) if first else 0.0
    after = abs(signal[stop] - signal[stop - 1]) if stop < signal.size else 0.0
    return float(np.nanmax([before, after, 0.0]))


def limb_lead_warnings(ecg: Ecg) -> tuple[str, ...]:
    """Say what speaks for exchanged or mislabelled limb leads; empty where nothing does.

    Notes
    -----
    The signs are those of thresholds section "Lead swaps": arms exchanged - P and QRS negative in I, aVR upright,
    V6 not alike; right arm with right leg - II almost flat. Contradicting
    lead arithmetic means that a lead bears a wrong name or comes from another moment.
    """
    off = {name: value for name, value in residual_mv(ecg).items() if value > ARITHMETIC_MV}
    warnings = []
    if off:
        worst = max(off, key=lambda name: off[name])
        warnings.append(
            f"The limb leads contradict each other: {worst} differs by {off[worst]:.2f} mV from what I and II demand. "
            "Check the lead names and the limb electrodes."
        )
    swap = _swap_warning(ecg)
    return (*warnings, swap) if swap else tuple(warnings)


def _swap_warning(ecg: Ecg) -> str | None:
    if not {"I", "II"} <= set(ecg.leads):
        return None
    beat = median_beat(ecg)
    if beat is None:
        return None
    i, ii = beat.lead("I"), beat.lead("II")
    if np.ptp(ii) < NEARLY_FLAT_MV and np.ptp(i) > 3 * NEARLY_FLAT_MV:
        return (
            "Lead II is almost flat, as when the right-arm and the right-leg electrode are exchanged. "
            "Check the limb electrodes."
        )
    chest = next((name for name in reversed(CHEST_LEADS[3:]) if name in ecg.leads), None)
    if chest is None:
        return None
    qrs_i, p_i = net_deflection_mv(beat, "I", "qrs"), net_deflection_mv(beat, "I", "p")
    qrs_chest = net_deflection_mv(beat, chest, "qrs")
    avr_upright = -(qrs_i + net_deflection_mv(beat, "II", "qrs")) / 2 > 0
    if qrs_i < -0.1 and p_i < -0.025 and qrs_chest > 0.1 and avr_upright:
        return (
            f"P and QRS point down in I and up in aVR while {chest} is upright, as when the arm "
            "electrodes are exchanged. "
            "Check the limb electrodes."
        )
    return None


def best_window(ecg: Ecg, duration_s: float = 10.0) -> float:
    """Return the start, in s, of the stretch of `duration_s` with the fewest gaps, flat parts, noise and wander.

    Of equally good stretches the earliest wins. 0 where the recording is not longer than `duration_s`.
    """
    if ecg.duration_s <= duration_s:
        return 0.0
    last = ecg.duration_s - duration_s
    starts = np.unique(np.append(np.arange(0.0, last, 1.0), last))
    seconds = _cost_per_second(ecg)
    costs = [float(seconds[int(s) : int(np.ceil(s + duration_s))].mean()) for s in starts]
    # A gain below 5 % is chance, not quality: prefer the earlier stretch.
    best = min(costs)
    return float(next(s for s, cost in zip(starts, costs, strict=True) if cost <= best * 1.05 + 1e-9))


def _cost_per_second(ecg: Ecg) -> Floats:
    """Return one number per second: 1 for each absent or still lead, plus noise and wander relative to their limits."""
    fs = max(1, round(ecg.fs_hz))
    count = int(np.ceil(ecg.n_samples / fs))
    cost = np.zeros(count)
    high = np.stack([_above_30_hz(bridge_gaps(row), ecg.fs_hz) for row in ecg.signal])
    for k in range(count):
        second = slice(k * fs, (k + 1) * fs)
        for row, high_row in zip(ecg.signal[:, second].astype(np.float64), high[:, second], strict=True):
            good = np.isfinite(row)
            if good.mean() < 0.9 or np.ptp(row[good]) <= STILL_MV:
                cost[k] += 1.0
                continue
            cost[k] += min(1.0, 0.2 * 1.4826 * float(np.median(np.abs(high_row))) / NOISE_MV)
    levels = np.stack([_second_levels(row.astype(np.float64), fs, count) for row in ecg.signal])
    drift = np.abs(np.diff(levels, axis=1, prepend=levels[:, :1]))
    return np.asarray(cost + np.minimum(1.0, 0.5 * drift / WANDER_MV).sum(axis=0))


def _second_levels(row: Floats, fs: int, count: int) -> Floats:
    filled = bridge_gaps(row)
    return np.array([np.median(filled[k * fs : (k + 1) * fs]) for k in range(count)])
