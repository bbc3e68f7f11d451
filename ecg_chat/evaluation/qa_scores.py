"""Scores of answers to ECG-QA's questions: a set of names is right if it is the whole set, and otherwise wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ecg_chat.conversation.tasks import parse_list
from ecg_chat.evaluation.label_scores import shown
from ecg_chat.evaluation.qa_questions import Posed
from ecg_chat.evaluation.resampling import Floats, interval_by_record

K = TypeVar("K")
SHOWN = 20
ALL = "all"
HOW = (
    "An answer is right if the set of names it gives is exactly the set that holds (exact match); an answer not "
    "made of the template's names is wrong. Mean over types: of the three question types, each weighing the same. "
    "Constant answer: the most frequent one on training records, to the same question, else to its template."
)


@dataclass(frozen=True)
class Answered:
    """What was answered to a question: the text, and the names in it; None where it cannot be understood."""

    posed: Posed
    text: str
    names: frozenset[str] | None

    @classmethod
    def of(cls, posed: Posed, text: str) -> Answered:
        """Read an answer."""
        return cls(posed, text, parse_answer(text, posed.classes))

    @property
    def right(self) -> bool:
        """Whether the set is exactly the right one."""
        return self.names == self.posed.answer


def parse_answer(text: str, classes: Sequence[str]) -> frozenset[str] | None:
    """Read the names in an answer; None if it is made of anything else."""
    return parse_list(text, classes)


def qa_scores(answered: Sequence[Answered]) -> dict[str, object]:
    """Score answers by question type and by template.

    Returns
    -------
    dict
        ``types`` and ``templates``, each key → ``n``, ``unparsed`` and ``exact match`` with its interval by record;
        ``mean over types``; ``not understood``: the most frequent such answers.
    """
    types = _by(answered, lambda a: a.posed.question_type)
    failed = Counter(a.text for a in answered if a.names is None)
    return {
        "types": {ALL: _score(answered)} | {name: _score(rows) for name, rows in sorted(types.items())},
        "mean over types": _mean_over_types(answered, sorted(types)),
        "templates": {
            str(number): _score(rows) for number, rows in sorted(_by(answered, lambda a: a.posed.template_id).items())
        },
        "not understood": [[text, n] for text, n in failed.most_common(SHOWN)],
    }


def _by(answered: Sequence[Answered], key: Callable[[Answered], K]) -> Mapping[K, list[Answered]]:
    found: dict[K, list[Answered]] = {}
    for one in answered:
        found.setdefault(key(one), []).append(one)
    return found


def _score(answered: Sequence[Answered]) -> dict[str, object]:
    sums = _sums(answered, [ALL], lambda _: ALL)
    return {
        "n": len(answered),
        "unparsed": sum(a.names is None for a in answered),
        "exact match": _shown(sums),
    }


def _mean_over_types(answered: Sequence[Answered], types: Sequence[str]) -> dict[str, object]:
    return _shown(_sums(answered, types, lambda a: a.posed.question_type))


def _shown(sums: Floats) -> dict[str, object]:
    value = float(_mean_share(sums.sum(axis=0, keepdims=True))[0])
    return shown(value, interval_by_record(_mean_share, sums))


def _sums(answered: Sequence[Answered], groups: Sequence[str], group_of: Callable[[Answered], str]) -> Floats:
    """Right answers of each group, then questions of each group; one row a record."""
    rows: dict[int, Floats] = {}
    for one in answered:
        row = rows.setdefault(one.posed.ecg_id, np.zeros(2 * len(groups)))
        k = list(groups).index(group_of(one))
        row[k] += one.right
        row[len(groups) + k] += 1
    return np.stack(list(rows.values())) if rows else np.zeros((0, 2 * len(groups)))


def _mean_share(totals: Floats) -> Floats:
    """Mean over groups of the share of right answers; NaN where a group has no question."""
    right, asked = np.split(totals, 2, axis=1)
    shares = np.divide(right, asked, out=np.full_like(right, np.nan), where=asked > 0)
    mean: Floats = shares.mean(axis=1) if shares.shape[1] else np.full(len(shares), np.nan)
    return mean
