"""``measure``: the numbers that were put in come out, under the names that were promised."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from ecg_chat.signals.synthetic import SyntheticEcg, make_ecg
from ecg_chat.statements.catalogue import load_catalogue
from tests.cli.conftest import Cli, table_options, write_csv, write_wfdb

TOP = {
    "file",
    "format",
    "fs_hz",
    "duration_s",
    "leads",
    "notes",
    "quality",
    "global",
    "per_lead",
    "reasons",
    "statements",
}
GLOBAL = {
    "heart_rate_bpm", "rr_mean_ms", "p_ms", "pr_ms", "qrs_ms", "qt_ms", "qtc_bazett_ms", "qtc_fridericia_ms",
    "qtc_framingham_ms", "qtc_hodges_ms", "p_axis_deg", "qrs_axis_deg", "t_axis_deg",
}  # fmt: skip


def _object(cli: Cli, *arguments: object) -> dict[str, Any]:
    result = cli("measure", *arguments, "--json")
    assert result.code == 0, result.err
    value = json.loads(result.out)
    assert isinstance(value, dict)
    return value


def _check_nulls_have_reasons(value: dict[str, Any]) -> None:
    nulls = {name for name, number in value["global"].items() if number is None}
    nulls |= {
        f"{lead}.{name}" for lead, row in value["per_lead"].items() for name, number in row.items() if number is None
    }
    assert nulls == set(value["reasons"])
    assert all(value["reasons"].values())


def test_the_object_has_the_promised_names(cli: Cli, tmp_path: Path, synthetic: SyntheticEcg) -> None:
    value = _object(cli, write_csv(tmp_path / "a.csv", synthetic), *table_options(synthetic))
    assert set(value) >= TOP
    assert set(value["global"]) >= GLOBAL
    assert value["file"] == "a.csv"
    assert value["fs_hz"] == synthetic.ecg.fs_hz
    assert value["duration_s"] == pytest.approx(synthetic.ecg.duration_s)
    assert value["leads"] == list(synthetic.ecg.leads)
    assert set(value["quality"]) == set(value["leads"])
    assert all(isinstance(note, str) for note in value["notes"])
    _check_nulls_have_reasons(value)


def test_statements_carry_code_name_and_evidence(cli: Cli, tmp_path: Path) -> None:
    fast = make_ecg("tachycardia", seed=1)
    value = _object(cli, *write_wfdb(tmp_path, "fast", fast))
    catalogue = load_catalogue()
    codes = {statement["code"] for statement in value["statements"]}
    assert "STACH" in codes
    for statement in value["statements"]:
        assert statement["name"] == catalogue[statement["code"]].name
        assert statement["evidence"]


def test_a_record_gives_the_same_numbers_as_files_and_as_a_table(
    cli: Cli, tmp_path: Path, synthetic: SyntheticEcg
) -> None:
    header, signal = write_wfdb(tmp_path, "normal", synthetic)
    both = _object(cli, header, signal)
    assert both["global"] == _object(cli, signal, header)["global"]
    assert both["global"] == _object(cli, header)["global"], "the header finds its signal file beside it"
    from_table = _object(cli, write_csv(tmp_path / "a.csv", synthetic), *table_options(synthetic))
    for name, number in from_table["global"].items():
        other = both["global"][name]
        assert (number is None) == (other is None)
        if number is not None:
            assert math.isclose(number, other, rel_tol=0.02, abs_tol=4), name


def test_rate_and_intervals_are_the_ones_that_were_drawn(cli: Cli, tmp_path: Path, synthetic: SyntheticEcg) -> None:
    value = _object(cli, *write_wfdb(tmp_path, "normal", synthetic))["global"]
    truth = synthetic.truth
    assert value["heart_rate_bpm"] == pytest.approx(truth.heart_rate_bpm, abs=2)
    assert value["qrs_ms"] == pytest.approx(truth.qrs_ms, abs=30)
    assert value["pr_ms"] == pytest.approx(truth.pr_ms, abs=30)
    assert value["qt_ms"] == pytest.approx(truth.qt_ms, abs=40)


def test_a_long_recording_is_cut_and_says_so(cli: Cli, tmp_path: Path) -> None:
    files = write_wfdb(tmp_path, "long", make_ecg("normal", duration_s=25.0, seed=5))
    best = _object(cli, *files)
    assert best["duration_s"] == pytest.approx(25, abs=0.01)
    assert best["window"]["duration_s"] == pytest.approx(10, abs=0.01)
    assert any("Measured" in note for note in best["notes"])
    asked = _object(cli, *files, "--window-start", "12.5")
    assert asked["window"]["start_s"] == 12.5
    whole = _object(cli, *files, "--whole")
    assert whole["window"] == {"start_s": 0.0, "duration_s": whole["duration_s"]}


@pytest.mark.parametrize("start", ["-1", "25", "1e9"])
def test_a_window_outside_the_recording_is_refused(cli: Cli, tmp_path: Path, start: str) -> None:
    files = write_wfdb(tmp_path, "long", make_ecg("normal", duration_s=12.0, seed=5))
    result = cli("measure", *files, f"--window-start={start}")
    assert result.code == 2
    assert "window" in result.err


def test_text_says_the_same_as_json(cli: Cli, tmp_path: Path, synthetic: SyntheticEcg) -> None:
    files = write_wfdb(tmp_path, "normal", synthetic)
    value = _object(cli, *files)
    text = cli("measure", *files).out
    assert f"{value['global']['qrs_ms']:.0f}" in text
    for lead in value["leads"]:
        assert lead in text
    for statement in value["statements"]:
        assert statement["name"] in text
    assert "Not a medical device" in text


def test_the_age_comes_from_the_command_line(cli: Cli, tmp_path: Path, synthetic: SyntheticEcg) -> None:
    files = write_wfdb(tmp_path, "normal", synthetic)
    assert _object(cli, *files, "--age", "61", "--sex", "female")["patient"] == {"age_years": 61, "sex": "female"}
    assert cli("measure", *files, "--age", "400").code == 2
    assert cli("measure", *files, "--age", "nan").code == 2


def test_half_a_description_is_refused(cli: Cli, tmp_path: Path, synthetic: SyntheticEcg) -> None:
    result = cli("measure", write_csv(tmp_path / "a.csv", synthetic), "--fs", "500")
    assert result.code == 2
    assert "--unit" in result.err and "--leads" in result.err


@pytest.mark.data
def test_a_real_file_of_each_format(cli: Cli, shared_data: Path) -> None:
    for folder in sorted((shared_data / "formats").iterdir()):
        path = min(path for path in folder.iterdir() if path.is_file())
        value = _object(cli, path)
        assert value["format"] and value["leads"], path.name
        _check_nulls_have_reasons(value)


@pytest.mark.data
@pytest.mark.parametrize("ending", [".hea", ".mat"])
def test_one_file_of_a_record_finds_the_others(cli: Cli, shared_data: Path, ending: str) -> None:
    path = min((shared_data / "cinc2020_samples").rglob(f"*{ending}"))
    value = _object(cli, path)
    assert value["file"] == path.with_suffix(".hea").name
    assert len(value["leads"]) == 12


def _measured(cli: Cli, tmp_path: Path, kind: str, *arguments: object, **changes: Any) -> dict[str, Any]:
    made = make_ecg(kind, **changes)
    return _object(cli, write_csv(tmp_path / "a.csv", made), *table_options(made), *arguments)


def test_each_number_stands_beside_its_norm(cli: Cli, tmp_path: Path) -> None:
    value = _measured(cli, tmp_path, "av_block_1", "--age", 50, "--sex", "female")
    pr = value["normal"]["pr_ms"]
    assert (pr["text"], pr["outside"], pr["low"], pr["high"]) == ("120-200 ms", "high", 120, 200)
    assert pr["source"]
    assert value["normal"]["cornell_mv"]["text"] == "below 2.00 mV"
    assert "qt_ms" not in value["normal"]


def test_without_age_there_is_no_norm_and_no_verdict(cli: Cli, tmp_path: Path) -> None:
    value = _measured(cli, tmp_path, "av_block_1")
    assert value["normal"]["pr_ms"]["text"] == "no norm without the age"
    assert all(norm["outside"] == "" and norm["low"] is None for norm in value["normal"].values())


def test_a_child_is_not_held_against_adults(cli: Cli, tmp_path: Path) -> None:
    value = _measured(cli, tmp_path, "normal", "--age", 3, heart_rate_bpm=120)
    assert value["normal"]["heart_rate_bpm"]["text"] == "70-140/min"
    assert value["normal"]["heart_rate_bpm"]["outside"] == ""
    assert value["normal"]["qtc_fridericia_ms"]["text"] == "no norm for this age"


def test_derived_numbers_say_where_they_come_from_or_why_not(cli: Cli, tmp_path: Path) -> None:
    derived = _measured(cli, tmp_path, "lvh", "--sex", "male")["derived"]
    assert derived["sokolow_lyon_mv"]["value"] > 3.5
    assert derived["sokolow_lyon_mv"]["unit"] == "mV"
    assert derived["sokolow_lyon_mv"]["leads"][0] == "V1"
    assert derived["cornell_product_mv_ms"]["value"] is not None
    derived = _measured(cli, tmp_path, "lvh")["derived"]
    assert derived["cornell_product_mv_ms"] == {"value": None, "unit": "mV·ms", "reason": "sex not given"}


def test_text_shows_norms_with_word_and_sign(cli: Cli, tmp_path: Path) -> None:
    made = make_ecg("av_block_1")
    out = cli("measure", write_csv(tmp_path / "a.csv", made), *table_options(made), "--age", 50, "--sex", "male").out
    line = next(line for line in out.splitlines() if line.strip().startswith("PR "))
    assert "↑ high" in line
    assert "normal 120-200 ms" in line
    assert "Sokolow-Lyon" in out
    assert "V4" in next(line for line in out.splitlines() if "transition" in line)
