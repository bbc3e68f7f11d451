"""The table of numbers per lead: which columns, what each cell says, and where on the strip it was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TypedDict

from ecg_chat.measurements.types import Measurements, Value
from ecg_chat.web.number_view import PlaceView, format_number, how_measured, label_of, places_of

COLUMNS = (
    ("p_mv", "P", "P"),
    ("p_terminal_mv", "P", "terminal"),
    ("p_terminal_ms", "P", "terminal"),
    ("q_mv", "QRS", "Q"),
    ("q_ms", "QRS", "Q"),
    ("r_mv", "QRS", "R"),
    ("r_ms", "QRS", "R"),
    ("s_mv", "QRS", "S"),
    ("s_ms", "QRS", "S"),
    ("r_prime_mv", "QRS", "R′"),
    ("s_prime_mv", "QRS", "S′"),
    ("qrs_net_mv", "QRS", "net"),
    ("r_peak_time_ms", "QRS", "R peak"),
    ("notched", "QRS", "notch"),
    ("st_j_mv", "ST", "J"),
    ("st_j60_mv", "ST", "J+60"),
    ("st_j80_mv", "ST", "J+80"),
    ("t_mv", "T", "T"),
)
"""Measure, group, label; a measure that is not here gets a column after these."""
OTHERS = "more"
WHOLE = -1.0  # stands for a place that is the whole strip of a lead: the page knows how long it is
Outside = Mapping[tuple[str, str], str]
"""(measure, lead) to the limit that the value is outside of, in words."""


class Cell(TypedDict):
    """One number of one lead."""

    text: str
    missing: bool
    corrected: bool
    outside: str
    hover: str
    places: list[PlaceView]


def matrix_view(measurements: Measurements, outside: Outside | None = None) -> dict[str, object]:
    """Return the table: groups of columns, columns, one row per lead.

    Parameters
    ----------
    outside : mapping of (measure, lead) to str, optional
        The values to emphasise, with the limit in words.
    """
    columns = _columns(measurements)
    rows = [
        {
            "lead": lead,
            "cells": [_cell(key, label, values.get(key), lead, outside or {}) for key, _, label in columns],
        }
        for lead, values in measurements.per_lead.items()
    ]
    return {
        "groups": [{"label": name, "n": len(list(part))} for name, part in groupby(group for _, group, _ in columns)],
        "columns": [{"key": key, "label": label, "unit": _unit(measurements, key)} for key, _, label in columns],
        "rows": rows,
    }


def _columns(measurements: Measurements) -> Sequence[tuple[str, str, str]]:
    measured = dict.fromkeys(key for values in measurements.per_lead.values() for key in values)
    named = {key for key, _, _ in COLUMNS}
    known = [column for column in COLUMNS if column[0] in measured]
    return known + [(key, OTHERS, label_of(key)) for key in measured if key not in named]


def _unit(measurements: Measurements, key: str) -> str:
    return next((values[key].unit for values in measurements.per_lead.values() if key in values), "")


def _cell(key: str, label: str, value: Value | None, lead: str, outside: Outside) -> Cell:
    if value is None or value.value is None:
        reason = "not measured in this lead" if value is None else value.reason
        return {
            "text": "–",
            "missing": True,
            "corrected": bool(value and value.corrected),
            "outside": "",
            "hover": f"{lead} {label}: not measurable: {reason}",
            "places": [],
        }
    limit = outside.get((key, lead), "")
    said = f"{lead} {label} {_text(value)} {value.unit}".rstrip()
    hover = (
        f"{said}. {limit}. {how_measured(value, value.unit)}" if limit else f"{said}. {how_measured(value, value.unit)}"
    )
    return {
        "text": _text(value),
        "missing": False,
        "corrected": bool(value.corrected),
        "outside": limit,
        "hover": hover,
        "places": places_of(value) or [{"lead": lead, "start_s": WHOLE, "stop_s": WHOLE}],
    }


def _text(value: Value) -> str:
    assert value.value is not None
    if value.unit:
        return format_number(value.value, value.unit)
    return "yes" if value.value else "no"
