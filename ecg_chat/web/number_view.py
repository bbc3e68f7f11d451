"""Measured values as the page shows them: label, text, hover text and the place on the strip."""

from __future__ import annotations

from typing import TypedDict

from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.against_norm import against_norm
from ecg_chat.measurements.derived import derived_for
from ecg_chat.measurements.normal_limits import Outside
from ecg_chat.measurements.number_text import DERIVED_LABELS, number_text, unit_text
from ecg_chat.measurements.types import DERIVED_UNITS, GLOBAL_UNITS, Measurements, Span, Value

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
UNIT_TEXT = {"deg": "°"}
UNIT_ENDINGS = ("ms", "mv", "bpm", "deg", "mvms")
NOBODY = PatientContext()


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
    corrected: bool
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
    """Return the global numbers that the summary line leaves out, also those that nobody has named here."""
    named = {key for key, _ in (*SUMMARY, *MORE)}
    unnamed = [(key, label_of(key)) for key in measurements.overall if key not in named]
    return [number_view(key, label, measurements.overall[key], patient) for key, label in (*MORE, *unnamed)]


def derived_view(measurements: Measurements, patient: PatientContext = NOBODY) -> list[NumberView]:
    """Return voltage sums and what else is made of several leads; nothing where an older version measured."""
    derived = derived_for(measurements, patient.sex)
    return [number_view(key, DERIVED_LABELS[key], value, patient) for key, value in derived.items()]


def label_of(key: str) -> str:
    """Return a label for a value that has no label of its own: its name without the unit."""
    name, _, unit = key.rpartition("_")
    words = name if name and unit in UNIT_ENDINGS else key
    return words.replace("_", " ").capitalize()


def number_view(key: str, label: str, value: Value, patient: PatientContext = NOBODY) -> NumberView:
    """Return one value; the hover says how it was measured, or why it was not, and what is normal."""
    unit = unit_text(key).strip() if _is_known(key) else UNIT_TEXT.get(value.unit, value.unit)
    held = against_norm(key, value, patient.age_years, patient.sex)
    hover = f"Not measurable: {value.reason}" if value.value is None else how_measured(value, unit)
    if held.normal:
        hover += f". Normal: {held.normal}" + (f" ({held.source})" if held.source else "")
    return {
        "key": key,
        "label": label,
        "text": _text(key, value),
        "unit": "" if value.value is None else unit,
        "missing": value.value is None,
        "corrected": bool(value.corrected),
        "hover": hover,
        "places": places_of(value),
        "normal": held.normal,
        "source": held.source,
        "outside": held.outside,
        "mark": held.mark,
    }


def format_number(value: float, unit: str) -> str:
    """Write a number with the digits that its unit deserves: mV two decimals, everything else whole."""
    text = f"{value:.2f}" if unit == "mV" else f"{value:.0f}"
    return text.replace("-", "−") if float(text) != 0 else text.lstrip("-")


def _is_known(key: str) -> bool:
    return key in GLOBAL_UNITS or key in DERIVED_UNITS


def _text(key: str, value: Value) -> str:
    if value.value is None:
        return "–"
    return number_text(key, value.value) if _is_known(key) else format_number(value.value, value.unit)


def places_of(value: Value) -> list[PlaceView]:
    """Return where a value was measured: its lead, or each of its leads."""
    if value.place is None:
        return []
    if value.place.lead is None and value.leads:
        return [place_view(Span(value.place.start_s, value.place.stop_s, lead)) for lead in value.leads]
    return [place_view(value.place)]


def how_measured(value: Value, unit: str) -> str:
    """Say from how many beats and which leads a value comes, and who had a hand in it."""
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
    if value.corrected:
        parts.append(value.corrected)
    if value.note:
        parts.append(value.note)
    return "Measured" + (" " + "; ".join(parts) if parts else "")
