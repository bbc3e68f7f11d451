import csv

import numpy as np
import pytest

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.errors import InvalidInput

h5py = pytest.importorskip("h5py", reason="h5py is not installed")

ROW = {
    "exam_id": 11, "age": 38, "is_male": "True", "nn_predicted_age": 40.1, "1dAVb": "False", "RBBB": "True",
    "LBBB": "False", "SB": "False", "ST": "False", "AF": "True", "patient_id": 7, "death": "", "timey": "",
    "normal_ecg": "False", "trace_file": "exams_part0.hdf5",
}  # fmt: skip


def write_exams(folder, *rows):
    with (folder / "exams.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_part(folder, ids, tracings, name="exams_part0.hdf5"):
    with h5py.File(folder / name, "w") as file:
        file["exam_id"], file["tracings"] = np.array(ids), tracings


def test_an_exam_and_its_tracing_without_padding(tmp_path):
    from ecg_chat.datasets.code15 import as_ecg, read_exams, read_tracings

    write_exams(tmp_path, ROW, ROW | {"exam_id": 12, "is_male": "False", "normal_ecg": "True"})
    tracings = np.zeros((3, 4096, 12), np.float32)
    tracings[2, 648:3448] = np.arange(1, 13)  # 2800 samples are 7 seconds
    tracings[2, 1000] = 0  # zeros within the recording are no padding
    tracings[0, 48:4048] = 1
    write_part(tmp_path, [12, 0, 11], tracings)
    exams = read_exams(tmp_path)
    assert (exams[0].diagnoses, exams[0].sex, exams[0].normal, exams[0].age_years) == (
        ("RBBB", "AF"),
        "male",
        False,
        38,
    )
    read = {exam.exam_id: tracing for exam, tracing in read_tracings(tmp_path, exams)}
    assert (read[11].shape, read[12].shape) == ((12, 2800), (12, 4000))
    assert read[11][:, 0].tolist() == list(range(1, 13))
    ecg = as_ecg(exams[0], read[11], mv_per_unit=0.1)
    assert (ecg.duration_s, ecg.patient.sex) == (7.0, "male")
    assert ecg.lead("aVF")[0] == pytest.approx(0.6)


@pytest.mark.parametrize(
    "change",
    [{"exam_id": "x"}, {"age": ""}, {"AF": "maybe"}, {"is_male": ""}, {"trace_file": "../exams_part0.hdf5"}],
)
def test_bad_rows_are_refused_or_skipped(tmp_path, change):
    from ecg_chat.datasets.code15 import read_exams

    write_exams(tmp_path, ROW, {**ROW, "exam_id": 12, **change}, ROW)
    with pytest.raises(InvalidInput, match=r"exams\.csv line 3"):
        read_exams(tmp_path)
    bad = BadRows("skip")
    assert [exam.exam_id for exam in read_exams(tmp_path, bad=bad)] == [11]
    assert bad.counts() == {"row unreadable": 1, "id repeated": 1}


def test_bad_tracings_are_refused_or_skipped(tmp_path):
    from ecg_chat.datasets.code15 import read_exams, read_tracings

    parts = ["exams_part0.hdf5"] * 4 + ["exams_part1.hdf5", "exams_part2.hdf5", "exams_part3.hdf5", "exams_part4.hdf5"]
    write_exams(tmp_path, *(ROW | {"exam_id": k, "trace_file": part} for k, part in enumerate(parts)))
    tracings = np.ones((3, 4096, 12), np.float32)
    tracings[1] = 0
    tracings[2, 5, 5] = np.nan
    write_part(tmp_path, [0, 1, 2], tracings)
    (tmp_path / "exams_part2.hdf5").write_bytes(b"no HDF5")
    write_part(tmp_path, [6], tracings[:1, :100], "exams_part3.hdf5")
    with h5py.File(tmp_path / "exams_part4.hdf5", "w") as file:
        file["exam_id"] = np.array([7])
    exams = read_exams(tmp_path)
    bad = BadRows("skip")
    assert [exam.exam_id for exam, _ in read_tracings(tmp_path, exams, bad=bad)] == [0]
    assert bad.counts() == {
        "file unreadable": 2, "no signal": 1, "value not a number": 1, "no tracing": 1, "file missing": 1,
        "shape wrong": 1,
    }  # fmt: skip
    with pytest.raises(InvalidInput, match="exam 1: has a tracing of zeros"):
        list(read_tracings(tmp_path, exams))


def test_an_absent_table_and_column_are_named(tmp_path):
    from ecg_chat.datasets.code15 import read_exams

    with pytest.raises(InvalidInput, match=r"exams\.csv is not in"):
        read_exams(tmp_path)
    write_exams(tmp_path, {"exam_id": 1})
    with pytest.raises(InvalidInput, match="trace_file"):
        read_exams(tmp_path)
