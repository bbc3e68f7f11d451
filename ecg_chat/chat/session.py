"""One conversation about one ECG: question in, checked answer out, as it streams."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from ecg_chat.chat.grounding import ClaimStream
from ecg_chat.chat.question_notes import with_notes
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.safety import notice_for, screen
from ecg_chat.chat.types import Assistant, Claim, Done, GenerationSettings, TextPiece
from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.types import MAX_QUESTION_CHARS, Audience, Conversation, Message
from ecg_chat.errors import GenerationFailed, InvalidInput

__all__ = ["MAX_HISTORY_CHARS", "AnswerUpdate", "ChatSession", "Reading"]

MAX_HISTORY_CHARS = 6000
"""Earlier turns beyond this are left out, oldest first (about 1,500 tokens); a model may shorten further."""


@dataclass(frozen=True)
class AnswerUpdate:
    """State of an answer while it grows.

    Attributes
    ----------
    text : str
        What may be shown so far; claims refer to its characters.
    claims : tuple of Claim
        Verdicts of the finished sentences.
    notice : str
        Safety line to show above the answer, or "". It does not change while the answer grows.
    done : Done or None
        None while more is to come.
    raw : str
        What the model wrote, for the log. Differs from `text` only by what is held back until it can be judged
        and by what `withheld` says.
    withheld : str
        Why part of the answer is not shown, or "". The sentence stands in `text` as well.
    """

    text: str
    claims: tuple[Claim, ...] = ()
    notice: str = ""
    done: Done | None = None
    raw: str = ""
    withheld: str = ""


@dataclass(frozen=True)
class ChatSession:
    """A conversation so far; `after` gives the one that is a turn longer."""

    assistant: Assistant
    reading: Reading
    audience: Audience = "clinician"
    history: tuple[Message, ...] = ()
    max_history_chars: int = MAX_HISTORY_CHARS

    def after(self, question: str, answer: str) -> ChatSession:
        """Return the conversation with one more turn."""
        turn = (Message("user", question), Message("assistant", answer))
        return dataclasses.replace(self, history=self.history + turn)

    def conversation_for(self, question: str) -> Conversation:
        """Build what the model is shown: facts, patient, as much history as fits, the question.

        Raises
        ------
        InvalidInput
            For an empty question or one that is too long.
        """
        asked = _checked(question)
        reading = self.reading
        messages = (*self._recent_history(), Message("user", asked))
        facts = describe(reading.measurements, reading.judgements, reading.patient, reading.probabilities)
        return Conversation(with_notes(messages, reading.evidence, facts), reading.patient, self.audience, facts)

    def ask(
        self,
        question: str,
        settings: GenerationSettings | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[AnswerUpdate]:
        """Stream the answer; the last update has ``done``.

        A wrong question raises at the call, before anything is streamed. Closing the iterator stops the model.

        Raises
        ------
        InvalidInput
            For an empty question or one that is too long.
        GenerationFailed
            While iterating, when the model cannot go on; the updates before stay valid.
        """
        conversation = self.conversation_for(question)
        notice = notice_for(question, self.reading.patient, self.reading.measurements, self.audience)
        return self._stream(conversation, notice, settings or GenerationSettings(), cancel or threading.Event())

    def _stream(
        self, conversation: Conversation, notice: str, settings: GenerationSettings, cancel: threading.Event
    ) -> Iterator[AnswerUpdate]:
        claims = ClaimStream(self.reading, conversation.messages[-1].text)
        raw, update = "", AnswerUpdate("", notice=notice)
        if notice:
            yield update  # the warning must not wait for the first token
        events = self.assistant.stream(conversation, self.reading.ecg, self.reading.measurements, settings, cancel)
        finished = False
        try:
            for event in events:
                if isinstance(event, TextPiece):
                    raw += event.text
                    done = None
                else:
                    done = event
                shown = screen(raw, complete=done is not None)
                if shown.withheld and done is None:
                    cancel.set()  # nothing that comes after would be shown
                    done = _stopped(events)
                update = AnswerUpdate(
                    shown.text,
                    claims.checked(shown.checkable, complete=done is not None),
                    notice,
                    done,
                    raw,
                    shown.withheld,
                )
                finished = done is not None
                yield update
                if finished:
                    return
        finally:
            if not finished:
                cancel.set()
        raise GenerationFailed("the model stopped without saying that it was done")

    def _recent_history(self) -> tuple[Message, ...]:
        kept: list[Message] = []
        spent = 0
        for message in reversed(self.history):
            spent += len(message.text)
            if spent > self.max_history_chars:
                break
            kept.append(message)
        while kept and kept[-1].role != "user":  # an answer without its question would mislead
            kept.pop()
        return tuple(reversed(kept))


def _stopped(events: Iterator[object]) -> Done:
    """Let the model end, so that its timings are right; it was told to stop."""
    for event in events:
        if isinstance(event, Done):
            return dataclasses.replace(event, reason="stopped")
    raise GenerationFailed("the model stopped without saying that it was done")


def _checked(question: str) -> str:
    text = question.strip()
    if not text:
        raise InvalidInput("The question is empty; please write what you want to know about this ECG.")
    if len(text) > MAX_QUESTION_CHARS:
        raise InvalidInput(
            f"The question has {len(text):,} characters, at most {MAX_QUESTION_CHARS:,} are possible; please "
            f"shorten it."
        )
    return text
