"""What was measured: numbers with unit, origin and place, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecg_chat.delineation.types import BeatKind

GLOBAL_UNITS: Mapping[str, str] = {
    "heart_rate_bpm": "/min",
    "rr_mean_ms": "ms",
    "rr_sd_ms": "ms",
    "rr_rmssd_ms": "ms",
    "rr_min_ms": "ms",
    "rr_max_ms": "ms",
    "p_ms": "ms",
    "pr_ms": "ms",
    "qrs_ms": "ms",
    "qt_ms": "ms",
    "qtc_bazett_ms": "ms",
    "qtc_fridericia_ms": "ms",
    "qtc_framingham_ms": "ms",
    "qtc_hodges_ms": "ms",
    "p_axis_deg": "deg",
    "qrs_axis_deg": "deg",
    "t_axis_deg": "deg",
}
LEAD_UNITS: Mapping[str, str] = {
    "p_mv": "mV",
    "p_terminal_mv": "mV",  # most negative value of the second half of P (V1: left atrial sign)
    "p_terminal_ms": "ms",
    "q_mv": "mV",  # negative or 0
    "q_ms": "ms",
    "r_mv": "mV",
    "r_ms": "ms",
    "s_mv": "mV",  # negative or 0
    "s_ms": "ms",
    "r_prime_mv": "mV",
    "s_prime_mv": "mV",
    "r_peak_time_ms": "ms",  # QRS onset to the (last) R peak
    "notched": "",  # 1 if R is notched or slurred, else 0
    "t_mv": "mV",
    "st_j_mv": "mV",
    "st_j60_mv": "mV",
    "st_j80_mv": "mV",
    "qrs_net_mv": "mV",  # R + R' + Q + S + S': sign of the dominant deflection
}

DERIVED_UNITS: Mapping[str, str] = {
    "sokolow_lyon_mv": "mV",
    "cornell_mv": "mV",
    "cornell_product_mv_ms": "mV·ms",
    "peguero_mv": "mV",
    "p_terminal_force_mv_ms": "mV·ms",
    "p_biphasic_v1": "yes/no",
    "r_transition_lead": "lead",  # 3 stands for V3
    "r_v3_mv": "mV",
    "poor_r_progression": "yes/no",
    "r_s_ratio_v1": "ratio",
}
"""Numbers made of several waves or leads. In ``yes/no`` 1 is yes and 0 is no."""

Regularity = Literal["regular", "irregular", "irregularly irregular", "unknown"]


@dataclass(frozen=True)
class Span:
    """A place on the strip; ``lead`` None means all leads. Times in seconds from the start."""

    start_s: float
    stop_s: float
    lead: str | None = None


@dataclass(frozen=True)
class Value:
    """One measured number, or ``None`` with the reason.

    ``spread`` is the standard deviation over beats or leads in the same unit, where there is one.
    """

    value: float | None
    unit: str
    reason: str = ""
    place: Span | None = None
    leads: tuple[str, ...] = ()
    n_beats: int = 0
    spread: float | None = None
    limited: str = ""  # why the number is coarse ("100 Hz source"), empty if it is not
    corrected: str = ""  # the boundaries that a person set, if the number (or its place) changed by them
    note: str = ""  # what else a reader must know of this one ("V5 is flat: V6 alone decides")

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError("a value that is None needs a reason")


@dataclass(frozen=True)
class Beat:
    """One heart beat; times in seconds from the start, ``None`` where no wave was found."""

    r_s: float
    kind: BeatKind = "dominant"
    p_on_s: float | None = None
    p_peak_s: float | None = None
    p_off_s: float | None = None
    qrs_on_s: float | None = None
    qrs_off_s: float | None = None
    t_peak_s: float | None = None
    t_off_s: float | None = None
    premature: bool = False  # RR before it is clearly shorter than the basic RR
    qrs_ms: float | None = None
    paced: bool = False  # a pacing spike stands at its QRS onset; False as well where the rate hides spikes


@dataclass(frozen=True)
class RhythmFact:
    """One fact about the rhythm, in words a person reads, with its places on the strip.

    ``holds`` is None where it could not be judged; ``text`` then says why not. ``name`` is a key of
    `ecg_chat.measurements.rhythm_facts.LABELS`.
    """

    name: str
    holds: bool | None
    text: str
    value: float | None = None
    unit: str = ""
    places: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Rhythm:
    """What the beats say together."""

    regularity: Regularity
    p_share: float | None  # share of dominant beats that a P wave precedes, 0-1; None if not judged
    pr_constant: bool | None
    p_upright_ii: bool | None
    p_inverted_avr: bool | None
    pause_longest_ms: float | None
    pacing_spikes: int | None  # None where the sampling rate does not allow to see them
    atrial_activity: str = ""  # free: "flutter-like 300/min", "" if nothing was found
    facts: tuple[RhythmFact, ...] = ()  # empty in what older versions logged

    def fact(self, name: str) -> RhythmFact | None:
        """Return one fact, or None where this version did not look for it yet."""
        return next((fact for fact in self.facts if fact.name == name), None)


@dataclass(frozen=True)
class Measurements:
    """All numbers of one recording (one window of it).

    ``overall`` has every key of `GLOBAL_UNITS`; ``per_lead`` maps each measured lead to every key of `LEAD_UNITS`;
    ``derived`` has every key of `DERIVED_UNITS`, or none where an older version measured.
    ``quality`` maps each lead to the tuple of its quality flags (empty if clean).
    """

    overall: Mapping[str, Value]
    per_lead: Mapping[str, Mapping[str, Value]]
    beats: tuple[Beat, ...]
    rhythm: Rhythm
    quality: Mapping[str, tuple[str, ...]]
    fs_hz: float
    duration_s: float
    leads: tuple[str, ...]
    warnings: tuple[str, ...] = field(default=())  # sentences for the person, e.g. suspected lead swap
    derived: Mapping[str, Value] = field(default_factory=dict)

    def get(self, name: str, lead: str | None = None) -> float | None:
        """Return one number (global, or of a lead), or None when it could not be measured."""
        if lead is None:
            return self.overall[name].value
        values = self.per_lead.get(lead)
        return values[name].value if values else None
