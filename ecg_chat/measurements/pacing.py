"""Whether a pacemaker makes the beats."""

from __future__ import annotations

from ecg_chat.measurements.types import Measurements

# "Spike at each beat" with room for misses; a tolerance of this program.
PACED_SPIKES_PER_BEAT = 0.5


def is_paced(m: Measurements) -> bool:
    """Return whether spikes stand at the beats; False also where the sampling rate cannot show them."""
    spikes = m.rhythm.pacing_spikes
    return spikes is not None and spikes >= PACED_SPIKES_PER_BEAT * max(len(m.beats), 1)
