"""What lies outside its limits, in words: of the whole ECG and of each lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecg_chat.measurements.normal_limits import NoNorm, normal_range
from ecg_chat.signals.ecg import STANDARD_LEADS, Sex
from ecg_chat.training.guideline_text.lead_rules import ADULT_YEARS, Numbers, load_lead_rules

GENERAL: Mapping[str, Mapping[str, str]] = {
    "heart_rate_bpm": {"low": "slow heart rate", "high": "fast heart rate"},
    "pr_ms": {"low": "short PR interval", "high": "prolonged PR interval"},
    "qrs_ms": {"high": "prolonged QRS duration"},
    "qtc_fridericia_ms": {"high": "prolonged QTc interval"},
    "qrs_axis_deg": {"low": "left axis deviation", "high": "right axis deviation"},
    "sokolow_lyon_mv": {"high": "Sokolow-Lyon voltage above its limit"},
    "cornell_mv": {"high": "Cornell voltage above its limit"},
}
"""Words for a number outside the norm of `ecg_chat.measurements.normal_limits`, which holds the sources."""
LIMB, CHEST = STANDARD_LEADS[:6], STANDARD_LEADS[6:]
LOW_VOLTAGE = "low QRS voltage"
LOW_LIMB_MV, LOW_CHEST_MV = 0.5, 1.0
"""QRS from peak to nadir below these in all limb leads and in all chest leads (study abstract, PubMed 18353352)."""


@dataclass(frozen=True)
class Descriptions:
    """Words for what is outside.

    Attributes
    ----------
    general : tuple of str or None
        Of the whole ECG; () if nothing is outside, None if no limit could be judged.
    leads : mapping of lead to tuple of str
        () where nothing is outside; a lead of which no limit could be judged is absent.
    """

    general: tuple[str, ...] | None
    leads: Mapping[str, tuple[str, ...]]


def describe_numbers(numbers: Numbers, age_years: float | None, sex: Sex | None) -> Descriptions:
    """Hold the numbers of an ECG against the limits for its person.

    Parameters
    ----------
    numbers : Numbers
    age_years : float or None
        Without an age nothing is judged; below 16 years only what has a norm for children is.
    sex : {"male", "female"} or None
        Limits that depend on it are not judged without it.
    """
    leads = {lead: _of_lead(numbers, lead, age_years, sex) for lead in STANDARD_LEADS}
    return Descriptions(_general(numbers, age_years, sex), {k: v for k, v in leads.items() if v is not None})


def _general(numbers: Numbers, age_years: float | None, sex: Sex | None) -> tuple[str, ...] | None:
    judged, words = False, []
    for name, phrases in GENERAL.items():
        limits = normal_range(name, age_years, sex)
        value = numbers.get((name, None))
        if value is None or isinstance(limits, NoNorm):
            continue
        judged = True
        outside = limits.outside(value)
        words += [phrases[outside]] if outside in phrases else []
    if age_years is not None and age_years >= ADULT_YEARS:
        low = [_all_below(numbers, LIMB, LOW_LIMB_MV), _all_below(numbers, CHEST, LOW_CHEST_MV)]
        judged = judged or None not in low
        words += [LOW_VOLTAGE] if all(low) else []
    return tuple(words) if judged else None


def _all_below(numbers: Numbers, leads: Sequence[str], limit_mv: float) -> bool | None:
    heights = []
    for lead in leads:
        r, s, q = (numbers.get((name, lead)) for name in ("r_mv", "s_mv", "q_mv"))
        if r is None or s is None:
            return None
        heights.append(r - min(s, q or 0.0))
    return max(heights) < limit_mv


def _of_lead(numbers: Numbers, lead: str, age_years: float | None, sex: Sex | None) -> tuple[str, ...] | None:
    if age_years is None:
        return None
    decided = [(rule.text, rule.decides(numbers, lead, age_years, sex)) for rule in load_lead_rules()]
    if all(passed is None for _, passed in decided):
        return None
    return tuple(dict.fromkeys(text for text, passed in decided if passed))
