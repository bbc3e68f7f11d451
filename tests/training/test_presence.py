"""Yes, no or possibly: what is said of a statement follows its label, its likelihood and its criteria."""

import pytest

from ecg_chat.conversation.groups import GROUPS
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.judge import judge
from ecg_chat.training.dialogue.presence import is_group_there, is_there, normal, sure, which_leads
from ecg_chat.training.dialogue.truth import truth_of
from tests.training.test_dialogue import record


@pytest.fixture(scope="module")
def measured():
    return {name: measure(make_ecg(name).ecg) for name in ("normal", "clbbb", "pvcs")}


def truth(measured, name, codes):
    judgements = judge(measured[name], age_years=63.0, sex="female")
    return truth_of(record(codes), measured[name], judgements)


@pytest.mark.parametrize(("likelihood", "answer"), [(100.0, "Yes,"), (0.0, "Yes,"), (35.0, "Possibly"), (None, "No,")])
def test_the_first_word_follows_the_likelihood(measured, likelihood, answer):
    codes = {"SR": 0.0} if likelihood is None else {"SR": 0.0, "NDT": likelihood}
    assert is_there(truth(measured, "normal", codes), "NDT", patient=False).startswith(answer)


@pytest.mark.parametrize(
    ("likelihood", "answer"), [(15.0, "I am not sure"), (80.0, "Not fully"), (100.0, "Fairly sure")]
)
def test_certainty_follows_likelihood_and_criteria(measured, likelihood, answer):
    assert sure(truth(measured, "clbbb", {"CLBBB": likelihood, "SR": 0.0}), "CLBBB").startswith(answer)


def test_criteria_without_a_label_are_possible(measured):
    told = truth(measured, "clbbb", {"SR": 0.0})
    assert is_there(told, "CLBBB", patient=False).startswith("Possibly")
    assert is_group_there(told, "CD", patient=False).startswith("Possibly")


def test_a_kind_of_statement_is_answered_with_its_members(measured):
    told = truth(measured, "clbbb", {"CLBBB": 100.0, "SR": 0.0})
    assert is_group_there(told, "CD", patient=False).endswith("complete left bundle branch block.")
    assert is_group_there(told, "ectopic", patient=False).startswith("No,")
    assert is_group_there(truth(measured, "pvcs", {"PVC": 0.0, "SR": 0.0}), "ectopic", patient=True).startswith("Yes,")


def test_a_normal_ecg_has_none_of_the_kinds_and_is_called_normal(measured):
    told = truth(measured, "normal", {"NORM": 100.0, "SR": 0.0})
    assert [key for key in GROUPS if not is_group_there(told, key, patient=True).startswith("No,")] == []
    assert normal(told, patient=True).startswith("Yes,")
    assert is_there(told, "NORM", patient=False) == normal(told, patient=False)


def test_an_injury_current_is_not_called_an_infarction(measured):
    told = truth(measured, "normal", {"INJAS": 100.0, "SR": 0.0})
    assert is_group_there(told, "MI", patient=False).startswith("Possibly: there are signs of subendocardial injury")


def test_leads_are_those_of_the_catalogue(measured):
    told = truth(measured, "clbbb", {"CLBBB": 100.0, "SR": 0.0})
    assert "looked for in I, aVL, V1, V5 and V6: <|evidence|>." in which_leads(told, "CLBBB")
