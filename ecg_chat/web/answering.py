"""One answer: wait for the model and for the turn, stream, and let the log have the last word."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ecg_chat.chat.session import ChatSession
from ecg_chat.errors import GenerationFailed
from ecg_chat.records.logged_chat import LoggedAnswer, LoggedChat
from ecg_chat.web.conversation_view import answer_view, piece_view
from ecg_chat.web.relay import Put
from ecg_chat.web.room import Room

Begin = Callable[[LoggedChat, threading.Event], LoggedAnswer]


def answer(room: Room, conversation_id: str, begin: Begin, put: Put, cancel: threading.Event) -> None:
    """Begin an answer in a conversation and put its states as events.

    Events: ``loading`` (the model is), ``waiting`` with ``before`` (answers that come first), ``answer`` with
    ``question`` and ``answer`` (its state so far; the last one is as it was logged).

    Raises
    ------
    ModelError
        When there is no model, or it stopped in the middle.
    InvalidInput
        For a question that cannot be asked.
    StoreError
        When the log cannot be written.
    """
    if room.slot.state == "loading":
        put({"type": "loading"})
    logged = begin(_chat(room, conversation_id), cancel)
    try:
        _stream(room, logged, put, cancel)
    except GenerationFailed:
        _put_stored(room, logged, put)
        raise
    finally:
        logged.close()
    _put_stored(room, logged, put)


def _chat(room: Room, conversation_id: str) -> LoggedChat:
    assistant = room.slot.get()
    conversation = room.store.conversation(conversation_id)
    reading = room.desk.reading(conversation.recording_id, conversation.window_start_s, conversation.context)
    return LoggedChat(room.store, conversation_id, ChatSession(assistant, reading, conversation.audience))


def _stream(room: Room, logged: LoggedAnswer, put: Put, cancel: threading.Event) -> None:
    stored = room.store.answer(logged.answer_id)
    base = answer_view(stored)
    question = {"id": stored.question_id, "text": stored.question}
    put({"type": "answer", "question": question, "answer": base})
    with room.turns.turn(cancel, lambda before: put({"type": "waiting", "before": before})) as mine:
        if not mine:
            return
        for update in logged:
            piece = base | piece_view(update.text, update.claims) | {"notice": update.notice}
            put({"type": "answer", "question": question, "answer": piece})
            if update.done is not None:
                room.slot.last_tokens_per_s = update.done.tokens_per_s


def _put_stored(room: Room, logged: LoggedAnswer, put: Put) -> None:
    logged.close()
    stored = room.store.answer(logged.answer_id)
    question = {"id": stored.question_id, "text": stored.question}
    put({"type": "answer", "question": question, "answer": answer_view(stored)})
