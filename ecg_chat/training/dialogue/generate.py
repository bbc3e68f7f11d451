"""Put questions and answers together into conversations, with varied wording and a seed."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping

from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.types import Audience, Conversation, Message, PatientContext
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.training.dialogue import answers, numbers
from ecg_chat.training.dialogue.phrases import QUESTIONS, TOPICS
from ecg_chat.training.dialogue.truth import Truth

Turn = tuple[str, str]

OPENERS = ("interpret", "interpret", "interpret", "rhythm", "is_there", "normal", "intervals", "hello")
INTENTS = (
    ("is_there", 6.0), ("why", 2.0), ("mean", 3.0), ("rhythm", 1.0), ("rate", 1.5), ("axis", 1.0), ("intervals", 1.0), ("PR interval", 1.0),
    ("QRS duration", 1.0), ("QTc", 1.0), ("P wave", 0.4), ("st", 1.5), ("st_lead", 1.0), ("normal", 0.7), ("danger", 0.7), ("do", 0.7),
    ("life", 0.5), ("attack", 0.6), ("own_rate", 0.5), ("own_qrs", 0.4), ("red_flag", 0.9), ("dose", 0.7), ("who", 0.4), ("thanks", 0.3),
    ("quality", 0.6), ("patient", 0.3), ("off_topic", 1.2), ("interpret", 0.5), ("hello", 0.2),
)  # fmt: skip
SYMPTOMS = (
    "",
    "",
    "",
    "",
    "palpitations",
    "breathlessness",
    "chest pain",
    "dizziness",
    "none",
    "fatigue",
    "fainted last week",
    "routine check",
)
HISTORY = (
    "",
    "",
    "",
    "",
    "hypertension",
    "diabetes",
    "previous heart attack",
    "asthma",
    "none",
    "heart failure",
    "smoker",
)
MEDICATION = ("", "", "", "", "metoprolol", "amiodarone", "ramipril", "none", "digoxin", "aspirin, statin")
LIKELY_ASKED = (
    "AFIB", "CLBBB", "CRBBB", "IMI", "AMI", "ASMI", "LVH", "1AVB", "PVC", "LAFB", "STACH", "SBRAD", "LNGQT", "WPW", "RVH", "AFLT", "PACE",
)  # fmt: skip


def converse(truth: Truth, rng: random.Random, turns: int = 5) -> Conversation:
    """Make one conversation about one training ECG.

    Parameters
    ----------
    truth : Truth
    rng : random.Random
        Decides wording, audience and plan; the same state gives the same conversation.
    turns : int
        Questions in it.
    """
    audience: Audience = "patient" if rng.random() < 0.35 else "clinician"
    patient = _context(truth.patient, rng)
    truth = dataclasses.replace(truth, patient=patient)
    messages: list[Message] = []
    topic = ""
    for n in range(turns):
        intent = rng.choice(OPENERS) if n == 0 else rng.choices([i for i, _ in INTENTS], [w for _, w in INTENTS])[0]
        if n and topic and rng.random() < 0.15:
            intent = rng.choice(("why_again", "mean_again"))
        (question, answer), topic = _turn(truth, intent, audience == "patient", topic, rng)
        messages += [Message("user", _vary(question, rng)), Message("assistant", answer)]
    facts = describe(truth.measurements, truth.judgements, patient, truth.network)
    return Conversation(tuple(messages), patient, audience, facts)


def _turn(truth: Truth, intent: str, patient: bool, topic: str, rng: random.Random) -> tuple[Turn, str]:
    """Return the turn, and the code that "why?" and "what does that mean?" would refer to next."""
    if intent in ("is_there", "why", "mean"):
        return _about_statement(truth, intent, patient, rng)
    if intent in ("why_again", "mean_again"):
        answer = answers.why(truth, topic) if intent == "why_again" else answers.mean(truth, topic, patient)
        return (rng.choice(QUESTIONS[intent]), answer), topic
    question = rng.choice(QUESTIONS["interpret_patient" if intent == "interpret" and patient else intent])
    if intent in ("interpret", "normal", "danger"):
        topic = truth.said[0].code if truth.said else truth.rhythm
    elif intent == "rhythm":
        topic = truth.rhythm
    elif intent in ("off_topic", "hello", "thanks", "who"):
        topic = ""
    return _fixed(truth, intent, question, patient, rng), topic


def _about_statement(truth: Truth, intent: str, patient: bool, rng: random.Random) -> tuple[Turn, str]:
    code = _pick_code(truth, intent, rng)
    statement = truth.catalogue[code]
    aliases = [statement.name, *statement.aliases]
    name = rng.choice([statement.name, statement.name, rng.choice(aliases)])
    if name.isascii() and len(name) <= 5 and name.islower():
        name = name.upper() if rng.random() < 0.7 else name
    question = rng.choice(QUESTIONS[intent]).format(name=name)
    if intent == "mean":
        return (question, answers.mean(truth, code, patient)), code
    text = answers.why(truth, code) if intent == "why" else answers.is_there(truth, code, patient)
    return (question, text), code


def _pick_code(truth: Truth, intent: str, rng: random.Random) -> str:
    present = [s.code for s in truth.said] + ([truth.rhythm] if truth.rhythm else [])
    share = {"is_there": 0.42, "why": 0.85, "mean": 0.25}[intent]
    if present and rng.random() < share:
        return rng.choice(present)
    if rng.random() < 0.5:
        return rng.choice(LIKELY_ASKED)
    return rng.choice(list(truth.catalogue))


def _fixed(truth: Truth, intent: str, question: str, patient: bool, rng: random.Random) -> Turn:
    if intent in ("own_rate", "own_qrs"):
        return _own_number(truth, intent, question, rng)
    if intent == "st_lead":
        lead = rng.choice(STANDARD_LEADS)
        return question.format(lead=lead), numbers.st_in_lead(truth.measurements, lead)
    if intent in numbers.INTERVALS:
        return question, numbers.interval_sentence(truth, intent)
    texts: Mapping[str, Callable[[], str]] = {
        "interpret": lambda: answers.interpret(truth, patient),
        "rhythm": lambda: answers.rhythm(truth, patient),
        "rate": lambda: answers.rate(truth, patient),
        "axis": lambda: numbers.axis(truth),
        "intervals": lambda: numbers.interval_list(truth) + ".",
        "st": lambda: numbers.st_t(truth.measurements),
        "normal": lambda: answers.normal(truth, patient),
        "danger": lambda: answers.danger(truth),
        "do": lambda: answers.danger(truth),
        "life": answers.life,
        "attack": lambda: answers.attack(truth, patient),
        "red_flag": lambda: answers.SEEK_HELP if patient else answers.SEEK_HELP_CLINICIAN,
        "dose": lambda: answers.NO_DOSE,
        "hello": lambda: answers.HELLO,
        "who": lambda: answers.WHO,
        "thanks": lambda: answers.THANKS,
        "quality": lambda: answers.quality(truth),
        "patient": lambda: answers.about_patient(truth),
        "off_topic": lambda: answers.OFF_TOPIC,
    }
    return question.format(topic=rng.choice(TOPICS)) if "{topic}" in question else question, texts[intent]()


def _own_number(truth: Truth, intent: str, question: str, rng: random.Random) -> Turn:
    key, low, high = ("heart_rate_bpm", 40, 180) if intent == "own_rate" else ("qrs_ms", 70, 180)
    measured = truth.measurements.get(key)
    near = measured is not None and rng.random() < 0.4
    theirs = round(measured) + rng.randint(-4, 4) if near and measured is not None else rng.randint(low, high)
    name = "rate" if intent == "own_rate" else "qrs"
    return question.format(n=theirs), answers.own_number(truth, name)


def _context(patient: PatientContext, rng: random.Random) -> PatientContext:
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


def _vary(question: str, rng: random.Random) -> str:
    """Small changes of the kind people make: case, punctuation, a greeting, a typo."""
    if rng.random() < 0.12:
        question = rng.choice(("Please: ", "Doctor, ", "Hello. ", "One question: ", "And ", "So, ", "Ok. ")) + question
    if rng.random() < 0.15:
        question = question.lower()
    if rng.random() < 0.15:
        question = question.rstrip("?.!")
    if len(question) > 8 and rng.random() < 0.05:
        k = rng.randrange(1, len(question) - 1)
        question = question[:k] + question[k + 1 :]
    return question
