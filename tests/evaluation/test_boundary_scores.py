"""Scores and their intervals, against hand-worked and known cases."""

from __future__ import annotations

import numpy as np
import pytest

from ecg_chat.evaluation.boundary_scores import pooled, scores
from ecg_chat.evaluation.resampling import interval_by_record
from ecg_chat.evaluation.wave_matching import Matches


def test_a_hand_worked_case():
    row = scores([Matches((2.0, 4.0), 1, 0), Matches((-3.0,), 0, 2)])
    assert (row["marked"], row["found"], row["extra"]) == (4, 3, 2)
    assert row["sensitivity"] == 0.75
    assert row["ppv"] == 0.6
    assert row["f1"] == pytest.approx(6 / 9, abs=1e-4)
    assert row["mean_ms"] == 1.0
    assert row["sd_ms"] == pytest.approx(np.std([2, 4, -3], ddof=1), abs=0.01)
    assert row["median_abs_ms"] == 3.0


def test_nothing_found_is_none_and_not_a_number():
    row = scores([Matches((), 3, 0), Matches((), 0, 0)])
    assert row["sensitivity"] == 0.0 and row["f1"] == 0.0
    assert row["ppv"] is row["mean_ms"] is row["sd_ms"] is row["median_abs_ms"] is row["mean_ms_interval"] is None


def test_pooling_is_adding_up():
    assert pooled([Matches((1.0,), 2, 3), Matches((4.0,), 5, 6)]) == Matches((1.0, 4.0), 7, 9)


def test_records_are_resampled_and_not_beats():
    # Within a record all errors are the same: a hundred beats say no more than one about other records.
    rng = np.random.default_rng(0)
    offsets = rng.normal(0, 10, 50)
    few = scores([Matches((float(d),), 0, 0) for d in offsets])["mean_ms_interval"]
    many = scores([Matches((float(d),) * 100, 0, 0) for d in offsets])["mean_ms_interval"]
    assert many == pytest.approx(few, abs=0.02)
    standard_error = offsets.std(ddof=1) / np.sqrt(50)
    assert few[1] - few[0] == pytest.approx(2 * 1.96 * standard_error, rel=0.15)
    assert few[0] < offsets.mean() < few[1]


def test_the_same_data_give_the_same_interval_and_one_record_gives_none():
    sums = np.column_stack([np.ones(20), np.arange(20.0)])

    def mean(totals):
        return totals[:, 1] / totals[:, 0]

    assert interval_by_record(mean, sums) == interval_by_record(mean, sums)
    assert interval_by_record(mean, sums) != interval_by_record(mean, sums, seed=1)
    assert interval_by_record(mean, sums[:1]) is None
