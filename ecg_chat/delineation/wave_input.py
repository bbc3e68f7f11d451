"""What the wave network is given: every lead at 250 Hz, scaled by its own size and by the size of the recording."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import signal as sps
from scipy.ndimage import uniform_filter1d

from ecg_chat.delineation.types import Floats

NETWORK_HZ = 250.0
BLOCK_S = 2.0
MEAN_S = 0.6
SMALLEST_MV = 0.01  # a lead smaller than this is not blown up further


def at_network_rate(signal_mv: Floats, fs_hz: float) -> Floats:
    """Thin a prepared recording (leads, samples) from 500 to 250 Hz, band-limited.

    Raises
    ------
    ValueError
        If the rate is not twice the network's.
    """
    if fs_hz != 2 * NETWORK_HZ:
        raise ValueError(f"the prepared signal has {fs_hz:g} Hz, expected {2 * NETWORK_HZ:g}")
    return np.asarray(sps.resample_poly(signal_mv, 1, 2, axis=1, padtype="line"), dtype=np.float64)


def typical_size_mv(signal_mv: Floats) -> Floats:
    """Return the usual size of the QRS per lead: median over 2-s blocks of the largest deflection from the 0.6-s mean.

    The mean is taken off, so that a wandering baseline does not make a lead look larger than it is.
    """
    span = min(signal_mv.shape[1], round(MEAN_S * NETWORK_HZ))
    deflection = np.abs(signal_mv - uniform_filter1d(signal_mv, max(1, span), axis=1, mode="nearest"))
    n = max(1, signal_mv.shape[1] // round(BLOCK_S * NETWORK_HZ))
    blocks = np.array_split(deflection, n, axis=1)
    return np.asarray(np.median([block.max(axis=1) for block in blocks], axis=0), dtype=np.float64)


def network_input(signal_mv: Floats, size_mv: Floats | None = None) -> NDArray[np.float32]:
    """Scale leads for the network.

    Parameters
    ----------
    signal_mv : ndarray, shape (leads, samples)
        At 250 Hz, without wander and hum.
    size_mv : ndarray, shape (leads,), optional
        Size of each lead as `typical_size_mv` gives it, where `signal_mv` is only a part of the recording.

    Returns
    -------
    ndarray of float32, shape (leads, 2, samples)
        Each lead over its own size (small waves of a small lead are seen), and over the mean size of the leads (what is
        small beside the others stays small). Neither changes with the gain of the recording.
    """
    size = np.maximum(typical_size_mv(signal_mv) if size_mv is None else size_mv, SMALLEST_MV)
    own = signal_mv / size[:, None]
    relative = signal_mv / float(size.mean())
    return np.stack([own, relative], axis=1).astype(np.float32)
