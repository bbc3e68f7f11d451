"""Which P wave belongs to which QRS, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ecg_chat.delineation.types import Bools, Floats, Ints
from ecg_chat.measurements.rhythm_facts import BeatTrain

Fate = Literal["conducted", "dropped", "early", "unclear"]

# Tolerances of this program, no guideline's. PR: the longest that is looked for, and the shortest that a P wave
# before a QRS can have.
LONGEST_PR_S, SHORTEST_PR_S = 0.50, 0.06
EARLY, LATE = 0.85, 1.15  # of the usual PP; the same share makes an early beat (delineation.beat_classes)
LONGER_RR = 1.2  # a P wave without QRS leaves RR longer than usual; a mark on T or U does not
ENOUGH_PAIRS = 2
STEADY_TIMES, STEADY_S = 3, 0.08


@dataclass(frozen=True, eq=False)
class Conduction:
    """What became of each P wave.

    Attributes
    ----------
    on_s : ndarray, shape (waves,)
        Onset of each P wave.
    beat : ndarray of int, shape (waves,)
        Index of the beat that it leads to, -1 for none.
    fates : tuple of Fate
        "dropped": on time, no QRS; "early": premature, no QRS; "unclear": neither can be said.
    pr_ms : ndarray, shape (beats,)
        NaN for a beat without a P wave of its own.
    """

    on_s: Floats
    beat: Ints
    fates: tuple[Fate, ...]
    pr_ms: Floats

    def which(self, fate: Fate) -> list[int]:
        """Return the indices of the P waves with this fate."""
        return [k for k, own in enumerate(self.fates) if own == fate]


def conduction_of(train: BeatTrain) -> Conduction:
    """Give each QRS its P wave, and judge each P wave that no QRS took."""
    on_s = train.p_s[:, 0]
    beat = np.full(on_s.size, -1, dtype=np.int64)
    pr_ms = np.full(train.r_s.size, np.nan)
    for i, qrs_s in enumerate(train.qrs_on_s):
        after = train.qrs_on_s[i - 1] if i else -np.inf
        before = qrs_s - SHORTEST_PR_S
        own = np.flatnonzero((on_s > after) & (on_s <= before) & (on_s >= qrs_s - LONGEST_PR_S))
        if own.size and train.kinds[i] != "ventricular":
            beat[own[-1]] = i
            pr_ms[i] = 1000 * (qrs_s - on_s[own[-1]])
    fates: tuple[Fate, ...] = tuple(
        "conducted" if beat[k] >= 0 else fate_of(train, on_s, beat, k) for k in range(on_s.size)
    )
    return Conduction(on_s, beat, fates, pr_ms)


def marked_share(train: BeatTrain) -> float | None:
    """Share of the ordinary beats that have a P wave of their own among the marked ones; None without such beats."""
    plain = np.array([kind == "dominant" for kind in train.kinds])
    return float(np.mean(np.isfinite(conduction_of(train).pr_ms)[plain])) if plain.any() else None


def followed(train: BeatTrain, beat: Ints) -> Bools:
    """Say for each P wave but the last whether it and the next lead to two ordinary beats in a row."""
    plain = np.array([kind == "dominant" for kind in train.kinds]) & ~train.premature
    first, second = beat[:-1], beat[1:]
    return np.asarray((first >= 0) & (second == first + 1) & plain[first] & plain[second], dtype=np.bool_)


def usual_pp_s(train: BeatTrain, on_s: Floats, beat: Ints) -> float:
    """Median PP of ordinary beats in a row; where there are too few (2:1), of all P waves."""
    pp = np.diff(on_s)
    plain = followed(train, beat)
    return float(np.median(pp[plain] if plain.sum() >= ENOUGH_PAIRS else pp)) if pp.size else float("nan")


def usual_conducted_rr_s(train: BeatTrain, beat: Ints) -> float | None:
    """Median RR of ordinary beats in a row, each with its P wave; None where there are too few."""
    if beat.size < 2:
        return None
    first = beat[:-1][followed(train, beat)]
    rr = train.rr_s[first]
    rr = rr[np.isfinite(rr)]
    return float(np.median(rr)) if rr.size >= ENOUGH_PAIRS else None


def steady_coupling(on_s: Floats, beat: Ints) -> bool:
    """Say whether P waves without QRS follow the P wave before them at a steady interval, three times or more.

    Where no two ordinary beats follow each other (2:1, 3:1, blocked bigeminy), this tells P waves from stray marks.
    """
    before = np.diff(on_s)[beat[1:] < 0]
    return before.size >= STEADY_TIMES and float(np.ptp(before)) <= STEADY_S


def fate_of(train: BeatTrain, on_s: Floats, beat: Ints, k: int) -> Fate:
    """Judge a P wave without QRS: on time ("dropped") or early, by the PP before and after it.

    It is unclear at the ends of the strip, next to ventricular beats (they make the node refractory), where it may
    be a part of T, and where RR is not longer than usual (then a T or U wave was marked).
    """
    nearest = int(np.searchsorted(train.qrs_on_s, on_s[k])) - 1
    last = nearest + 1
    if not 0 < k < on_s.size - 1 or nearest < 0 or last >= train.r_s.size or not np.isfinite(train.rr_s[nearest]):
        return "unclear"
    if "ventricular" in (train.kinds[nearest], train.kinds[last]):
        return "unclear"
    centre_s = float(train.p_s[k].mean())
    if train.clear_of_t_s is not None and centre_s < train.r_s[nearest] + train.clear_of_t_s:
        return "unclear"
    usual_rr = usual_conducted_rr_s(train, beat)
    if usual_rr is None and not steady_coupling(on_s, beat):
        return "unclear"
    if usual_rr is not None and train.rr_s[nearest] < LONGER_RR * usual_rr:
        return "unclear"
    before, after = on_s[k] - on_s[k - 1], on_s[k + 1] - on_s[k]
    usual = usual_pp_s(train, on_s, beat)
    if before < EARLY * max(usual, after):
        return "early" if after >= EARLY * usual else "unclear"
    on_time = max(before, after) <= LATE * usual and min(before, after) >= EARLY * usual
    return "dropped" if on_time else "unclear"
