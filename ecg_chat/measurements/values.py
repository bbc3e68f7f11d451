"""Builds `Value` objects: number with place and origin, or the reason why there is none."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from ecg_chat.delineation.types import Delineation
from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS, Span, Value

FINE_HZ = 250.0  # below this, samples lie further apart than interval errors should (M4)


@dataclass(frozen=True)
class Origin:
    """Where the numbers of one recording come from."""

    leads: tuple[str, ...]
    n_beats: int
    shown_r_s: float  # R of the beat on which intervals are shown
    limited: str

    def span(self, first_ms: float, last_ms: float, lead: str | None = None) -> Span:
        """Return the place on the strip, from ms relative to the R of the shown beat."""
        start, stop = self.shown_r_s + first_ms / 1000, self.shown_r_s + last_ms / 1000
        return Span(max(0.0, round(float(start), 4)), max(0.0, round(float(stop), 4)), lead)


def origin_of(found: Delineation) -> Origin:
    """Choose the beat to show: the member of the median that is most like it, with a P wave, away from the edges."""
    prepared = found.prepared
    leads = tuple(name for name, ok in zip(prepared.leads, prepared.usable, strict=True) if ok)
    limited = f"{prepared.source_fs_hz:g} Hz source" if prepared.source_fs_hz < FINE_HZ else ""
    if found.beats is None or found.median is None:
        return Origin(leads, 0, 0.0, limited)
    n = prepared.signal_mv.shape[1]

    def worth(i: int) -> float:
        assert found.beats is not None
        r = found.beats.r[i]
        whole = 0.35 * prepared.fs_hz <= r <= n - 0.55 * prepared.fs_hz
        return float(found.beats.similarity[i]) + bool(found.p_seen[i]) + 2.0 * bool(whole)

    best = max(found.median.members, key=worth)
    return Origin(leads, len(found.median.members), float(found.beats.r[best]) / prepared.fs_hz, limited)


def number(
    name: str, value: float, origin: Origin, place: Span | None = None, *, spread: float | None = None, digits: int = 1
) -> Value:
    """Return a global value that was measured."""
    if not math.isfinite(value):
        return missing(name, "could not be computed")
    return Value(
        round(float(value), digits),
        GLOBAL_UNITS[name],
        place=place,
        leads=origin.leads,
        n_beats=origin.n_beats,
        spread=None if spread is None or not math.isfinite(spread) else round(float(spread), digits),
        limited=origin.limited if GLOBAL_UNITS[name] == "ms" and not name.startswith("rr_") else "",
    )


def missing(name: str, reason: str) -> Value:
    """Return a global value that could not be measured."""
    return Value(None, GLOBAL_UNITS[name], reason=reason)


def lead_number(name: str, value: float, origin: Origin, lead: str, place: Span | None = None) -> Value:
    """Return a value of one lead."""
    unit = LEAD_UNITS[name]
    return Value(
        round(float(value), 3 if unit == "mV" else 1),
        unit,
        place=place,
        leads=(lead,),
        n_beats=origin.n_beats,
        limited=origin.limited if unit == "ms" else "",
    )


def lead_missing(name: str, reason: str) -> Value:
    """Return a value of one lead that could not be measured."""
    return Value(None, LEAD_UNITS[name], reason=reason)


def with_beats(value: Value, n_beats: int) -> Value:
    """Return the value with another number of beats."""
    return dataclasses.replace(value, n_beats=n_beats)
