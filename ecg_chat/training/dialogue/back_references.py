"""Questions about what was said before ("what does that mean?"), which name nothing themselves."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ecg_chat.chat.question_kind import UNCLEAR
from ecg_chat.chat.question_notes import EXPLAINED, WITH_LEADS, with_notes
from ecg_chat.conversation.types import Message
from ecg_chat.training.dialogue import numbers
from ecg_chat.training.dialogue.measure_questions import TERMS
from ecg_chat.training.dialogue.phrases import questions
from ecg_chat.training.dialogue.refusals import NOT_SURE_TOPIC
from ecg_chat.training.dialogue.statement_turns import answer_about
from ecg_chat.training.dialogue.truth import Truth

AGAIN = ("why_again", "mean_again", "which_leads_again", "sure_again")
TRIES = 6
_TERM_OF = {
    "PR interval": "pr",
    "QRS duration": "qrs",
    "QTc": "qtc",
    "QRS axis": "axis",
    "ST": "st",
    "T wave": "t",
    "P wave": "p",
}


def back_turn(
    truth: Truth, before: Sequence[Message], facts: str, rng: random.Random, *, patient: bool
) -> tuple[str, str] | None:
    """Return a question about what was said before, and its answer; None if no phrase is understood so.

    Parameters
    ----------
    truth : Truth
    before : sequence of Message
        The conversation so far.
    facts : str
        Of the prompt; what the topic is, is found by the same function as in the chat.
    rng : random.Random
    patient : bool
        Whether a patient asks.
    """
    for _ in range(TRIES):
        intent = rng.choice(AGAIN)
        question = rng.choice(questions()[intent])
        asked = with_notes([*before, Message("user", question)], truth.network, facts)[-1]
        if asked.asked_code:
            return question, answer_about(truth, intent.removesuffix("_again"), asked.asked_code, patient)
        answer = _without_statement(truth, intent, asked.note)
        if answer:
            return question, answer
    return None


def _without_statement(truth: Truth, intent: str, note: str) -> str:
    kind, _, measure = note.removeprefix("kind: ").partition("; about ")
    if kind == UNCLEAR:
        return NOT_SURE_TOPIC
    if intent == "mean_again" and measure in EXPLAINED:
        return TERMS[_TERM_OF[measure]][1]
    if intent == "which_leads_again" and measure in WITH_LEADS:
        return "<|st_t|>" if measure == "ST" else numbers.t_inverted(truth.measurements)
    return ""
