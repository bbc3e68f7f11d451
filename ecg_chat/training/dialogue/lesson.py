"""Everything that is asked about one training ECG in one step: a conversation and many separate questions.

All of them follow the same head (facts and ECG embeddings), so that the head is computed once.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable, Mapping

from ecg_chat.chat.looked_up import look_up
from ecg_chat.chat.question_notes import with_notes
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.tasks import CLASSES, TASKS, Choose, Task, classification_answer, classification_question
from ecg_chat.conversation.types import Conversation, Message
from ecg_chat.datasets.generated_ecg_qa import questions_of
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.training.dialogue.closed_answers import class_answer, ecg_qa_answer
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.truth import Truth, as_found

Branch = tuple[Message, ...]
RAREST_FIRST: Mapping[Task, tuple[str, ...]] = {
    "diagnostic": ("HYP", "CD", "STTC", "MI", "NORM"),
    "rhythm": ("SARRH", "STACH", "SBRAD", "AFIB", "SR"),
    "form": ("LNGQT", "DIG", "NST_", "NDT", "ABQRS"),
}
"""Where several classes are present and one is to be chosen, the rarer one of PTB-XL is."""


def lesson(truth: Truth, rng: random.Random, turns: int, questions: int) -> tuple[Conversation, list[Branch]]:
    """Make a conversation, and further questions that each stand alone after the same head.

    Parameters
    ----------
    truth : Truth
    rng : random.Random
    turns : int
        Of the conversation.
    questions : int
        In ECG-QA's wording; classification prompts come on top.
    """
    conversation = converse(truth, rng, turns)
    asked = [
        (q.question, ecg_qa_answer(q, look_up(q.question, truth.network)))
        for q in questions_of(truth.record, rng, questions)
    ]
    asked += _classification(truth, rng)
    branches = [(Message("user", question), Message("assistant", answer)) for question, answer in asked]
    return conversation, [with_notes(branch, truth.network) for branch in branches]


def _classification(truth: Truth, rng: random.Random) -> list[tuple[str, str]]:
    """Return a prompt to choose one class, where any is present, and one to name all."""
    pairs = []
    task = rng.choice(TASKS)
    present = classes_of(truth.record.codes, task)
    if present:
        one = next(code for code in RAREST_FIRST[task] if code in present)
        pairs.append(_prompt(task, "one", [one], truth))
    task = rng.choice(("diagnostic", *TASKS))
    return [*pairs, _prompt(task, "all", classes_of(truth.record.codes, task), truth)]


def _prompt(task: Task, choose: Choose, labels: Iterable[str], truth: Truth) -> tuple[str, str]:
    """Return a prompt and its answer: what was looked up calls for it, or the labels where nothing was."""
    question = classification_question(task, choose)
    found = look_up(question, truth.network)
    return question, class_answer(task, choose, found) if found.items else classification_answer(task, labels)


def classes_of(codes: Mapping[str, float], task: Task) -> frozenset[str]:
    """Return which classes of a task a record's codes belong to, whatever their likelihood."""
    if task == "diagnostic":
        return frozenset(load_catalogue()[code].superclass for code in codes) & frozenset(CLASSES[task])
    return frozenset(codes) & frozenset(CLASSES[task])


def with_network(
    truth: Truth,
    probabilities: Mapping[str, float],
    usual: Mapping[str, float] | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> Truth:
    """Say what an encoder gave each code, superclass and attribute, and let the conversation speak of that.

    Without probabilities the labels stay what is spoken of.
    """
    network = NetworkEvidence.of(probabilities, truth.judgements, usual or {}, thresholds or {})
    return as_found(truth, network) if probabilities else dataclasses.replace(truth, network=network)
