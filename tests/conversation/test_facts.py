"""The facts in a prompt: what counts as raised, how regular beats are called, and what is no more than possible."""

import dataclasses

import pytest

from ecg_chat.conversation.facts import describe, st_raised_leads
from ecg_chat.conversation.limit_words import st_raised_from_mv
from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.judge import judge

MEASURED = measure(make_ecg("normal").ecg)


def with_st(**mv: float) -> Measurements:
    """Return measurements with these ST levels at J, by lead."""
    per_lead = {lead: dict(values) for lead, values in MEASURED.per_lead.items()}
    for lead, level in mv.items():
        per_lead[lead]["st_j_mv"] = dataclasses.replace(per_lead[lead]["st_j_mv"], value=level)
    return dataclasses.replace(MEASURED, per_lead=per_lead)


@pytest.mark.parametrize(
    ("lead", "sex", "age", "limit_mv"),
    [
        ("V2", "male", 39, 0.25), ("V3", "male", 40, 0.2), ("V2", "female", 39, 0.15), ("V3", "female", 80, 0.15),
        ("V2", None, None, 0.2), ("V3", "male", None, 0.2), ("V1", "male", 30, 0.1), ("II", "female", 50, 0.1),
    ],
)  # fmt: skip
def test_st_is_raised_from_the_limit_of_the_lead_and_the_person(lead, sex, age, limit_mv):
    who = PatientContext(age, sex)
    assert st_raised_from_mv(lead, who) == limit_mv
    assert lead in st_raised_leads(with_st(**{lead: limit_mv}), who)
    assert lead in st_raised_leads(with_st(**{lead: limit_mv - 0.004}), who)  # printed as the limit
    assert lead not in st_raised_leads(with_st(**{lead: limit_mv - 0.01}), who)


@pytest.mark.parametrize(
    ("regularity", "p_share", "said"),
    [
        ("irregularly irregular", 1.0, "rhythm irregular,"), ("irregularly irregular", 0.8, "rhythm irregular,"),
        ("irregularly irregular", 0.3, "rhythm irregularly irregular,"),
        ("irregularly irregular", None, "rhythm irregularly irregular,"), ("regular", 1.0, "rhythm regular,"),
    ],
)  # fmt: skip
def test_beats_with_p_waves_are_not_called_irregularly_irregular(regularity, p_share, said):
    rhythm = dataclasses.replace(MEASURED.rhythm, regularity=regularity, p_share=p_share)
    measured = dataclasses.replace(MEASURED, rhythm=rhythm)
    assert said in describe(measured, judge(measured, age_years=40, sex="male"))


def test_a_conduction_disturbance_without_its_criteria_is_possible_whatever_the_network_says():
    judgements = judge(MEASURED, age_years=63, sex="female")
    assert judgements["LAFB"].verdict == "rejected"
    assert "conduction: possible left anterior fascicular block" in describe(
        MEASURED, judgements, None, {"LAFB": 0.9, "SR": 0.9}
    )


def test_other_findings_are_likely_without_their_criteria():
    judgements = judge(MEASURED, age_years=63, sex="female")
    assert judgements["IMI"].verdict != "met"
    assert "myocardium: inferior myocardial infarction" in describe(MEASURED, judgements, None, {"IMI": 0.9, "SR": 0.9})
