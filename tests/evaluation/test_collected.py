"""Results of several evaluations in one file, and the card that shows them."""

import json
from pathlib import Path

import pytest

from ecg_chat.cli.main import main
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.card_tables import refresh_card, stale_blocks
from ecg_chat.evaluation.collected import collect, entry_name, read_collected
from ecg_chat.evaluation.command import EVALUATIONS
from ecg_chat.evaluation.markdown_block import blocks, check_target, write_tables

REPOSITORY = Path(__file__).resolve().parents[2]

CARD = """# model
<!-- made by: python -m ecg_chat evaluate qa --ptbxl DIR -->
old
<!-- end -->
between
<!-- made by: python -m ecg_chat evaluate qa --ptbxl DIR --no-ecg -->
<!-- end -->
"""


def _text(result):
    return f"| {result['v']} |"


def test_a_result_joins_the_others_and_replaces_its_own(tmp_path):
    path = tmp_path / "eval.json"
    collect(path, "qa", {"v": 1})
    collect(path, "report", {"v": 2})
    collect(path, entry_name("qa", {"no_ecg": True}), {"v": 3})
    collect(path, entry_name("qa", {"no_ecg": False}), {"v": 4})
    assert json.loads(path.read_text()) == {"qa": {"v": 4}, "report": {"v": 2}, "qa without the ECG": {"v": 3}}
    assert [p.name for p in tmp_path.iterdir()] == ["eval.json"]


@pytest.mark.parametrize(
    ("text", "match"), [("{", "is not JSON"), ("[1]", "something else"), ('{"a": 1}', "something")]
)
def test_a_file_that_is_something_else_stays_as_it_is(tmp_path, text, match):
    path = tmp_path / "eval.json"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=match):
        collect(path, "qa", {})
    assert path.read_text() == text
    assert read_collected(tmp_path / "none.json") == {}


def test_a_card_shows_what_its_results_render_to(tmp_path):
    card, kept = tmp_path / "card.md", tmp_path / "eval.json"
    card.write_text(CARD)
    collect(kept, "qa", {"v": 1})
    with pytest.raises(InvalidInput, match="shows 'qa without the ECG', but"):
        refresh_card(card, kept, {"qa": _text})
    collect(kept, "qa without the ECG", {"v": 2})
    assert stale_blocks(card, kept, {"qa": _text}) == ["qa", "qa without the ECG"]
    assert refresh_card(card, kept, {"qa": _text}) == 2
    assert stale_blocks(card, kept, {"qa": _text}) == []
    assert [text for _, _, text in blocks(card.read_text())] == ["| 1 |", "| 2 |"]
    assert "between" in card.read_text()


def test_the_card_command_writes_the_tables_from_the_results(tmp_path, capsys):
    card = tmp_path / "card.md"
    assert main(["evaluate", "card", "--model", str(tmp_path)]) == 2
    card.write_text(CARD.replace(" qa ", " report ").partition("between")[0], "utf-8")
    score = {"value": 0.25, "interval": [0.2, 0.3]}
    result = {
        "model": "mini", "revision": "0" * 12, "date": "2026-01-02", "commit": None,
        "data": {"file": "f", "sha256": "1" * 64, "records": 9}, "references": {"file": "r.jsonl"}, "records": 5,
        "no_ecg": False, "question": "Q?", "scores": {"model": {"BLEU-1": score}}, "BERTScore": "not computed",
        "always the same": "x", "how": "How.",
    }  # fmt: skip
    collect(tmp_path / "eval.json", "report", result)
    assert main(["evaluate", "card", "--model", str(tmp_path)]) == 0
    assert "1 table of" in capsys.readouterr().out
    assert "| BLEU-1 | 0.250 (0.200-0.300) |" in card.read_text("utf-8")


@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in REPOSITORY.glob("models/*/eval.json")), ids=lambda p: p.name
)
def test_the_tables_of_a_model_card_are_what_its_results_render_to(folder):
    renderers = {name: evaluation.as_markdown for name, evaluation in EVALUATIONS.items()}
    assert stale_blocks(folder / "card.md", folder / "eval.json", renderers) == []


def test_tables_with_and_without_the_ecg_have_blocks_of_their_own(tmp_path):
    card = tmp_path / "card.md"
    card.write_text(CARD)
    write_tables(card, "qa", "new", no_ecg=True)
    assert [text for _, _, text in blocks(card.read_text())] == ["old", "new"]
    write_tables(card, "qa", "newer")
    assert [text for _, _, text in blocks(card.read_text())] == ["newer", "new"]
    card.write_text(CARD.partition("between")[0])
    check_target(card, "qa")
    with pytest.raises(InvalidInput, match="qa --no-ecg …"):
        check_target(card, "qa", no_ecg=True)
