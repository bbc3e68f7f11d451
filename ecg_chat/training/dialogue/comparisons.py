"""Questions that bring a number along, and answers that rest on the comparison which the program put into the prompt."""

from __future__ import annotations

import random
from collections.abc import Mapping

from ecg_chat.conversation.asked import CLOSE, Asked, asked_number
from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.types import Conversation
from ecg_chat.training.dialogue.truth import Truth

MEASURES: Mapping[str, tuple[str, int, int, int]] = {
    "rate": ("heart_rate_bpm", 40, 180, 5),
    "pr": ("pr_ms", 100, 320, 20),
    "qrs": ("qrs_ms", 70, 190, 10),
    "qt": ("qt_ms", 300, 520, 10),
    "qtc": ("qtc_fridericia_ms", 350, 540, 10),
    "axis": ("qrs_axis_deg", -80, 130, 15),
}
"""Measurement, range of numbers that people bring, and step of the limits they ask about."""
OWN: Mapping[str, tuple[str, ...]] = {
    "rate": (
        "My watch says {n} bpm, is that right?", "My watch showed {n}.", "At home my pulse was {n}.", "My watch says {n} bpm",
        "The machine says {n} bpm. Do you agree?", "I measured {n} beats per minute.", "I get a rate of {n}, correct?",
        "My pulse is usually {n}.", "My fitness band shows a heart rate of {n}.", "The nurse counted a pulse of {n}.",
    ),
    "pr": ("The cart says PR {n} ms. Do you agree?", "I measure a PR of {n} ms.", "I get PR {n}", "Isn't the PR interval {n} ms?"),
    "qrs": ("I measure a QRS of {n} ms.", "The cart says QRS {n} ms. Do you agree?", "Isn't the QRS {n} ms?", "I get QRS {n} ms"),
    "qt": ("The printout says QT {n} ms.", "I measure a QT of {n} ms. Right?", "I get a QT interval of {n} ms."),
    "qtc": ("The cart says QTc {n} ms. Do you agree?", "I get a QTc of {n}.", "Isn't the QTc {n} ms?", "My printout says QTc {n} ms."),
    "axis": ("I get an axis of {n} degrees.", "The cart says axis {n}. Do you agree?", "Isn't the axis {n} degrees?"),
}  # fmt: skip
EARLIER: Mapping[str, tuple[str, ...]] = {
    "rate": ("My heart rate was {n} at the last check.", "Last year my pulse was {n}.", "The old ECG had a rate of {n}. Has it changed?"),
    "pr": ("Last year's PR was {n} ms.", "The PR was {n} ms before. Has it changed?"),
    "qrs": ("The QRS was {n} ms last year. Has it changed?", "My last QRS was {n} ms."),
    "qt": ("Last year the QT was {n} ms.", "The QT was {n} ms before."),
    "qtc": ("Last year's QTc was {n}.", "My QTc was {n} ms before. Is it worse now?", "The QTc was {n} before amiodarone."),
    "axis": ("The axis was {n} degrees last year.", "Before, the axis was {n} degrees. Has it changed?"),
}  # fmt: skip
OVER: Mapping[str, tuple[str, ...]] = {
    "rate": ("Is the heart rate above {n}?", "Is the rate over {n} bpm?", "Is my pulse higher than {n}?"),
    "pr": ("Is the PR longer than {n} ms?", "Is the PR interval over {n} ms?", "PR more than {n}?"),
    "qrs": ("Is the QRS wider than {n} ms?", "Is the QRS duration above {n} ms?", "QRS more than {n}?"),
    "qt": ("Is the QT longer than {n} ms?", "Is the QT interval over {n} ms?"),
    "qtc": ("Is the QTc above {n}?", "Is the QTc longer than {n} ms?", "QTc over {n}?"),
    "axis": ("Is the axis above {n} degrees?", "Is the axis more than {n} degrees?"),
}  # fmt: skip
_VALUES: Mapping[str, str] = {
    "rate": "the heart rate is <|rate|>/min",
    "pr": "the PR interval is <|pr|> ms",
    "qrs": "the QRS duration is <|qrs|> ms",
    "qt": "the QT interval is <|qt|> ms",
    "qtc": "the QTc is <|qtc|> ms (Fridericia)",
    "axis": "the QRS axis is <|axis|>°",
}
_NOT_MEASURED: Mapping[str, str] = {
    "rate": "heart rate",
    "pr": "PR interval",
    "qrs": "QRS duration",
    "qt": "QT interval",
    "qtc": "QTc",
    "axis": "QRS axis",
}
_NOTES: Mapping[str, str] = {
    "rate": " A rate changes from minute to minute.",
    "qrs": " It is measured over all leads; single leads can read shorter.",
    "qtc": " Another formula gives another QTc.",
}


def compared_turn(truth: Truth, intent: str, rng: random.Random) -> tuple[str, str]:
    """Make a question with a number, and its answer.

    Parameters
    ----------
    intent : {"own", "earlier", "over"}
        The person's own number, one from an earlier ECG, or a limit.
    """
    key = rng.choices(tuple(MEASURES), (4, 2, 2, 1, 2, 1))[0]
    theirs = _number(truth, key, intent, rng)
    question = rng.choice({"own": OWN, "earlier": EARLIER, "over": OVER}[intent][key]).format(n=theirs)
    facts = describe(truth.measurements, truth.judgements, truth.patient)
    asked = asked_number(question, Conversation((), truth.patient, facts=facts))
    if asked is None:
        raise ValueError(f"the number of {question!r} is not understood as {key}; expected a comparable question")
    return question, answer(asked, intent)


def answer(asked: Asked, intent: str) -> str:
    """Tell the measured value, then how the other number lies to it."""
    if asked.measured is None:
        return f"I cannot compare: the {_NOT_MEASURED[asked.key]} could not be measured in this recording."
    value = _VALUES[asked.key]
    if intent == "over":
        return f"{'Yes' if asked.direction == 'lower' else 'No'}, {value}."
    told = f"In this recording {value}; your number is {_relation(asked)}."
    if intent == "earlier":
        return f"{told} I do not see the earlier ECG, so a clinician should compare the two."
    return told + _NOTES.get(asked.key, "")


def _relation(asked: Asked) -> str:
    if asked.direction == "the same":
        return "the same"
    return "close to that" if asked.close else asked.direction


def _number(truth: Truth, key: str, intent: str, rng: random.Random) -> int:
    measure, low, high, step = MEASURES[key]
    measured = truth.measurements.get(measure)
    if measured is not None and rng.random() < 0.45:
        near = round(measured) + rng.randint(-CLOSE[key] - 3, CLOSE[key] + 3)
        if low <= near <= high:
            return near
    number = rng.randint(low, high)
    return round(number / step) * step if intent == "over" else number
