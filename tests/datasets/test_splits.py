from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecg_chat.datasets.ptbxl import read_database, training_records
from ecg_chat.datasets.splits import PatientSplit, patient_fold, refuse_shared_patients, split_by_patient
from ecg_chat.errors import InvalidInput


@dataclass(frozen=True)
class Visit:
    patient_id: int | str
    number: int = 0


def test_the_first_patient_in_two_parts_is_named():
    parts = {"train": [Visit(1), Visit(2), Visit(3)], "test": [Visit(4), Visit(3), Visit(2), Visit(3)]}
    with pytest.raises(InvalidInput, match=r"patient 3 is in train and in test.*1 others"):
        refuse_shared_patients(parts)
    refuse_shared_patients({"train": [Visit(1), Visit(1, 1)], "test": [Visit(2)], "rest": []})


def test_a_split_made_by_hand_cannot_share_a_patient():
    with pytest.raises(InvalidInput, match="patient a"):
        PatientSplit((Visit("a"),), (), (Visit("a"),))


def test_folds_are_the_same_for_ever():
    """SHA-256 of the text, first 8 bytes, modulo 10, plus 1: reckoned with sha256sum and bc."""
    assert [patient_fold("code15", k) for k in (1, 2, 3)] == [5, 3, 9]
    assert patient_fold("code15", 1) == patient_fold("code15", "1")


# A busy machine is no fault of the split.
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 300), max_size=40))
def test_every_record_is_in_one_part_and_stays_there_when_others_come(patients):
    records = [Visit(patient, k) for k, patient in enumerate(patients)]
    split = split_by_patient("set", records)
    assert sorted(split.train + split.valid + split.test, key=lambda v: v.number) == records
    more = split_by_patient("set", [*records, Visit(1000), Visit(1001)])
    assert set(split.train) <= set(more.train) and set(split.test) <= set(more.test)


def test_parts_are_about_eight_one_and_one_tenth():
    split = split_by_patient("set", [Visit(k) for k in range(10_000)])
    # Binomial: three standard deviations of 10,000 x 0.1 are 90.
    assert abs(len(split.valid) - 1000) < 90 and abs(len(split.test) - 1000) < 90
    assert len(split.train) + len(split.valid) + len(split.test) == 10_000


@pytest.mark.data
def test_the_rule_of_ptbxl_shares_no_patient_with_folds_9_and_10(shared_data):
    folder = shared_data / "ptbxl"
    if not (folder / "ptbxl_database.csv").is_file():
        pytest.skip("ptbxl_database.csv is not in ../shared/data/ptbxl")
    records = read_database(folder)
    parts = {
        "train": training_records(records),
        "fold 9": [r for r in records if r.fold == 9],
        "fold 10": [r for r in records if r.fold == 10],
    }
    assert min(len(part) for part in parts.values()) > 1000
    refuse_shared_patients(parts)
