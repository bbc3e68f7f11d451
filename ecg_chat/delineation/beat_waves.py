"""Which waves belong to which beat, and the typical limits over the beats that count."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecg_chat.delineation.segments import Segment
from ecg_chat.delineation.types import BeatWaves, Floats, Wave

FARTHEST_QRS_S = 0.10  # from R to the nearest limit of its QRS
LONGEST_PR_S = 0.55
OVERLAP_S = 0.02  # limits of neighbouring waves may overlap by this
NEEDED = 0.5  # share of the beats that must show a wave
STEADY_MS = 50.0  # and this near to where it usually is


def waves_of_beats(
    r_s: Floats, p: Sequence[Segment], qrs: Sequence[Segment], t: Sequence[Segment]
) -> tuple[BeatWaves, ...]:
    """Give every beat its waves.

    Parameters
    ----------
    r_s : ndarray, shape (beats,)
        Reference points in s, in time.
    p, qrs, t : sequence of Segment
        What was found, in time.

    Returns
    -------
    tuple of BeatWaves
        In ms from each beat's reference point. P is the last one before the QRS that is not further away than 550 ms
        and comes after the QRS before; T is the first one after the QRS that begins before the next QRS.
    """
    own = [_qrs_at(r, qrs) for r in r_s]
    out = []
    for i, (r, complex_) in enumerate(zip(r_s, own, strict=True)):
        if complex_ is None:
            out.append(BeatWaves())
            continue
        before = own[i - 1] if i else None
        after = own[i + 1] if i + 1 < len(own) else None
        since = complex_.on_s - LONGEST_PR_S if before is None else max(before.off_s, complex_.on_s - LONGEST_PR_S)
        until = np.inf if after is None else after.on_s + OVERLAP_S
        p_own = [w for w in p if since < w.on_s and w.off_s <= complex_.on_s + OVERLAP_S]
        t_own = [w for w in t if w.on_s >= complex_.on_s and w.off_s > complex_.off_s and w.off_s <= until]
        out.append(
            BeatWaves(
                _relative(p_own[-1], r) if p_own else None,
                _relative(complex_, r),
                _relative(t_own[0], r) if t_own else None,
            )
        )
    return tuple(out)


def _qrs_at(r_s: float, qrs: Sequence[Segment]) -> Segment | None:
    def distance(segment: Segment) -> float:
        return max(segment.on_s - r_s, r_s - segment.off_s, 0.0)

    nearest = min(qrs, key=distance, default=None)
    return nearest if nearest is not None and distance(nearest) <= FARTHEST_QRS_S else None


def _relative(segment: Segment, r_s: float) -> Wave:
    on_ms, off_ms = (segment.on_s - r_s) * 1000, (segment.off_s - r_s) * 1000
    return Wave(on_ms, (on_ms + off_ms) / 2, off_ms)


def steady(waves: Sequence[Wave | None]) -> list[bool]:
    """Say for each beat whether it shows the wave at about the place where the others do."""
    middles = [np.nan if wave is None else (wave.on_ms + wave.off_ms) / 2 for wave in waves]
    if np.isnan(middles).all():
        return [False] * len(waves)
    usual_ms = np.nanmedian(middles)
    return [bool(abs(middle - usual_ms) <= STEADY_MS) for middle in middles]


def typical(waves: Sequence[Wave | None]) -> Wave | None:
    """Median limits over the beats; ``None`` if fewer than half of them show the wave at about the same place.

    Fibrillating atria throw up something like a P wave now and then, each time somewhere else.
    """
    if sum(steady(waves)) < NEEDED * len(waves):
        return None
    return usual(waves)


def usual(waves: Sequence[Wave | None]) -> Wave | None:
    """Median limits over the beats that show the wave at about the same place, however few they are."""
    there = [wave for wave, ok in zip(waves, steady(waves), strict=True) if ok and wave is not None]
    if not there:
        return None
    return Wave(
        float(np.median([wave.on_ms for wave in there])),
        float(np.median([wave.peak_ms for wave in there])),
        float(np.median([wave.off_ms for wave in there])),
    )
