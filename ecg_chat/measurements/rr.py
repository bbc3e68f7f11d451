"""Rate and RR intervals."""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import Delineation, Floats
from ecg_chat.measurements.types import Span, Value
from ecg_chat.measurements.values import Origin, missing, number, with_beats


def rr_intervals(found: Delineation) -> Floats:
    """RR intervals of all beats in ms; gaps of the recording inside one make it NaN."""
    if found.beats is None:
        return np.zeros(0)
    r = found.beats.r
    rr = np.diff(r) * 1000.0 / found.prepared.fs_hz
    if found.prepared.gap.any() and rr.size:
        lost = found.prepared.gap[found.prepared.usable].all(axis=0)
        until = np.concatenate([[0], np.cumsum(lost)])
        rr = np.where(until[r[1:]] - until[r[:-1]] > 0.04 * found.prepared.fs_hz, np.nan, rr)
    return np.asarray(rr, dtype=np.float64)


def rr_values(found: Delineation, origin: Origin) -> dict[str, Value]:
    """Rate (60 000 / mean RR, M13) and RR statistics over all beats."""
    names = ("heart_rate_bpm", "rr_mean_ms", "rr_sd_ms", "rr_rmssd_ms", "rr_min_ms", "rr_max_ms")
    rr = rr_intervals(found)
    whole = rr[np.isfinite(rr)]
    if whole.size == 0 or found.beats is None:
        reason = found.problem or (
            "only one beat was found" if rr.size == 0 else "the recording has gaps between all beats"
        )
        return {name: missing(name, reason) for name in names}
    seconds = found.beats.r / found.prepared.fs_hz
    everywhere = Span(round(float(seconds[0]), 4), round(float(seconds[-1]), 4))

    def pair(i: int) -> Span:
        return Span(round(float(seconds[i]), 4), round(float(seconds[i + 1]), 4))

    mean = float(whole.mean())
    out = {
        "heart_rate_bpm": number("heart_rate_bpm", 60000 / mean, origin, everywhere),
        "rr_mean_ms": number("rr_mean_ms", mean, origin, everywhere),
        "rr_min_ms": number("rr_min_ms", float(whole.min()), origin, pair(int(np.nanargmin(rr)))),
        "rr_max_ms": number("rr_max_ms", float(whole.max()), origin, pair(int(np.nanargmax(rr)))),
    }
    if whole.size >= 2:
        out["rr_sd_ms"] = number("rr_sd_ms", float(whole.std(ddof=1)), origin, everywhere)
        steps = np.diff(rr)
        steps = steps[np.isfinite(steps)]
        out["rr_rmssd_ms"] = (
            number("rr_rmssd_ms", float(np.sqrt(np.mean(steps**2))), origin, everywhere)
            if steps.size
            else missing("rr_rmssd_ms", "needs two RR intervals in a row")
        )
    else:
        out["rr_sd_ms"] = missing("rr_sd_ms", "needs at least three beats")
        out["rr_rmssd_ms"] = missing("rr_rmssd_ms", "needs at least three beats")
    return {
        name: with_beats(value, found.beats.r.size) if value.value is not None else value for name, value in out.items()
    }
