"""An assistant that says what it was told to say. It serves tests only; the running app never falls back to it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ecg_chat.chat.types import AssistantInfo, Done, Event, GenerationSettings, TextPiece
from ecg_chat.conversation.render import render
from ecg_chat.conversation.types import Conversation
from ecg_chat.errors import GenerationFailed
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import Ecg
from ecg_chat.statements.types import Finding

DEFAULT_ANSWER = "I was told nothing to say."


@dataclass
class ScriptedAssistant:
    """Implements `ecg_chat.chat.types.Assistant` from a list of answers.

    Attributes
    ----------
    answers : sequence of str
        Given in this order; the last one repeats.
    probable : tuple of Finding
        What `findings` returns.
    delay_s : float
        Pause before each piece; cancelling ends the pause.
    fail_after : int or None
        Raise `GenerationFailed` after this many pieces.
    conversations : list of Conversation
        What it was shown, in order.
    settings : list of GenerationSettings
        How it was asked to draw, in order.
    """

    answers: Sequence[str] = (DEFAULT_ANSWER,)
    probable: tuple[Finding, ...] = ()
    delay_s: float = 0.0
    fail_after: int | None = None
    name: str = "scripted"
    conversations: list[Conversation] = field(default_factory=list)
    settings: list[GenerationSettings] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def info(self) -> AssistantInfo:
        """Say plainly that this is no model."""
        return AssistantInfo(self.name, "test", "none", "none", {"version": 0})

    def prompt(self, conversation: Conversation) -> str:
        """Render as a real model's prompt is rendered."""
        return "".join(segment.text for segment in render(conversation, for_completion=True))

    def findings(self, ecg: Ecg, measurements: Measurements) -> tuple[Finding, ...]:
        """Return `probable`, whatever the ECG."""
        return self.probable

    def stream(
        self,
        conversation: Conversation,
        ecg: Ecg,
        measurements: Measurements,
        settings: GenerationSettings,
        cancel: threading.Event,
    ) -> Iterator[Event]:
        """Yield the next answer word by word."""
        with self._lock:
            answer = self.answers[min(len(self.conversations), len(self.answers) - 1)]
            self.conversations.append(conversation)
            self.settings.append(settings)
        started = time.perf_counter()
        first = 0.0
        n = 0
        for piece in re.findall(r"\s*\S+|\s+$", answer):
            if cancel.wait(self.delay_s) if self.delay_s else cancel.is_set():
                yield Done("stopped", n_new_tokens=n, first_token_s=first, total_s=time.perf_counter() - started)
                return
            if self.fail_after is not None and n >= self.fail_after:
                raise GenerationFailed(f"the scripted assistant was told to fail after {self.fail_after} pieces")
            if n >= settings.max_new_tokens:
                yield Done("length", n_new_tokens=n, first_token_s=first, total_s=time.perf_counter() - started)
                return
            n += 1
            first = first or time.perf_counter() - started
            yield TextPiece(piece)
        yield Done("end", n_new_tokens=n, first_token_s=first, total_s=time.perf_counter() - started)
