"""Answers to questions with a fixed set of answers, as what was looked up calls for.

Labels would teach the language model what to answer *on average* beside a line such as "raised": with a thousand
noisy examples it learnt little of that. What the line calls for is decided here once, by rules that were chosen on
training records that the encoder did not see and on fold 9 (docs/lab-notes.md), and the model learns to read the line.
"""

from __future__ import annotations

from ecg_chat.chat.looked_up import LookedUp
from ecg_chat.conversation.evidence import LEVELS
from ecg_chat.conversation.tasks import CLASSES, LETTERS, Choose, Task, classification_answer
from ecg_chat.datasets.generated_ecg_qa import NO, YES, Question

BOTH_FROM = LEVELS.index("much raised")
"""Of two things that are asked about, both are named when the weaker one reaches this level."""


def ecg_qa_answer(question: Question, found: LookedUp) -> str:
    """Return the answer to a question in ECG-QA's wording; the label's where nothing was looked up."""
    if question.question_type == "single-verify":
        if found.kind == "list":  # "any diagnostic symptoms"
            return YES if found.items else NO
        if found.kind != "named" or not found.items:
            return question.answer_text
        return NO if found.items[0].level in (None, "unlikely") else YES
    if question.question_type == "single-choose":
        return _written(question, _chosen(found)) if found.kind == "choice" else question.answer_text
    if found.kind != "list":
        return question.answer_text
    return _written(question, [item.name for item in found.items] or [name for name in [found.strongest] if name])


def _chosen(found: LookedUp) -> list[str]:
    """Return the names that a choice calls for."""
    levels = {item.name: item.level for item in found.items}
    if levels[found.strongest] in (None, "unlikely"):
        return []
    both = all(level is not None and LEVELS.index(level) <= BOTH_FROM for level in levels.values())
    return list(levels) if both else [found.strongest]


def _written(question: Question, names: list[str]) -> str:
    """Write names in the order and case of the question's classes; what an empty answer is called is its own class."""
    by_name = {name.lower(): name for name in question.classes}
    found = frozenset(by_name[name] for name in names if name in by_name)
    nothing = question.nothing if question.question_type == "single-query" else ""
    return question.written(found or (frozenset({nothing}) if nothing else frozenset()))


def class_answer(task: Task, choose: Choose, found: LookedUp) -> str:
    """Return the answer to a classification prompt: those that stand out, or the strongest one."""
    letters = [item.name for item in found.items if item.stands_out] if choose == "all" else []
    chosen = letters or [found.strongest]
    codes = [code for letter, code in zip(LETTERS, CLASSES[task], strict=True) if letter in chosen]
    return classification_answer(task, codes)
