"""From an `Ecg` to what the encoder eats; saved with the weights and applied by lead name.

The same function prepares training records and uploads, so that the two cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg
from ecg_chat.signals.filters import resample


@dataclass(frozen=True)
class PreprocessConfig:
    """How signals are prepared."""

    fs_hz: float = 100.0
    """100 Hz is enough for classification (Mehari and Strodthoff 2023)."""
    crop_s: float = 2.5
    """Length of the crops whose features are averaged."""
    hop_s: float = 1.25
    """Distance between crops."""
    shortest_s: float = 2.5
    """A signal shorter than a crop is taken as it is, but filled up with zeros to this."""
    clip_mv: float = 10.0
    """Samples are limited to ± this."""
    leads: tuple[str, ...] = STANDARD_LEADS
    """Slot order."""
    version: int = 1
    """Changes whenever the same signal would give other numbers."""


def prepare(ecg: Ecg, config: PreprocessConfig) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Resample, centre and place each lead in its slot.

    Parameters
    ----------
    ecg : Ecg
        Any leads, any rate, any length.
    config : PreprocessConfig

    Returns
    -------
    signal_mv : ndarray of float32, shape (slots, samples)
        Zero where a lead is absent or a sample is missing; each lead has median 0.
    presence : ndarray of float32, shape (slots,)
        1 where the lead is there and has at least one finite sample.
    """
    rows = [ecg.leads.index(name) for name in config.leads if name in ecg.leads]
    slots = [k for k, name in enumerate(config.leads) if name in ecg.leads]
    presence = np.zeros(len(config.leads), np.float32)
    chosen = ecg.signal[rows].astype(np.float32)
    finite = np.isfinite(chosen)
    presence[slots] = finite.any(axis=1)
    centred = np.where(finite, chosen - _median(chosen, finite)[:, None], 0.0).astype(np.float32)
    resampled = resample(centred, ecg.fs_hz, config.fs_hz) if ecg.fs_hz != config.fs_hz else centred
    signal = np.zeros((len(config.leads), resampled.shape[1]), np.float32)
    signal[slots] = np.clip(resampled, -config.clip_mv, config.clip_mv)
    return signal, presence


def crops(signal_mv: NDArray[np.float32], config: PreprocessConfig) -> NDArray[np.float32]:
    """Cut overlapping crops; the last one ends with the signal, a short signal is one crop.

    Returns
    -------
    ndarray of float32, shape (crops, slots, crop samples)
        Fewer samples where the signal is shorter than a crop, but never fewer than ``shortest_s``.
    """
    size, hop = round(config.crop_s * config.fs_hz), round(config.hop_s * config.fs_hz)
    length = signal_mv.shape[1]
    if length <= size:
        lacking = max(0, round(min(config.shortest_s, config.crop_s) * config.fs_hz) - length)
        return np.pad(signal_mv, ((0, 0), (0, lacking)))[None]
    starts = sorted({*range(0, length - size + 1, hop), length - size})
    return np.stack([signal_mv[:, s : s + size] for s in starts])


def _median(signal: NDArray[np.float32], finite: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.array(
        [np.median(row[ok]) if ok.any() else 0.0 for row, ok in zip(signal, finite, strict=True)], np.float32
    )
