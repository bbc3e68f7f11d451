"""Measurements built by hand: a normal adult, and whatever a test changes of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS, Beat, Measurements, Rhythm, Span, Value
from ecg_chat.signals.ecg import STANDARD_LEADS

NORMAL_OVERALL: Mapping[str, float] = {
    "heart_rate_bpm": 70, "rr_mean_ms": 857, "rr_sd_ms": 20, "rr_rmssd_ms": 20, "rr_min_ms": 840, "rr_max_ms": 880,
    "p_ms": 100, "pr_ms": 160, "qrs_ms": 92, "qt_ms": 390, "qtc_bazett_ms": 421, "qtc_fridericia_ms": 410,
    "qtc_framingham_ms": 411, "qtc_hodges_ms": 407, "p_axis_deg": 50, "qrs_axis_deg": 45, "t_axis_deg": 40,
}  # fmt: skip
NORMAL_LEAD: Mapping[str, float] = {
    "p_mv": 0.1, "p_terminal_mv": 0.0, "p_terminal_ms": 0, "q_mv": 0.0, "q_ms": 0, "r_mv": 0.8, "r_ms": 45,
    "s_mv": -0.2, "s_ms": 25, "r_prime_mv": 0.0, "s_prime_mv": 0.0, "r_peak_time_ms": 40, "notched": 0,
    "t_mv": 0.25, "st_j_mv": 0.0, "st_j60_mv": 0.0, "st_j80_mv": 0.0, "qrs_net_mv": 0.6,
}  # fmt: skip
NORMAL_LEADS: Mapping[str, Mapping[str, float]] = {
    "aVR": {"p_mv": -0.1, "r_mv": 0.05, "s_mv": -0.7, "t_mv": -0.2, "qrs_net_mv": -0.6},
    "V1": {"r_mv": 0.2, "r_ms": 20, "s_mv": -0.8, "s_ms": 60, "t_mv": 0.1, "qrs_net_mv": -0.6, "r_peak_time_ms": 20},
    "V2": {"r_mv": 0.4, "r_ms": 25, "s_mv": -1.0, "s_ms": 55, "qrs_net_mv": -0.6, "r_peak_time_ms": 25},
}
Changes = Mapping[str, Any]
Builder = Callable[..., Measurements]


def beats_at(*marks: str, rr_s: float = 0.8) -> tuple[Beat, ...]:
    """One beat a mark: N ordinary, V ventricular, A supraventricular, U unclassified, E ordinary but early."""
    kinds = {"N": "dominant", "V": "ventricular", "A": "supraventricular", "U": "unclassified", "E": "dominant"}
    beats = []
    for i, mark in enumerate("".join(marks)):
        r = 0.5 + i * rr_s
        early = mark != "N"
        p_peak = r - 0.12 if mark in "NA" else None
        beats.append(Beat(r, kinds[mark], p_peak_s=p_peak, qrs_on_s=r - 0.04, qrs_off_s=r + 0.05, premature=early))  # type: ignore[arg-type]
    return tuple(beats)


def build_measurements(changes: Changes | None = None, *, missing: tuple[str, ...] = (), **other: Any) -> Measurements:
    """Return a normal adult's measurements with changes.

    Keys of `changes`: a global measure ("qrs_ms"), a measure of a lead ("V1.r_mv"), of several leads
    ("II III.st_j_mv"), or of the rhythm ("rhythm.p_share"). ``missing`` names what could not be measured, spelled the
    same way; ``other`` replaces fields of `Measurements` (beats, warnings, fs_hz …).
    """
    numbers = dict(NORMAL_OVERALL)
    leads = {lead: {**NORMAL_LEAD, **NORMAL_LEADS.get(lead, {})} for lead in STANDARD_LEADS}
    rhythm = Rhythm("regular", 1.0, True, True, True, 900.0, 0)
    for key, value in (changes or {}).items():
        where, _, name = key.rpartition(".")
        if where == "rhythm":
            rhythm = dataclasses.replace(rhythm, **{name: value})
        elif where:
            for lead in where.split():
                assert name in LEAD_UNITS
                leads[lead][name] = value
        else:
            assert name in GLOBAL_UNITS
            numbers[name] = value
    fields: dict[str, Any] = {
        "overall": {name: _value(name, None, GLOBAL_UNITS[name], numbers[name], missing) for name in GLOBAL_UNITS},
        "per_lead": {
            lead: {name: _value(name, lead, unit, leads[lead][name], missing) for name, unit in LEAD_UNITS.items()}
            for lead in STANDARD_LEADS
        },
        "beats": beats_at("N" * 10),
        "rhythm": rhythm,
        "quality": dict.fromkeys(STANDARD_LEADS, ()),
        "fs_hz": 500.0,
        "duration_s": 10.0,
        "leads": STANDARD_LEADS,
    }
    return Measurements(**{**fields, **other})


def _value(name: str, lead: str | None, unit: str, number: float, missing: tuple[str, ...]) -> Value:
    key = name if lead is None else f"{lead}.{name}"
    if key in missing:
        return Value(None, unit, reason="too noisy")
    return Value(float(number), unit, place=Span(1.0, 1.4, lead), leads=(lead,) if lead else (), n_beats=10)


@pytest.fixture(scope="session")
def build() -> Builder:
    return build_measurements


@pytest.fixture(scope="session")
def beats() -> Callable[..., tuple[Beat, ...]]:
    return beats_at
