"""P, PR, QRS, QT and heart rate that follow from waves marked lead by lead.

Twelve separate marks of one boundary scatter, and there is no one way to make them a single one, so three are stated:

``extreme``
    Earliest onset to latest end over the leads: the definition of the global interval, which the scatter of the marks
    widens.
``robust``
    Third earliest onset to third latest end, which the scatter widens less; three leads must show the wave.
``lead median``
    Onset and end of the same lead, median over beats, then over leads: what one lead shows on average, for orientation.

As in `ecg_chat.delineation`, a lead's boundary is the median over its beats, counted from the middle of the beat; at
least half of the beats must show it. Then the leads are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ecg_chat.datasets.ludb import Marks, WaveName
from ecg_chat.evaluation.wave_matching import PredictedWave, ProgramWave

KEYS = ("p_ms", "pr_ms", "qrs_ms", "qt_ms", "heart_rate_bpm")
RULES = ("robust", "extreme", "lead median")
RANK: Mapping[str, int] = {"extreme": 0, "robust": 2}
SAME_BEAT_S = 0.12  # QRS marks of two leads that lie closer are one beat; a QRS is rarely wider than twice this
P_BEFORE_S, T_AFTER_S = 0.4, 0.6  # how far the peaks of P and T may lie from the QRS they belong to
FEWEST_BEATS = 3  # for a rate

Leads = Mapping[str, Sequence[PredictedWave]]
Limits = tuple[float | None, float | None]
BeatLead = Mapping[WaveName, Limits]
"""Wave → onset and end in s, in one lead of one beat."""
ENDS: Mapping[str, tuple[tuple[WaveName, int], tuple[WaveName, int]]] = {
    "p_ms": (("p", 0), ("p", 1)),
    "pr_ms": (("p", 0), ("qrs", 0)),
    "qrs_ms": (("qrs", 0), ("qrs", 1)),
    "qt_ms": (("qrs", 0), ("t", 1)),
}
"""Interval → from and to, each as wave and 0 for its onset or 1 for its end."""


def in_seconds(marks: Marks, fs_hz: float) -> dict[str, tuple[ProgramWave, ...]]:
    """Turn marks in samples into waves in s."""

    def s(sample: int | None) -> float | None:
        return None if sample is None else sample / fs_hz

    return {
        lead: tuple(ProgramWave(w.wave, s(w.on), w.peak / fs_hz, s(w.off)) for w in waves)
        for lead, waves in marks.items()
    }


def beat_times(leads: Leads) -> list[float]:
    """Match the QRS marks of the leads by time; a beat needs at least half of the leads that have any.

    Returns
    -------
    list of float
        Median QRS peak of each beat in s, in time.
    """
    peaks = sorted(w.peak_s for waves in leads.values() for w in waves if w.wave == "qrs")
    n_leads = sum(any(w.wave == "qrs" for w in waves) for waves in leads.values())
    groups: list[list[float]] = []
    for peak in peaks:
        if groups and peak - groups[-1][-1] <= SAME_BEAT_S:
            groups[-1].append(peak)
        else:
            groups.append([peak])
    return [float(np.median(group)) for group in groups if len(group) >= 0.5 * n_leads]


def beats_of(leads: Leads) -> list[dict[str, BeatLead]]:
    """Give every beat, in each lead, the QRS nearest to it, the last P before it and the first T after it."""
    times = beat_times(leads)
    edges = [-np.inf, *times, np.inf]
    beats = []
    for before, now, after in zip(edges, times, edges[2:], strict=False):
        first, last = max(before, now - P_BEFORE_S), min(after, now + T_AFTER_S)
        beats.append({lead: _beat_lead(waves, first, now, last) for lead, waves in leads.items()})
    return beats


def _beat_lead(waves: Sequence[PredictedWave], first: float, now: float, last: float) -> BeatLead:
    found: dict[WaveName, Limits] = {}
    own = [w for w in waves if w.wave == "qrs" and abs(w.peak_s - now) <= SAME_BEAT_S]
    p = [w for w in waves if w.wave == "p" and first < w.peak_s < now]
    t = [w for w in waves if w.wave == "t" and now < w.peak_s < last]
    chosen = (
        min(own, key=lambda w: abs(w.peak_s - now), default=None),
        max(p, key=lambda w: w.peak_s, default=None),
        min(t, key=lambda w: w.peak_s, default=None),
    )
    for wave in chosen:
        if wave is not None:
            found[wave.wave] = (wave.on_s, wave.off_s)
    return found


def intervals_of(leads: Leads) -> dict[str, dict[str, float | None]]:
    """Compute the intervals by each of `RULES`.

    Parameters
    ----------
    leads : mapping of lead to sequence of PredictedWave

    Returns
    -------
    dict
        Rule → interval of `KEYS` → ms (rate: /min), or None where too few beats or leads are marked.
    """
    beats = beats_of(leads)
    times = beat_times(leads)
    rate = 60.0 / float(np.mean(np.diff(times))) if len(times) >= FEWEST_BEATS else None
    out: dict[str, dict[str, float | None]] = {}
    for rule in RULES:
        out[rule] = {
            key: _over_leads(beats, key) if rule == "lead median" else _global(beats, times, key, RANK[rule])
            for key in ENDS
        }
        out[rule]["heart_rate_bpm"] = rate
    return out


def _global(beats: Sequence[Mapping[str, BeatLead]], times: Sequence[float], key: str, rank: int) -> float | None:
    start, stop = (_boundary(beats, times, *end, rank=rank) for end in ENDS[key])
    return None if start is None or stop is None else 1000.0 * (stop - start)


def _boundary(
    beats: Sequence[Mapping[str, BeatLead]], times: Sequence[float], wave: WaveName, side: int, *, rank: int
) -> float | None:
    """Boundary over the leads, in s from the beat."""
    places = []
    for lead in beats[0] if beats else ():
        own = [
            at - now
            for beat, now in zip(beats, times, strict=True)
            if wave in beat[lead] and (at := beat[lead][wave][side]) is not None
        ]
        middle = _median_of_most(own, len(beats))
        if middle is not None:
            places.append(middle)
    places.sort()
    if len(places) <= rank:
        return None
    return places[-1 - rank] if side else places[rank]


def _over_leads(beats: Sequence[Mapping[str, BeatLead]], key: str) -> float | None:
    medians = []
    for lead in beats[0] if beats else ():
        values = [_length(beat[lead], key) for beat in beats]
        middle = _median_of_most([v for v in values if v is not None], len(beats))
        if middle is not None:
            medians.append(middle)
    return float(np.median(medians)) if medians else None


def _length(lead: BeatLead, key: str) -> float | None:
    start, stop = ((lead[wave][side] if wave in lead else None) for wave, side in ENDS[key])
    return None if start is None or stop is None else 1000.0 * (stop - start)


def _median_of_most(values: Sequence[float], n_beats: int) -> float | None:
    return float(np.median(values)) if values and len(values) >= 0.5 * n_beats else None
