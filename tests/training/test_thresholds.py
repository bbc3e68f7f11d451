"""Thresholds with the best F1."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.training.thresholds import FEWEST, HIGHEST, LOWEST, best_f1_thresholds


def _f1(truth: np.ndarray, named: np.ndarray) -> float:
    return 2 * float((truth & named).sum()) / max(1, int(truth.sum() + named.sum()))


def test_a_clean_cut_is_found_in_the_middle() -> None:
    labels = np.array([[1.0]] * 6 + [[0.0]] * 6)
    scores = np.array([[0.4]] * 6 + [[0.2]] * 6)
    assert best_f1_thresholds(["a"], labels, scores) == {"a": 0.3}


def test_rare_and_unknown_labels_get_none() -> None:
    labels = np.zeros((20, 2))
    labels[: FEWEST - 1, 0] = 1
    labels[:, 1] = np.nan
    assert best_f1_thresholds(["rare", "unknown"], labels, np.full((20, 2), 0.5)) == {}


def test_rows_that_nothing_is_noted_of_do_not_count() -> None:
    labels = np.array([[1.0]] * 6 + [[0.0]] * 6 + [[np.nan]] * 50)
    scores = np.array([[0.4]] * 6 + [[0.2]] * 6 + [[0.9]] * 50)
    assert best_f1_thresholds(["a"], labels, scores) == {"a": 0.3}


@given(st.integers(0, 10_000))
def test_no_other_threshold_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.random(60) < 0.4
    score = np.round(np.clip(0.3 * truth + rng.random(60) * 0.7, 0, 1), 2)
    found = best_f1_thresholds(["a"], truth[:, None].astype(float), score[:, None])
    if not found:
        return
    assert LOWEST <= found["a"] <= HIGHEST
    if LOWEST < found["a"] < HIGHEST:
        best = max(_f1(truth, score >= t) for t in np.unique(score))
        assert _f1(truth, score >= found["a"]) == best
