"""Zero-phase filters and resampling; none of them shifts a wave in time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt

HIGH_PASS_HZ = 0.25
LOW_PASS_HZ = 150.0
MAX_RATIO_TERM = 1000
"""Largest numerator and denominator of the rational resampling ratio; keeps the polyphase filter bounded."""

Floats = NDArray[np.floating]


def diagnostic_band(signal_mv: Floats, fs_hz: float) -> Floats:
    """Keep the diagnostic band, forwards and backwards so that no wave moves and the ST segment is not tilted.

    Parameters
    ----------
    signal_mv : ndarray, shape (..., samples)
        Millivolts. NaN gaps are bridged by straight lines for filtering and are NaN again in the result.
    fs_hz : float
        Sampling rate in Hz.

    Returns
    -------
    ndarray
        Same shape and dtype.

    Notes
    -----
    High-pass: 0.05 Hz is the diagnostic edge; up to 0.67 Hz is allowed for a digital filter only if it is
    phase-linear (run in both directions) and at most -0.9 dB down at 0.67 Hz (AHA/ACC/HRS 2007; thresholds Q2).
    Order 2 at 0.25 Hz, run twice, is -0.17 dB at 0.67 Hz. Low-pass: 150 Hz for adults (AHA; thresholds Q3), at
    most 45 % of the sampling rate.
    """
    signal = np.asarray(signal_mv)
    if signal.shape[-1] == 0:
        return signal.copy()
    gaps = ~np.isfinite(signal)
    filled = bridge_gaps(signal) if gaps.any() else signal.astype(np.float64)
    offset = np.median(filled, axis=-1, keepdims=True)
    filled = filled - offset
    padding = min(signal.shape[-1] - 1, round(3 * fs_hz))
    high_pass = butter(2, HIGH_PASS_HZ, "highpass", fs=fs_hz, output="sos")
    filtered = sosfiltfilt(high_pass, filled, axis=-1, padlen=padding)
    if fs_hz > LOW_PASS_HZ / 0.45:
        low_pass = butter(4, LOW_PASS_HZ, "lowpass", fs=fs_hz, output="sos")
        filtered = sosfiltfilt(low_pass, filtered, axis=-1, padlen=padding)
    filtered[gaps] = np.nan
    return np.asarray(filtered, dtype=signal.dtype)


def resample(signal: Floats, fs_in_hz: float, fs_out_hz: float) -> Floats:
    """Resample along the last axis with an anti-aliasing polyphase filter (linear phase, delay compensated).

    Sample ``k`` of the result belongs to time ``k / fs_out_hz``; its length is ``ceil(samples * fs_out / fs_in)``.
    NaN gaps stay NaN over the same time span.
    """
    if not (fs_in_hz > 0 and fs_out_hz > 0):
        raise ValueError(f"sampling rates are {fs_in_hz} and {fs_out_hz} Hz, expected positive numbers")
    signal = np.asarray(signal)
    ratio = Fraction(fs_out_hz / fs_in_hz).limit_denominator(MAX_RATIO_TERM)
    if ratio == 1:
        return signal.copy()
    if not 0 < ratio.numerator <= MAX_RATIO_TERM:
        raise ValueError(f"cannot resample from {fs_in_hz} to {fs_out_hz} Hz: the ratio {ratio} is out of range")
    gaps = ~np.isfinite(signal)
    filled = bridge_gaps(signal) if gaps.any() else signal.astype(np.float64)
    result = resample_poly(filled, ratio.numerator, ratio.denominator, axis=-1, padtype="line")
    if gaps.any():
        source = np.minimum(
            np.round(np.arange(result.shape[-1]) * fs_in_hz / fs_out_hz).astype(int), signal.shape[-1] - 1
        )
        result[gaps[..., source]] = np.nan
    return np.asarray(result, dtype=signal.dtype)


def bridge_gaps(signal: Floats) -> NDArray[np.float64]:
    """Return float64 with NaN runs replaced by straight lines (0 where a lead has no sample at all)."""
    filled = np.array(signal, dtype=np.float64)
    flat = filled.reshape(-1, filled.shape[-1])
    positions = np.arange(flat.shape[-1])
    for row in flat:
        good = np.isfinite(row)
        if good.all():
            continue
        row[~good] = np.interp(positions[~good], positions[good], row[good]) if good.any() else 0.0
    return filled
