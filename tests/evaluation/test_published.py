"""The table of a card that stands beside published figures."""

from __future__ import annotations

from ecg_chat.evaluation.published import ROWS, published_table

CLASSIFICATION = {
    "encoder": {"12 leads": {"superclass": {"n": 9, "auc": 0.9314, "interval": [0.92, 0.94]}}},
    "prompts": {"form": {"one": {"F1": {"value": None, "interval": None}}}},
}
EXACT = {"exact match": {"value": 0.6636, "interval": [0.599, 0.7269]}}
QA = {
    "questions": {"from": "generated from labels"},
    "scores": {
        "model": {"types": {"single-verify": EXACT}},
        "constant answer": {"types": {"single-verify": {"exact match": {"value": 0.5, "interval": [0.4, 0.6]}}}},
    },
}


def rows(results: dict[str, object]) -> dict[str, str]:
    cells = [line.strip("| ").split(" | ") for line in published_table(results).splitlines()[2:]]  # type: ignore[arg-type]
    return {what: here for what, _, here in cells}


def test_figures_come_from_the_results_with_their_intervals() -> None:
    here = rows({"classification": CLASSIFICATION, "qa": QA})
    assert here["superclass, encoder, macro AUC"] == "0.931 (0.920-0.940)"
    verify = here["ECG-QA single-verify, exact match, generated questions"]
    assert verify == "0.664 (0.599-0.727); constant answer 0.500"


def test_what_was_not_measured_is_said_and_what_was_not_run_is_left_out() -> None:
    here = rows({"classification": CLASSIFICATION})
    assert here["five forms, own answers, one letter, macro F1"] == "not measured"
    assert here["rhythm, encoder, macro AUC"] == "not measured"
    assert not any("ECG-QA" in what for what in here)
    assert len(here) == sum(row.kind == "classification" for row in ROWS)


def test_language_alone_stands_beside_where_it_was_asked() -> None:
    blind = {"prompts": {"form": {"one": {"F1": {"value": 0.1234, "interval": [0.1, 0.2]}}}}}
    here = rows({"classification": CLASSIFICATION, "classification without the ECG": blind})
    assert here["five forms, own answers, one letter, macro F1"] == "not measured; without the ECG 0.123"
    assert here["superclass, encoder, macro AUC"] == "0.931 (0.920-0.940)"
