"""Readings written by hand, so that tests of grounding do not depend on how well anything is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ecg_chat.chat.reading import Reading
from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS, Beat, Measurements, Rhythm, Span, Value
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, Source
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding

NORMAL = {
    "heart_rate_bpm": 72.0,
    "rr_mean_ms": 833.0,
    "rr_sd_ms": 12.0,
    "rr_rmssd_ms": 14.0,
    "rr_min_ms": 810.0,
    "rr_max_ms": 860.0,
    "p_ms": 104.0,
    "pr_ms": 164.0,
    "qrs_ms": 92.0,
    "qt_ms": 388.0,
    "qtc_bazett_ms": 425.0,
    "qtc_fridericia_ms": 412.0,
    "qtc_framingham_ms": 414.0,
    "qtc_hodges_ms": 409.0,
    "p_axis_deg": 55.0,
    "qrs_axis_deg": 40.0,
    "t_axis_deg": 35.0,
}
NORMAL_LEADS = {
    "I": {"p_mv": 0.08, "q_mv": -0.05, "q_ms": 14.0, "r_mv": 0.8, "s_mv": -0.1, "t_mv": 0.25},
    "II": {"p_mv": 0.15, "q_mv": -0.04, "q_ms": 14.0, "r_mv": 1.1, "s_mv": -0.1, "t_mv": 0.35},
    "III": {"p_mv": 0.07, "r_mv": 0.4, "s_mv": -0.1, "t_mv": 0.1},
    "aVR": {"p_mv": -0.11, "q_mv": -0.9, "q_ms": 40.0, "r_mv": 0.0, "s_mv": 0.0, "t_mv": -0.3},
    "aVL": {"p_mv": 0.05, "r_mv": 0.3, "s_mv": -0.1, "t_mv": 0.1},
    "aVF": {"p_mv": 0.11, "r_mv": 0.75, "s_mv": -0.1, "t_mv": 0.22},
    "V1": {"p_mv": 0.05, "r_mv": 0.2, "s_mv": -0.9, "t_mv": -0.08},
    "V2": {"p_mv": 0.05, "r_mv": 0.4, "s_mv": -1.2, "t_mv": 0.3, "st_j_mv": 0.06},
    "V3": {"p_mv": 0.05, "r_mv": 0.7, "s_mv": -0.8, "t_mv": 0.4, "st_j_mv": 0.05},
    "V4": {"p_mv": 0.05, "r_mv": 1.4, "s_mv": -0.5, "t_mv": 0.4},
    "V5": {"p_mv": 0.05, "q_mv": -0.06, "q_ms": 16.0, "r_mv": 1.5, "s_mv": -0.2, "t_mv": 0.35},
    "V6": {"p_mv": 0.05, "q_mv": -0.06, "q_ms": 16.0, "r_mv": 1.2, "s_mv": -0.1, "t_mv": 0.3},
}
SINUS = Rhythm("regular", 1.0, True, True, True, 860.0, 0)


def reading(
    overall: Mapping[str, float | None] = {},
    leads: Mapping[str, Mapping[str, float]] = {},
    *,
    rhythm: Rhythm = SINUS,
    network: Mapping[str, float] | None = None,
    patient: PatientContext = PatientContext(age_years=63, sex="female"),
    only_leads: tuple[str, ...] = STANDARD_LEADS,
    beats: tuple[Beat, ...] | None = None,
) -> Reading:
    """A normal reading with some values replaced; None means not measurable."""
    values = {**NORMAL, **overall}
    merged = {lead: {**NORMAL_LEADS[lead], **leads.get(lead, {})} for lead in only_leads}
    measurements = Measurements(
        overall={name: _value(name, values[name], unit) for name, unit in GLOBAL_UNITS.items()},
        per_lead={
            lead: {name: _lead_value(lead, name, merged[lead], unit) for name, unit in LEAD_UNITS.items()}
            for lead in only_leads
        },
        beats=beats if beats is not None else tuple(Beat(0.5 + 0.833 * i, p_on_s=0.3 + 0.833 * i) for i in range(11)),
        rhythm=rhythm,
        quality=dict.fromkeys(only_leads, ()),
        fs_hz=500.0,
        duration_s=10.0,
        leads=only_leads,
    )
    ecg = Ecg(np.zeros((len(only_leads), 5000), np.float32), 500.0, only_leads, Source("hand", "test", "0" * 64))
    judgements = judge(measurements, age_years=patient.age_years, sex=patient.sex)
    probable = tuple(Finding(code, "network", probability=p) for code, p in (network or {}).items())
    return Reading(ecg, measurements, judgements, found(judgements), probable, patient)


def _value(name: str, number: float | None, unit: str) -> Value:
    if number is None:
        return Value(None, unit, "no P wave was found" if name in ("p_ms", "pr_ms", "p_axis_deg") else "too noisy")
    return Value(number, unit, place=Span(1.9, 2.05), leads=STANDARD_LEADS, n_beats=9)


def _lead_value(lead: str, name: str, values: Mapping[str, float], unit: str) -> Value:
    default = {"notched": 0.0, "qrs_net_mv": sum(values.get(k, 0.0) for k in ("q_mv", "r_mv", "s_mv", "r_prime_mv"))}
    return Value(values.get(name, default.get(name, 0.0)), unit, place=Span(1.9, 2.05, lead), leads=(lead,), n_beats=9)


def with_network(base: Reading, **probabilities: float) -> Reading:
    """The same reading, with probabilities of the network for all codes (0.02 unless given)."""
    every = dict.fromkeys(load_catalogue(), 0.02) | probabilities
    return replace(base, network_findings=tuple(Finding(code, "network", probability=p) for code, p in every.items()))


def _lbbb() -> Reading:
    lateral = {
        "q_mv": 0.0,
        "q_ms": 0.0,
        "notched": 1.0,
        "r_peak_time_ms": 74.0,
        "t_mv": -0.3,
        "st_j_mv": -0.1,
        "s_mv": 0.0,
        "r_ms": 100.0,
    }
    septal = {
        "r_mv": 0.15,
        "s_mv": -1.8,
        "t_mv": 0.5,
        "st_j_mv": 0.18,
        "r_peak_time_ms": 20.0,
        "r_ms": 24.0,
        "s_ms": 90.0,
    }
    leads = {
        "I": {**lateral, "r_mv": 0.9},
        "aVL": {**lateral, "r_mv": 0.8},
        "V5": {**lateral, "r_mv": 2.4},
        "V6": {**lateral, "r_mv": 1.9},
        "V1": septal,
        "V2": {**septal, "s_mv": -2.2},
        "V3": {**septal, "s_mv": -1.9},
    }
    overall = {
        "qrs_ms": 148.0,
        "qt_ms": 440.0,
        "qtc_fridericia_ms": 467.0,
        "qtc_bazett_ms": 482.0,
        "qtc_framingham_ms": 466.0,
        "qtc_hodges_ms": 461.0,
        "qrs_axis_deg": -20.0,
        "t_axis_deg": 120.0,
    }
    return with_network(reading(overall, leads), CLBBB=0.97, NORM=0.01, SR=0.9, LVH=0.3)


def _af() -> Reading:
    rhythm = Rhythm("irregularly irregular", 0.05, None, None, None, 1400.0, 0)
    overall = {
        "heart_rate_bpm": 112.0,
        "rr_mean_ms": 536.0,
        "rr_min_ms": 400.0,
        "rr_max_ms": 820.0,
        "rr_sd_ms": 110.0,
        "p_ms": None,
        "pr_ms": None,
        "p_axis_deg": None,
    }
    beats = tuple(
        Beat(t) for t in (0.3, 0.8, 1.2, 1.95, 2.4, 2.85, 3.6, 4.1, 4.5, 5.3, 5.7, 6.3, 6.7, 7.5, 7.9, 8.5, 8.95, 9.5)
    )
    return with_network(reading(overall, rhythm=rhythm, beats=beats), AFIB=0.96, SR=0.01)


def _inferior() -> Reading:
    leads = {
        "II": {"st_j_mv": 0.22, "st_j60_mv": 0.24, "st_j80_mv": 0.25},
        "III": {"st_j_mv": 0.31, "st_j60_mv": 0.33, "st_j80_mv": 0.33},
        "aVF": {"st_j_mv": 0.26, "st_j60_mv": 0.28, "st_j80_mv": 0.28},
        "aVL": {"st_j_mv": -0.12, "st_j60_mv": -0.13, "st_j80_mv": -0.13, "t_mv": -0.15},
        "I": {"st_j_mv": -0.06, "st_j60_mv": -0.07, "st_j80_mv": -0.07},
    }
    return reading({"heart_rate_bpm": 58.0, "rr_mean_ms": 1034.0}, leads)


READINGS: Mapping[str, Reading] = {
    "normal": reading(),
    "lbbb": _lbbb(),
    "af": _af(),
    "inferior": _inferior(),
    "block": reading({"pr_ms": 240.0}),
    "fast": reading({"heart_rate_bpm": 120.0, "rr_mean_ms": 500.0, "rr_min_ms": 490.0, "rr_max_ms": 510.0}),
    "slow": reading({"heart_rate_bpm": 45.0, "rr_mean_ms": 1333.0, "rr_min_ms": 1300.0, "rr_max_ms": 1360.0}),
    "left axis": reading({"qrs_axis_deg": -52.0}),
    "one lead": reading(only_leads=("II",)),
    "child": reading(patient=PatientContext(age_years=6, sex="male")),
    "no age": reading(patient=PatientContext()),
}
