"""``ask``, ``export`` and ``replay`` together: what was said is printed, checked, logged, exported and said again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.measurements.types import Measurements
from ecg_chat.records.store import open_store
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.types import Finding
from tests.cli.conftest import Cli, table_options, write_csv, write_wfdb

ANSWER = "The ventricular rate is 250/min. The QRS duration is 700 ms."


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A normal recording of 10 s."""
    return write_wfdb(tmp_path, "rec", make_ecg("normal", seed=4))


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The log of this test."""
    url = f"sqlite:///{tmp_path / 'log.sqlite'}"
    monkeypatch.setenv("ECG_CHAT_DATABASE_URL", url)
    return url


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptedAssistant], ScriptedAssistant]:
    """Give the commands this assistant in place of the model."""

    def install(assistant: ScriptedAssistant) -> ScriptedAssistant:
        for command in ("ask", "replay"):
            monkeypatch.setattr(f"ecg_chat.cli.{command}.load_model", lambda settings: assistant)
        return assistant

    return install


Use = Callable[[ScriptedAssistant], ScriptedAssistant]


def _ask(cli: Cli, *arguments: object) -> dict[str, Any]:
    result = cli("ask", *arguments, "--json")
    assert result.code == 0, result.err
    value = json.loads(result.out)
    assert isinstance(value, dict)
    return value


def test_a_planted_false_number_is_contradicted(cli: Cli, files: list[Path], database: str, use: Use) -> None:
    use(ScriptedAssistant(answers=[ANSWER]))
    value = _ask(cli, *files, "What is the rate?")
    assert value["answer"] == ANSWER
    assert value["claims"]
    assert {claim["verdict"] for claim in value["claims"]} == {"contradicted"}
    assert value["timings"]["n_new_tokens"] > 0
    assert value["model"]["name"] == "scripted"


def test_who_asks_about_whom_reaches_the_model(cli: Cli, files: list[Path], database: str, use: Use) -> None:
    assistant = use(ScriptedAssistant())
    _ask(cli, *files, "Is it normal?", "--age", "61", "--sex", "female", "--audience", "patient")
    (asked,) = assistant.conversations
    assert (asked.patient.age_years, asked.patient.sex, asked.audience) == (61, "female", "patient")
    assert asked.messages[-1].text == "Is it normal?"


def test_text_shows_the_answer_and_each_claim(cli: Cli, files: list[Path], database: str, use: Use) -> None:
    use(ScriptedAssistant(answers=[ANSWER]))
    result = cli("ask", *files, "What is the rate?")
    assert result.code == 0
    assert ANSWER in result.out
    assert "! contradicted" in result.out
    assert "Not a medical device" in result.out


def test_an_answer_is_logged_and_said_again(cli: Cli, files: list[Path], database: str, use: Use) -> None:
    use(ScriptedAssistant(answers=[ANSWER]))
    message_id = _ask(cli, *files, "What is the rate?")["message_id"]
    with open_store(database) as store:
        answer = store.answer(message_id)
        assert answer.state == "complete" and answer.text == ANSWER
        assert set(store.recording(answer.recording_id).files()) == {"rec.hea", "rec.dat"}
    again = cli("replay", message_id, "--json")
    assert again.code == 0, again.out + again.err
    assert json.loads(again.out)["differences"] == []


def test_another_text_is_not_the_same(cli: Cli, files: list[Path], database: str, use: Use) -> None:
    use(ScriptedAssistant(answers=[ANSWER, "Something else."]))
    message_id = _ask(cli, *files, "What is the rate?")["message_id"]
    again = cli("replay", message_id)
    assert again.code == 1
    assert "Not the same" in again.out and "Something else." in again.out


def test_a_table_and_a_window_can_be_replayed(cli: Cli, tmp_path: Path, database: str, use: Use) -> None:
    use(ScriptedAssistant(answers=[ANSWER]))
    long = make_ecg("normal", duration_s=14.0, seed=2)
    table = write_csv(tmp_path / "long.csv", long)
    for part in (("--window-start", "2.5"), ("--whole",), ()):
        message_id = _ask(cli, table, *table_options(long), *part, "What is the rate?")["message_id"]
        again = json.loads(cli("replay", message_id, "--json").out)
        assert again["same"] and again["differences"] == [], part


def test_no_log_leaves_no_trace(cli: Cli, files: list[Path], database: str, use: Use, tmp_path: Path) -> None:
    use(ScriptedAssistant(answers=[ANSWER]))
    assert _ask(cli, *files, "What is the rate?", "--no-log")["message_id"] is None
    assert not (tmp_path / "log.sqlite").exists()


def test_a_model_that_fails_is_told_and_the_part_is_kept(cli: Cli, files: list[Path], database: str, use: Use) -> None:
    use(ScriptedAssistant(answers=[ANSWER], fail_after=3))
    result = cli("ask", *files, "What is the rate?")
    assert result.code == 2
    assert result.err.count("\n") == 1
    lines = [json.loads(line) for line in cli("export", "--format", "jsonl").out.splitlines()]
    assert [line["state"] for line in lines] == ["failed"]


def test_the_export_holds_every_answer(cli: Cli, files: list[Path], database: str, use: Use, tmp_path: Path) -> None:
    use(ScriptedAssistant(answers=[ANSWER]))
    ids = [_ask(cli, *files, f"Question {n}?")["message_id"] for n in range(3)]
    printed = cli("export", "--format", "jsonl").out
    assert [json.loads(line)["answer_id"] for line in printed.splitlines()] == ids
    out = tmp_path / "answers.jsonl"
    assert cli("export", "--out", out).code == 0
    assert out.read_text() == printed
    assert cli("export", "--out", out).code == 2, "an existing file is kept"


def test_an_id_that_is_not_there_is_told(cli: Cli, database: str) -> None:
    result = cli("replay", "nothing")
    assert result.code == 2
    assert "no such answer" in result.err


def test_the_log_holds_only_what_the_network_states(cli: Cli, files: list[Path], database: str, use: Use) -> None:
    class Seeing(ScriptedAssistant):
        def findings(self, ecg: Ecg, measurements: Measurements) -> tuple[Finding, ...]:
            spoken = {"LVH": 0.9, "CLBBB": 0.01, "class HYP": 0.95, "static_noise V1": 0.99}
            return tuple(Finding(code, "network", probability=p) for code, p in spoken.items())

    use(Seeing(answers=[ANSWER]))
    _ask(cli, *files, "What is the rate?")
    (recording,) = open_store(database).recordings()
    kept = [f["code"] for f in open_store(database).recording(recording.id).findings if f["source"] == "network"]
    assert kept == ["LVH"]
