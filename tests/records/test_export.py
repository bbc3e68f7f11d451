"""The export: one line per answer, everything research needs, nobody's name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ecg_chat.conversation.types import Conversation, Message, PatientContext
from ecg_chat.records.export import export_jsonl
from ecg_chat.records.logged_chat import LoggedChat
from ecg_chat.records.store import Store
from ecg_chat.records.views import Provenance, Rating

Make = Callable[..., Rating]
Talk = Callable[..., LoggedChat]


def exported(store: Store, **how: bool) -> list[dict[str, Any]]:
    lines = list(export_jsonl(store, **how))
    assert len(lines) == store.answer_count()
    assert all(line.endswith("\n") and line.count("\n") == 1 and line.isascii() for line in lines)
    return [json.loads(line) for line in lines]


@pytest.fixture
def rated(store: Store, answer_id: str, rating: Make) -> str:
    store.add_rating(answer_id, rating("anna", claims={0: "agree"}, comment="see V1"))
    store.skip(answer_id, "bo", "not my field")
    return answer_id


def test_line_has_messages_claims_ratings_and_provenance(store: Store, rated: str) -> None:
    (line,) = exported(store)
    assert (line["answer_id"], line["version"], line["state"], line["audience"]) == (rated, 1, "complete", "clinician")
    assert line["messages"] == [
        {"role": "user", "text": "Why LBBB?", "note": "", "asked": "", "asked_code": "", "asked_group": ""},
        {"role": "assistant", "text": "QRS 148 ms, old."},
    ]
    assert [claim["verdict"] for claim in line["claims"]] == ["supported", "not checkable"]
    first, second = line["ratings"]
    assert (first["rater"], first["items"]["clinical_value"], first["comment"]) == ("rater 1", 4, "see V1")
    assert first["claims"] == [{"claim": 0, "opinion": "agree"}]
    assert (second["rater"], second["skip_reason"]) == ("rater 2", "not my field")
    assert line["provenance"]["model"] == "mini"
    assert line["provenance"]["settings"]["seed"] == 3
    assert line["recording"]["measurements"] == {"global": {"qrs_ms": 148.25}}
    assert line["done"]["n_new_tokens"] == 9


def test_nobody_is_named_by_default(store: Store, talk: Talk, rating: Make) -> None:
    chat = talk("The rhythm is regular.")
    list(chat.ask("Is it regular?"))
    answer_id = chat.store.conversation(chat.conversation_id).turns[0].answers[0].id
    store.add_rating(answer_id, rating("Dr. Ada Roth"))
    recording_id = store.recordings()[0].id
    store.confirm(recording_id, "Dr. Ada Roth")
    (default,) = list(export_jsonl(store))
    for secret in ("jane", "dizzy", "Roth", "created_at", store.recordings()[0].pseudonym):
        assert secret not in default
    (with_context,) = list(export_jsonl(store, include_context=True))
    assert "dizzy at night" in with_context
    for secret in ("jane", "Roth"):
        assert secret not in with_context
    told = json.loads(with_context)
    assert told["provenance"]["prompt"]
    assert told["created_at"].endswith("+00:00")


@pytest.mark.parametrize(("age", "told"), [(None, None), (63.0, 63.0), (89.0, 89.0), (90.0, 90), (104.0, 90)])
def test_old_age_is_not_told(
    store: Store, question_id: str, provenance: Provenance, age: float | None, told: float | None
) -> None:
    conversation = Conversation((Message("user", "?"),), PatientContext(age_years=age))
    answer_id = store.start_answer(question_id, Provenance("p", "m", "r", "q", "d", conversation))
    store.finish_answer(answer_id, "complete", "QRS.", None, ())
    (line,) = exported(store)
    assert line["patient"]["age_years"] == told


def test_every_answer_once_in_order_whatever_the_batch(store: Store, question_id: str, provenance: Provenance) -> None:
    ids = [store.start_answer(question_id, provenance) for _ in range(7)]
    for batch in (1, 2, 3, 7, 100):
        assert [answer.id for answer in store.all_answers(batch=batch)] == ids
    assert [line["answer_id"] for line in exported(store)] == ids


def test_same_moment_loses_no_answer(store: Store, question_id: str, provenance: Provenance) -> None:
    ids = {store.start_answer(question_id, provenance) for _ in range(5)}
    with store._write() as session:
        session.connection().exec_driver_sql("UPDATE answers SET created_at = '2026-01-01 00:00:00.000000'")
    assert sorted(answer.id for answer in store.all_answers(batch=2)) == sorted(ids)


def test_writing_goes_on_while_an_export_is_half_done(store: Store, question_id: str, provenance: Provenance) -> None:
    for _ in range(3):
        store.start_answer(question_id, provenance)
    lines = export_jsonl(store)
    next(lines)
    late = store.start_answer(question_id, provenance)
    store.finish_answer(late, "complete", "QRS.", None, ())
    assert len(list(lines)) >= 2


def test_empty_log_exports_nothing(store: Store) -> None:
    assert exported(store) == []
