"""Scores of chosen classes against cases worked by hand."""

import pytest

from ecg_chat.evaluation.choice_scores import score_all, score_one

A, B, AB = frozenset("A"), frozenset("B"), frozenset("AB")


def test_a_letter_is_right_if_the_record_has_that_label():
    truth = [A, AB, AB, B, B]
    said = [A, B, frozenset("C"), A, None]
    result = score_one(truth, said, "ABC")
    # A: tp 1 (first), fp 1 (fourth), fn 1 (third). B: tp 1 (second), fp 0, fn 3 (third, fourth, fifth). C never occurs.
    assert (result["n"], result["unparsed"]) == (5, 1)
    assert result["accuracy"]["value"] == pytest.approx(2 / 5)
    assert result["precision"]["value"] == pytest.approx((1 / 2 + 1) / 2)
    assert result["recall"]["value"] == pytest.approx((1 / 2 + 1 / 4) / 2)
    assert result["F1"]["value"] == pytest.approx((1 / 2 + 2 / 5) / 2)
    assert result["answers"] == {"A": 2, "B": 1, "C": 1}
    assert result["labels"] == {"A": 3, "B": 4, "C": 0}


def test_records_with_one_label_are_scored_alone_as_well():
    result = score_one([A, AB, B], [A, frozenset("C"), A], "ABC")["one label"]
    assert result["n"] == 2
    assert result["accuracy"]["value"] == 0.5
    assert result["F1"]["value"] == pytest.approx((2 / 3 + 0) / 2, abs=1e-4)


def test_several_letters_are_no_answer_where_one_was_asked_for():
    result = score_one([A, A], [AB, A], "AB")
    assert (result["unparsed"], result["accuracy"]["value"]) == (1, 0.5)


def test_all_that_apply_are_sets_and_what_is_not_understood_names_none():
    truth = [A, AB, frozenset(), frozenset()]
    result = score_all(truth, [A, A, None, frozenset()], "AB")
    assert result["unparsed"] == 1
    assert result["exact match"]["value"] == 0.5  # the first and the last; silence on the third does not count
    assert result["F1"]["value"] == pytest.approx((1.0 + 0.0) / 2)


def test_no_record_is_no_score_and_no_error():
    assert score_one([], [], "AB")["F1"] == {"value": None, "interval": None}
