"""A test set drawn as ECG-QA draws its own: by attribute and answer, so that no answer is right by its frequency.

In the official files a yes/no question about one attribute comes with twice as many ECGs for "no" as for "yes". Choices
and open questions are drawn here with equally many ECGs for each answer; how ECG-QA does that was not to be seen in the
files at hand, so figures on this set are near, not equal, to figures on the official test files.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecg_chat.datasets.generated_ecg_qa import (
    NO,
    Question,
    Topic,
    choose_question,
    lead_noise_topic,
    query_question,
    topics,
    verify_question,
)
from ecg_chat.datasets.ptbxl import Record

MAX_PAIRS = 12
"""Pairs of names that are drawn for the choices of one template."""


@dataclass(frozen=True)
class Asked:
    """A question about a record."""

    record: Record
    question: Question


def question_set(records: Sequence[Record], seed: int = 0, per_answer: int = 2) -> list[Asked]:
    """Draw questions about records.

    Parameters
    ----------
    records : sequence of Record
    seed : int
    per_answer : int
        ECGs for each attribute and answer; twice as many for "no".
    """
    rng = random.Random(seed)
    by_template: dict[tuple[int, int, int], list[tuple[Record, Topic]]] = {}
    for record in rng.sample(list(records), len(records)):
        about_lead = lead_noise_topic(record, rng)
        for topic in [*topics(record), *([about_lead] if about_lead else [])]:
            by_template.setdefault((topic.verify, topic.choose, topic.query), []).append((record, topic))
    asked: list[Asked] = []
    for (verify, choose, query), found in sorted(by_template.items(), key=lambda item: item[0]):
        asked += list(_verify(found, rng, per_answer)) if verify else []
        asked += list(_choose(found, rng, per_answer)) if choose else []
        asked += list(_query(found, rng, per_answer)) if query else []
    return asked


def _verify(found: Sequence[tuple[Record, Topic]], rng: random.Random, per_answer: int) -> Iterable[Asked]:
    for name in found[0][1].names:
        made = [Asked(record, verify_question(topic, rng, name)) for record, topic in _shuffled(found, rng)]
        drawn = _equal(made, per_answer, {NO: 2 * per_answer})
        if any(one.question.answer_text != NO for one in drawn):
            yield from drawn


def _choose(found: Sequence[tuple[Record, Topic]], rng: random.Random, per_answer: int) -> Iterable[Asked]:
    present = sorted({name for _, topic in found for name in topic.present})
    pairs = {tuple(rng.sample(present, 2)) for _ in range(3 * MAX_PAIRS)} if len(present) > 1 else set()
    for first, second in sorted(pairs)[:MAX_PAIRS]:
        made = [Asked(r, choose_question(t, rng, (first, second))) for r, t in _shuffled(found, rng)]
        yield from _equal(made, per_answer, {})


def _query(found: Sequence[tuple[Record, Topic]], rng: random.Random, per_answer: int) -> Iterable[Asked]:
    for name in ("", *found[0][1].names):
        having = [(r, t) for r, t in _shuffled(found, rng) if (name in t.present if name else not t.present)]
        yield from (Asked(r, query_question(t, rng)) for r, t in having[:per_answer])


def _equal(made: Sequence[Asked], per_answer: int, more: dict[str, int]) -> list[Asked]:
    """Take the first so many of each answer."""
    taken: dict[str, list[Asked]] = {}
    for one in made:
        of_answer = taken.setdefault(one.question.answer_text, [])
        if len(of_answer) < more.get(one.question.answer_text, per_answer):
            of_answer.append(one)
    return [one for answers in taken.values() for one in answers]


def _shuffled(found: Sequence[tuple[Record, Topic]], rng: random.Random) -> list[tuple[Record, Topic]]:
    return rng.sample(list(found), len(found))
