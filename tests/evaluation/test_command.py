"""``evaluate …`` as a person calls it: what is printed, what is written, and what is refused before the work."""

from __future__ import annotations

import json

import pytest

from ecg_chat.cli.main import main
from ecg_chat.evaluation.command import EVALUATIONS
from ecg_chat.evaluation.markdown_block import blocks, write_tables
from ecg_chat.evaluation.sub_command import json_text


def test_delineation_prints_and_writes_tables_json_and_figures(ludb, tmp_path, capsys):
    out, page, plots = tmp_path / "out.json", tmp_path / "page.md", tmp_path / "plots"
    arguments = ["evaluate", "delineation", "--ludb", str(ludb), "--leads", "II", "--leads", "I,V5", "--limit", "2"]
    assert main([*arguments, "--json", str(out), "--markdown", str(page), "--plots", str(plots)]) == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    (group,) = result["groups"]
    assert result["groups"][group] == ["901", "902"]
    assert list(result["tables"][group]) == ["12 leads", "II", "I, V5"]
    assert list(result["tables"][group]["II"]) == ["ecg_chat", "NeuroKit2"]
    text = page.read_text(encoding="utf-8").strip()
    assert text == EVALUATIONS["delineation"].as_markdown(result)  # the JSON holds all that the tables need
    assert text in capsys.readouterr().out
    assert {path.suffix for path in plots.iterdir()} == {".png", ".svg"}


def test_measurements_prints_and_writes_tables_json_and_figures(ludb, tmp_path, capsys):
    out, plots = tmp_path / "out.json", tmp_path / "plots"
    arguments = ["evaluate", "measurements", "--ludb", str(ludb), "--json", str(out), "--plots", str(plots)]
    assert main(arguments) == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    text = EVALUATIONS["measurements"].as_markdown(result)
    assert text in capsys.readouterr().out
    assert "| NeuroKit2 |" in text
    assert len(list(plots.iterdir())) == 2
    assert main([*arguments, "--skip-neurokit", "--limit", "1"]) == 0
    assert "NeuroKit2" not in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["delineation", "measurements"])
@pytest.mark.parametrize(
    ("options", "match"),
    [
        (["--ludb", "{tmp}"], "no LUDB record"),
        (["--ludb", "{ludb}", "--limit", "0"], "at least one record"),
        (["--ludb", "{ludb}", "--json", "{tmp}/no/such/out.json"], "is not a folder"),
        (["--ludb", "{ludb}", "--plots", "{tmp}/no/such"], "is not a folder"),
        (["--ludb", "{ludb}", "--markdown", "{tmp}/page.md"], "has no lines"),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(kind, options, match, ludb, tmp_path, capsys):
    (tmp_path / "page.md").write_text("# A page of mine\n", encoding="utf-8")
    words = [word.format(tmp=tmp_path, ludb=ludb) for word in options]
    assert main(["evaluate", kind, *words]) == 2
    err = capsys.readouterr().err
    assert match in err
    assert err.count("\n") == 1
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == "# A page of mine\n"


def test_a_lead_that_is_none_is_refused(ludb, capsys):
    assert main(["evaluate", "delineation", "--ludb", str(ludb), "--leads", "X"]) == 2
    assert "'X'" in capsys.readouterr().err


def test_tables_go_into_their_own_block_of_a_page(tmp_path):
    page = tmp_path / "page.md"
    start = "<!-- made by: python -m ecg_chat evaluate {} --ludb DIR --json docs/evaluation/{}.json -->"
    old = [f"{start.format(k, k)}\nold {k}\n<!-- end -->\nbetween" for k in ("delineation", "criteria")]
    page.write_text("\n".join(["before", *old]), encoding="utf-8")
    write_tables(page, "criteria", "new\n| a\\1 |")
    text = page.read_text(encoding="utf-8")
    assert blocks(text) == [
        ("delineation", "--ludb DIR --json docs/evaluation/delineation.json", "old delineation"),
        ("criteria", "--ludb DIR --json docs/evaluation/criteria.json", "new\n| a\\1 |"),
    ]
    assert text.startswith("before\n") and text.count("between") == 2
    write_tables(page, "criteria", "new\n| a\\1 |")
    assert page.read_text(encoding="utf-8") == text


def test_json_keeps_its_values_and_is_one_line_for_each_row():
    result = {"a": {"b": [1, 2.5, None], "c": {"x": "y [ z ]", "w": []}}, "d": [[1, "two  words"], [3, "{4}"]]}
    text = json_text(result)
    assert json.loads(text) == result
    assert ' "b": [1, 2.5, null],' in text
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"a": float("nan")})
