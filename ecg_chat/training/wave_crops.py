"""Random crops of marked recordings, changed in the ways that recordings differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ecg_chat.delineation.wave_input import NETWORK_HZ, network_input, typical_size_mv

Floats32 = NDArray[np.float32]
LEAD_COUNTS = (12, 12, 12, 8, 6, 4, 3, 2, 1, 1)
STRETCH = (0.7, 1.4)
SLOW_SOURCE_HZ = (35.0, 60.0)  # what the low-pass of a 100-Hz recording leaves


@dataclass(frozen=True, eq=False)
class MarkedRecording:
    """One recording at the network's rate, with targets and weights.

    Shapes: signal_mv (leads, n), lead_target and lead_weight (leads, 3, n), overall_target and overall_weight (3, n).
    """

    name: str
    signal_mv: Floats32
    lead_target: Floats32
    lead_weight: Floats32
    overall_target: Floats32
    overall_weight: Floats32


@dataclass(frozen=True, eq=False)
class Batch:
    """Crops of equal length and equal number of leads, ready for the network."""

    inputs: Floats32
    lead_target: Floats32
    lead_weight: Floats32
    overall_target: Floats32
    overall_weight: Floats32


def resampled(x: Floats32, at: NDArray[np.float64]) -> Floats32:
    """Linear interpolation of the last axis at fractional places."""
    low = np.clip(np.floor(at).astype(np.int64), 0, x.shape[-1] - 1)
    high = np.minimum(low + 1, x.shape[-1] - 1)
    share = (at - low).astype(np.float32)
    return np.asarray(x[..., low] * (1 - share) + x[..., high] * share, dtype=np.float32)


def low_passed(signal_mv: Floats32, cut_hz: float) -> Floats32:
    """Take off what lies above `cut_hz`, as a slow source has done."""
    spectrum = np.fft.rfft(signal_mv, axis=1)
    hz = np.fft.rfftfreq(signal_mv.shape[1], 1 / NETWORK_HZ)
    keep = 1 / (1 + np.exp((hz - cut_hz) / 1.5))
    return np.asarray(np.fft.irfft(spectrum * keep, n=signal_mv.shape[1], axis=1), dtype=np.float32)


def disturbed(signal_mv: Floats32, rng: np.random.Generator) -> Floats32:
    """Change polarity and band, and add noise, hum and wander, each only sometimes."""
    leads, n = signal_mv.shape
    x = signal_mv
    if rng.random() < 0.3:
        x = x * np.where(rng.random((leads, 1)) < 0.3, -1, 1).astype(np.float32)
    if rng.random() < 0.4:
        x = low_passed(x, rng.uniform(*SLOW_SOURCE_HZ))
    size = np.abs(x).max(axis=1, keepdims=True) + 1e-6
    t = np.arange(n) / NETWORK_HZ
    if rng.random() < 0.5:
        level = rng.uniform(0, 0.04) * size * rng.uniform(0, 1.5, (leads, 1))
        noise = rng.normal(0, 1, (leads, n))
        if rng.random() < 0.5:
            noise = gaussian_filter1d(noise, rng.uniform(0.5, 3), axis=1)
            noise /= noise.std() + 1e-9
        x = x + (level * noise).astype(np.float32)
    if rng.random() < 0.15:
        hum = np.sin(2 * np.pi * rng.choice([50.0, 60.0]) * t + rng.uniform(0, 6.3, (leads, 1)))
        x = x + (rng.uniform(0, 0.04) * size * hum).astype(np.float32)
    if rng.random() < 0.35:
        largest = np.exp(rng.uniform(np.log(0.05), np.log(1.5)))
        for _ in range(2):
            slow = np.sin(2 * np.pi * rng.uniform(0.1, 0.8) * t + rng.uniform(0, 6.3, (leads, 1)))
            x = x + (largest * rng.uniform(0, 1, (leads, 1)) * size * slow).astype(np.float32)
    return np.asarray(x, dtype=np.float32)


def crop(recording: MarkedRecording, n: int, leads: int, rng: np.random.Generator) -> tuple[Floats32, ...]:
    """Cut one crop of `n` samples and `leads` leads; return the parts of a `Batch` without the batch axis."""
    rate = float(np.exp(rng.uniform(*np.log(STRETCH)))) if rng.random() < 0.5 else 1.0
    span = n * rate
    start = rng.uniform(0, max(1.0, recording.signal_mv.shape[1] - span))
    at = start + np.arange(n) * rate
    rows = rng.permutation(len(recording.signal_mv))[:leads]
    whole = recording.signal_mv[rows]
    size_mv = typical_size_mv(whole.astype(np.float64))
    part = resampled(whole, at)
    gain = np.exp(rng.normal(0, 0.25, leads))
    part = disturbed(part * gain[:, None].astype(np.float32), rng)
    inside = (at <= recording.signal_mv.shape[1] - 1).astype(np.float32)
    return (
        network_input(part.astype(np.float64), size_mv * gain),
        resampled(recording.lead_target[rows], at),
        np.floor(resampled(recording.lead_weight[rows], at)) * inside,
        resampled(recording.overall_target, at),
        np.floor(resampled(recording.overall_weight, at)) * inside,
    )


def make_batch(
    sources: Sequence[MarkedRecording],
    n: int,
    rng: np.random.Generator,
    change: Callable[[MarkedRecording, np.random.Generator], MarkedRecording],
) -> Batch:
    """Cut one crop of each source, all with the same number of leads, drawn for each batch; `change` comes first."""
    leads = int(rng.choice(LEAD_COUNTS))
    crops = [crop(change(source, rng), n, leads, rng) for source in sources]
    return Batch(*(np.stack(parts) for parts in zip(*crops, strict=True)))
