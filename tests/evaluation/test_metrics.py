import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.metrics import bootstrap_interval, macro_auc
from ecg_chat.evaluation.unseen import refuse_trained


def test_macro_auc_of_a_hand_worked_case():
    truth = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 0]], np.float32)
    scores = np.array([[0.9, 0.1, 0.5], [0.4, 0.8, 0.5], [0.6, 0.2, 0.5], [0.1, 0.9, 0.5]], np.float32)
    # First column: 3 of 4 pairs in order; second: 4 of 4; third has no positive and is left out.
    assert macro_auc(truth, scores) == pytest.approx((0.75 + 1.0) / 2)


@given(st.integers(0, 2**32 - 1), st.integers(4, 40))
def test_macro_auc_is_that_of_scikit_learn_also_with_equal_scores(seed, n):
    rng = np.random.default_rng(seed)
    truth = (rng.random((n, 3)) < 0.5).astype(np.float32)
    truth[0], truth[1] = 0, 1
    scores = rng.integers(0, 5, (n, 3)).astype(np.float32)
    assert macro_auc(truth, scores) == pytest.approx(roc_auc_score(truth, scores, average="macro"))
    assert np.isnan(macro_auc(np.ones((2, 1), np.float32), scores[:2, :1]))


def test_the_interval_holds_the_value_and_narrows_with_more_records():
    rng = np.random.default_rng(0)

    def made(n):
        truth = rng.integers(0, 2, (n, 1)).astype(np.float32)
        return truth, (truth + rng.normal(0, 1, (n, 1))).astype(np.float32)

    widths = []
    for n in (60, 2000):
        truth, scores = made(n)
        low, high = bootstrap_interval(macro_auc, truth, scores, n=100)
        assert low <= macro_auc(truth, scores) <= high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_records_that_were_trained_on_are_refused(tmp_path):
    records = [Record(k, k, None, None, None, None, {}, 10, "", "", "original", "") for k in (1, 2)]
    with pytest.raises(InvalidInput, match=r"no trained_ids\.txt"):
        refuse_trained(records, tmp_path)
    (tmp_path / "trained_ids.txt").write_text("2\n3\n")
    with pytest.raises(InvalidInput, match="1 of 2 records were trained on"):
        refuse_trained(records, tmp_path)
    refuse_trained(records[:1], tmp_path)


def test_ids_of_another_data_set_are_no_ids_of_ptbxl_and_an_empty_list_is_refused(tmp_path):
    records = [Record(2, 2, None, None, None, None, {}, 10, "", "", "original", "")]
    (tmp_path / "trained_ids.txt").write_text("3\n# code15\n2\nb\n")
    refuse_trained(records, tmp_path)
    (tmp_path / "trained_ids.txt").write_text("\n")
    with pytest.raises(InvalidInput, match="names no record"):
        refuse_trained(records, tmp_path)
