"""Size and speed of a model are taken from the model; the times themselves are not judged."""

from __future__ import annotations

import json

from ecg_chat.cli.main import main
from ecg_chat.evaluation.published import published_table
from ecg_chat.evaluation.speed import as_markdown


def test_weights_are_those_of_the_folder_and_every_question_is_timed(tiny_model, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("ecg_chat.evaluation.answering_times.QUESTIONS", ("What is the rate?", "Why?"))
    out = tmp_path / "eval.json"
    words = ["--model", str(tiny_model), "--runs", "2", "--json", str(out), "--into"]
    assert main(["evaluate", "speed", *words]) == 0
    result = json.loads(out.read_text("utf-8"))["speed"]
    size = sum(path.stat().st_size for path in tiny_model.rglob("*.safetensors"))
    assert result["weights_mb"] == round(size / 1e6, 1)
    low, high = result["times"]["first_token_range_s"]
    assert 0 < low <= result["times"]["first_token_s"] <= high
    assert result["model"] == "tiny" and "data" not in result
    shown = capsys.readouterr().out
    assert as_markdown(result) in shown and f"{result['weights_mb']:.1f} MB" in shown
    assert f"| weights, million bytes | – | {result['weights_mb']:.1f} |" in published_table({"speed": result})


def test_asking_never_is_refused(tiny_model, capsys):
    assert main(["evaluate", "speed", "--model", str(tiny_model), "--runs", "0"]) == 2
    assert "--runs is 0, expected at least one" in capsys.readouterr().err
