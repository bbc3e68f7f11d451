"""Cut random crops of recordings and change them the way recordings differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.network.prediction import centre
from ecg_chat.network.preprocess import PreprocessConfig


@dataclass(frozen=True)
class Augmentation:
    """How strongly crops are changed."""

    lead_dropout: float = 0.35
    """Chance that a record loses leads; how many (1-11) is drawn evenly."""
    noise_mv: float = 0.02
    """Standard deviation of the noise that is added, drawn between 0 and this."""
    wander_mv: float = 0.2
    """Amplitude of added baseline wander, drawn between 0 and this."""
    scale: float = 0.2
    """Amplitudes are scaled by 1 ± this."""


def augment(
    records_uv: NDArray[np.int16], rng: np.random.Generator, how: Augmentation, crop_s: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cut a random crop of each record and change it.

    Parameters
    ----------
    records_uv : ndarray of int16, shape (records, 12, samples)
        At 100 Hz.
    rng : numpy.random.Generator
    how : Augmentation
    crop_s : float
        Length of the crops; at most that of the records.

    Returns
    -------
    signal_mv : ndarray of float32, shape (records, 12, crop samples)
    presence : ndarray of float32, shape (records, 12)
    """
    fs_hz = PreprocessConfig().fs_hz
    n, n_leads, length = records_uv.shape
    size = min(length, round(crop_s * fs_hz))
    signal = np.empty((n, n_leads, size), np.float32)
    presence = np.ones((n, n_leads), np.float32)
    time_s = np.arange(size, dtype=np.float32) / np.float32(fs_hz)
    for k in range(n):
        start = rng.integers(0, length - size + 1)
        crop = centre(records_uv[k])[:, start : start + size] * np.float32(1 + how.scale * rng.uniform(-1, 1))
        wander = np.sin(2 * np.pi * (rng.uniform(0.1, 0.5) * time_s + rng.uniform()), dtype=np.float32)
        crop = crop + (rng.uniform(0, how.wander_mv) * rng.uniform(-1, 1, (n_leads, 1))).astype(np.float32) * wander
        noise_mv = np.float32(rng.uniform(0, how.noise_mv))
        signal[k] = crop + noise_mv * rng.standard_normal(crop.shape, dtype=np.float32)
        if rng.random() < how.lead_dropout:
            presence[k, rng.permutation(n_leads)[: rng.integers(1, n_leads)]] = 0
    return signal * presence[:, :, None], presence
