import csv

import numpy as np
import pytest
import wfdb

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.mimic_iv_ecg import read_cart, read_records, read_signals
from ecg_chat.errors import InvalidInput

PATH = "files/p1000/p10000032/s40689238/40689238"
ROW = {
    "subject_id": 10000032,
    "study_id": 40689238,
    "file_name": 40689238,
    "ecg_time": "2180-07-23 08:44",
    "path": PATH,
}
CART = {
    "subject_id": 10000032, "study_id": 40689238, "cart_id": 6, "report_0": "Sinus rhythm", "report_1": " ",
    "report_2": "Normal ECG", "rr_interval": 800, "p_onset": 40, "p_end": 150, "qrs_onset": 200, "qrs_end": 292,
    "t_end": 600, "p_axis": 29999, "qrs_axis": -12, "t_axis": 5,
}  # fmt: skip
# The publisher's order of leads, in which aVF stands before aVL.
LEADS = ["I", "II", "III", "aVR", "aVF", "aVL", "V1", "V2", "V3", "V4", "V5", "V6"]
SIGNAL = np.outer(np.sin(np.arange(1500) / 20), 1 + np.arange(12) / 10)


def write_table(path, *rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_records_and_signals(tmp_path):
    write_table(tmp_path / "record_list.csv", ROW)
    (record,) = read_records(tmp_path)
    assert (record.study_id, record.patient_id, record.path) == (40689238, 10000032, PATH)
    folder = (tmp_path / PATH).parent
    folder.mkdir(parents=True)
    wfdb.wrsamp(
        "40689238", 500, ["mV"] * 12, LEADS, p_signal=SIGNAL, fmt=["16"] * 12,
        write_dir=str(folder),
    )  # fmt: skip
    ecg = read_signals(tmp_path, record)
    assert ecg.lead("aVF").max() == pytest.approx(1.4, abs=0.01)
    assert ecg.lead("aVL").max() == pytest.approx(1.5, abs=0.01)
    (folder / "40689238.dat").unlink()
    with pytest.raises(InvalidInput, match="study 40689238"):
        read_signals(tmp_path, record)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"study_id": "x"}, "id not a number"), ({"subject_id": ""}, "id not a number"),
        ({"path": "../../etc/passwd"}, "path wrong"), ({"path": PATH.replace("10000032", "10000033")}, "path wrong"),
        ({"study_id": 40689239}, "path wrong"), ({}, "id repeated"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_or_skipped(tmp_path, change, kind):
    write_table(tmp_path / "record_list.csv", ROW, ROW | change)
    with pytest.raises(InvalidInput, match=r"record_list\.csv line 3"):
        read_records(tmp_path)
    bad = BadRows("skip")
    assert len(read_records(tmp_path, bad=bad)) == 1
    assert bad.counts() == {kind: 1}


def test_what_the_cart_measured(tmp_path):
    write_table(tmp_path / "machine_measurements.csv", CART)
    reading = read_cart(tmp_path)[40689238]
    assert (reading.pr_ms, reading.qrs_ms, reading.qt_ms) == (160, 92, 400)
    assert reading.axes_deg == {"qrs_axis": -12, "t_axis": 5}
    assert reading.report == ("Sinus rhythm", "Normal ECG")


def test_limits_that_were_not_measured_give_no_interval(tmp_path):
    write_table(tmp_path / "machine_measurements.csv", CART | {"p_onset": 29999, "qrs_end": "", "t_end": 150})
    reading = read_cart(tmp_path)[40689238]
    assert (reading.pr_ms, reading.qrs_ms, reading.qt_ms) == (None, None, None)


def test_bad_measurements_and_absent_tables_are_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"machine_measurements\.csv is not in"):
        read_cart(tmp_path)
    with pytest.raises(InvalidInput, match=r"record_list\.csv is not in"):
        read_records(tmp_path)
    write_table(tmp_path / "machine_measurements.csv", CART, CART, CART | {"study_id": ""}, CART | {"t_end": "late"})
    bad = BadRows("skip")
    assert len(read_cart(tmp_path, bad=bad)) == 1
    assert bad.counts() == {"id repeated": 1, "id not a number": 1, "value not a number": 1}
    write_table(tmp_path / "record_list.csv", {"study_id": 1})
    with pytest.raises(InvalidInput, match="subject_id"):
        read_records(tmp_path)
