"""Bland and Altman's numbers against NumPy on made-up pairs."""

from __future__ import annotations

import numpy as np
import pytest

from ecg_chat.evaluation.interval_agreement import agreement


def test_a_hand_worked_case():
    row = agreement([100.0, 104.0, None, 90.0, None], [98.0, 100.0, 80.0, None, None])
    assert (row["n"], row["mean"], row["median_abs"]) == (2, 3.0, 3.0)
    assert row["sd"] == pytest.approx(np.sqrt(2), abs=0.01)
    assert row["limits"] == pytest.approx([3 - 1.96 * np.sqrt(2), 3 + 1.96 * np.sqrt(2)], abs=0.01)
    assert (row["not_measured"], row["not_marked"]) == (1, 1)


def test_the_interval_of_the_mean_is_that_of_theory():
    rng = np.random.default_rng(1)
    marked = rng.uniform(80, 120, 400)
    measured = marked + rng.normal(2, 8, 400)
    row = agreement(list(measured), list(marked))
    low, high = row["mean_interval"]
    assert low < row["mean"] < high
    assert high - low == pytest.approx(2 * 1.96 * 8 / 20, rel=0.15)
    inside = np.mean((measured - marked > row["limits"][0]) & (measured - marked < row["limits"][1]))
    assert inside == pytest.approx(0.95, abs=0.03)


def test_swapping_the_sides_turns_the_sign():
    one = agreement([1.0, 5.0, 9.0, None], [2.0, 3.0, 4.0, 5.0])
    other = agreement([2.0, 3.0, 4.0, 5.0], [1.0, 5.0, 9.0, None])
    assert one["mean"] == -other["mean"]
    assert one["limits"] == [-end for end in reversed(other["limits"])]
    assert one["not_measured"] == other["not_marked"] == 1


@pytest.mark.parametrize(("measured", "marked"), [([], []), ([None], [3.0]), ([4.0], [3.0])])
def test_too_few_records_give_none(measured, marked):
    row = agreement(measured, marked)
    assert row["sd"] is row["limits"] is row["mean_interval"] is None
