"""The numbers that the rules look at, from this program's measurements or from PTB-XL+ (12SL)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS, Measurements
from ecg_chat.training.guideline_text.lead_rules import Numbers

FROM_12SL: Mapping[str, str] = {"ventricular_rate_bpm": "heart_rate_bpm", "st_mv": "st_j_mv"}
"""Names of the reader of PTB-XL+ that differ from those of our measurements."""
DOWNWARD = ("q_mv", "s_mv")
"""Heights that are negative or 0 here, whatever sign the file gives them."""


def numbers_of_measurements(measurements: Measurements) -> Numbers:
    """Return every number that could be measured."""
    overall = {**measurements.overall, **measurements.derived}
    numbers: dict[tuple[str, str | None], float] = {}
    for lead, values in ((None, overall), *measurements.per_lead.items()):
        numbers |= {(name, lead): v.value for name, v in values.items() if v.value is not None}
    return numbers


def numbers_of_12sl(whole: Mapping[str, float], leads: Mapping[str, Mapping[str, float]]) -> Numbers:
    """Translate what 12SL measured on one record (PTB-XL+, Strodthoff et al. 2023).

    Parameters
    ----------
    whole : mapping of str to float
        Numbers of the whole ECG under names that end with their unit: ``ventricular_rate_bpm``, ``pr_ms``,
        ``qrs_axis_deg``, ``qtc_fridericia_ms`` …
    leads : mapping of lead to mapping of str to float
        The same for each lead: ``p_mv``, ``q_mv``, ``q_ms``, ``r_mv``, ``s_mv``, ``st_mv`` (at J), ``t_mv``.
    """
    numbers: dict[tuple[str, str | None], float] = {}
    for lead, values in ((None, whole), *leads.items()):
        for given, value in values.items():
            name = FROM_12SL.get(given, given)
            known = name in (GLOBAL_UNITS if lead is None else LEAD_UNITS)
            if known and math.isfinite(value):
                numbers[name, lead] = -abs(value) if name in DOWNWARD else value
    return numbers
