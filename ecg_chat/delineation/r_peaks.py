"""Finds the beats on all leads together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import signal as sps
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from ecg_chat.delineation.segments import Segment
from ecg_chat.delineation.types import Floats, Ints, Prepared

DETECTION_HZ = 250.0
BAND_HZ = (6.0, 28.0)  # where QRS energy stands above P, T and most muscle noise
BLOCK_S = 2.0
REFRACTORY_S = 0.2
SMALLEST_QRS_MV = 0.06  # below this (in the QRS band) nothing is called a beat
SHARE_OF_LEVEL = 0.32  # of the local QRS level
FASTEST_S = 0.29
FEW = 3
CONTRAST = 3.0  # QRS level over the quiet part of the envelope; fibrillation and noise stay below


def qrs_envelope(prepared: Prepared) -> tuple[Floats, float]:
    """Energy of all usable leads in the QRS band, and the typical QRS size in mV.

    Returns
    -------
    envelope : ndarray, shape (samples at 250 Hz,)
        Root mean square over leads of the band-passed signal, each lead scaled by its own QRS size,
        averaged over 90 ms.
    size_mv : float
        Largest typical QRS size over the leads.
    """
    step = round(prepared.fs_hz / DETECTION_HZ)
    x = prepared.signal_mv[prepared.usable][:, ::step]
    sos = sps.butter(2, BAND_HZ, "bandpass", fs=DETECTION_HZ, output="sos")
    band = sps.sosfiltfilt(sos, x, axis=1, padlen=min(x.shape[1] - 1, 250))
    size = np.array([typical_maximum(row) for row in np.abs(band)])
    if size.size == 0 or size.max() <= 0:
        return np.zeros(x.shape[1]), 0.0
    # a lead whose QRS is tiny is not blown up to the size of the others: its noise would come along
    scale = np.maximum(size, 0.25 * np.median(size[size > 0]))[:, None]
    energy = np.mean((band / scale) ** 2, axis=0)
    return np.sqrt(np.maximum(uniform_filter1d(energy, round(0.09 * DETECTION_HZ)), 0.0)), float(size.max())


def typical_maximum(x: Floats) -> float:
    """Median of the maxima of 2-s blocks."""
    block = round(BLOCK_S * DETECTION_HZ)
    n = max(1, x.size // block)
    return float(np.median([part.max() for part in np.array_split(x, n)])) if x.size else 0.0


def local_level(envelope: Floats) -> Floats:
    """Return the QRS level around each sample: median over 11 blocks of their maxima, so that it can drift."""
    block = round(BLOCK_S * DETECTION_HZ)
    n = max(1, envelope.size // block)
    maxima = np.array([part.max() for part in np.array_split(envelope, n)])
    smooth = np.array([np.median(maxima[max(0, i - 5) : i + 6]) for i in range(n)])
    centres = (np.arange(n) + 0.5) * envelope.size / n
    return np.asarray(np.interp(np.arange(envelope.size), centres, smooth), dtype=np.float64)


def find_r_peaks(prepared: Prepared, qrs: Sequence[Segment]) -> tuple[Ints, str]:
    """Find the beats.

    The QRS complexes that the wave network found are the beats, if the energy in the QRS band says that there are beats
    at all. Beats that follow faster than every 290 ms are taken from the energy, because the network has not seen such.

    Parameters
    ----------
    prepared : Prepared
    qrs : sequence of Segment
        QRS complexes over all leads, in time.

    Returns
    -------
    r : ndarray of int
        Sample numbers (of `prepared`) near the middle of each QRS; empty when none can be told from noise.
    problem : str
        Why there are none, or "".
    """
    nothing = np.zeros(0, dtype=np.int64)
    envelope, size_mv = qrs_envelope(prepared)
    if size_mv < SMALLEST_QRS_MV:
        return nothing, "no QRS complex stands out (no beat, or leads off)"
    level = local_level(envelope)
    peaks, _ = sps.find_peaks(envelope, height=SHARE_OF_LEVEL * level, distance=round(REFRACTORY_S * DETECTION_HZ))
    peaks = drop_t_waves(peaks, envelope)
    if peaks.size and np.median(envelope[peaks]) < CONTRAST * np.quantile(envelope, 0.25):
        return nothing, "no QRS complexes can be told apart (fibrillation or noise)"
    if peaks.size > FEW and np.median(np.diff(peaks)) < FASTEST_S * DETECTION_HZ:
        return centre_on_qrs(peaks * round(prepared.fs_hz / DETECTION_HZ), prepared), ""
    middle = np.array([(segment.on_s + segment.off_s) / 2 * prepared.fs_hz for segment in qrs])
    return centre_on_qrs(np.round(middle).astype(np.int64), prepared), "" if qrs else "no QRS complex stands out"


def unreadable(prepared: Prepared) -> str:
    """Return why a recording cannot hold beats, whatever is in it, or ""."""
    if not prepared.usable.any():
        return "no lead carries a signal"
    short = prepared.signal_mv.shape[1] < prepared.fs_hz
    return "the recording is shorter than one second" if short else ""


def drop_t_waves(peaks: Ints, envelope: Floats) -> Ints:
    """Drop a peak that comes within 360 ms of a beat and is less than half as high: a T wave."""
    kept: list[int] = []
    for peak in peaks:
        close = bool(kept) and peak - kept[-1] < 0.36 * DETECTION_HZ
        if close and envelope[peak] < 0.5 * envelope[kept[-1]]:
            continue
        if close and len(kept) > 1 and envelope[kept[-1]] < 0.5 * envelope[peak]:
            before = kept[-1] - kept[-2]
            if before > 0.36 * DETECTION_HZ and peak - kept[-1] < 0.24 * DETECTION_HZ:
                kept[-1] = int(peak)  # a tall P wave or onset bump just before the QRS
                continue
        kept.append(int(peak))
    return np.array(kept, dtype=np.int64)


def centre_on_qrs(r: Ints, prepared: Prepared) -> Ints:
    """Move each mark to the largest deflection (over leads) within 70 ms."""
    if r.size == 0:
        return r
    x = prepared.signal_mv[prepared.usable]
    steep = np.sqrt(np.mean(np.gradient(x, axis=1) ** 2, axis=0))
    smooth = uniform_filter1d(steep, round(0.04 * prepared.fs_hz))
    reach = round(0.07 * prepared.fs_hz)
    best = maximum_filter1d(smooth, 2 * reach + 1)
    moved = []
    for mark in r:
        lo, hi = max(0, mark - reach), min(smooth.size, mark + reach + 1)
        moved.append(lo + int(np.argmax(smooth[lo:hi] >= best[min(mark, smooth.size - 1)])))
    return np.unique(np.array(moved, dtype=np.int64))
