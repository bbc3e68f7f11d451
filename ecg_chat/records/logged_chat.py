"""A conversation that is written down while it happens.

What the page is shown was stored before: each update is on the disk when it is yielded. To keep that cheap, updates
that come faster than `INTERVAL_S` are joined; the text they carry is in the next one. So a process that is killed in
mid-answer leaves exactly what was seen.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from ecg_chat.chat.session import AnswerUpdate, ChatSession
from ecg_chat.chat.types import GenerationSettings
from ecg_chat.conversation.types import Message
from ecg_chat.errors import GenerationFailed, NotFound
from ecg_chat.records.answer_log import NO_QUESTION
from ecg_chat.records.columns import storable
from ecg_chat.records.provenance import provenance_of
from ecg_chat.records.store import Store
from ecg_chat.records.views import FinalState, TurnView

INTERVAL_S = 0.1
"""Ten updates a second read as fluent; storing one takes about 4 ms with a sync to the disk."""


@dataclass(frozen=True)
class LoggedAnswer(Iterator[AnswerUpdate]):
    """An answer that streams and is logged. Closing it, or dropping it, stops the model and logs what was shown.

    Raises
    ------
    GenerationFailed
        While iterating, when the model cannot go on; the part that there is was logged as failed.
    StoreError
        While iterating, when the log cannot be written; what was logged before stays.
    """

    question_id: str
    answer_id: str
    updates: Generator[AnswerUpdate]

    def __next__(self) -> AnswerUpdate:
        return next(self.updates)

    def close(self) -> None:
        """Stop the answer."""
        self.updates.close()


@dataclass(frozen=True)
class LoggedChat:
    """Asks through a `ChatSession` and logs. The conversation so far comes from the log alone.

    Attributes
    ----------
    session : ChatSession
        Assistant, reading and audience; its own history is not used.
    interval_s : float
        Updates closer together than this are joined.
    """

    store: Store
    conversation_id: str
    session: ChatSession
    interval_s: float = INTERVAL_S

    def ask(
        self, question: str, settings: GenerationSettings | None = None, cancel: threading.Event | None = None
    ) -> LoggedAnswer:
        """Log the question and begin to answer it.

        Raises
        ------
        InvalidInput
            For a question that cannot be asked; nothing is logged then.
        StoreError
            If the log cannot be written; the model is not started then.
        """
        asked = storable(question).strip()
        session = self._session(self.store.conversation(self.conversation_id).turns)
        session.conversation_for(asked)  # refuses a wrong question before it is logged
        question_id = self.store.add_question(self.conversation_id, asked)
        return self._begin(session, question_id, asked, settings, cancel)

    def regenerate(
        self, question_id: str, settings: GenerationSettings | None = None, cancel: threading.Event | None = None
    ) -> LoggedAnswer:
        """Begin another version of the answer to a question, with the turns that were before it.

        Raises
        ------
        NotFound
            If the conversation has no such question.
        """
        turns = self.store.conversation(self.conversation_id).turns
        for position, turn in enumerate(turns):
            if turn.id == question_id:
                return self._begin(self._session(turns[:position]), question_id, turn.text, settings, cancel)
        raise NotFound(NO_QUESTION)

    def _session(self, turns: tuple[TurnView, ...]) -> ChatSession:
        return dataclasses.replace(self.session, history=history(turns))

    def _begin(
        self,
        session: ChatSession,
        question_id: str,
        question: str,
        settings: GenerationSettings | None,
        cancel: threading.Event | None,
    ) -> LoggedAnswer:
        chosen = settings or GenerationSettings()
        stop = cancel or threading.Event()
        conversation = session.conversation_for(question)
        reading = session.reading
        provenance = provenance_of(session.assistant, conversation, reading.ecg, reading.measurements, chosen)
        answer_id = self.store.start_answer(question_id, provenance)
        updates = _write_down(self.store, answer_id, session.ask(question, chosen, stop), stop, self.interval_s)
        next(updates)  # enter it: from here on closing or dropping it is noticed
        return LoggedAnswer(question_id, answer_id, updates)


def history(turns: tuple[TurnView, ...]) -> tuple[Message, ...]:
    """Return what was said, as the model is told of it.

    Of each question the newest version that came to an end (or was stopped by the person) counts. A question without
    one is left out: half an answer that broke off would be taken for a style to follow.
    """
    messages: list[Message] = []
    for turn in turns:
        ended = [answer for answer in turn.answers if answer.state in ("complete", "stopped") and answer.text]
        if ended:
            messages += [Message("user", turn.text), Message("assistant", ended[-1].text)]
    return tuple(messages)


def _write_down(
    store: Store, answer_id: str, updates: Iterator[AnswerUpdate], stop: threading.Event, interval_s: float
) -> Generator[AnswerUpdate]:
    shown = newest = AnswerUpdate("")
    written_at = float("-inf")
    ended = False
    try:
        yield shown
        for newest in updates:
            if newest.done is not None:
                _finish(store, answer_id, "stopped" if newest.done.reason == "stopped" else "complete", newest)
                ended = True
            elif time.monotonic() - written_at < interval_s:
                continue
            else:
                store.extend_answer(answer_id, newest.text, raw=newest.raw, notice=newest.notice)
                written_at = time.monotonic()
            shown = newest
            yield shown
    except GenerationFailed:
        _finish(store, answer_id, "failed", newest)
        ended = True
        raise
    except GeneratorExit:
        if not ended:
            stop.set()
            _finish(store, answer_id, "stopped", shown)
        raise
    finally:
        if not ended:
            stop.set()
        if isinstance(updates, Generator):
            updates.close()
        store.let_go(answer_id)


def _finish(store: Store, answer_id: str, state: FinalState, update: AnswerUpdate) -> None:
    store.finish_answer(
        answer_id,
        state,
        update.text,
        update.done,
        update.claims,
        update.notice,
        raw=update.raw,
        withheld=update.withheld,
    )
