"""Measurements to plain JSON objects and back, exactly."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ecg_chat.measurements.types import Beat, Measurements, Rhythm, Span, Value


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
    }


def value_to_dict(value: Value) -> dict[str, Any]:
    """Return one value, without the fields that hold their default."""
    out: dict[str, Any] = {"value": value.value, "unit": value.unit}
    if value.place is not None:
        out["place"] = dataclasses.asdict(value.place)
    if value.leads:
        out["leads"] = list(value.leads)
    for name in ("reason", "n_beats", "limited"):
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
    )


def from_dict(data: Mapping[str, Any]) -> Measurements:
    """Return the measurements that `to_dict` wrote.

    Raises
    ------
    KeyError, TypeError
        If the object was not written by `to_dict`.
    """
    return Measurements(
        overall={name: value_from_dict(value) for name, value in data["overall"].items()},
        per_lead={
            lead: {name: value_from_dict(value) for name, value in values.items()}
            for lead, values in data["per_lead"].items()
        },
        beats=tuple(Beat(**beat) for beat in data["beats"]),
        rhythm=Rhythm(**data["rhythm"]),
        quality={lead: tuple(flags) for lead, flags in data["quality"].items()},
        fs_hz=data["fs_hz"],
        duration_s=data["duration_s"],
        leads=tuple(data["leads"]),
        warnings=tuple(data["warnings"]),
    )
