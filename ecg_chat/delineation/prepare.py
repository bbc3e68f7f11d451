"""Makes a recording ready for measuring: one rate, no gaps, no wander, no hum."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from scipy import signal as sps

from ecg_chat.delineation.pacing_spikes import find_pacing_spikes, without_spikes
from ecg_chat.delineation.types import Bools, Floats, Prepared
from ecg_chat.signals.ecg import Ecg

ANALYSIS_HZ = 500.0
HIGH_PASS_HZ = 0.5
FEWEST_CLEAN = 0.5  # share of the leads that are neither missing, flat nor clipped
UNUSABLE = frozenset({"missing", "flat", "clipped", "noisy"})
MAINS_HZ = (50.0, 60.0)
LEAST_S = 2.5  # of data that a lead with gaps must have
STEP_FACTOR = 4.0  # a mains line stands this far out of its neighbourhood before it is filtered


def bridge_gaps(signal_mv: Floats) -> tuple[Floats, Bools]:
    """Replace NaN runs by straight lines (a lead of NaN alone by zero); say where they were."""
    gap = ~np.isfinite(signal_mv)
    if not gap.any():
        return signal_mv, gap
    filled = signal_mv.copy()
    at = np.arange(signal_mv.shape[1])
    for row, missing in zip(filled, gap, strict=True):
        if missing.all():
            row[:] = 0.0
        elif missing.any():
            row[missing] = np.interp(at[missing], at[~missing], row[~missing])
    return filled, gap


def remove_baseline(signal_mv: Floats, fs_hz: float) -> Floats:
    """Zero-phase high-pass at 0.5 Hz; bidirectional so that the ST segment keeps its shape (thresholds note, HPF)."""
    centred = signal_mv - np.median(signal_mv, axis=1, keepdims=True)
    if signal_mv.shape[1] < 30:
        return centred
    sos = sps.butter(2, HIGH_PASS_HZ, "highpass", fs=fs_hz, output="sos")
    pad = min(signal_mv.shape[1] - 1, round(2.0 * fs_hz))
    return np.asarray(sps.sosfiltfilt(sos, centred, axis=1, padlen=pad), dtype=np.float64)


def remove_mains(signal_mv: Floats, fs_hz: float) -> Floats:
    """Notch 50 or 60 Hz in the leads where that line stands out of its neighbourhood."""
    n = signal_mv.shape[1]
    if fs_hz < 2.2 * MAINS_HZ[0] or n < 2 * fs_hz:
        return signal_mv
    out = signal_mv
    part = signal_mv[:, : min(n, round(20 * fs_hz))]
    power = np.abs(np.fft.rfft(part * np.hanning(part.shape[1]), axis=1)) ** 2
    freq = np.fft.rfftfreq(part.shape[1], 1 / fs_hz)
    for mains in MAINS_HZ:
        if fs_hz < 2.2 * mains:
            continue
        line = power[:, np.abs(freq - mains) <= 0.4].mean(axis=1)
        around = power[:, (np.abs(freq - mains) > 2) & (np.abs(freq - mains) < 8)].mean(axis=1)
        loud = (line > STEP_FACTOR**2 * around) & (line > 0)
        if loud.any():
            b, a = sps.iirnotch(mains, 20.0, fs=fs_hz)
            out = out.copy()
            out[loud] = sps.filtfilt(b, a, out[loud], axis=1, padlen=min(n - 1, round(fs_hz)))
    return out


def to_analysis_rate(signal_mv: Floats, fs_hz: float) -> Floats:
    """Resample to 500 Hz, band-limited; extra samples carry no information, only place boundaries more finely."""
    ratio = Fraction(ANALYSIS_HZ / fs_hz).limit_denominator(1000)
    if ratio == 1:
        return signal_mv
    return np.asarray(
        sps.resample_poly(signal_mv, ratio.numerator, ratio.denominator, axis=1, padtype="line"), dtype=np.float64
    )


def prepare(ecg: Ecg, quality: Mapping[str, tuple[str, ...]]) -> Prepared:
    """Bring a recording to 500 Hz without wander, hum and gaps.

    Parameters
    ----------
    ecg : Ecg
        Any leads, any length, any rate.
    quality : mapping
        Flags per lead, as `ecg_chat.signals.quality.assess` gives them; leads flagged missing, flat, clipped or
        noisy do not take part in combining. If most leads are noisy, they do: the few others would decide alone. If
        nothing but clipped leads is left, those are used.
    """
    filled, gap = bridge_gaps(ecg.signal.astype(np.float64))
    spikes = find_pacing_spikes(filled, ecg.fs_hz)
    if spikes is not None and spikes.size:
        filled = without_spikes(filled, spikes, ecg.fs_hz)
    clean = remove_baseline(remove_mains(filled, ecg.fs_hz), ecg.fs_hz)
    signal_mv = to_analysis_rate(clean, ecg.fs_hz)
    n = signal_mv.shape[1]
    at = np.minimum((np.arange(n) * (ecg.fs_hz / ANALYSIS_HZ)).astype(np.int64), ecg.n_samples - 1)
    flags = [set(quality.get(name, ())) for name in ecg.leads]
    usable = np.array([not (f & UNUSABLE) for f in flags])
    unbroken = np.array([not (f & (UNUSABLE - {"noisy"})) for f in flags])
    if usable.sum() < FEWEST_CLEAN * unbroken.sum():
        usable = unbroken
    if not usable.any():
        usable = np.array([not (f & {"missing", "flat"}) for f in flags])
    if not usable.any():  # long gaps in every lead: what there is counts
        there = ~gap
        moves = np.ptp(filled, axis=1) > 0
        usable = (there.sum(axis=1) >= LEAST_S * ecg.fs_hz) & moves & np.array(["flat" not in f for f in flags])
    spikes_s = None if spikes is None else tuple(round(float(s) / ecg.fs_hz, 4) for s in spikes)
    return Prepared(signal_mv, gap[:, at], usable, ANALYSIS_HZ, ecg.fs_hz, ecg.leads, spikes_s)
