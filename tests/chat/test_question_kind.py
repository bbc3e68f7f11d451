"""What kind of question is asked, for the language model to read."""

import numpy as np
import pytest

from ecg_chat.chat import question_kind as module
from ecg_chat.chat.question_classifier import BUCKETS, QuestionClassifier, features_of
from ecg_chat.chat.question_kind import SURE_FROM, question_kind, question_kinds
from ecg_chat.chat.question_notes import note_for
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.tasks import classification_question

EVIDENCE = NetworkEvidence(
    {"LVH": 0.02, "AFIB": 0.03, "class MI": 0.1, "class CD": 0.1}, usual={"LVH": 0.1, "AFIB": 0.07}
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Write me a few verses about the moon", "off topic"),
        ("how many mg of bisoprolol should I take", "medicine"),
        ("could you give me your overall interpretation of this tracing", "interpret"),
        ("Is it safe for me to drive?", "daily life"),
        ("my chest hurts badly and I am sweating", "emergency"),
        ("thanks a lot for the help!", "thanks"),
        ("Is there any evidence of AF here?", "is there"),
        ("What does LVH mean?", "mean"),
        ("What speaks for LVH?", "why"),
        ("Can we exclude LVH?", "rule out"),
        ("how long is the pr interval", "PR interval"),
    ],
)
def test_plain_questions_are_recognised(question, kind):
    assert question_kind(question) == kind


def test_the_kind_stands_before_what_is_looked_up():
    assert note_for("What does LVH mean?", EVIDENCE) == "kind: mean; lvh (left ventricular hypertrophy): unlikely"
    assert note_for("how long is the pr interval?", EVIDENCE) == "kind: PR interval; about PR interval"


@pytest.mark.parametrize(
    "question",
    [
        "Does this ECG show symptoms of left ventricular hypertrophy?",
        "Is atrial fibrillation present in this ECG?",
        "Which symptom does this ECG show, myocardial infarction or conduction disturbance?",
        classification_question("diagnostic", "one"),
    ],
)
def test_questions_with_answers_of_a_fixed_form_get_no_kind(question):
    assert "kind:" not in note_for(question, EVIDENCE)


def test_the_name_of_a_finding_is_one_word_to_it():
    assert np.array_equal(features_of("Is there LVH?"), features_of("Is there atrial fibrillation?"))
    assert not np.array_equal(features_of("Is there LVH?"), features_of("Why LVH?"))


def test_nothing_is_said_where_no_kind_is_probable_enough(monkeypatch):
    n = int(1 / SURE_FROM) + 1
    even = QuestionClassifier(tuple("abcdefghij"[:n]), np.zeros((n, BUCKETS), np.float32), np.zeros(n, np.float32))
    monkeypatch.setattr(module, "question_kinds", lambda: even)
    assert question_kind("Anything") == ""


def test_a_question_of_no_word_is_of_a_known_kind_or_none():
    assert question_kind("") in ("", *question_kinds().labels)


def test_a_slip_of_the_pen_changes_no_kind():
    assert question_kind("Is there atrial fibrilation?") == question_kind("Is there atrial fibrillation?") == "is there"
