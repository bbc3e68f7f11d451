"""Boundaries in each single lead of the median beat, within the global ones."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ecg_chat.delineation.qrs_wave import slopes
from ecg_chat.delineation.types import Floats, LeadWaves, MedianBeat, Wave

QRS_QUIET = 0.05
SMALLEST_QRS_MV = 0.05
SMALLEST_P_MV = 0.02


def lead_qrs(signal_mv: Floats, velocity: Floats, on: int, off: int) -> tuple[int, int] | None:
    """First and last sample within [on, off] where this lead is steep."""
    part = velocity[on : off + 1]
    inside = signal_mv[on : off + 1]
    if part.size < 3 or np.ptp(inside) < SMALLEST_QRS_MV:
        return None
    over = np.flatnonzero(part > QRS_QUIET * part.max())
    return on + int(over[0]), on + int(over[-1])


def wave_of(first: float, peak: float, last: float, r: int, fs_hz: float) -> Wave:
    """Convert samples to ms from the reference point."""
    scale = 1000 / fs_hz
    return Wave((first - r) * scale, (peak - r) * scale, (last - r) * scale)


def lead_boundaries(
    median: MedianBeat, qrs: Wave, p: Wave | None, t: Wave | None, fs_hz: float
) -> tuple[LeadWaves, ...]:
    """Boundaries of every lead of the median beat."""
    velocity = np.abs(slopes(median.signal_mv, fs_hz))
    smooth = gaussian_filter1d(median.signal_mv, 0.005 * fs_hz, axis=1, mode="nearest")

    def sample(ms: float) -> int:
        return int(np.clip(median.r + round(ms / 1000 * fs_hz), 0, median.signal_mv.shape[1] - 1))

    out = []
    for row, steep, soft in zip(median.signal_mv, velocity, smooth, strict=True):
        own = lead_qrs(row, steep, sample(qrs.on_ms), sample(qrs.off_ms))
        lead_qrs_wave = None
        if own is not None:
            peak = own[0] + int(np.argmax(np.abs(row[own[0] : own[1] + 1] - row[own[0]])))
            lead_qrs_wave = wave_of(own[0], peak, own[1], median.r, fs_hz)
        lead_p = None
        if p is not None:
            a, b = sample(p.on_ms), sample(p.off_ms)
            if b - a >= 3:
                line = np.linspace(soft[a], soft[b], b - a + 1)
                high = np.abs(soft[a : b + 1] - line)
                if high.max() >= SMALLEST_P_MV:
                    lead_p = wave_of(a, a + int(np.argmax(high)), b, median.r, fs_hz)
        lead_t = None
        if t is not None:
            a, b = sample(t.on_ms), sample(t.off_ms)
            if b - a >= 3:
                high = np.abs(soft[a : b + 1] - soft[b])
                if high.max() >= SMALLEST_P_MV:
                    lead_t = wave_of(a, a + int(np.argmax(high)), b, median.r, fs_hz)
        out.append(LeadWaves(lead_p, lead_qrs_wave, lead_t))
    return tuple(out)
