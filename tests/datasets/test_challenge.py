import numpy as np
import pytest
import wfdb

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.challenge import find_records, irregular_headers, read_signals, split_records
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS

COMMENTS = ["Age: 63", "Sex: Female", "Dx: 426783006,164889003", "Rx: Unknown"]


def write_record(folder, name, comments=COMMENTS):
    folder.mkdir(exist_ok=True, parents=True)
    signal = np.outer(np.sin(np.arange(1500) / 20), 1 + np.arange(12) / 10)
    wfdb.wrsamp(
        name, 500, ["mV"] * 12, list(STANDARD_LEADS), p_signal=signal, fmt=["16"] * 12, write_dir=str(folder),
        comments=comments,
    )  # fmt: skip


def test_a_header_becomes_a_record(tmp_path):
    write_record(tmp_path / "g1", "E00001")
    write_record(tmp_path, "HR00599", ["Age: NaN", "Sex: Male", "Dx: RBBB, 270492004,RBBB"])
    first, second = find_records(tmp_path)
    assert (first.name, first.age_years, first.sex) == ("E00001", 63, "female")
    assert (first.snomed, first.abbreviations) == (("426783006", "164889003"), ())
    assert (first.fs_hz, first.n_samples, first.irregular, first.ptbxl_id) == (500, 1500, "", None)
    assert (second.age_years, second.sex, second.ptbxl_id) == (None, "male", 599)
    assert (second.snomed, second.abbreviations) == (("270492004",), ("RBBB",))
    ecg = read_signals(first)
    assert np.allclose(ecg.signal.max(axis=1), 1 + np.arange(12) / 10, atol=0.01)


def test_a_header_that_wfdb_refuses_is_named_and_read(tmp_path):
    write_record(tmp_path, "E00001")
    header = tmp_path / "E00001.hea"
    header.write_text(header.read_text().replace("E00001 12 500", "E00001.mat 12 500", 1))
    with pytest.raises(ValueError, match="record line"):
        wfdb.rdheader(str(tmp_path / "E00001"))
    records = find_records(tmp_path)
    assert irregular_headers(records) == {"E00001": "the record name has a dot"}
    assert read_signals(records[0]).n_samples == 1500


def test_bad_headers_are_refused_or_skipped_and_counted(tmp_path):
    write_record(tmp_path, "A1")
    write_record(tmp_path / "again", "A1")
    write_record(tmp_path, "A2", ["Age: 5"])
    write_record(tmp_path, "A3")
    (tmp_path / "A3.dat").unlink()
    (tmp_path / "A4.hea").write_text("nothing")
    bad = BadRows("skip")
    assert [r.name for r in find_records(tmp_path, bad=bad)] == ["A1"]
    assert bad.counts() == {"name repeated": 1, "no diagnoses": 1, "record file missing": 1, "header unreadable": 1}
    with pytest.raises(InvalidInput):
        find_records(tmp_path)


def test_a_record_that_is_cut_off_is_named(tmp_path):
    write_record(tmp_path, "A1")
    data = tmp_path / "A1.dat"
    data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(InvalidInput, match="record A1"):
        read_signals(find_records(tmp_path)[0])


def test_a_folder_without_headers_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no header"):
        find_records(tmp_path)


def test_records_of_ptb_xl_follow_its_split_and_others_their_name(tmp_path):
    of_ptbxl = {1: 3, 2: 9, 3: 10, 4: 4, 5: 5}
    for name in (*(f"HR{k:05d}" for k in (*of_ptbxl, 6)), *(f"E{k:05d}" for k in range(30))):
        write_record(tmp_path, name)
    patients = {4: 3}  # record 4 is of the patient of record 3, which is in the test fold
    rows = [
        Record(ecg_id=k, patient_id=patients.get(k, k), age_years=60.0, sex="male", height_cm=None, weight_kg=None,
               codes={}, fold=fold, filename="", report="", row_source="", ecgqa_split="test" if k == 5 else "")
        for k, fold in of_ptbxl.items()
    ]  # fmt: skip
    records = find_records(tmp_path)
    split, left_out = split_records(records, rows)
    assert left_out == 3, "4 shares a tested patient, 5 is tested by ECG-QA, and 6 has no row"
    named = {part: {r.name for r in getattr(split, part)} for part in ("train", "valid", "test")}
    assert {"HR00001"} == {n for n in named["train"] if n.startswith("HR")}
    assert "HR00002" in named["valid"] and "HR00003" in named["test"]
    assert sum(len(part) for part in named.values()) == len(records) - 3
    again, _ = split_records(records[::2])
    assert {r.name for r in again.train} <= named["train"], "a record stays in its part whatever else is there"
    assert not any(r.ptbxl_id for r in (*again.train, *again.valid, *again.test)), "without the table no fold is known"


@pytest.mark.data
def test_real_records_are_read_and_georgia_headers_are_named(shared_data):
    folder = shared_data / "cinc2020_samples"
    if not folder.is_dir():
        pytest.skip("cinc2020_samples is not in ../shared/data")
    records = find_records(folder)
    assert len(records) == 38
    assert all(r.snomed or r.abbreviations for r in records)
    assert {r.sex for r in records} == {"male", "female"}
    assert all(r.age_years and 18 < r.age_years < 90 for r in records)
    assert set(irregular_headers(records)) == {"E00009", "E00015", "E00018", "E00793"}
    for record in records:
        ecg = read_signals(record)
        assert ecg.has_standard_leads
        assert ecg.n_samples == record.n_samples
