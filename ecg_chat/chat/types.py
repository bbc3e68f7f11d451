"""The assistant's contract, and what a checked answer is made of."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ecg_chat.conversation.types import Conversation
from ecg_chat.measurements.types import Measurements, Span
from ecg_chat.signals.ecg import Ecg
from ecg_chat.statements.types import Finding

ClaimVerdict = Literal["supported", "contradicted", "not checkable"]
ClaimKind = Literal["number", "statement", "lead"]


@dataclass(frozen=True)
class GenerationSettings:
    """How text is drawn; temperature 0 is greedy and repeatable bit for bit."""

    max_new_tokens: int = 320
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class TextPiece:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True)
class Done:
    """The answer is complete (or was stopped): ``reason`` is "end", "length" or "stopped"."""

    reason: Literal["end", "length", "stopped"]
    n_prompt_tokens: int = 0
    n_new_tokens: int = 0
    first_token_s: float = 0.0
    total_s: float = 0.0

    @property
    def tokens_per_s(self) -> float:
        """New tokens a second after the first one."""
        spent = self.total_s - self.first_token_s
        return (self.n_new_tokens - 1) / spent if spent > 0 and self.n_new_tokens > 1 else 0.0


Event = TextPiece | Done


@dataclass(frozen=True)
class AssistantInfo:
    """What the header and the log state about a model."""

    name: str
    revision: str
    quantisation: str
    device: str
    preprocessing: Mapping[str, object] = field(default_factory=dict)


class Assistant(Protocol):
    """Answers questions about one ECG. Implementations: the local network, a scripted one for tests."""

    @property
    def info(self) -> AssistantInfo:
        """Name, revision, quantisation, device, preprocessing version."""
        ...

    def prompt(self, conversation: Conversation) -> str:
        """Return the exact text the model is given, with ``<|ecg|>`` where the ECG embeddings go."""
        ...

    def findings(self, ecg: Ecg, measurements: Measurements) -> tuple[Finding, ...]:
        """Statements that the network finds probable; () if the model has no such head or the ECG lacks leads.

        ``measurements`` are those in force for this very ECG; a network may reason from them as well.
        """
        ...

    def stream(
        self,
        conversation: Conversation,
        ecg: Ecg,
        measurements: Measurements,
        settings: GenerationSettings,
        cancel: threading.Event,
    ) -> Iterator[Event]:
        """Yield text pieces, then exactly one `Done`.

        Raises
        ------
        GenerationFailed
            When the model cannot go on; what was yielded before stays valid.
        """
        ...


@dataclass(frozen=True)
class Claim:
    """A checkable piece of an answer: characters ``start`` to ``stop`` of its text."""

    start: int
    stop: int
    kind: ClaimKind
    text: str
    verdict: ClaimVerdict
    says: str  # what was understood: "qrs_ms = 148 ms", "CLBBB present", "no AFIB"
    measured: str = ""  # what was measured or found instead, for the hover
    measure: str = ""  # measurement key or statement code
    lead: str | None = None
    place: Span | None = None
