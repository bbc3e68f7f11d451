"""The classifier of questions is made of the phrases for training."""

from collections import Counter

import numpy as np

from ecg_chat.chat import question_kind
from ecg_chat.training.question_kinds import (
    KIND_OF,
    QuestionRecipe,
    examples,
    save_question_kinds,
    train_question_kinds,
)

SHORT = QuestionRecipe(variants=1, steps=40)


def test_every_kind_has_examples_and_no_placeholder_is_left():
    pairs = list(examples(SHORT))
    assert not [question for question, _ in pairs if "{" in question]
    counts = Counter(kind for _, kind in pairs)
    assert set(KIND_OF.values()) <= set(counts)
    assert min(counts.values()) > 5


def test_it_learns_to_tell_kinds_apart_and_survives_storing(tmp_path, monkeypatch):
    classifier = train_question_kinds(SHORT)
    pairs = list(examples(QuestionRecipe(variants=1, seed=1)))[::25]
    right = np.mean([classifier.kind(question) == kind for question, kind in pairs])
    assert right > 0.6
    save_question_kinds(classifier, SHORT, tmp_path)
    monkeypatch.setattr(question_kind, "FOLDER", tmp_path)
    question_kind.question_kinds.cache_clear()
    stored = question_kind.question_kinds()
    question_kind.question_kinds.cache_clear()
    assert stored.kinds == classifier.kinds
    assert [stored.kind(q) for q, _ in pairs[:40]] == [classifier.kind(q) for q, _ in pairs[:40]]


def test_the_same_seed_gives_the_same_examples():
    assert list(examples(SHORT))[:200] == list(examples(SHORT))[:200]
