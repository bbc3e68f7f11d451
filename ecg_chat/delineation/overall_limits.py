"""Global limits from the limits of single leads: earliest onset to latest end, without letting one lead decide."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ecg_chat.delineation.types import BeatWaves, Wave
from ecg_chat.delineation.wave_net import WAVES

ENOUGH_LEADS = 6


def overall_wave(of_leads: Sequence[Wave | None], seen: Wave) -> Wave:
    """Return the wave from its earliest onset to its latest end over the leads (M1 of the thresholds note).

    The second earliest and the second latest are taken, because the limits of each lead scatter by several ms and the
    outermost of twelve is mostly scatter (docs/measurements.md has the figures). Where fewer than six leads show the
    wave, the limits that the network `seen` on them together count: it was trained to say from few leads what twelve
    would show, and the outermost of three would be too short.
    """
    there = [wave for wave in of_leads if wave is not None]
    if len(there) < ENOUGH_LEADS:
        return seen
    onsets, ends = sorted(wave.on_ms for wave in there), sorted(wave.off_ms for wave in there)
    return Wave(onsets[1], (onsets[1] + ends[-2]) / 2, ends[-2])


def overall_waves(per_lead: Sequence[BeatWaves], seen: BeatWaves) -> BeatWaves:
    """Global P, QRS and T; a wave that is not `seen` on all leads together is not there."""
    found = {}
    for name in WAVES:
        together: Wave | None = getattr(seen, name)
        of_leads = [getattr(waves, name) for waves in per_lead]
        found[name] = None if together is None else overall_wave(of_leads, together)
    return BeatWaves(**found)


def on_these_limits(beat: BeatWaves, seen: BeatWaves, limits: BeatWaves) -> BeatWaves:
    """Move the waves of one beat by what lies between the limits `seen` on all leads together and the global ones.

    The network marks all leads together a few ms wider than single leads say; the differences between beats stay.
    """
    moved = {}
    for name in WAVES:
        own, wide, true = (getattr(waves, name) for waves in (beat, seen, limits))
        if own is not None and wide is not None and true is not None:
            own = dataclasses.replace(
                own, on_ms=own.on_ms + true.on_ms - wide.on_ms, off_ms=own.off_ms + true.off_ms - wide.off_ms
            )
            own = dataclasses.replace(own, peak_ms=min(max(own.peak_ms, own.on_ms), own.off_ms))
        moved[name] = own
    return BeatWaves(**moved)
