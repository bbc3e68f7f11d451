"""What readers noted beside the codes, as they wrote it."""

import pytest

from ecg_chat.datasets.ptbxl_attributes import (
    attribute_matrix,
    attribute_names,
    attributes_of,
    extra_systoles,
    noisy_leads,
)
from ecg_chat.signals.ecg import STANDARD_LEADS
from tests.training.test_dialogue import record


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        (" , I-AVF,  ", {"I", "II", "III", "aVR", "aVL", "aVF"}),
        ("v1-6", {"V1", "V2", "V3", "V4", "V5", "V6"}),
        (" , II,III,AVF", {"II", "III", "aVF"}),
        (" , I-V2,  ", {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2"}),
        (" , I - AVF,  ", {"I", "II", "III", "aVR", "aVL", "aVF"}),
        ("V6", {"V6"}),
        ("alles", set(STANDARD_LEADS)),
        (" , alles, noisy recording,", set(STANDARD_LEADS)),
        (" , mittel,  ", set()),
        ("", set()),
    ],
)
def test_leads_of_a_noise_column(text, leads):
    assert noisy_leads(text) == leads


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("SVES", {"supraventricular extrasystoles"}),
        ("VES2,alles", {"ventricular extrasystoles"}),
        ("VES,SVES1,alles", {"ventricular extrasystoles", "supraventricular extrasystoles"}),
        ("1ES", {"extrasystoles"}),
        ("1,alles", {"extrasystoles"}),
        ("", set()),
    ],
)
def test_kinds_of_extra_systoles(text, kinds):
    assert extra_systoles(text) == kinds


def test_a_rebuilt_row_says_nothing():
    assert attributes_of(record({"NORM": 100.0}, row_source="reconstructed", heart_axis="LAD")) is None


def test_matrix_of_records():
    records = [
        record({}, heart_axis="AXL", infarction_stadium=("Stadium II-III", "Stadium III")),
        record({}, row_source="reconstructed"),
        record({}, noise={"static_noise": "mittel"}),
    ]
    matrix, known = attribute_matrix(records)
    names = attribute_names()
    assert known.tolist() == [True, False, True]
    assert {names[k] for k in matrix[0].nonzero()[0]} == {
        "left axis", "extreme axis", "middle infarction", "old infarction",
    }  # fmt: skip
    assert not matrix[1].any()
    assert {names[k] for k in matrix[2].nonzero()[0]} == {"static_noise any"}
