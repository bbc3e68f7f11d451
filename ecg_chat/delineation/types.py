"""What the delineation hands on: the prepared signal, the beats, the median beat and its boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
BeatKind = Literal["dominant", "ventricular", "supraventricular", "unclassified"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A recording made ready for measuring, at `fs_hz` whatever the file had.

    Attributes
    ----------
    signal_mv : ndarray, shape (leads, samples)
        Baseline (below 0.5 Hz) and mains hum removed; gaps bridged by straight lines.
    gap : ndarray of bool, shape (leads, samples)
        Where the file has no sample.
    usable : ndarray of bool, shape (leads,)
        Leads that may take part in combining.
    """

    signal_mv: Floats
    gap: Bools
    usable: Bools
    fs_hz: float
    source_fs_hz: float
    leads: tuple[str, ...]
    pacing_spikes_s: tuple[float, ...] | None = None  # None where the sampling rate hides them


@dataclass(frozen=True, eq=False)
class BeatList:
    """R positions (samples of `Prepared`), and the class of every beat."""

    r: Ints
    kinds: tuple[BeatKind, ...]
    premature: Bools
    similarity: Floats  # correlation with the dominant beat, -1 to 1


@dataclass(frozen=True, eq=False)
class MedianBeat:
    """The representative beat: median over the dominant beats, lead by lead.

    ``signal_mv`` has shape (leads, samples), sample ``r`` is the common reference point, ``noise_mv`` is the standard
    error that beat-to-beat differences leave in each lead, ``members`` are indices into the beat list.
    """

    signal_mv: Floats
    r: int
    noise_mv: Floats
    members: tuple[int, ...]
    rr_ms: float  # median RR of the members, NaN with one beat


@dataclass(frozen=True)
class Wave:
    """Onset, peak and end of a wave in ms from the reference point of the beat."""

    on_ms: float
    peak_ms: float
    off_ms: float


@dataclass(frozen=True)
class Corrections:
    """Global boundaries that a person set by hand, in ms from the reference point; ``None`` keeps the found one."""

    p_on_ms: float | None = None
    p_off_ms: float | None = None
    qrs_on_ms: float | None = None
    qrs_off_ms: float | None = None
    t_off_ms: float | None = None


@dataclass(frozen=True)
class BeatWaves:
    """The waves of one beat, over all leads (or in one lead); ``None`` where the wave was not found."""

    p: Wave | None = None
    qrs: Wave | None = None
    t: Wave | None = None


@dataclass(frozen=True, eq=False)
class Delineation:
    """Everything that was found; ``problem`` says in words why nothing was, if nothing was."""

    prepared: Prepared
    beats: BeatList | None
    median: MedianBeat | None
    p: Wave | None
    qrs: Wave | None
    t: Wave | None
    per_lead: tuple[BeatWaves, ...]  # median beat, lead by lead
    p_seen: Bools  # per beat: a P wave like that of the median beat stands where it should
    p_reason: str = ""
    qrs_reason: str = ""
    t_reason: str = ""
    problem: str = ""
    beat_waves: tuple[BeatWaves, ...] = ()  # of every beat, in ms from its own R
    p_marks_s: tuple[tuple[float, float], ...] = ()
    """Onset and end of every P wave on the strip in s from its start, whether a QRS follows or not; in time."""
