"""The numbers that the rules look at, from this program's measurements or from PTB-XL+ (12SL)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.training.guideline_text.lead_rules import Numbers

# Columns of PTB-XL+ ``features/12sl_features.csv`` (Strodthoff et al. 2023): ms, mV, degrees and beats a minute.
GLOBAL_12SL: Mapping[str, str] = {
    "HR__Global": "heart_rate_bpm",
    "P_Dur_Global": "p_ms",
    "PR_Int_Global": "pr_ms",
    "QRS_Dur_Global": "qrs_ms",
    "QT_Int_Global": "qt_ms",
    "QT_IntFridericia_Global": "qtc_fridericia_ms",
    "P_AxisFront_Global": "p_axis_deg",
    "R_AxisFrontal_Global": "qrs_axis_deg",
    "T_AxisFront_Global": "t_axis_deg",
}
LEAD_12SL: Mapping[str, str] = {
    "P_Amp": "p_mv",
    "Q_Amp": "q_mv",
    "Q_Dur": "q_ms",
    "R_Amp": "r_mv",
    "S_Amp": "s_mv",
    "T_Amp": "t_mv",
    "ST_Amp": "st_j_mv",
}
DOWNWARD = ("q_mv", "s_mv")
"""Heights that are negative or 0 here, whatever sign the file gives them."""


def numbers_of_measurements(measurements: Measurements) -> Numbers:
    """Return every number that could be measured."""
    overall = {**measurements.overall, **measurements.derived}
    numbers: dict[tuple[str, str | None], float] = {}
    for lead, values in ((None, overall), *measurements.per_lead.items()):
        numbers |= {(name, lead): v.value for name, v in values.items() if v.value is not None}
    return numbers


def numbers_of_12sl(features: Mapping[str, float | None]) -> Numbers:
    """Translate one row of PTB-XL+'s 12SL features; columns that no rule needs, and empty cells, are left out."""
    numbers: dict[tuple[str, str | None], float] = {}
    for column, value in features.items():
        if value is None or not math.isfinite(value):
            continue
        name, _, lead = column.rpartition("_")
        if column in GLOBAL_12SL:
            numbers[GLOBAL_12SL[column], None] = float(value)
        elif name in LEAD_12SL and lead in STANDARD_LEADS:
            measure = LEAD_12SL[name]
            numbers[measure, lead] = -abs(value) if measure in DOWNWARD else float(value)
    if ("qt_ms", None) in numbers and ("qtc_fridericia_ms", None) not in numbers:
        rr_s = 60.0 / numbers["heart_rate_bpm", None] if numbers.get(("heart_rate_bpm", None)) else None
        if rr_s:  # Fridericia 1920: QT divided by the cube root of RR in seconds
            numbers["qtc_fridericia_ms", None] = numbers["qt_ms", None] / rr_s ** (1 / 3)
    return numbers
