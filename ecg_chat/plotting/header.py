"""What stands at the head of a sheet: whose recording, when, the numbers, and that nobody has confirmed them."""

from __future__ import annotations

from ecg_chat.measurements.types import Measurements
from ecg_chat.plotting.sheet import Words
from ecg_chat.signals.ecg import Ecg

UNCONFIRMED = "UNCONFIRMED – computer reading, not reviewed by a physician"
NOT_A_DEVICE = "Not a medical device"
_LONGEST_NAME = 60

_NUMBERS = (
    ("HR", "heart_rate_bpm", "/min"),
    ("PR", "pr_ms", " ms"),
    ("QRS", "qrs_ms", " ms"),
    ("QT", "qt_ms", " ms"),
    ("QTcF", "qtc_fridericia_ms", " ms"),
)
_AXES = ("p_axis_deg", "qrs_axis_deg", "t_axis_deg")


def numbers_line(measurements: Measurements) -> str:
    """Return the global numbers in one line; a dash stands for one that could not be measured."""
    parts = [f"{label} {_number(measurements, key, unit)}" for label, key, unit in _NUMBERS]
    axes = " / ".join(_number(measurements, key, "°") for key in _AXES)
    return "   ".join([*parts, f"Axes P / QRS / T {axes}"])


def sheet_header(ecg: Ecg, measurements: Measurements | None, name: str, shown: str) -> tuple[Words, ...]:
    """Return the lines above the grid, ``y_mm`` counted down from the page's top edge.

    Parameters
    ----------
    name : str
        Name or pseudonym of the person; the file's identifier where it is empty.
    shown : str
        Which part of the recording the sheet shows.
    """
    who = one_line(name or ecg.patient.identifier or "No name stated", _LONGEST_NAME)
    numbers = numbers_line(measurements) if measurements else "Not measured"
    return (
        Words(0, 13, who, 4.4, bold=True),
        Words(0, 13, UNCONFIRMED, 3.4, bold=True, anchor="right"),
        Words(0, 18.5, _person_and_time(ecg), 3.0),
        Words(0, 18.5, f"{NOT_A_DEVICE} · {shown}", 3.0, anchor="right"),
        Words(0, 25, numbers, 3.8, bold=True),
        Words(0, 30, _origin(ecg), 2.7, faint=True),
    )


def one_line(text: str, limit: int) -> str:
    """Return text from a file or a person without control characters, on one line, cut to `limit` characters."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"


def _number(measurements: Measurements, key: str, unit: str) -> str:
    value = measurements.get(key)
    return "–" if value is None else f"{value:.0f}{unit}"


def _person_and_time(ecg: Ecg) -> str:
    person = ecg.patient
    parts = [
        f"{person.age_years:.0f} years" if person.age_years is not None else "age not stated",
        person.sex or "sex not stated",
        f"recorded {ecg.start:%Y-%m-%d %H:%M:%S}" if ecg.start else "time of recording not stated",
    ]
    return " · ".join(parts)


def _origin(ecg: Ecg) -> str:
    source = ecg.source
    file = f"{one_line(source.name, 80)} · {one_line(source.format, 30)} · sha256 {source.sha256[:12]}"
    text = f"{file} · {ecg.fs_hz:g} samples/s"
    kinds = sorted({note.kind for note in ecg.notes if note.kind != "warning"})
    return f"{text} · conversions: {', '.join(kinds)}" if kinds else text
