"""Scores of ECG-QA answers against cases worked by hand."""

import pytest

from ecg_chat.evaluation.qa_questions import ConstantAnswers, Posed
from ecg_chat.evaluation.qa_scores import Answered, parse_answer, qa_scores

CLASSES = ("conduction disturbance", "hypertrophy", "st/t change")


def _posed(answer, *, ecg_id=1, template=3, kind="single-choose", question="Which?"):
    return Posed(ecg_id, template, kind, question, frozenset(answer), CLASSES)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("hypertrophy", {"hypertrophy"}),
        ("Hypertrophy.", {"hypertrophy"}),
        ("conduction disturbance; ST/T change", {"conduction disturbance", "st/t change"}),
        ("none", set()),
        ("hypertrophy; something", None),
        ("", None),
    ],
)
def test_answers_are_lists_of_names(text, names):
    assert parse_answer(text, CLASSES) == (None if names is None else frozenset(names))


def test_exact_match_of_a_hand_worked_case():
    both = {"hypertrophy", "st/t change"}
    answered = [
        Answered.of(_posed(both), "st/t change; hypertrophy"),  # right: order does not matter
        Answered.of(_posed(both, ecg_id=2), "hypertrophy"),  # half is wrong
        Answered.of(_posed(set(), ecg_id=2, template=4), "none"),  # right
        Answered.of(_posed(set(), ecg_id=3, template=4), "no idea"),  # silence is not "none"
        Answered.of(_posed({"hypertrophy"}, ecg_id=3, template=9, kind="single-query"), "hypertrophy"),  # right
    ]
    result = qa_scores(answered)
    assert result["types"]["all"]["exact match"]["value"] == pytest.approx(3 / 5)
    assert result["types"]["single-choose"]["exact match"]["value"] == pytest.approx(2 / 4)
    assert result["types"]["single-choose"]["unparsed"] == 1
    assert result["templates"]["4"]["exact match"]["value"] == pytest.approx(1 / 2)
    assert result["mean over types"]["value"] == pytest.approx((2 / 4 + 1) / 2)
    assert result["not understood"] == [["no idea", 1]]
    low, high = result["types"]["all"]["exact match"]["interval"]
    assert low <= 3 / 5 <= high


def test_questions_about_one_record_are_drawn_together():
    one_record = [Answered.of(_posed({"hypertrophy"}), "hypertrophy") for _ in range(5)]
    assert qa_scores(one_record)["types"]["all"]["exact match"]["interval"] is None


def test_the_constant_answer_is_the_most_frequent_one_of_the_same_question():
    training = [
        _posed({"hypertrophy"}, question="A or B?"),
        _posed({"hypertrophy"}, question="A or B?"),
        _posed(set(), question="A or B?"),
        *[_posed(set(), question="C or D?") for _ in range(4)],
        _posed({"st/t change"}, template=9, kind="single-query", question="What?"),
    ]
    constant = ConstantAnswers.of(training)
    assert constant.answer(_posed((), question="A or B?")) == {"hypertrophy"}
    assert constant.answer(_posed((), question="never asked")) == frozenset()  # the template's
    assert constant.answer(_posed((), template=8, kind="single-query", question="never")) == {"st/t change"}
    assert constant.answer(_posed((), template=1, kind="single-verify", question="never")) is None
