"""ECG-QA questions to put to a model: the official files, or questions generated from PTB-XL's labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ecg_chat.conversation.tasks import NONE
from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ecgqa import NotAsked, Part, Question, Wording, answer_classes, questions
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.evaluation.ecg_qa_questions import question_set

K = TypeVar("K")


@dataclass(frozen=True)
class Posed:
    """One question about one record.

    Attributes
    ----------
    ecg_id, template_id : int
    question_type : str
        "single-verify", "single-choose" or "single-query".
    question : str
    answer : frozenset of str
        Right answer; empty for "none".
    classes : tuple of str
        What may be answered.
    """

    ecg_id: int
    template_id: int
    question_type: str
    question: str
    answer: frozenset[str]
    classes: tuple[str, ...]


def official_questions(
    folder: Path, wording: Wording, part: Part, bad: BadRows | None = None
) -> tuple[list[Posed], Counter[str]]:
    """Read the questions about single ECGs of one part.

    Parameters
    ----------
    folder : Path
    wording : {"template", "paraphrased"}
    part : {"train", "valid", "test"}
    bad : BadRows, optional
        What happens to questions that cannot be read, or whose template has no answers; refused unless it says skip.

    Returns
    -------
    questions : list of Posed
    left_out : Counter
        Questions that compare two ECGs, by type.
    """
    not_asked = NotAsked()
    classes = answer_classes(folder)
    bad = bad or BadRows()
    posed = []
    for question in questions(folder, wording, part, not_asked, bad=bad):
        if question.template_id in classes:
            posed.append(_official(question, classes[question.template_id]))
        else:
            reason = f"is of template {question.template_id}, for which answers_for_each_template.csv has no answers"
            bad.found("template without answers", f"question about {question.ecg_id}", reason)
    return posed, not_asked.comparisons


def _official(question: Question, classes: tuple[str, ...]) -> Posed:
    answer = frozenset(question.answers) - {NONE}
    named = tuple(name for name in classes if name != NONE)
    return Posed(question.ecg_id, question.template_id, question.question_type, question.text, answer, named)


def generated_questions(records: Sequence[Record], seed: int, per_answer: int) -> list[Posed]:
    """Draw questions in ECG-QA's wording about records; see `ecg_chat.evaluation.ecg_qa_questions`."""
    return [
        Posed(
            one.record.ecg_id,
            one.question.template_id,
            one.question.question_type,
            one.question.question,
            one.question.answer,
            one.question.classes,
        )
        for one in question_set(records, seed, per_answer)
    ]


@dataclass(frozen=True)
class ConstantAnswers:
    """The most frequent answer on training records: to the same question, else to its template, else to its type."""

    by_question: dict[str, frozenset[str]]
    by_template: dict[int, frozenset[str]]
    by_type: dict[str, frozenset[str]]

    @classmethod
    def of(cls, training: Sequence[Posed]) -> ConstantAnswers:
        """Count the answers of questions about training records."""
        return cls(
            _most_frequent([(q.question, q.answer) for q in training]),
            _most_frequent([(q.template_id, q.answer) for q in training]),
            _most_frequent([(q.question_type, q.answer) for q in training]),
        )

    def answer(self, posed: Posed) -> frozenset[str] | None:
        """Return what is answered without looking at the ECG; None for a type that training has no question of."""
        if posed.question in self.by_question:
            return self.by_question[posed.question]
        if posed.template_id in self.by_template:
            return self.by_template[posed.template_id]
        return self.by_type.get(posed.question_type)


def _most_frequent(pairs: Sequence[tuple[K, frozenset[str]]]) -> dict[K, frozenset[str]]:
    counts: dict[K, Counter[tuple[str, ...]]] = {}
    for key, answer in pairs:
        counts.setdefault(key, Counter())[tuple(sorted(answer))] += 1
    frequent = {}
    for key, of_key in counts.items():
        most = max(of_key.values())
        frequent[key] = frozenset(min(answer for answer, n in of_key.items() if n == most))
    return frequent
