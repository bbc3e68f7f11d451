"""No record is asked about whose patient was trained on; bad records are refused or counted by every evaluation."""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from ecg_chat.cli.main import main


@pytest.fixture
def changed(ptbxl, tmp_path):
    """Return a copy of the small PTB-XL whose rows a function has changed."""

    def change(edit):
        folder = tmp_path / "ptbxl"
        shutil.copytree(ptbxl, folder)
        path = folder / "ptbxl_database.csv"
        with path.open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        edit({int(row[0]): row for row in rows}, {name: k for k, name in enumerate(head)})
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([head, *rows])
        return folder

    return change


def _of_the_trained_patient(rows, column):
    rows[11][column["patient_id"]] = rows[1][column["patient_id"]]


def test_another_record_of_a_trained_patient_is_refused(changed, tiny_model, capsys):
    folder = changed(_of_the_trained_patient)
    words = ["--ptbxl", str(folder), "--model", str(tiny_model)]
    assert main(["evaluate", "grounding", *words]) == 2
    assert "1 of 8 records are of patients whose other records were trained on (first: 11)" in capsys.readouterr().err


def test_ecg_qa_leaves_out_records_of_trained_patients_and_says_how_many(
    changed, tiny_model, readings_file, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("ecg_chat.evaluation.qa.MAX_NEW_TOKENS", 2)
    folder, out = changed(_of_the_trained_patient), tmp_path / "out.json"
    data = ["--ptbxl", str(folder), "--model", str(tiny_model), "--readings", str(readings_file), "--workers", "1"]
    assert main(["evaluate", "qa", *data, "--skip-prior", "--json", str(out)]) == 0
    result = json.loads(out.read_text("utf-8"))
    assert result["questions"]["records of patients that were trained on, left out"] == 1
    assert {a["ecg_id"] for a in (*result["samples"], *result["wrong"])} <= set(range(9, 17)) - {11}
    assert "records of patients that were trained on, left out: 1" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["classification", "qa", "report"])
def test_a_missing_signal_is_refused_or_skipped_and_counted(
    kind, ptbxl, tiny_model, readings_file, tmp_path, monkeypatch, capsys
):
    for module in ("qa", "report", "prompt_scores"):
        monkeypatch.setattr(f"ecg_chat.evaluation.{module}.MAX_NEW_TOKENS", 2)
    folder = tmp_path / "ptbxl"
    shutil.copytree(ptbxl, folder)
    gone = (6, 12) if kind == "classification" else (12,)  # 6 is of the fold that thresholds are chosen on
    for ecg_id in gone:
        (folder / "records100" / f"{ecg_id}_lr.dat").unlink()
    references = tmp_path / "references.jsonl"
    references.write_text(
        "".join(json.dumps({"ecg_id": k, "report": "Sinus rhythm."}) + "\n" for k in (9, 12)), "utf-8"
    )
    more = {"classification": ["--skip-prompts"], "qa": ["--skip-prior"], "report": ["--reports", str(references)]}[
        kind
    ]
    data = ["--ptbxl", str(folder), "--model", str(tiny_model), "--readings", str(readings_file), "--workers", "1"]
    assert main(["evaluate", kind, *data, *more]) == 2
    assert "12_lr" in capsys.readouterr().err
    assert main(["evaluate", kind, *data, *more, "--on-bad", "skip"]) == 0
    said = capsys.readouterr().out
    assert said.count("1 row was skipped:") == len(gone), "each counted once"
