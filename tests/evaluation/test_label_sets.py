"""Label sets of PTB-XL, and the encoder's scores in their order."""

import numpy as np
import pytest

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES
from ecg_chat.evaluation.label_sets import label_sets, scores_of
from tests.evaluation.ptbxl_files import STATEMENTS

CODES = ("NORM", "CLBBB", "CRBBB", "NDT", "SR", "AFIB")
TABLE = {row[0]: dict(zip(STATEMENTS[0], row, strict=True)) for row in STATEMENTS[1:]}
RIGHT_BLOCK = {**TABLE, "ILBBB": {**TABLE["CLBBB"]}}  # a second code of the same sub-class


def _record(*codes):
    return Record(1, 1, None, None, None, None, dict.fromkeys(codes, 0.0), 10, "", "", "original", "")


def test_records_have_the_classes_of_their_codes_at_any_likelihood():
    sets = {one.name: one for one in label_sets(TABLE, CODES)}
    assert list(sets) == ["superclass", "sub-class", "diagnostic", "form", "rhythm", "all codes"]
    records = [_record("CRBBB", "NDT", "SR"), _record("LVH", "AFIB"), _record()]
    superclass = sets["superclass"].truth(records)
    assert [SUPERCLASSES[k] for k in np.flatnonzero(superclass[0])] == ["STTC", "CD"]
    assert [SUPERCLASSES[k] for k in np.flatnonzero(superclass[1])] == ["HYP"]  # though no head knows LVH
    assert not superclass[2].any()
    assert sets["form"].classes == ("NDT",) and sets["rhythm"].classes == ("SR", "AFIB")
    assert sets["rhythm"].truth(records).tolist() == [[True, False], [False, True], [False, False]]
    assert "LVH" not in sets["sub-class"].classes  # no score for it


def test_a_subclass_has_the_highest_probability_of_its_codes():
    codes = ("CLBBB", "ILBBB", "NORM")
    sets = {one.name: one for one in label_sets(RIGHT_BLOCK, codes)}
    made = np.array([[0.2, 0.7, 0.1], [0.6, 0.1, 0.9]])
    assert sets["sub-class"].classes == ("CLBBB", "NORM")
    assert scores_of(sets["sub-class"], np.zeros((2, 5)), made, codes) == pytest.approx(
        np.array([[0.7, 0.1], [0.6, 0.9]])
    )
    assert scores_of(sets["all codes"], np.zeros((2, 5)), made, codes) == pytest.approx(made)


def test_a_set_without_a_known_code_is_left_out():
    assert "form" not in {one.name for one in label_sets(TABLE, ("SR",))}
