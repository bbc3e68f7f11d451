"""The one place where a conversation becomes text for a model; chat and training both call it.

Layout::

    <|system|>clinician
    <|ecg|>
    patient: 63 y, female; symptoms: chest pain
    rate 72/min
    …facts…<|end|><|user|>Is there a bundle branch block?<|end|><|assistant|>Yes. …<|end|>

A question that names a number of one of the measured kinds is followed by a comparison with the measured value, as a
system line (`ecg_chat.conversation.asked`), and by what was looked up for it (`Message.note`). ``<|ecg|>`` is the slot
that the network fills with ECG embeddings.
Whatever a person or a file wrote is text only: `neutralise` breaks up anything that looks like one of the marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecg_chat.conversation.asked import asked_number
from ecg_chat.conversation.slots import SLOTS
from ecg_chat.conversation.types import Conversation, PatientContext

SYSTEM, USER, ASSISTANT, END, ECG = "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|ecg|>"
MARKS = (SYSTEM, USER, ASSISTANT, END, ECG)
MAX_FREE_TEXT_CHARS = 160
"""Each of symptoms, history and medication is shortened to this in the prompt, at a word."""

_SLOT = re.compile("(" + "|".join(re.escape(slot) for slot in SLOTS) + ")")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Segment:
    """A stretch of the rendered text; ``trained`` is True where training counts the loss."""

    text: str
    trained: bool


def render(conversation: Conversation, *, for_completion: bool) -> tuple[Segment, ...]:
    """Turn a conversation into segments.

    Parameters
    ----------
    conversation : Conversation
    for_completion : bool
        True to end with the assistant's mark, so that the model goes on from there.

    Returns
    -------
    tuple of Segment
        Their texts joined are the prompt; only what the assistant says (and the mark that ends it) is trained on.
    """
    facts = neutralise(conversation.facts)
    head = f"{SYSTEM}{conversation.audience}\n{ECG}\n{patient_line(conversation.patient)}\n{facts}{END}"
    segments = [Segment(head, trained=False)]
    for message in conversation.messages:
        text = neutralise(message.text)
        if message.role == "assistant":
            answer = _neutralise_but_slots(message.text)
            segments += [Segment(ASSISTANT, trained=False), Segment(answer + END, trained=True)]
        elif message.role == "user":
            asked = asked_number(text, conversation)
            lines = [asked.line] if asked is not None else []
            lines += [neutralise(message.note)] if message.note else []
            note = f"{SYSTEM}{chr(10).join(lines)}{END}" if lines else ""
            segments.append(Segment(f"{USER}{text}{END}{note}", trained=False))
        else:
            segments.append(Segment(f"{SYSTEM}{text}{END}", trained=False))
    if for_completion:
        segments.append(Segment(ASSISTANT, trained=False))
    return tuple(segments)


def patient_line(patient: PatientContext) -> str:
    """One line of what is stated about the patient; "patient: not stated" if nothing is."""
    basics = [
        f"{patient.age_years:.0f} y" if patient.age_years is not None else "",
        patient.sex or "",
        f"{patient.height_cm:.0f} cm" if patient.height_cm is not None else "",
        f"{patient.weight_kg:.0f} kg" if patient.weight_kg is not None else "",
    ]
    parts = [", ".join(b for b in basics if b)]
    for name in ("symptoms", "history", "medication"):
        text = _shorten(neutralise(getattr(patient, name)))
        parts.append(f"{name}: {text}" if text else "")
    return "patient: " + ("; ".join(p for p in parts if p) or "not stated")


def neutralise(text: str) -> str:
    """Break up marks and drop control characters, so that text stays text."""
    return _CONTROL.sub(" ", text).replace("<|", "< |").replace("|>", "| >")


def _neutralise_but_slots(text: str) -> str:
    """Let the references to measured values stand, which only the model and the training data write."""
    parts = _SLOT.split(text)
    return "".join(part if part in SLOTS else neutralise(part) for part in parts)


def _shorten(text: str) -> str:
    one_line = " ".join(text.split())
    if len(one_line) <= MAX_FREE_TEXT_CHARS:
        return one_line
    return one_line[:MAX_FREE_TEXT_CHARS].rsplit(" ", 1)[0] + " …"
