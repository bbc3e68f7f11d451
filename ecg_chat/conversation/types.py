"""What is said, by whom, about which recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecg_chat.signals.ecg import Sex

Role = Literal["system", "user", "assistant"]
Audience = Literal["clinician", "patient"]
MAX_QUESTION_CHARS = 2000


@dataclass(frozen=True)
class PatientContext:
    """What the person entered (or confirmed from the file) about the patient. Empty strings mean: not stated."""

    age_years: float | None = None
    sex: Sex | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    symptoms: str = ""
    history: str = ""
    medication: str = ""


@dataclass(frozen=True)
class Message:
    """One turn; ``note`` is what the program looked up for a question, for the model to read.

    ``asked_group`` is the kind of findings that a question asks for as a whole (`ecg_chat.conversation.groups`).
    ``asked`` is what the statement that the question is about is called in an answer, and ``asked_code`` its code; ""
    if it names none.
    """

    role: Role
    text: str
    note: str = ""
    asked: str = ""
    asked_code: str = ""
    asked_group: str = ""


@dataclass(frozen=True)
class Conversation:
    """Everything the model is shown besides the signal.

    ``facts`` are the lines rendered from measurements and findings (`conversation.facts.describe`).
    """

    messages: tuple[Message, ...]
    patient: PatientContext = PatientContext()
    audience: Audience = "clinician"
    facts: str = ""
