"""What makes generated conversations differ: the stated context, what else is told, small changes that people make."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ecg_chat.conversation.types import PatientContext

SYMPTOMS = (
    "", "", "", "", "", "palpitations", "breathlessness", "chest pain", "dizziness", "none", "fatigue", "fainted last week", "routine check",
)  # fmt: skip
HISTORY = (
    "", "", "", "", "hypertension", "diabetes", "previous heart attack", "asthma", "none", "heart failure", "smoker",
)  # fmt: skip
MEDICATION = ("", "", "", "", "metoprolol", "amiodarone", "ramipril", "none", "digoxin", "aspirin, statin")

BEFORE = (
    "Please: ", "Doctor, ", "Hello. ", "One question: ", "And ", "So, ", "Ok. ", "Hi, ", "Quick question: ", "Sorry, ", "Excuse me, ",
    "Just to check: ", "Thanks. ", "I wanted to ask: ", "Hmm, ", "One more thing: ", "Also: ", "Good morning. ", "Right. ", "First: ",
)  # fmt: skip
AFTER = (
    " Thanks.",
    " Please.",
    " Thank you!",
    " pls",
    " Can you tell?",
    " I want to know.",
    " Be honest.",
    " in this ECG?",
    " here?",
)


def context(patient: PatientContext, rng: random.Random) -> PatientContext:
    """Leave out some of what is known, and add free text that the ECG says nothing about."""
    return PatientContext(
        age_years=patient.age_years if rng.random() < 0.9 else None,
        sex=patient.sex if rng.random() < 0.9 else None,
        height_cm=patient.height_cm if rng.random() < 0.5 else None,
        weight_kg=patient.weight_kg if rng.random() < 0.5 else None,
        symptoms=rng.choice(SYMPTOMS),
        history=rng.choice(HISTORY),
        medication=rng.choice(MEDICATION),
    )


@cache
def told_before() -> tuple[str, ...]:
    """Return statements that people make around a question and that do not change what it asks."""
    stored = json.loads((Path(__file__).parent / "told_before.json").read_text(encoding="utf-8"))
    return tuple(text for texts in stored.values() for text in texts)


def among_statements(question: str, rng: random.Random, statements: Sequence[str] = ()) -> str:
    """Put a question behind one or two statements, or before one; of `statements` or, without them, of all."""
    first, second = rng.sample(statements or told_before(), 2)
    draw = rng.random()
    if draw < 0.2:
        return f"{question} {first}"
    return f"{first} {second} {question}" if draw < 0.35 else f"{first} {question}"


def vary(question: str, rng: random.Random) -> str:
    """Small changes of the kind people make: case, punctuation, a greeting, a contraction, a typo."""
    if rng.random() < 0.15:
        question = rng.choice(BEFORE) + question
    if rng.random() < 0.06:
        question = question + rng.choice(AFTER)
    if rng.random() < 0.15:
        question = rng.choice((question.replace("What is", "What's"), question.replace("What is", "whats")))
    if rng.random() < 0.2:
        question = question.lower()
    if rng.random() < 0.2:
        question = question.rstrip("?.!")
    if len(question) > 8 and rng.random() < 0.06 and not any(c.isdigit() for c in question):
        k = rng.randrange(1, len(question) - 1)
        question = question[:k] + question[k + 1 :]
    return question
