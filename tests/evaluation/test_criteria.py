"""Counting how criteria agree with labels, on a small data set in PTB-XL's layout."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest
import wfdb
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.cli.main import main
from ecg_chat.datasets.ptbxl import read_database
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.criteria import agreement, chosen_records, markdown_table, wilson_interval
from ecg_chat.signals.filters import resample
from ecg_chat.signals.synthetic import make_ecg

COLUMNS = ["ecg_id", "patient_id", "age", "sex", "scp_codes", "strat_fold", "filename_lr"]
RECORDS = [
    ("tachycardia", "{'STACH': 0.0}", 9),
    ("crbbb", "{'CRBBB': 100.0, 'SR': 0.0}", 9),
    ("normal", "{'SR': 0.0}", 8),
]


@pytest.fixture(scope="module")
def ptbxl(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ptbxl")
    rows = []
    for k, (kind, codes, fold) in enumerate(RECORDS, start=1):
        ecg = make_ecg(kind).ecg
        signal = resample(ecg.signal, ecg.fs_hz, 100.0)[:, :1000]
        wfdb.wrsamp(
            f"{k:05d}_lr", fs=100, units=["mV"] * 12, sig_name=[lead.upper() for lead in ecg.leads],
            p_signal=signal.T.astype(float), fmt=["16"] * 12, adc_gain=[1000.0] * 12, baseline=[0] * 12,
            write_dir=str(folder),
        )  # fmt: skip
        rows.append([k, k, 60, 0, codes, fold, f"{k:05d}_lr"])
    with (folder / "ptbxl_database.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return folder


def test_the_command_counts_verdicts_against_labels(ptbxl, tmp_path, capsys):
    out, measured = tmp_path / "out.json", tmp_path / "measured.jsonl"
    arguments = [
        "evaluate",
        "criteria",
        "--ptbxl",
        str(ptbxl),
        "--json",
        str(out),
        "--fold",
        "9",
        "--measured",
        str(measured),
    ]
    assert main(arguments) == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    assert result["fold"] == 9
    rows = {row["code"]: row for row in result["statements"]}
    assert rows["STACH"]["labelled"] == rows["STACH"]["met_labelled"] == 1
    assert rows["STACH"]["met_unlabelled"] == 0
    assert rows["CRBBB"]["sensitivity"] == rows["CRBBB"]["specificity"] == 1.0
    assert rows["CLBBB"]["labelled"] == 0
    assert rows["CLBBB"]["sensitivity"] is None
    assert rows["STE_"]["unlabelled"] == 2
    assert "| STACH | 1 | 1.00 (" in capsys.readouterr().out
    before = measured.read_bytes()
    assert main(arguments) == 0
    assert measured.read_bytes() == before  # measured once, read again


def test_a_fold_without_records_and_a_missing_data_set_are_one_sentence_and_exit_2(ptbxl, tmp_path, capsys):
    for arguments in (["--ptbxl", str(ptbxl), "--fold", "3"], ["--ptbxl", str(tmp_path)]):
        assert main(["evaluate", "criteria", *arguments, "--json", str(tmp_path / "out.json")]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_limit_takes_the_same_records_each_time(ptbxl):
    records = read_database(ptbxl)
    assert chosen_records(records, 9, 1) == chosen_records(records, 9, 1)
    assert len(chosen_records(records, 9, None)) == 2
    with pytest.raises(InvalidInput, match="at least one"):
        chosen_records(records, 9, 0)


def test_undecided_counts_as_not_met():
    outcomes = Counter({(True, "met"): 6, (True, "undecided"): 2, (True, "rejected"): 2, (False, "met"): 1,
                        (False, "rejected"): 8, (False, "undecided"): 1})  # fmt: skip
    row = agreement("X", outcomes)
    assert (row.labelled, row.unlabelled, row.sensitivity, row.specificity) == (10, 10, 0.6, 0.9)
    assert row.positive_predictive_value == pytest.approx(6 / 7)
    assert "| X | 10 | 0.60 (0.31–0.83) | 0.90 (0.60–0.98) | 0.86 | 3 |" in markdown_table([row])


@given(st.integers(1, 5000), st.data())
def test_the_interval_holds_the_proportion_and_stays_between_0_and_1(n, data):
    hits = data.draw(st.integers(0, n))
    low, high = wilson_interval(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert low < high


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (2, 1), (-1, 3)])
def test_what_is_no_proportion_is_refused(hits, n):
    with pytest.raises(ValueError, match="no proportion"):
        wilson_interval(hits, n)
