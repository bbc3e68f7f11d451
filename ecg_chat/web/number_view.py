"""Measured values as the page shows them: label, text, hover text and the place on the strip."""

from __future__ import annotations

from typing import TypedDict

from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.against_norm import against_norm
from ecg_chat.measurements.derived import derived_for
from ecg_chat.measurements.normal_limits import Outside
from ecg_chat.measurements.number_text import DERIVED_LABELS, number_text, unit_text
from ecg_chat.measurements.types import Measurements, Span, Value

SUMMARY = (
    ("heart_rate_bpm", "Rate"),
    ("p_ms", "P"),
    ("pr_ms", "PR"),
    ("qrs_ms", "QRS"),
    ("qt_ms", "QT"),
    ("qtc_fridericia_ms", "QTcF"),
    ("p_axis_deg", "P axis"),
    ("qrs_axis_deg", "QRS axis"),
    ("t_axis_deg", "T axis"),
)
MORE = (
    ("rr_mean_ms", "RR mean"),
    ("rr_sd_ms", "RR SD"),
    ("rr_rmssd_ms", "RMSSD"),
    ("rr_min_ms", "RR shortest"),
    ("rr_max_ms", "RR longest"),
    ("qtc_bazett_ms", "QTc Bazett"),
    ("qtc_framingham_ms", "QTc Framingham"),
    ("qtc_hodges_ms", "QTc Hodges"),
)
LEAD_COLUMNS = (
    ("p_mv", "P"),
    ("q_mv", "Q"),
    ("q_ms", "Q"),
    ("r_mv", "R"),
    ("s_mv", "S"),
    ("r_prime_mv", "R′"),
    ("t_mv", "T"),
    ("st_j_mv", "ST J"),
    ("st_j60_mv", "J+60"),
    ("st_j80_mv", "J+80"),
)
NOBODY = PatientContext()
BEAT_BEFORE_S, BEAT_AFTER_S = 0.05, 0.10  # what is lit for a beat whose QRS bounds were not found


class PlaceView(TypedDict):
    """Where on the strip something is: seconds from the start of the window, one lead or all (null)."""

    lead: str | None
    start_s: float
    stop_s: float


class NumberView(TypedDict):
    """One number, ready to show."""

    key: str
    label: str
    text: str
    unit: str
    missing: bool
    hover: str
    places: list[PlaceView]
    normal: str  # "120-200 ms", why there is no norm for this person, or ""
    source: str  # of the norm
    outside: Outside
    mark: str  # "↑ high": word and sign


def place_view(place: Span) -> PlaceView:
    """Return a span as JSON."""
    return {"lead": place.lead, "start_s": round(place.start_s, 3), "stop_s": round(place.stop_s, 3)}


def summary_view(measurements: Measurements, patient: PatientContext = NOBODY) -> list[NumberView]:
    """Return the numbers of the summary line."""
    return [number_view(key, label, measurements.overall[key], patient) for key, label in SUMMARY]


def more_view(measurements: Measurements, patient: PatientContext = NOBODY) -> list[NumberView]:
    """Return the global numbers that the summary line leaves out."""
    return [number_view(key, label, measurements.overall[key], patient) for key, label in MORE]


def derived_view(measurements: Measurements, patient: PatientContext = NOBODY) -> list[NumberView]:
    """Return voltage sums and what else is made of several leads; nothing where an older version measured."""
    derived = derived_for(measurements, patient.sex)
    return [number_view(key, DERIVED_LABELS[key], value, patient) for key, value in derived.items()]


def matrix_view(measurements: Measurements) -> dict[str, object]:
    """Return the table of amplitudes and durations, one row per lead."""
    columns = [{"label": label, "unit": "ms" if key.endswith("_ms") else "mV"} for key, label in LEAD_COLUMNS]
    rows = [
        {"lead": lead, "cells": [_cell(values[key], lead) for key, _ in LEAD_COLUMNS]}
        for lead, values in measurements.per_lead.items()
    ]
    return {"columns": columns, "rows": rows}


def beats_view(measurements: Measurements) -> list[dict[str, object]]:
    """Return one line for each beat: when, what kind, RR before it, its QRS and where it is."""
    lines: list[dict[str, object]] = []
    previous_s: float | None = None
    for beat in measurements.beats:
        start_s = beat.r_s - BEAT_BEFORE_S if beat.qrs_on_s is None else beat.qrs_on_s
        stop_s = beat.r_s + BEAT_AFTER_S if beat.qrs_off_s is None else beat.qrs_off_s
        lines.append(
            {
                "time": f"{beat.r_s:.2f}",
                "kind": beat.kind + (", premature" if beat.premature else ""),
                "rr": "–" if previous_s is None else f"{1000 * (beat.r_s - previous_s):.0f}",
                "qrs": "–" if beat.qrs_ms is None else f"{beat.qrs_ms:.0f}",
                "places": [place_view(Span(start_s, stop_s))],
            }
        )
        previous_s = beat.r_s
    return lines


def number_view(key: str, label: str, value: Value, patient: PatientContext = NOBODY) -> NumberView:
    """Return one value; the hover says how it was measured, or why it was not, and what is normal."""
    unit = unit_text(key).strip()
    held = against_norm(key, value, patient.age_years, patient.sex)
    hover = f"Not measurable: {value.reason}" if value.value is None else _how(value, unit)
    if held.normal:
        hover += f". Normal: {held.normal}" + (f" ({held.source})" if held.source else "")
    return {
        "key": key,
        "label": label,
        "text": "–" if value.value is None else number_text(key, value.value),
        "unit": "" if value.value is None else unit,
        "missing": value.value is None,
        "hover": hover,
        "places": _places(value),
        "normal": held.normal,
        "source": held.source,
        "outside": held.outside,
        "mark": held.mark,
    }


def format_number(value: float, unit: str) -> str:
    """Write a number with the digits that its unit deserves: mV two decimals, everything else whole."""
    text = f"{value:.2f}" if unit == "mV" else f"{value:.0f}"
    return text.replace("-", "−") if float(text) != 0 else text.lstrip("-")


def _cell(value: Value, lead: str) -> dict[str, object]:
    places = _places(value) or ([{"lead": lead, "start_s": -1.0, "stop_s": -1.0}] if value.value is not None else [])
    return {
        "text": "–" if value.value is None else format_number(value.value, value.unit),
        "hover": value.reason if value.value is None else _how(value, value.unit),
        "places": places,
    }


def _places(value: Value) -> list[PlaceView]:
    if value.place is None:
        return []
    if value.place.lead is None and value.leads:
        return [place_view(Span(value.place.start_s, value.place.stop_s, lead)) for lead in value.leads]
    return [place_view(value.place)]


def _how(value: Value, unit: str) -> str:
    parts = []
    if value.n_beats:
        parts.append(f"from {value.n_beats} beat{'s' if value.n_beats != 1 else ''}")
    if value.leads:
        parts.append(f"leads {', '.join(value.leads)}")
    if value.spread is not None:
        spread = f"{value.spread:.2f}" if value.unit == "mV" else f"{value.spread:.0f}"
        parts.append(f"spread ±{spread} {unit}")
    if value.limited:
        parts.append(f"coarse: {value.limited}")
    if value.note:
        parts.append(value.note)
    return "Measured" + (" " + "; ".join(parts) if parts else "")
