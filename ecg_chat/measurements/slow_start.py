"""How long the QRS stays slow at its start: the slur that a delta wave makes, over all leads together.

A definition of this program, because sources say only "slurred start" (pre-excitation, Life in the Fast Lane): the
time from QRS onset until the length of the velocity vector over the usable leads reaches 40 % of its maximum within
the QRS. ``docs/measurements.md`` says how often it is long in normal ECGs and in others.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ecg_chat.delineation.types import Delineation
from ecg_chat.measurements.pacing import is_paced
from ecg_chat.measurements.types import Measurements, Value
from ecg_chat.measurements.values import origin_of

STEEP_SHARE = 0.4
SMOOTHING_S = 0.003
# No normal ECG of 500 (PTB-XL, fold 9) reaches it, 99 of 100 stay below 35 ms.
DELTA_MS = 40.0
FEWEST_LEADS = 3
DEFINITION = (
    "yes where the QRS takes 40 ms or more to become steep; finds about half of pre-excitations, and bundle branch "
    "block can look alike"
)


def qrs_slow_start(m: Measurements, found: Delineation) -> Value:
    """Return the slow start of the QRS in ms; not measurable in paced beats and with fewer than three usable leads."""
    reason = m.overall["qrs_ms"].reason or ("the beats are paced" if is_paced(m) else "")
    usable = found.prepared.usable
    if not reason and usable.sum() < FEWEST_LEADS:
        reason = f"needs {FEWEST_LEADS} clean leads"
    if reason or found.median is None or found.qrs is None:
        return Value(None, "ms", reason=reason or "no beats were found")
    fs_hz, r = found.prepared.fs_hz, found.median.r
    on = max(0, r + round(found.qrs.on_ms / 1000 * fs_hz))
    off = r + round(found.qrs.off_ms / 1000 * fs_hz)
    smooth = gaussian_filter1d(found.median.signal_mv[usable], SMOOTHING_S * fs_hz, axis=1)
    speed = np.sqrt((np.gradient(smooth, axis=1) ** 2).sum(axis=0))[on : off + 1]
    slow_ms = float(np.argmax(speed >= STEEP_SHARE * speed.max())) * 1000 / fs_hz
    origin = origin_of(found)
    place = origin.span(found.qrs.on_ms, found.qrs.on_ms + slow_ms)
    return Value(
        round(slow_ms, 1), "ms", place=place, leads=origin.leads, n_beats=origin.n_beats, limited=origin.limited
    )


def delta_wave_hint(slow: Value) -> Value:
    """Return 1 if the slow start is as long as a delta wave, else 0; the note says the definition."""
    if slow.value is None:
        return dataclasses.replace(slow, unit="yes/no")
    return dataclasses.replace(slow, unit="yes/no", value=float(slow.value >= DELTA_MS), note=DEFINITION)
