"""The representative beat: the median over the dominant beats, lead by lead."""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import BeatList, Floats, MedianBeat, Prepared

BEFORE_S = 0.5
AFTER_S = 0.8
MAX_MEMBERS = 60  # more do not help: evenly spread over the recording
QRS_GUARD_S = 0.10  # what lies nearer to a neighbouring R does not count


def members_of(beats: BeatList, n_samples: int, fs_hz: float) -> tuple[int, ...]:
    """Choose the beats that make up the median: dominant, then whatever there is."""
    chosen = [i for i, kind in enumerate(beats.kinds) if kind == "dominant"]
    if not chosen:
        chosen = list(range(len(beats.kinds)))
    inside = [i for i in chosen if beats.r[i] >= 0.25 * fs_hz and beats.r[i] + 0.4 * fs_hz <= n_samples]
    chosen = inside or chosen
    if len(chosen) > MAX_MEMBERS:
        chosen = [chosen[i] for i in np.unique(np.linspace(0, len(chosen) - 1, MAX_MEMBERS).astype(int))]
    return tuple(chosen)


def median_of_present(stack: Floats) -> Floats:
    """Median over the first axis without the NaN; NaN where there is nothing (faster than numpy.nanmedian)."""
    count = np.sum(~np.isnan(stack), axis=0)
    ordered = np.sort(stack, axis=0)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(stack) - 1)
    pick = np.take_along_axis
    return np.asarray(0.5 * (pick(ordered, low[None], 0)[0] + pick(ordered, high[None], 0)[0]), dtype=np.float64)


def snippets_of(prepared: Prepared, beats: BeatList, members: tuple[int, ...]) -> Floats:
    """Cut the members, shape (beats, leads, samples); NaN beyond the recording and at neighbouring QRS complexes."""
    fs = prepared.fs_hz
    before, after = round(BEFORE_S * fs), round(AFTER_S * fs)
    r = beats.r[list(members)]
    at = r[:, None] + np.arange(-before, after)[None, :]
    n = prepared.signal_mv.shape[1]
    outside = (at < 0) | (at >= n)
    guard = round(QRS_GUARD_S * fs)
    following = np.append(beats.r[1:], n + 10 * guard)[list(members)]
    previous = np.insert(beats.r[:-1], 0, -10 * guard)[list(members)]
    outside |= (at > following[:, None] - guard) | (at < previous[:, None] + guard)
    stack = prepared.signal_mv[:, np.clip(at, 0, n - 1)].transpose(1, 0, 2).copy()
    stack.transpose(1, 0, 2)[:, outside] = np.nan
    if prepared.gap.any():
        stack[prepared.gap[:, np.clip(at, 0, n - 1)].transpose(1, 0, 2)] = np.nan
    return stack


def level(stack: Floats) -> Floats:
    """Take the remaining wander off each snippet: its median difference from the typical snippet, lead by lead."""
    typical = median_of_present(stack)
    return np.asarray(stack - median_of_present((stack - typical).transpose(2, 0, 1))[:, :, None], dtype=np.float64)


def median_beat(prepared: Prepared, beats: BeatList) -> tuple[MedianBeat, Floats]:
    """Build the median beat; also return the levelled snippets (members, leads, samples)."""
    members = members_of(beats, prepared.signal_mv.shape[1], prepared.fs_hz)
    stack = snippets_of(prepared, beats, members)
    if len(members) >= 3:
        stack = level(stack)
    middle = median_of_present(stack)
    filled = np.where(np.isnan(middle), 0.0, middle)
    for row, source in zip(filled, middle, strict=True):  # edges that no beat reaches: hold the last level
        known = np.flatnonzero(~np.isnan(source))
        if known.size:
            row[: known[0]] = row[known[0]]
            row[known[-1] :] = row[known[-1]]
    residual = np.abs(stack - middle)
    count = max(1, len(members))
    if count >= 3:
        noise = 1.4826 * median_of_present(residual.transpose(2, 0, 1).reshape(-1, residual.shape[1])) / np.sqrt(count)
    else:
        noise = np.full(len(filled), np.nan)
    rr = np.diff(beats.r) * 1000 / prepared.fs_hz
    own = [rr[i - 1] for i in members if i > 0]
    rr_ms = float(np.median(own)) if own else (float(np.median(rr)) if rr.size else float("nan"))
    return MedianBeat(filled, round(BEFORE_S * prepared.fs_hz), noise, members, rr_ms), stack
