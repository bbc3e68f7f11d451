"""Splits the QRS of one lead into Q, R, S, R' and S'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from ecg_chat.delineation.types import Floats

SMALLEST_MV = 0.03  # M4: a wave counts from 30 uV ...
SHORTEST_S = 0.010  # ... and about 12 ms; 10 here, because runs are cut at the baseline
SHARE = 0.03  # and if it is not a ripple on the foot of a large wave
NOTCH_SHARE, NOTCH_MV = 0.06, 0.04
SLUR_SHARE = 0.12  # of the steepest slope
SLUR_S = 0.010


@dataclass(frozen=True)
class Deflection:
    """A run on one side of the baseline: signed amplitude in mV, samples within the QRS."""

    first: int
    peak: int
    last: int
    mv: float


def deflections(qrs_mv: Floats, fs_hz: float) -> list[Deflection]:
    """List the runs of a QRS (relative to its onset level) that are high and long enough, in time."""
    out: list[Deflection] = []
    sign = np.sign(qrs_mv)
    edges = np.flatnonzero(np.diff(sign) != 0) + 1
    limit = max(SMALLEST_MV, SHARE * float(np.abs(qrs_mv).max()))
    for first, last in zip([0, *edges], [*edges, qrs_mv.size], strict=True):
        part = qrs_mv[first:last]
        if part.size < SHORTEST_S * fs_hz or np.abs(part).max() < limit:
            continue
        peak = int(first) + int(np.argmax(np.abs(part)))
        found = Deflection(int(first), peak, int(last) - 1, float(qrs_mv[peak]))
        if out and np.sign(out[-1].mv) == np.sign(found.mv):  # only a ripple lay between: one wave
            top = max(out[-1], found, key=lambda d: abs(d.mv))
            out[-1] = Deflection(out[-1].first, top.peak, found.last, top.mv)
        else:
            out.append(found)
    return out


def named(runs: list[Deflection]) -> dict[str, Deflection]:
    """Give the runs their names; a complex without R is QS and stands under both "q" and "s"."""
    names: dict[str, Deflection] = {}
    ups = [k for k, d in enumerate(runs) if d.mv > 0]
    if not ups:
        return {"q": runs[0], "s": runs[0]} if runs else {}
    first = ups[0]
    if first > 0:
        names["q"] = runs[0]
    for name, run in zip(("r", "s", "r_prime", "s_prime"), runs[first:], strict=False):
        names[name] = run
    return names


def is_notched(qrs_mv: Floats, r: Deflection, fs_hz: float) -> bool:
    """Say whether R has two tops, or a shoulder: a slope that dies down and picks up again between foot and top."""
    part = gaussian_filter1d(qrs_mv[r.first : r.last + 1], 0.003 * fs_hz, mode="nearest")
    if part.size < 0.03 * fs_hz or r.mv < 0.2:
        return False
    depth = max(NOTCH_MV, NOTCH_SHARE * r.mv)
    padded = np.concatenate([[0.0], part, [0.0]])
    tops, _ = find_peaks(padded, prominence=depth)
    if tops.size >= 2:
        return True
    slope = np.gradient(part)
    top = int(np.argmax(part))
    for side in (slope[:top], -slope[top + 1 :][::-1]):  # both read from the foot to the top
        if side.size < SLUR_S * fs_hz * 2:
            continue
        steepest = float(side.max())
        flat = side < SLUR_SHARE * steepest
        before, after = np.flatnonzero(side > 0.4 * steepest)[[0, -1]]
        if flat[before:after].sum() >= SLUR_S * fs_hz:
            return True
    return False
