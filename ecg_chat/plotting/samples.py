"""How the samples of a lead travel to the page: centred, thinned where too dense to see, packed as 16-bit integers."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.ecg import Signal

GAP = -32768  # the one 16-bit value that stands for "no sample"
_LARGEST = 32767
_POINTS_ALWAYS = 10_000  # 10 s at 1 kHz stay as they are
_POINTS_PER_S = 200  # at least; twice the 100 pixels per second of the usual 4 px/mm and 25 mm/s


@dataclass(frozen=True)
class PackedLead:
    """Base64 of little-endian int16; ``value * step_uv`` is the microvolts above ``offset_mv``."""

    samples: str
    step_uv: float
    offset_mv: float


def thinning(n_samples: int, duration_s: float) -> int:
    """Return how many samples become two drawn points; 0 if every sample is drawn."""
    limit = max(_POINTS_ALWAYS, int(_POINTS_PER_S * duration_s))
    return 0 if n_samples <= limit else -(-2 * n_samples // limit)


def thin(signal_mv: Signal, samples_per_pair: int) -> Signal:
    """Keep the lowest and the highest sample of every `samples_per_pair`, in their order.

    A plain decimation would lose a pacing spike or shave an R peak; the envelope keeps both, and moves no point by more
    than half a bin. The last bin is filled up with the last sample.
    """
    if samples_per_pair == 0:
        return signal_mv
    missing = -signal_mv.size % samples_per_pair
    bins = np.pad(signal_mv, (0, missing), mode="edge").reshape(-1, samples_per_pair)
    empty = np.isnan(bins).all(axis=1)
    low_at = np.where(np.isnan(bins), np.inf, bins).argmin(axis=1)
    high_at = np.where(np.isnan(bins), -np.inf, bins).argmax(axis=1)
    order = np.sort(np.stack([low_at, high_at], axis=1), axis=1)
    pairs = np.take_along_axis(bins, order, axis=1)
    pairs[empty] = np.nan
    return pairs.reshape(-1).astype(np.float32)


def offset_mv(signal_mv: Signal) -> float:
    """Return the level to draw on the baseline of the row: the median, 0 for a lead without samples.

    Electrodes add a constant of up to hundreds of millivolts; the recorder's own high-pass takes it away on paper. A
    constant shift changes neither shape nor any amplitude that is read as a difference.
    """
    finite = signal_mv[np.isfinite(signal_mv)]
    return float(np.median(finite)) if finite.size else 0.0


def pack(signal_mv: Signal, samples_per_pair: int = 0) -> PackedLead:
    """Pack one lead; resolution 1 uV as long as it stays within 32.767 mV of its median, coarser beyond."""
    offset = offset_mv(signal_mv)
    microvolts = (thin(signal_mv, samples_per_pair).astype(np.float64) - offset) * 1000.0
    finite = np.isfinite(microvolts)
    peak = float(np.abs(microvolts[finite]).max()) if finite.any() else 0.0
    step_uv = max(1.0, peak / _LARGEST)
    steps = np.full(microvolts.shape, GAP, dtype="<i2")
    steps[finite] = np.clip(np.rint(microvolts[finite] / step_uv), -_LARGEST, _LARGEST)
    return PackedLead(base64.b64encode(steps.tobytes()).decode("ascii"), step_uv, offset)


def unpack(packed: PackedLead) -> NDArray[np.float64]:
    """Return the millivolts that the page draws, NaN at gaps, without the offset."""
    steps = np.frombuffer(base64.b64decode(packed.samples), dtype="<i2").astype(np.float64)
    steps[steps == GAP] = np.nan
    return steps * packed.step_uv / 1000.0
