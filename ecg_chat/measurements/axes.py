"""Electrical axes in the frontal plane from net areas: atan2(2 aVF, root 3 I) (M14 of the thresholds note)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ecg_chat.delineation.types import Delineation, Floats, Wave
from ecg_chat.measurements.types import Value
from ecg_chat.measurements.values import Origin, missing, number

INDETERMINATE = 0.12  # net area of I and aVF over their gross area


def frontal_leads(rows: Mapping[str, Floats]) -> tuple[Floats, Floats] | None:
    """Return I and aVF, computed by the lead identities (M16) where one is not recorded."""
    if "I" in rows and "aVF" in rows:
        return rows["I"], rows["aVF"]
    if "I" in rows and "II" in rows:
        return rows["I"], rows["II"] - rows["I"] / 2
    if "I" in rows and "III" in rows:
        return rows["I"], rows["III"] + rows["I"] / 2
    if "II" in rows and "III" in rows:
        return rows["II"] - rows["III"], (rows["II"] + rows["III"]) / 2
    return None


def axis_of(i_mv: Floats, avf_mv: Floats) -> float | None:
    """Axis in degrees (-180 to 180) of two curves that start from their own baseline; None if indeterminate."""
    i_net, avf_net = float(i_mv.sum()), float(avf_mv.sum())
    gross = float(np.abs(i_mv).sum() + np.abs(avf_mv).sum())
    if gross <= 0 or math.hypot(i_net, avf_net) < INDETERMINATE * gross:
        return None
    return math.degrees(math.atan2(2 * avf_net, math.sqrt(3) * i_net))


def wave_axis(name: str, found: Delineation, wave: Wave | None, reason: str, origin: Origin) -> Value:
    """Axis of P, QRS or T of the median beat."""
    if wave is None or found.median is None or found.qrs is None:
        return missing(name, reason or "the wave was not found")
    fs, r = found.prepared.fs_hz, found.median.r
    rows = {
        lead: row
        for lead, row, ok in zip(found.prepared.leads, found.median.signal_mv, found.prepared.usable, strict=True)
        if ok
    }
    frontal = frontal_leads(rows)
    if frontal is None:
        return missing(name, "needs two clean limb leads")
    size = found.median.signal_mv.shape[1]
    first = max(0, r + round(wave.on_ms / 1000 * fs))
    last = min(size - 1, r + round(wave.off_ms / 1000 * fs))
    ground = r + round(found.qrs.on_ms / 1000 * fs)
    parts = []
    for row in frontal:
        part = row[first : last + 1]
        if name == "p_axis_deg":  # P has its own baseline: the line from its onset to its end
            parts.append(part - np.linspace(part[0], part[-1], part.size))
        else:
            parts.append(part - float(row[max(0, ground - 4) : ground + 1].mean()))
    axis = axis_of(parts[0], parts[1])
    if axis is None:
        return missing(name, "indeterminate: the net deflection in I and aVF is close to zero")
    return number(name, axis, origin, origin.span(wave.on_ms, wave.off_ms), digits=0)
