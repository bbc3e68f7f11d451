"""Conversations, versions, claims: written as they happen, read back exactly."""

from __future__ import annotations

import threading

import pytest

from ecg_chat.chat.types import Claim, Done
from ecg_chat.errors import NotFound, StoreError
from ecg_chat.records.store import Store, open_store
from ecg_chat.records.views import Provenance

pytestmark = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


def test_complete_answer_comes_back_exactly(
    store: Store, answer_id: str, provenance: Provenance, done: Done, claims: tuple[Claim, ...]
) -> None:
    view = store.answer(answer_id)
    assert view.provenance == provenance
    assert view.done == done
    assert view.claims == claims
    assert (view.state, view.text, view.notice) == ("complete", "QRS 148 ms, old.", "Not a diagnosis.")
    assert (view.question, view.version) == ("Why LBBB?", 1)


def test_what_streams_is_readable_by_another_process_at_once(
    url: str, store: Store, question_id: str, provenance: Provenance
) -> None:
    answer_id = store.start_answer(question_id, provenance)
    store.extend_answer(answer_id, "QRS")
    with open_store(url) as other:
        assert (other.answer(answer_id).state, other.answer(answer_id).text) == ("streaming", "QRS")


def test_regenerating_keeps_the_versions(
    store: Store, question_id: str, answer_id: str, provenance: Provenance
) -> None:
    second = store.start_answer(question_id, provenance)
    store.finish_answer(second, "stopped", "QRS", Done("stopped"), ())
    (turn,) = store.conversation(store.answer(second).conversation_id).turns
    assert [(a.id, a.version, a.state) for a in turn.answers] == [(answer_id, 1, "complete"), (second, 2, "stopped")]
    assert turn.latest is not None
    assert turn.latest.id == second


def test_ended_answer_never_changes(store: Store, answer_id: str) -> None:
    for change in (
        lambda: store.extend_answer(answer_id, "other"),
        lambda: store.finish_answer(answer_id, "failed", "other", None, ()),
    ):
        with pytest.raises(ValueError, match="ended before"):
            change()
    assert store.answer(answer_id).text == "QRS 148 ms, old."


def test_only_its_writer_writes_an_answer(url: str, store: Store, question_id: str, provenance: Provenance) -> None:
    answer_id = store.start_answer(question_id, provenance)
    with open_store(url) as other, pytest.raises(ValueError, match="another process"):
        other.extend_answer(answer_id, "mine now")


def test_unknown_ids_are_not_found(store: Store, provenance: Provenance) -> None:
    for attempt in (
        lambda: store.conversation("nope"),
        lambda: store.answer("nope"),
        lambda: store.add_question("nope", "?"),
        lambda: store.start_answer("nope", provenance),
        lambda: store.extend_answer("nope", ""),
        lambda: store.finish_answer("nope", "complete", "", None, ()),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_conversations_of_a_recording(store: Store, recording_id: str, question_id: str) -> None:
    empty = store.start_conversation(recording_id, audience="patient", window_start_s=2.5)
    newest, oldest = store.conversations(recording_id)
    assert (newest.id, newest.title, newest.n_questions, newest.audience) == (empty, "", 0, "patient")
    assert (oldest.title, oldest.n_questions) == ("Why LBBB?", 1)


def test_conversation_has_the_measurements_of_its_window(store: Store, recording_id: str) -> None:
    same = store.start_conversation(recording_id, audience="clinician", window_start_s=0)
    other = store.start_conversation(
        recording_id, audience="clinician", window_start_s=10, measurements={"global": {"qrs_ms": 90}}, findings=[]
    )
    assert store.conversation(same).measurements == {"global": {"qrs_ms": 148.25}}
    assert len(store.conversation(same).findings) == 2
    assert store.conversation(other).measurements == {"global": {"qrs_ms": 90}}
    assert store.conversation(other).findings == []


def test_two_tabs_asking_at_once_get_places_of_their_own(url: str, store: Store, recording_id: str) -> None:
    conversation_id = store.start_conversation(recording_id, audience="clinician", window_start_s=0)
    failed: list[StoreError] = []

    def ask(tab: int) -> None:
        try:
            with open_store(url) as own:
                for n in range(4):
                    own.add_question(conversation_id, f"{tab}.{n}")
        except StoreError as error:
            failed.append(error)

    tabs = [threading.Thread(target=ask, args=(n,)) for n in range(3)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert failed == []
    turns = store.conversation(conversation_id).turns
    assert [turn.position for turn in turns] == list(range(12))
    for tab in range(3):
        assert [t.text for t in turns if t.text.startswith(f"{tab}.")] == [f"{tab}.{n}" for n in range(4)]


def test_left_answer_of_a_closed_store_is_interrupted(
    url: str, store: Store, question_id: str, provenance: Provenance
) -> None:
    with open_store(url) as other:
        answer_id = other.start_answer(question_id, provenance)
        other.extend_answer(answer_id, "QRS")
    view = store.answer(answer_id)
    assert (view.state, view.text) == ("interrupted", "QRS")


def test_answer_that_its_own_process_let_go_is_interrupted(
    store: Store, question_id: str, provenance: Provenance
) -> None:
    answer_id = store.start_answer(question_id, provenance)
    store.let_go(answer_id)
    (turn,) = store.conversation(store.answer(answer_id).conversation_id).turns
    assert turn.answers[0].state == "interrupted"
