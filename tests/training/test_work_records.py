"""What a work folder trains on: its list decides, and nothing of a patient who is tested is in a new one."""

import dataclasses
from pathlib import Path

import pytest

from ecg_chat.datasets.ptbxl import Record, training_records
from ecg_chat.datasets.trained_ids import FILE_NAME, write_trained_ids
from ecg_chat.errors import InvalidInput
from ecg_chat.training import work_records as rules
from ecg_chat.training.work_records import list_training_records, work_records

PLAIN = Record(1, 1, 50.0, "male", None, None, {"SR": 0.0}, 1, "records100/1_lr", "", "original", "train")


def record(ecg_id, patient, fold=1, split="train"):
    return dataclasses.replace(PLAIN, ecg_id=ecg_id, patient_id=patient, fold=fold, ecgqa_split=split)


# The patient of 3 and 4 is tested by ECG-QA, so is that of 5 and 6; that of 7 and 8 is in fold 10.
RECORDS = [
    record(1, 10), record(2, 11), record(3, 12), record(4, 12, split="test"), record(5, 13),
    record(6, 13, split="valid"), record(7, 14), record(8, 14, fold=10), record(9, 15, fold=9),
]  # fmt: skip


def ids(records):
    return [one.ecg_id for one in records]


def test_nothing_of_a_tested_patient_is_trained_on():
    assert ids(training_records(RECORDS)) == [1, 2]
    assert ids(training_records(RECORDS, of_tested_patients=True)) == [1, 2, 3, 5]


def test_a_new_work_folder_gets_its_list_and_keeps_it(tmp_path):
    assert ids(work_records(tmp_path, RECORDS)) == [1, 2]
    assert not (tmp_path / FILE_NAME).exists()
    for _ in range(2):
        assert ids(list_training_records(tmp_path, RECORDS)) == [1, 2]
        assert (tmp_path / FILE_NAME).read_text() == "1\n2\n"
    assert ids(work_records(tmp_path, RECORDS)) == [1, 2]


def test_a_folder_of_the_earlier_rule_goes_on_with_its_own_records_but_gets_no_new_encoders(tmp_path):
    write_trained_ids(tmp_path, {"ptbxl": [1, 2, 3, 5]})
    assert ids(work_records(tmp_path, RECORDS)) == [1, 2, 3, 5]
    with pytest.raises(InvalidInput, match="lists 4 training records, these data give 2, of which 2 are the same"):
        list_training_records(tmp_path, RECORDS)
    assert (tmp_path / FILE_NAME).read_text() == "1\n2\n3\n5\n"


@pytest.mark.parametrize("listed", [[1], [1, 2, 3], [1, 2, 77]])
def test_a_list_that_the_data_do_not_give_is_refused(tmp_path, listed):
    write_trained_ids(tmp_path, {"ptbxl": listed})
    with pytest.raises(InvalidInput, match=f"was trained on {len(listed)} records, these data would give 2 or others"):
        work_records(tmp_path, RECORDS)


@pytest.mark.parametrize("leaking", [[1, 2, 3], [1, 2, 5], [1, 2, 7]])
def test_a_patient_who_is_trained_on_and_tested_is_refused(tmp_path, monkeypatch, leaking):
    monkeypatch.setattr(rules, "training_records", lambda records: [r for r in records if r.ecg_id in leaking])
    with pytest.raises(InvalidInput, match="is in the training records and in the records that are tested"):
        list_training_records(tmp_path, RECORDS)
    assert not (tmp_path / FILE_NAME).exists()


def test_the_list_of_mini_is_that_of_the_earlier_rule(shared_data):
    from ecg_chat.datasets.ptbxl import read_database

    folder = shared_data / "ptbxl"
    if not (folder / "ptbxl_database.csv").is_file():
        pytest.skip("PTB-XL is not at hand")
    records = read_database(folder)
    mini = rules.listed_ids(Path(__file__).parents[2] / "models" / "mini")
    train = rules.records_like(records, mini, "mini")
    assert len(train) == len(mini) == 14138
    assert len(training_records(records)) == 14106
