"""PTB-XL with faults: each is named, and refused or skipped as asked."""

import csv
import shutil

import numpy as np
import pytest
import wfdb

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl import read_database, read_signals, with_signals
from ecg_chat.datasets.ptbxl_statements import read_statement_table, with_listed_codes
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS

COLUMNS = ["ecg_id", "patient_id", "age", "sex", "scp_codes", "strat_fold", "filename_lr"]
GOOD = {
    "ecg_id": "1", "patient_id": "10.0", "age": "50", "sex": "0", "scp_codes": "{'NORM': 100.0}", "strat_fold": "1",
    "filename_lr": "records100/1_lr",
}  # fmt: skip
FAULTS = [
    ("scp_codes", "{'NORM': 100.0", "codes unreadable"),
    ("scp_codes", "['NORM']", "codes unreadable"),
    ("scp_codes", "{'NORM': 'high'}", "codes unreadable"),
    ("scp_codes", "", "codes unreadable"),
    ("strat_fold", "ten", "strat_fold not a number"),
    ("strat_fold", "", "strat_fold not a number"),
    ("strat_fold", "1.5", "strat_fold not a number"),
    ("strat_fold", "0", "strat_fold wrong"),
    ("strat_fold", "-1", "strat_fold wrong"),
    ("strat_fold", "11", "strat_fold wrong"),
    ("ecg_id", "x", "ecg_id not a number"),
    ("age", "old", "age not a number"),
    ("sex", "f", "sex unknown"),
    ("ecg_id", "1", "id repeated"),
]


def write_database(folder, *rows):
    with (folder / "ptbxl_database.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def write_record(folder, name, leads=STANDARD_LEADS, fs=100, n=1000):
    (folder / "records100").mkdir(exist_ok=True)
    signal = np.zeros((n, len(leads)))
    wfdb.wrsamp(
        name, fs, ["mV"] * len(leads), list(leads), p_signal=signal, fmt=["16"] * len(leads),
        write_dir=str(folder / "records100"),
    )  # fmt: skip


@pytest.mark.parametrize(("column", "text", "kind"), FAULTS)
def test_a_bad_row_is_refused_by_default_and_skipped_with_its_reason_when_asked(tmp_path, column, text, kind):
    write_database(tmp_path, GOOD, GOOD | {"ecg_id": "2"} | {column: text})
    with pytest.raises(InvalidInput, match=r"ptbxl_database\.csv line 3"):
        read_database(tmp_path)
    bad = BadRows("skip")
    assert [r.ecg_id for r in read_database(tmp_path, bad=bad)] == [1]
    assert bad.counts() == {kind: 1}
    assert repr(text) in bad.rows[0].reason or text in bad.rows[0].reason


def test_a_code_that_is_not_listed_is_refused_or_skipped(tmp_path):
    write_database(tmp_path, GOOD, GOOD | {"ecg_id": "2", "scp_codes": "{'NORM': 100.0, 'NEW': 0.0}"})
    records, table = read_database(tmp_path), {"NORM": {"diagnostic_class": "NORM"}}
    with pytest.raises(InvalidInput, match="ecg_id 2: has the code 'NEW', which scp_statements"):
        with_listed_codes(records, table)
    bad = BadRows("skip")
    assert [r.ecg_id for r in with_listed_codes(records, table, bad=bad)] == [1]
    assert bad.counts() == {"code not listed": 1}


def test_a_class_that_is_none_of_the_five_is_named(tmp_path):
    (tmp_path / "scp_statements.csv").write_text(",diagnostic,form,rhythm,diagnostic_class\nX,1.0,,,OTHER\n")
    with pytest.raises(InvalidInput, match="gives X the diagnostic_class 'OTHER', expected none or one of NORM, MI"):
        read_statement_table(tmp_path)


def test_the_report_counts_each_kind_and_names_the_first(tmp_path):
    rows = [GOOD | {"ecg_id": str(k)} for k in range(1, 5)]
    rows[1]["strat_fold"] = rows[2]["strat_fold"] = "?"
    rows[3]["sex"] = "9"
    write_database(tmp_path, *rows)
    bad = BadRows("skip")
    read_database(tmp_path, bad=bad)
    lines = bad.as_text().splitlines()
    assert lines[0] == "3 rows were skipped:"
    assert lines[1].startswith("- 2 x strat_fold not a number; first: ptbxl_database.csv line 3 (ecg_id 2)")
    assert lines[2].startswith("- 1 x sex unknown")
    assert BadRows("skip").as_text() == "No row was skipped."


def test_a_row_cut_off_in_the_middle_is_a_bad_row(tmp_path):
    write_database(tmp_path, GOOD)
    with (tmp_path / "ptbxl_database.csv").open("a") as file:
        file.write("2,11,50")
    bad = BadRows("skip")
    assert len(read_database(tmp_path, bad=bad)) == 1
    assert bad.counts() == {"codes unreadable": 1}


def test_records_without_whole_signal_files_are_named_and_left_out(tmp_path):
    names = ["whole", "no_header", "no_signal", "cut", "rate", "short", "lead", "garbage"]
    rows = [GOOD | {"ecg_id": str(k), "filename_lr": f"records100/{name}"} for k, name in enumerate(names, 1)]
    write_database(tmp_path, *rows)
    for name in names:
        leads = STANDARD_LEADS[:11] if name == "lead" else STANDARD_LEADS
        write_record(
            tmp_path, name, leads, fs=500 if name == "rate" else 100, n=900 if name == "short" else 1000
        )  # fmt: skip
    data = tmp_path / "records100"
    (data / "no_header.hea").unlink()
    (data / "no_signal.dat").unlink()
    (data / "cut.dat").write_bytes((data / "cut.dat").read_bytes()[:-2])
    (data / "garbage.hea").write_bytes(b"\x00\xff")
    records = read_database(tmp_path)
    bad = BadRows("skip")
    kept = with_signals(tmp_path, records, bad=bad)
    assert [r.ecg_id for r in kept] == [1]
    assert [row.kind for row in bad.rows] == [
        "record file missing", "record file missing", "record cut off", "wrong rate or length",
        "wrong rate or length", "lead missing", "header unreadable",
    ]  # fmt: skip
    assert read_signals(tmp_path, kept).shape == (1, 12, 1000)
    for record in records[1:]:
        with pytest.raises(InvalidInput):
            read_signals(tmp_path, [record])
        with pytest.raises(InvalidInput, match=f"ecg_id {record.ecg_id}"):
            with_signals(tmp_path, [record])


def test_a_row_without_a_file_name_has_no_record(tmp_path):
    write_database(tmp_path, GOOD | {"filename_lr": ""})
    with pytest.raises(InvalidInput, match="no file name"):
        with_signals(tmp_path, read_database(tmp_path))


def test_the_statement_table_must_be_there_with_its_columns(tmp_path):
    with pytest.raises(InvalidInput, match=r"scp_statements\.csv is not in"):
        read_statement_table(tmp_path)
    (tmp_path / "scp_statements.csv").write_text("code,description\nNORM,normal\n")
    with pytest.raises(InvalidInput, match="diagnostic_class"):
        read_statement_table(tmp_path)


def test_real_rows_and_records_are_all_good(shared_data, tmp_path):
    source = shared_data / "ptbxl" / "ptbxl_database.csv"
    if not source.is_file():
        pytest.skip("ptbxl_database.csv is not in ../shared/data/ptbxl")
    shutil.copy(source, tmp_path / "ptbxl_database.csv")
    bad = BadRows("skip")
    records = read_database(tmp_path, bad=bad)
    assert len(records) > 20_000
    assert bad.as_text() == "No row was skipped."
