import csv

import numpy as np
import pytest
import wfdb

from ecg_chat.datasets.ptbxl import read_database, read_signals, training_records
from ecg_chat.datasets.ptbxl_files import read_500_hz
from ecg_chat.datasets.ptbxl_statements import label_matrix, read_statement_table
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS

COLUMNS = [
    "ecg_id", "patient_id", "age", "sex", "height", "weight", "scp_codes", "strat_fold", "filename_lr", "report",
    "row_source", "ecgqa_split",
]  # fmt: skip
ROWS = [
    (1, 10, 50, 0, "", "", "{'NORM': 100.0, 'SR': 0.0}", 1, "records100/1_lr", "", "original", "train"),
    (2, 11, 300, 1, 160, 60, "{'IMI': 35.0}", 8, "records100/2_lr", "", "original", ""),
    (3, 12, 60, 1, "", "", "{'AFIB': 0.0}", 3, "records100/3_lr", "", "original", "test"),
    (4, 13, 61, 0, "", "", "{'SR': 0.0}", 4, "records100/4_lr", "", "original", "valid"),
    (5, 14, "", 0, "", "", "{'SR': 0.0}", 10, "records100/5_lr", "", "original", "train"),
    (6, 14, 62, 0, "", "", "{'SR': 0.0}", 2, "records100/6_lr", "", "original", "train"),
]
STATEMENTS = [
    ("", "description", "diagnostic", "form", "rhythm", "diagnostic_class"),
    ("NORM", "normal ECG", "1.0", "", "", "NORM"),
    ("IMI", "inferior", "1.0", "", "", "MI"),
    ("AFIB", "fibrillation", "", "", "1.0", ""),
    ("SR", "sinus rhythm", "", "", "1.0", ""),
]


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "ptbxl_database.csv", [COLUMNS, *ROWS])
    write(tmp_path / "scp_statements.csv", STATEMENTS)
    return tmp_path


def write(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def test_columns_become_a_record(folder):
    first, second = read_database(folder)[:2]
    assert (first.sex, first.age_years, first.codes) == ("male", 50, {"NORM": 100.0, "SR": 0.0})
    assert (second.sex, second.age_years, second.height_cm) == ("female", 89, 160)


def test_axis_stage_noise_and_extra_beats_are_the_publishers_text(folder):
    extra = ["heart_axis", "infarction_stadium1", "infarction_stadium2", "static_noise", "burst_noise", "extra_beats"]
    said = ["LAD", "Stadium II", "", " , I-V1,  ", "", "VES1,alles"]
    write(folder / "ptbxl_database.csv", [COLUMNS + extra, [*ROWS[0], *said], [*ROWS[1], *[""] * 6]])
    first, second = read_database(folder)
    assert (first.heart_axis, first.infarction_stadium) == ("LAD", ("Stadium II", ""))
    assert (first.noise, first.extra_beats) == ({"static_noise": ", I-V1,"}, "VES1,alles")
    assert (second.heart_axis, second.infarction_stadium, second.noise) == ("", ("", ""), {})


def test_a_table_without_axis_and_noise_columns_still_reads(folder):
    assert {(r.heart_axis, r.infarction_stadium, r.extra_beats) for r in read_database(folder)} == {("", ("", ""), "")}


def test_training_leaves_out_test_folds_ecgqa_tests_and_patients_seen_in_either(folder):
    assert [r.ecg_id for r in training_records(read_database(folder))] == [1, 2]


def test_any_likelihood_counts_and_records_without_superclass_are_marked(folder):
    labels = label_matrix(read_database(folder), read_statement_table(folder))
    assert labels.superclasses[:, :2].tolist()[:3] == [[1, 0], [0, 1], [0, 0]]
    assert labels.has_superclass.tolist() == [True, True, False, False, False, False]


def test_signals_are_placed_by_lead_name(folder):
    (folder / "records100").mkdir()
    order = list(reversed(STANDARD_LEADS))
    signal = np.tile(np.arange(12) / 10, (1000, 1))
    wfdb.wrsamp("1_lr", 100, ["mV"] * 12, order, p_signal=signal, fmt=["16"] * 12, write_dir=str(folder / "records100"))
    read = read_signals(folder, read_database(folder)[:1], folder / "cache.npy")
    assert np.allclose(read[0].mean(axis=1), 100 * np.arange(11, -1, -1), atol=1)
    assert np.array_equal(read_signals(folder, read_database(folder)[:1], folder / "cache.npy"), read)
    with pytest.raises(InvalidInput, match="holds 1 records, expected 2"):
        read_signals(folder, read_database(folder)[:2], folder / "cache.npy")


def test_missing_file_missing_column_and_repeated_id_are_named(folder, tmp_path):
    with pytest.raises(InvalidInput, match=r"ptbxl_database\.csv is not in"):
        read_database(tmp_path / "nowhere")
    write(folder / "ptbxl_database.csv", [COLUMNS, ROWS[0], ROWS[0]])
    with pytest.raises(InvalidInput, match="repeats the ecg_id 1"):
        read_database(folder)
    write(folder / "ptbxl_database.csv", [COLUMNS[:3]])
    with pytest.raises(InvalidInput, match="strat_fold"):
        read_database(folder)


def test_the_500_hz_file_lies_beside_the_100_hz_file(tmp_path):
    place = tmp_path / "records500" / "00000"
    place.mkdir(parents=True)
    signal = np.outer(np.sin(np.arange(5000) / 50), 1 + np.arange(12) / 10)
    leads = [lead.upper() if lead.startswith("a") else lead for lead in STANDARD_LEADS]  # as the publisher writes them
    wfdb.wrsamp("00001_hr", 500, ["mV"] * 12, leads, p_signal=signal, fmt=["16"] * 12, write_dir=str(place))
    ecg = read_500_hz(tmp_path, "records100/00000/00001_lr")
    assert (ecg.fs_hz, ecg.n_samples, ecg.leads) == (500, 5000, STANDARD_LEADS)
    assert np.allclose(ecg.signal.T, signal, atol=0.001)
    with pytest.raises(InvalidInput, match=r"00002_hr\.hea is not in"):
        read_500_hz(tmp_path, "records100/00000/00002_lr")
    with pytest.raises(InvalidInput, match="no 100 Hz record"):
        read_500_hz(tmp_path, "records500/00000/00001_hr")
