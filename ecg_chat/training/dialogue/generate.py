"""Put questions and answers together into conversations, with varied wording and a seed."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ecg_chat.chat.question_notes import with_notes
from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.slots import refer_to_asked
from ecg_chat.conversation.types import Audience, Conversation, Message
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.training.dialogue import answers, numbers, presence, symptom_talk
from ecg_chat.training.dialogue.back_references import back_turn
from ecg_chat.training.dialogue.comparisons import compared_turn
from ecg_chat.training.dialogue.measure_questions import MEASURES, measure_question, term_turn
from ecg_chat.training.dialogue.phrases import TOPICS, questions
from ecg_chat.training.dialogue.refusals import NOT_SURE_TOPIC, refusal
from ecg_chat.training.dialogue.report import report
from ecg_chat.training.dialogue.statement_turns import NAMED_INTENTS, group_turn, named_turn
from ecg_chat.training.dialogue.symptom_talk import ASKED, REPLIES, Kind, Reaction, StepName
from ecg_chat.training.dialogue.truth import Truth
from ecg_chat.training.dialogue.variation import context, vary
from ecg_chat.training.dialogue.wording import EVIDENCE

OPENERS = (
    "interpret",
    "interpret",
    "interpret",
    "rhythm",
    "is_there",
    "normal",
    "intervals",
    "hello",
    "report",
    "group",
    "normal",
    "off_topic",
)
INTENTS: Mapping[str, float] = {
    "is_there": 6.0, "group": 3.0, "why": 1.5, "mean": 3.5, "which_leads": 0.8, "sure": 0.8, "rhythm": 1.8, "rate": 1.5, "axis": 1.0,
    "intervals": 1.2, "PR interval": 1.0, "QRS duration": 1.0, "QTc": 1.0, "P wave": 0.4, "st": 1.8, "st_lead": 1.0, "t": 0.8, "t_lead": 0.8,
    "term": 1.2, "normal": 3.0, "abnormal": 1.5, "rule_out": 1.2,
    "danger": 2.5, "do": 1.6, "watch": 0.4, "life": 1.0, "attack": 1.0, "own": 2.0, "earlier": 1.0, "over": 1.4, "red_flag": 1.4,
    "dose": 1.0, "decide": 1.0, "promise": 0.6, "who": 0.8, "thanks": 0.5, "quality": 0.9, "patient": 0.3, "off_topic": 3.0,
    "unclear": 0.3, "interpret": 1.5, "report": 1.0, "german_report": 0.15, "hello": 0.3,
}  # fmt: skip
OPENER_SHARE = 0.4
"""How often a conversation opens as most do; else with anything."""
PATIENT_SHARE = 0.4
FEEL_SHARE = 0.1
"""How often a patient tells a mild symptom unasked."""
REPLY_SHARE = 0.85
"""How often a patient answers the question that is open; else something else is asked and the questions are over."""
REPLY_WEIGHTS: Mapping[Kind, float] = {
    "no": 3,
    "unsure": 3,
    "mild": 3,
    "yes": 3,
    "worse": 3,
    "decline": 0.6,
    "red": 1.2,
}
ASK_BACK = ("interpret", "danger", "do")
"""After these a patient is asked for symptoms, once a conversation, unless the context states them."""
AGAIN_SHARE = 0.15
"""How often a question is about what was said before."""


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
    audience: Audience = "patient" if rng.random() < PATIENT_SHARE else "clinician"
    patient = context(truth.patient, rng)
    facts = describe(truth.measurements, truth.judgements, patient, truth.network.probabilities)
    talk = _Talk(dataclasses.replace(truth, patient=patient), facts, audience == "patient", rng)
    messages: list[Message] = []
    for _ in range(turns):
        question, answer = talk.turn(messages)
        messages += [Message("user", vary(question, rng)), Message("assistant", answer)]
    return Conversation(_with_references(with_notes(messages, truth.network, facts)), patient, audience, facts)


def _with_references(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Let each answer refer to the statement that its question is about.

    Small changes to a question can hide its finding; what speaks for it is then not known to the program either.
    """
    questions_before = [Message("user", ""), *messages]
    told = []
    for message, before in zip(messages, questions_before, strict=False):
        text = message.text
        if message.role == "assistant":
            unknown = EVIDENCE in text and not before.asked_code
            text = NOT_SURE_TOPIC if unknown else refer_to_asked(text, before.asked, before.asked_code)
        told.append(dataclasses.replace(message, text=text))
    return tuple(told)


@dataclass
class _Talk:
    """A conversation while it is made.

    ``pending`` is the question to the patient that is open.
    """

    truth: Truth
    facts: str
    patient: bool
    rng: random.Random
    pending: StepName | None = None
    asked: bool = False
    unwell: bool = False

    def turn(self, before: Sequence[Message]) -> tuple[str, str]:
        """Make the next question and its answer."""
        if self.pending is not None and self.rng.random() < REPLY_SHARE:
            return self._reply(self.pending)
        self.pending = None
        if self.patient and self.rng.random() < FEEL_SHARE:
            return self._feel()
        if before and self.rng.random() < AGAIN_SHARE:
            about = back_turn(self.truth, before, self.facts, self.rng, patient=self.patient)
            if about is not None:
                return about
        intent = self._intent(first=not before)
        question, answer = self._about(intent)
        if intent in ASK_BACK and self.patient and not self.asked and not self.truth.patient.symptoms:
            self.asked, self.pending = True, "symptoms"
            answer = f"{answer} {ASKED['symptoms']}"
        return question, answer

    def _intent(self, *, first: bool) -> str:
        if first and self.rng.random() < OPENER_SHARE:
            return self.rng.choice(OPENERS)
        return self.rng.choices(list(INTENTS), list(INTENTS.values()))[0]

    def _reply(self, step: StepName) -> tuple[str, str]:
        kinds = list(REPLIES[step])
        kind = self.rng.choices(kinds, [REPLY_WEIGHTS[k] for k in kinds])[0]
        reaction = symptom_talk.react(self.truth, step, kind, unwell=self.unwell)
        return self.rng.choice(REPLIES[step][kind]), self._take(reaction)

    def _feel(self) -> tuple[str, str]:
        return self.rng.choice((*symptom_talk.MILD, *questions()["mild"])), self._take(symptom_talk.opened_by_symptom())

    def _take(self, reaction: Reaction) -> str:
        self.asked, self.pending, self.unwell = True, reaction.pending, reaction.unwell
        return reaction.text

    def _about(self, intent: str) -> tuple[str, str]:
        if intent in NAMED_INTENTS:
            return named_turn(self.truth, intent, self.patient, self.rng)
        if intent == "group":
            return group_turn(self.truth, self.patient, self.rng)
        if intent in ("own", "earlier", "over"):
            return compared_turn(self.truth, intent, self.rng)
        return self._fixed(intent)

    def _fixed(self, intent: str) -> tuple[str, str]:
        if intent == "term":
            return term_turn(self.rng)
        question = self._question(intent)
        refused = refusal(intent, self.patient)
        if refused is not None:
            return question, refused
        if intent == "st_lead":
            lead = self.rng.choice(STANDARD_LEADS)
            return question.format(lead=lead), numbers.st_in_lead(self.truth.measurements, lead)
        if intent == "t_lead":
            lead = self.rng.choice(STANDARD_LEADS)
            return question.format(lead=lead), numbers.t_inverted(self.truth.measurements)
        if intent in numbers.INTERVALS:
            return question, numbers.interval_sentence(self.truth, intent)
        return question, _ANSWERS[intent](self.truth, self.patient)

    def _question(self, intent: str) -> str:
        if intent in MEASURES:
            return measure_question(intent, self.rng)
        audience = "patient" if self.patient else "clinician"
        question = self.rng.choice(questions().get(f"{intent}_{audience}", questions()[intent]))
        return question.format(topic=self.rng.choice(TOPICS)) if "{topic}" in question else question


_ANSWERS: Mapping[str, Callable[[Truth, bool], str]] = {
    "interpret": answers.interpret,
    "report": lambda truth, patient: report(truth),
    "german_report": lambda truth, patient: report(truth),  # in English: see `ecg_chat.chat.question_notes.SAME_AS`
    "rhythm": answers.rhythm,
    "rate": answers.rate,
    "axis": lambda truth, patient: numbers.axis(truth),
    "intervals": lambda truth, patient: numbers.interval_list(truth) + ".",
    "st": lambda truth, patient: "<|st_t|>",
    "t": lambda truth, patient: numbers.t_inverted(truth.measurements),
    "normal": presence.normal,
    "abnormal": presence.abnormal,
    "danger": lambda truth, patient: answers.danger(),
    "do": lambda truth, patient: answers.danger(),
    "watch": lambda truth, patient: symptom_talk.watch(),
    "attack": answers.attack,
    "hello": lambda truth, patient: answers.HELLO,
    "who": lambda truth, patient: answers.WHO,
    "thanks": lambda truth, patient: answers.THANKS,
    "quality": lambda truth, patient: answers.quality(truth),
    "patient": lambda truth, patient: answers.about_patient(truth),
}
