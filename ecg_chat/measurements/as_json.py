"""Measurements to plain JSON objects and back, exactly."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from ecg_chat.measurements.types import (
    DERIVED_UNITS,
    GLOBAL_UNITS,
    LEAD_UNITS,
    Beat,
    Measurements,
    Rhythm,
    RhythmFact,
    Span,
    Value,
)


def to_dict(measurements: Measurements) -> dict[str, Any]:
    """Return a JSON-able object that `from_dict` turns back into an equal `Measurements`."""
    return {
        "overall": {name: value_to_dict(value) for name, value in measurements.overall.items()},
        "per_lead": {
            lead: {name: value_to_dict(value) for name, value in values.items()}
            for lead, values in measurements.per_lead.items()
        },
        "beats": [dataclasses.asdict(beat) for beat in measurements.beats],
        "rhythm": dataclasses.asdict(measurements.rhythm),
        "quality": {lead: list(flags) for lead, flags in measurements.quality.items()},
        "fs_hz": measurements.fs_hz,
        "duration_s": measurements.duration_s,
        "leads": list(measurements.leads),
        "warnings": list(measurements.warnings),
        "derived": {name: value_to_dict(value) for name, value in measurements.derived.items()},
    }


def value_to_dict(value: Value) -> dict[str, Any]:
    """Return one value, without the fields that hold their default."""
    out: dict[str, Any] = {"value": value.value, "unit": value.unit}
    if value.place is not None:
        out["place"] = dataclasses.asdict(value.place)
    if value.leads:
        out["leads"] = list(value.leads)
    for name in ("reason", "n_beats", "limited", "corrected", "note"):
        if getattr(value, name):
            out[name] = getattr(value, name)
    if value.spread is not None:
        out["spread"] = value.spread
    return out


def value_from_dict(data: Mapping[str, Any]) -> Value:
    """Return the value that `value_to_dict` wrote."""
    place = data.get("place")
    return Value(
        value=data["value"],
        unit=data["unit"],
        reason=data.get("reason", ""),
        place=None if place is None else Span(**place),
        leads=tuple(data.get("leads", ())),
        n_beats=data.get("n_beats", 0),
        spread=data.get("spread"),
        limited=data.get("limited", ""),
        corrected=data.get("corrected", ""),
        note=data.get("note", ""),
    )


def rhythm_from_dict(data: Mapping[str, Any]) -> Rhythm:
    """Return the rhythm that `to_dict` wrote; what an older version wrote has no facts."""
    facts = tuple(
        RhythmFact(**{**fact, "places": tuple(Span(**place) for place in fact["places"])})
        for fact in data.get("facts", ())
    )
    return Rhythm(**{**data, "facts": facts})


def from_dict(data: Mapping[str, Any]) -> Measurements:
    """Return the measurements that `to_dict` wrote, of this version or an older one (without derived numbers).

    Raises
    ------
    KeyError, TypeError
        If the object was not written by `to_dict`.
    """
    leads = tuple(data["leads"])
    return Measurements(
        overall=_values_from_dict(data["overall"], GLOBAL_UNITS),
        per_lead={
            lead: _values_from_dict(data["per_lead"][lead], LEAD_UNITS) for lead in _ordered(data["per_lead"], leads)
        },
        beats=tuple(Beat(**beat) for beat in data["beats"]),
        rhythm=rhythm_from_dict(data["rhythm"]),
        quality={lead: tuple(data["quality"][lead]) for lead in _ordered(data["quality"], leads)},
        fs_hz=data["fs_hz"],
        duration_s=data["duration_s"],
        leads=leads,
        warnings=tuple(data["warnings"]),
        derived=_values_from_dict(data.get("derived", {}), DERIVED_UNITS),
    )


def _values_from_dict(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Value]:
    return {name: value_from_dict(data[name]) for name in _ordered(data, names)}


def _ordered(data: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Return the keys as people read them: in the order of `names`, because a store may have sorted them."""
    known = [name for name in names if name in data]
    return known + [name for name in data if name not in known]
