"""``evaluate data``: counts what is in a set, and says what is bad in it."""

import csv
import json

import numpy as np
import pytest
import wfdb

from ecg_chat.cli.main import main
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.data_sets import DATA_SETS, as_markdown, check_data_set
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg
from tests.datasets.ludb_files import write_ludb
from tests.datasets.test_challenge import write_record
from tests.datasets.test_mimic_iv_ecg import CART, LEADS, PATH, ROW, SIGNAL, write_table

COLUMNS = ["ecg_id", "patient_id", "age", "sex", "scp_codes", "strat_fold", "filename_lr"]


def ptbxl(folder, rows):
    (folder / "scp_statements.csv").write_text(
        ",diagnostic,form,rhythm,diagnostic_class\nNORM,1.0,,,NORM\n"
    )  # fmt: skip
    with (folder / "ptbxl_database.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    signal = np.zeros((1000, 12))
    for row in rows:
        if row[-1]:
            wfdb.wrsamp(
                row[-1], 100, ["mV"] * 12, list(STANDARD_LEADS), p_signal=signal, fmt=["16"] * 12, write_dir=str(folder)
            )
    return folder


def good(ecg_id, fold, name):
    return (ecg_id, ecg_id, 50, 0, "{'NORM': 100.0}", fold, name)


def test_parts_are_counted_and_bad_rows_are_named(tmp_path):
    rows = [good(1, 1, "a"), good(2, 2, "b"), good(3, 9, "c"), good(4, 10, "d"), good(5, 10, ""), good(6, "?", "")]
    result = check_data_set("ptbxl", ptbxl(tmp_path, rows))
    assert result["counts"] == {
        "rows": 5, "records with signals": 4, "to train on": 2, "in fold 9": 1, "in fold 10": 1,
    }  # fmt: skip
    assert result["skipped"] == {"strat_fold not a number": 1, "record file missing": 1}
    text = as_markdown(result)
    assert "| to train on | 2 |" in text
    assert "2 rows were skipped:" in text
    with pytest.raises(InvalidInput, match="ecg_id 6"):
        check_data_set("ptbxl", tmp_path, "refuse")


def test_the_command_prints_and_writes_the_report(tmp_path, capsys):
    ptbxl(tmp_path, [good(1, 1, "a")])
    out = tmp_path / "out.json"
    words = ["evaluate", "data", "--set", "ptbxl", "--folder", str(tmp_path), "--json", str(out)]
    assert main(words) == 0
    assert "No row was skipped." in capsys.readouterr().out
    assert json.loads(out.read_text())["counts"]["rows"] == 1


@pytest.mark.parametrize("name", [name for name in DATA_SETS if name != "code15"])
def test_an_absent_set_is_refused_by_name(tmp_path, name):
    with pytest.raises(InvalidInput, match=str(tmp_path)):
        check_data_set(name, tmp_path)


def mimic(folder):
    write_table(folder / "record_list.csv", ROW)
    write_table(folder / "machine_measurements.csv", CART)
    where = (folder / PATH).parent
    where.mkdir(parents=True)
    wfdb.wrsamp("40689238", 500, ["mV"] * 12, LEADS, p_signal=SIGNAL, fmt=["16"] * 12, write_dir=str(where))
    return folder / f"{PATH}.dat"


def challenge_set(folder):
    write_record(folder, "E00001")
    return folder / "E00001.dat"


def ludb_set(folder):
    return write_ludb(folder, {"1": make_ecg("normal", duration_s=3.0)}) / "data" / "1.dat"


@pytest.mark.parametrize(("name", "made"), [("mimic-iv-ecg", mimic), ("challenge", challenge_set), ("ludb", ludb_set)])
def test_a_record_without_a_whole_signal_file_is_counted_as_bad(name, made, tmp_path):
    signal_file = made(tmp_path)
    assert check_data_set(name, tmp_path)["skipped"] == {}
    signal_file.write_bytes(signal_file.read_bytes()[:1000])
    result = check_data_set(name, tmp_path)
    assert result["skipped"] == {"record cut off": 1}
    assert 1 not in [result["counts"].get(key) for key in ("records", "records with signals")]
    with pytest.raises(InvalidInput, match="its header promises"):
        check_data_set(name, tmp_path, "refuse")
    signal_file.unlink()
    assert check_data_set(name, tmp_path)["skipped"] == {"record file missing": 1}


@pytest.mark.data
def test_real_challenge_records(shared_data):
    if not (shared_data / "cinc2020_samples").is_dir():
        pytest.skip("cinc2020_samples is not in ../shared/data")
    result = check_data_set("challenge", shared_data / "cinc2020_samples", "refuse")
    assert result["counts"]["records"] == 38
    assert result["counts"]["headers that the package wfdb refuses"] == 4
