"""A logged answer is said again from the original bytes; whatever is not as it was is named."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from ecg_chat.chat.question_notes import with_notes
from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.chat.types import AssistantInfo, Done, Event, GenerationSettings, TextPiece
from ecg_chat.conversation.types import Conversation, Message
from ecg_chat.delineation.corrected import boundaries_of
from ecg_chat.delineation.types import Corrections
from ecg_chat.errors import NotFound, StoreError
from ecg_chat.measurements.measure import delineated
from ecg_chat.measurements.types import Measurements
from ecg_chat.records.correcting import new_correction
from ecg_chat.records.logged_chat import LoggedChat
from ecg_chat.records.provenance import signal_digest
from ecg_chat.records.reopening import read_again, reopen
from ecg_chat.records.replay import replay
from ecg_chat.records.store import Store
from ecg_chat.signals.ecg import Ecg

Talk = Callable[..., LoggedChat]


class EchoingAssistant(ScriptedAssistant):
    """Says what it is given, so that any difference in what it is given is a difference in what it says."""

    def stream(
        self,
        conversation: Conversation,
        ecg: Ecg,
        measurements: Measurements,
        settings: GenerationSettings,
        cancel: threading.Event,
    ) -> Iterator[Event]:
        rate = measurements.get("heart_rate_bpm")
        for piece in (f"{self.prompt(conversation)!r} ", f"{signal_digest(ecg)} ", f"{rate} ", f"{settings}"):
            if cancel.is_set():
                yield Done("stopped")
                return
            yield TextPiece(piece)
        yield Done("end")


@pytest.fixture
def echo(talk: Talk) -> LoggedChat:
    chat = talk()
    return dataclasses.replace(chat, session=dataclasses.replace(chat.session, assistant=EchoingAssistant()))


def test_answer_is_the_same_bit_for_bit(echo: LoggedChat) -> None:
    list(echo.ask("One?"))
    second = echo.ask("Two?", GenerationSettings(max_new_tokens=7, seed=5))
    list(second)
    result = replay(echo.store, second.answer_id, EchoingAssistant())
    assert result.same
    assert result.differences == ()
    assert result.text == result.stored_text == echo.store.answer(second.answer_id).raw
    assert "One?" in result.text
    assert "seed=5" in result.text
    assert signal_digest(echo.session.reading.ecg) in result.text


class PreparingAssistant(EchoingAssistant):
    """Prepares the ECG in a way that holds a tuple, which the log gives back as a list."""

    @property
    def info(self) -> AssistantInfo:
        return dataclasses.replace(super().info, preprocessing={"leads": ("I", "II"), "fs_hz": 100.0})


def test_preprocessing_is_compared_as_it_is_stored(talk: Talk) -> None:
    chat = talk()
    chat = dataclasses.replace(chat, session=dataclasses.replace(chat.session, assistant=PreparingAssistant()))
    answer = chat.ask("One?")
    list(answer)
    assert replay(chat.store, answer.answer_id, PreparingAssistant()).differences == ()
    other = replay(chat.store, answer.answer_id, EchoingAssistant())
    assert other.differences == ("the ECG is prepared in another way",)


def test_other_words_are_a_difference(talk: Talk) -> None:
    chat = talk("The rhythm is regular.")
    answer = chat.ask("Is it?")
    list(answer)
    result = replay(chat.store, answer.answer_id, ScriptedAssistant(["The rhythm is irregular."]))
    assert not result.same
    assert (result.text, result.stored_text) == ("The rhythm is irregular.", "The rhythm is regular.")


def test_what_is_not_as_it_was_is_named(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = talk("The rhythm is regular.")
    answer = chat.ask("Is it?")
    list(answer)
    other = ScriptedAssistant(["The rhythm is regular."])
    info = AssistantInfo("scripted", "newer", "NF4", "none", {"version": 1})
    monkeypatch.setattr(ScriptedAssistant, "info", info)
    monkeypatch.setattr(ScriptedAssistant, "prompt", lambda _self, conversation: "another prompt")
    result = replay(chat.store, answer.answer_id, other)
    assert result.same
    told = "; ".join(result.differences)
    for named in ("revision is newer, was test", "quantisation is NF4, was none", "prepared in another way", "prompt"):
        assert named in told
    assert "signal" not in told


def test_stopped_answer_is_compared_as_far_as_it_went(talk: Talk) -> None:
    chat = talk("The rhythm is regular. And so on and on.")
    answer = chat.ask("Is it?")
    for update in answer:
        if "rhythm" in update.raw:
            break
    answer.close()
    same = replay(chat.store, answer.answer_id, ScriptedAssistant(["The rhythm is regular. And so on and on."]))
    assert same.same
    assert same.differences == ("the answer was stopped: compared as far as it went",)
    assert not replay(chat.store, answer.answer_id, ScriptedAssistant(["A rhythm."])).same


def test_streaming_and_unknown_answers_are_refused(talk: Talk) -> None:
    chat = talk("The rhythm is regular.")
    answer = chat.ask("Is it?")
    with pytest.raises(StoreError, match="still being written"):
        replay(chat.store, answer.answer_id, chat.session.assistant)
    with pytest.raises(NotFound):
        replay(chat.store, "nope", chat.session.assistant)
    answer.close()


def test_original_bytes_read_as_the_same_signal(store: Store, echo: LoggedChat) -> None:
    recording = store.recording(store.recordings()[0].id)
    again = read_again(recording)
    assert np.array_equal(again.signal, echo.session.reading.ecg.signal, equal_nan=True)
    assert again.leads == echo.session.reading.ecg.leads


def test_reopened_conversation_goes_on_where_it_was(store: Store, echo: LoggedChat) -> None:
    list(echo.ask("One?"))
    assistant = ScriptedAssistant(["Fine."])
    reopened = reopen(store, echo.conversation_id, assistant)
    assert reopened.session.reading.measurements == echo.session.reading.measurements
    assert reopened.session.reading.patient == echo.session.reading.patient
    list(reopened.ask("Two?"))
    (shown,) = assistant.conversations
    said = store.conversation(echo.conversation_id).turns[0].answers[0].text
    turns = (Message("user", "One?"), Message("assistant", said), Message("user", "Two?"))
    assert shown.messages == with_notes(turns, reopened.session.reading.evidence)
    assert [turn.text for turn in store.conversation(echo.conversation_id).turns] == ["One?", "Two?"]


def test_a_conversation_that_was_not_answered_yet_is_given_what_a_person_corrected(
    store: Store, echo: LoggedChat
) -> None:
    recording_id = store.conversation(echo.conversation_id).recording_id
    ecg = read_again(store.recording(recording_id))
    found = delineated(ecg)[1]
    end_ms = boundaries_of(found).qrs_off_ms
    assert end_ms is not None
    by_hand = Corrections(qrs_off_ms=end_ms + 16)
    store.add_boundary_correction(new_correction(recording_id, 0.0, found, Corrections(), by_hand, "Dr X", ""))
    reopened = reopen(store, echo.conversation_id, ScriptedAssistant(["Fine."]))
    was = echo.session.reading.measurements.get("qrs_ms")
    assert was is not None
    assert reopened.session.reading.measurements.get("qrs_ms") == was + 16


def test_digest_tells_signals_apart(ecg: Ecg) -> None:
    changed = ecg.signal.copy()
    changed[3, 17] = np.nextafter(changed[3, 17], np.float32(np.inf))
    digests = {
        signal_digest(ecg),
        signal_digest(dataclasses.replace(ecg, signal=changed)),
        signal_digest(dataclasses.replace(ecg, fs_hz=499.0)),
        signal_digest(dataclasses.replace(ecg, leads=tuple(reversed(ecg.leads)))),
    }
    assert len(digests) == 4
    assert signal_digest(dataclasses.replace(ecg)) in digests
