"""The evaluations of a model as a person calls them, on a small PTB-XL and a small untrained model."""

import json

import numpy as np
import pytest

from ecg_chat.cli.main import main
from ecg_chat.datasets.ptbxl import read_database
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES
from ecg_chat.datasets.readings import load_readings
from ecg_chat.evaluation import robustness, wordings
from ecg_chat.evaluation.asking import Asker
from ecg_chat.evaluation.card_tables import stale_blocks
from ecg_chat.evaluation.command import EVALUATIONS
from ecg_chat.evaluation.perturbations import conditions
from ecg_chat.evaluation.report import read_references
from ecg_chat.evaluation.wordings import Wording
from ecg_chat.network.measured_reader import MeasuredReader
from ecg_chat.signals.ecg import STANDARD_LEADS
from tests.network.tiny import CODES

REPORTS = [{"ecg_id": 9, "report": "Sinus rhythm. Normal ECG."}, {"ecg_id": 12, "report": "Atrial fibrillation."}]


@pytest.fixture
def options(ptbxl, tiny_model, readings_file, tmp_path, monkeypatch):
    """Options of each evaluation; answers are cut short, because an untrained model never ends one."""
    for module in ("prompt_scores", "qa", "report", "grounding", "robustness"):
        monkeypatch.setattr(f"ecg_chat.evaluation.{module}.MAX_NEW_TOKENS", 4)
    few = [one for one in conditions() if one.name in ("as recorded", "noise/signal 0.1", "I", "60 s")]
    monkeypatch.setattr(robustness, "conditions", lambda: few)
    references = tmp_path / "references.jsonl"
    references.write_text("".join(json.dumps(r) + "\n" for r in REPORTS), encoding="utf-8")
    data = ["--ptbxl", str(ptbxl), "--model", str(tiny_model)]
    kept = ["--readings", str(readings_file), "--workers", "1"]
    return {
        "classification": [*data, *kept],
        "qa": [*data, *kept, "--questions", "12"],
        "report": [*data, *kept, "--reports", str(references)],
        "grounding": [*data, *kept, "--records", "2"],
        "wordings": [*data, *kept, "--records", "2"],
        "robustness": [*data, "--records", "6", "--workers", "1"],
    }


@pytest.mark.parametrize("kind", ["classification", "qa", "report", "grounding", "robustness"])
def test_each_prints_and_writes_tables_json_card_and_figures(kind, options, tmp_path, capsys):
    kept, card, plots = tmp_path / "eval.json", tmp_path / "card.md", tmp_path / "plots"
    card.write_text(f"<!-- made by: python -m ecg_chat evaluate {kind} --ptbxl DIR -->\n<!-- end -->\n", "utf-8")
    kept.write_text('{"other": {"v": 1}}', "utf-8")
    words = ["--json", str(kept), "--into", "--markdown", str(card), "--plots", str(plots)]
    assert main(["evaluate", kind, *options[kind], *words]) == 0
    collected = json.loads(kept.read_text("utf-8"))
    assert set(collected) == {"other", kind}
    result = collected[kind]
    assert result["model"] == "tiny" and len(result["revision"]) == 12
    assert len(result["data"]["sha256"]) == 64 and result["data"]["records"] == 16
    assert {"date", "commit"} <= set(result)
    assert EVALUATIONS[kind].as_markdown(result) in capsys.readouterr().out
    renderers = {name: one.as_markdown for name, one in EVALUATIONS.items()}
    assert stale_blocks(card, kept, renderers) == []
    assert {path.suffix for path in plots.iterdir()} == {".png", ".svg"}


def test_thresholds_come_from_fold_9_and_no_other(options, tmp_path):
    out = tmp_path / "out.json"
    assert main(["evaluate", "classification", *options["classification"], "--skip-prompts", "--json", str(out)]) == 0
    result = json.loads(out.read_text("utf-8"))
    assert "prompts" not in result
    assert result["encoder"]["thresholds chosen on"] == {"fold": 9, "records": 4}
    thresholds = result["encoder"]["12 leads"]["rhythm"]["thresholds"]
    assert set(thresholds) == {"AFIB", "SR"}


def test_a_model_that_reads_measured_values_is_scored_with_and_without_them(
    ptbxl, reading_model, readings_file, tmp_path, monkeypatch, capsys
):
    joined = []

    def join(self, probabilities, rows):
        both = of_reader(self, probabilities, rows)
        joined.append(both - probabilities)
        return both

    of_reader = MeasuredReader.join_probabilities
    monkeypatch.setattr(MeasuredReader, "join_probabilities", join)
    out = tmp_path / "out.json"
    data = ["--ptbxl", str(ptbxl), "--model", str(reading_model), "--readings", str(readings_file), "--workers", "1"]
    assert main(["evaluate", "classification", *data, "--skip-prompts", "--json", str(out)]) == 0
    result = json.loads(out.read_text("utf-8"))
    assert result["reader of measured values"] is True
    both, alone = result["encoder"]["12 leads"], result["encoder"]["12 leads, encoders alone"]
    changed = [np.flatnonzero(np.abs(one).max(axis=0) > 1e-6).tolist() for one in joined]
    assert changed == [[len(SUPERCLASSES) + CODES.index("SR")]] * 2, "the tested fold and the one for thresholds"
    assert both["superclass"]["auc"] == alone["superclass"]["auc"], "the trees say nothing of superclasses"
    assert "joined by the trees on measured values" in capsys.readouterr().out


def test_robustness_measures_what_was_changed(ptbxl, reading_model, readings_file, tmp_path, monkeypatch, capsys):
    given, readings = [], load_readings(readings_file)
    of_file = {record.filename: record.ecg_id for record in read_database(ptbxl)}

    def measured(ecgs, workers):
        given.append((ecgs[0].leads, ecgs[0].n_samples))
        return [readings[of_file[ecg.source.name]] for ecg in ecgs]

    monkeypatch.setattr(robustness, "measure_ecgs", measured)
    monkeypatch.setattr(robustness, "MAX_NEW_TOKENS", 4)
    out = tmp_path / "out.json"
    data = ["--ptbxl", str(ptbxl), "--model", str(reading_model), "--records", "6", "--json", str(out)]
    assert main(["evaluate", "robustness", *data]) == 0
    rows = json.loads(out.read_text("utf-8"))["conditions"]
    assert len(given) == len(rows) - 2, "every condition once; two rows more are of the first"
    assert (STANDARD_LEADS, 6000) in given and (("I",), 1000) in given
    assert [row["condition"] for row in rows[1:3]] == ["as recorded, encoders alone", "without the ECG"]
    assert all("own answers" in row for row in rows if row["condition"] != "as recorded, encoders alone")
    assert "encoders speak alone" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["classification", "qa", "report", "grounding", "robustness"])
def test_language_alone_is_a_result_of_its_own(kind, options, tmp_path):
    kept = tmp_path / "eval.json"
    assert main(["evaluate", kind, *options[kind], "--no-ecg", "--json", str(kept), "--into"]) == 0
    collected = json.loads(kept.read_text("utf-8"))
    assert list(collected) == [f"{kind} without the ECG"]
    result = collected[f"{kind} without the ECG"]
    if kind == "qa":
        assert list(result["scores"]) == ["model without the ECG", "constant answer"]
    elif kind == "robustness":
        assert [row["condition"] for row in result["conditions"]] == ["without the ECG"]
        assert "**without the ECG**" in EVALUATIONS[kind].as_markdown(result)
    else:
        assert "encoder" not in result
        assert "without the ECG" in EVALUATIONS[kind].as_markdown(result)


def test_unseen_questions_are_counted_by_subject_and_their_claims_by_audience(options, tmp_path, monkeypatch):
    asked = (
        Wording("clinician", "rate", "", "Ticker speed?"),
        Wording("clinician", "pr", "", "PQ?"),
        Wording("patient", "rate", "", "I like tea. Ticker speed?", among_statements=True),
    )
    said = ["The heart rate is 250/min.", "The heart rate is 250/min.", "You are welcome."]
    monkeypatch.setattr(wordings, "unseen_wordings", lambda: asked)
    monkeypatch.setattr(Asker, "answers", lambda *_: said)
    kept = tmp_path / "eval.json"
    assert main(["evaluate", "wordings", *options["wordings"], "--json", str(kept), "--into"]) == 0
    result = json.loads(kept.read_text("utf-8"))["wordings"]
    assert {name: row["value"] for name, row in result["answered"].items()} == {
        "all kinds": 0.5, "clinician, all kinds": 0.5, "clinician, rate": 1.0, "clinician, pr": 0.0,
        "among statements": 0.0, "patient, among statements": 0.0,
    }  # fmt: skip
    assert [row["q"] for row in result["missed"]] == ["PQ?", "I like tea. Ticker speed?"]
    assert result["claims"]["clinician"]["claims"] == 2
    assert result["claims"]["clinician"]["contradicted"]["value"] == 1.0
    assert result["claims"]["patient"]["claims"] == 0
    text = EVALUATIONS["wordings"].as_markdown(result)
    assert "| clinician | 2 | 1.0 |" in text
    assert "Not answered, 2 of 2 drawn at random:" in text
    assert "| I like tea. Ticker speed? | You are welcome. |" in text


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["classification", "--fold", "1"], "were trained on"),
        (["classification", "--fold", "9"], "thresholds are chosen on"),
        (["robustness", "--fold", "1"], "were trained on"),
        (["grounding", "--into"], "add --json FILE"),
        (["qa", "--part", "train"], "were trained on"),
    ],
)
def test_what_would_mislead_is_refused_in_one_sentence(words, match, options, capsys):
    kind, *more = words
    assert main(["evaluate", kind, *options[kind], *more]) == 2
    err = [line for line in capsys.readouterr().err.splitlines() if match in line]
    assert len(err) == 1


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("{}", "line 1"),
        ('{"ecg_id": 1, "report": "a"}\n{"ecg_id": 1, "report": "b"}', "line 2 .* repeats record 1"),
        ("x", "line 1"),
    ],
)
def test_references_that_cannot_be_read_are_named(text, match, tmp_path):
    from ecg_chat.errors import InvalidInput

    path = tmp_path / "references.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=match):
        read_references(path)
    with pytest.raises(InvalidInput, match="is not a file"):
        read_references(tmp_path / "none.jsonl")
