"""The classifiers of questions are made of the phrases for training."""

import errno
import os
from collections import Counter

import numpy as np
import pytest

from ecg_chat.chat.asked_finding import FINDINGS_FILE, NOTHING
from ecg_chat.chat.asking_part import asked_kind
from ecg_chat.chat.named_findings import named_by_anybody
from ecg_chat.chat.question_classifier import load_classifier, save_checksums
from ecg_chat.chat.question_kind import KINDS_FILE
from ecg_chat.errors import ModelError
from ecg_chat.training import question_kinds
from ecg_chat.training.dialogue.phrases import lay_questions
from ecg_chat.training.dialogue.variation import told_before
from ecg_chat.training.question_kinds import (
    KIND_OF,
    QuestionRecipe,
    finding_examples,
    kind_examples,
    save_classifier,
    train_classifier,
)

SHORT = QuestionRecipe(variants=1, among_statements=1, steps=40)
MAKERS = pytest.mark.parametrize("examples", [kind_examples, finding_examples])


def test_every_kind_has_examples():
    counts = Counter(kind for _, kind in kind_examples(SHORT))
    assert set(KIND_OF.values()) <= set(counts)
    assert min(counts.values()) > 5


def test_every_finding_has_examples_that_do_not_name_it():
    pairs = list(finding_examples(SHORT))
    counts = Counter(finding for _, finding in pairs)
    assert set(counts) == {NOTHING, *lay_questions()}
    assert min(counts.values()) > 5
    named = [question for question, finding in pairs if finding != NOTHING and named_by_anybody(question)]
    assert len(named) < len(pairs) / 100  # a small change may make a name


@MAKERS
def test_no_placeholder_is_left(examples):
    assert not [question for question, _ in examples(SHORT) if "{" in question]


def test_statements_around_a_question_ask_nothing():
    assert len(set(told_before())) == len(told_before()) > 400
    assert [text for text in told_before() if "?" in text] == []


def test_a_question_stands_among_statements_in_some_of_its_variants():
    among = QuestionRecipe(variants=1, among_statements=3)
    told = [q for q, kind in kind_examples(among) if kind == "QRS axis"]
    alone = [q for q, kind in kind_examples(QuestionRecipe(variants=1, among_statements=0)) if kind == "QRS axis"]
    around = [q for q in told if any(statement in q for statement in told_before())]
    assert len(told) > 2 * len(alone)
    assert len(around) > 0.6 * len(told)
    assert not any(statement in q for q in alone for statement in told_before())


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Mum has a pacemaker. Is my heart beating evenly?", "rhythm"),
        ("72M on bisop 2.5 and apixaban. Rate?", "heart rate"),
        ("How long is the QTc? Started on citalopram 20 mg.", "QTc"),
        ("The machine printed LBBB. How wide is the QRS?", "QRS duration"),
        ("My neighbour died of a heart attack. Is my ECG normal?", "normal"),
        ("I ride my bike to work. Can you tell me what this ECG shows?", "interpret"),
    ],
)
def test_the_shipped_classifier_knows_what_is_asked_among_statements(message, kind):
    assert asked_kind(message) == kind


def test_an_emergency_is_not_talked_away_by_the_question_after_it():
    assert asked_kind("I have crushing chest pain right now and I am sweating. Is my ECG normal?") == "emergency"


@MAKERS
def test_the_same_seed_gives_the_same_examples(examples):
    assert list(examples(SHORT))[:200] == list(examples(SHORT))[:200]


@MAKERS
def test_it_learns_to_tell_them_apart_and_survives_storing(tmp_path, examples):
    classifier = train_classifier(list(examples(SHORT)), SHORT)
    pairs = list(examples(QuestionRecipe(variants=1, seed=1)))[::25]
    right = np.mean([classifier.most_probable(question)[0] == label for question, label in pairs])
    assert right > 0.6
    save_classifier(classifier, tmp_path / "stored.npz")
    save_checksums(tmp_path, ["stored.npz"])
    stored = load_classifier(tmp_path / "stored.npz")
    assert stored.labels == classifier.labels
    same = [stored.most_probable(q)[0] == classifier.most_probable(q)[0] for q, _ in pairs]
    assert np.mean(same) > 0.98


def test_the_step_writes_classifiers_that_load(tmp_path, monkeypatch):
    monkeypatch.setattr(question_kinds, "kind_examples", lambda _: iter([("what is the rate?", "rate")] * 3))
    monkeypatch.setattr(question_kinds, "finding_examples", lambda _: iter([("is it fast?", "STACH")] * 3))
    question_kinds.questions_step(SHORT, tmp_path / "questions")
    for name in (KINDS_FILE, FINDINGS_FILE):
        assert load_classifier(tmp_path / "questions" / name).labels


def test_a_full_disk_leaves_the_classifiers_that_were_there(tmp_path, monkeypatch):
    folder = tmp_path / "questions"
    monkeypatch.setattr(question_kinds, "kind_examples", lambda _: iter([("what is the rate?", "rate")] * 3))
    monkeypatch.setattr(question_kinds, "finding_examples", lambda _: iter([("is it fast?", "STACH")] * 3))
    question_kinds.questions_step(SHORT, folder)
    (folder / "card.md").write_text("# questions\n")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(question_kinds, "save_checksums", full)
    with pytest.raises(ModelError, match=r"questions could not be written \(No space left on device\)"):
        question_kinds.questions_step(QuestionRecipe(steps=3, variants=1, seed=9), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["questions"]
