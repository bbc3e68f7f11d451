"""What pacing spikes do: before P, before QRS, or nothing (general teaching: McGraw-Hill emergency text, PAC-M)."""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import Floats
from ecg_chat.measurements.rhythm_facts import BeatTrain, beat_span, no, not_judged, plural, span, yes
from ecg_chat.measurements.types import RhythmFact

NAMES = ("atrial_pacing", "ventricular_pacing", "spikes_without_capture")
# Times of this program: QRS begins this long after a ventricular spike (its own onset may be marked on the spike),
# and this long after an atrial one; in the refractory time after a QRS a spike cannot be expected to do anything.
VENTRICULAR_S = (-0.03, 0.07)
ATRIAL_S = (0.07, 0.35)
REFRACTORY_S = 0.30
SPIKE_SHOWN_S = 0.03


def pacing_facts(train: BeatTrain | None, spikes_s: Floats | None, source_fs_hz: float) -> list[RhythmFact]:
    """Return the facts of `NAMES`.

    Parameters
    ----------
    spikes_s : ndarray or None
        Times of the spikes in s; None where the sampling rate does not show them.
    """
    if spikes_s is None:
        reason = f"spikes cannot be seen at this sampling rate ({source_fs_hz:g} Hz, from 400 Hz on they can)"
        return [not_judged(name, reason) for name in NAMES]
    if spikes_s.size == 0:
        return [no(name, "no pacing spikes were seen (bipolar ones may be invisible)") for name in NAMES]
    if train is None:
        return [not_judged(name, f"{plural(spikes_s.size, 'spike')} but no beats were found") for name in NAMES]
    atrial: list[int] = []
    ventricular: list[int] = []
    lost = []
    for spike in spikes_s:
        delay = train.qrs_on_s - spike
        at_qrs = np.flatnonzero((delay >= VENTRICULAR_S[0]) & (delay <= VENTRICULAR_S[1]))
        at_p = np.flatnonzero((delay > ATRIAL_S[0]) & (delay <= ATRIAL_S[1]))
        if at_qrs.size:
            ventricular.append(int(at_qrs[0]))
        elif at_p.size:
            atrial.append(int(at_p[0]))
        elif spike < train.duration_s - ATRIAL_S[1] and not np.any((delay < 0) & (delay > -REFRACTORY_S)):
            lost.append(float(spike))
    beats = train.r_s.size
    facts = [
        _share(train, "atrial_pacing", sorted(set(atrial)), beats, "before the P wave"),
        _share(train, "ventricular_pacing", sorted(set(ventricular)), beats, "at the QRS onset"),
    ]
    if not lost:
        return [*facts, no(NAMES[2], "every spike is followed by a QRS, or falls where none can follow")]
    at = ", ".join(f"{t:.1f}" for t in lost)
    places = [span(t - SPIKE_SHOWN_S, t + SPIKE_SHOWN_S) for t in lost]
    return [*facts, yes(NAMES[2], f"{plural(len(lost), 'spike')} without a QRS, at {at} s", places, value=len(lost))]


def _share(train: BeatTrain, name: str, paced: list[int], beats: int, where: str) -> RhythmFact:
    if not paced:
        return no(name, f"no beat has a spike {where}", value=0.0, unit="%")
    share = 100 * len(paced) / beats
    text = f"{len(paced)} of {plural(beats, 'beat')} ({share:.0f} %) with a spike {where}"
    return yes(name, text, [beat_span(train, i) for i in paced], value=share, unit="%")
