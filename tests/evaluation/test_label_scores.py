"""Scores of labels against cases worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from ecg_chat.evaluation.label_scores import cell, choose_thresholds, label_scores


def test_the_threshold_is_the_score_with_the_highest_f1():
    truth = np.array([[1, 0], [0, 0], [1, 0], [0, 0]], bool)
    scores = np.array([[0.9, 0.3], [0.8, 0.2], [0.6, 0.1], [0.2, 0.4]])
    # First class: cut after 1: F1 = 2/3; after 2: 1/2; after 3: 4/5; after 4: 2/3. Second: no positive.
    assert choose_thresholds(truth, scores) == pytest.approx([0.6, 0.5])


def test_equal_scores_fall_on_the_same_side():
    truth = np.array([[1], [0], [0], [0]], bool)
    scores = np.full((4, 1), 0.7)
    assert choose_thresholds(truth, scores) == pytest.approx([0.7])
    scores[0] = 0.71
    assert choose_thresholds(truth, scores) == pytest.approx([0.71])


def test_scores_of_a_hand_worked_case():
    truth = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]], bool)
    said = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 1], [0, 1, 0]], bool)
    result = label_scores(truth, said)
    # A: tp 1, fp 0, fn 1. B: tp 2, fp 1, fn 0. C does not occur and is left out of the macro means.
    assert result["classes"] == 2
    assert result["precision"]["value"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-4)
    assert result["recall"]["value"] == pytest.approx((1 / 2 + 1) / 2, abs=1e-4)
    assert result["F1"]["value"] == pytest.approx((2 / 3 + 4 / 5) / 2, abs=1e-4)
    assert result["accuracy"]["value"] == pytest.approx(9 / 12)
    assert result["exact match"]["value"] == 0.25
    low, high = result["F1"]["interval"]
    assert low <= result["F1"]["value"] <= high
    assert cell(result["F1"]) == f"0.733 ({low:.3f}-{high:.3f})"


@given(st.integers(0, 2**32 - 1), st.integers(2, 30))
def test_macro_scores_are_those_of_scikit_learn(seed, n):
    rng = np.random.default_rng(seed)
    truth, said = rng.random((n, 3)) < 0.4, rng.random((n, 3)) < 0.4
    truth[0] = True  # every class occurs
    result = label_scores(truth, said)
    for name, metric in (("precision", precision_score), ("recall", recall_score), ("F1", f1_score)):
        expected = metric(truth, said, average="macro", zero_division=0)
        assert result[name]["value"] == pytest.approx(expected, abs=1e-4)


def test_one_record_has_no_interval():
    assert label_scores(np.ones((1, 1), bool), np.ones((1, 1), bool))["F1"] == {"value": 1.0, "interval": None}
