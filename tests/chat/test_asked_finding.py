"""Findings that people ask about without their names."""

import pytest

from ecg_chat.chat.asked_finding import asked_finding
from ecg_chat.chat.looked_up import look_up, note_for
from ecg_chat.chat.named_findings import named_in_lay_words
from ecg_chat.conversation.evidence import NetworkEvidence, class_name
from ecg_chat.datasets.ptbxl import SUPERCLASSES
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.training.dialogue.phrases import lay_questions

EVIDENCE = NetworkEvidence(
    dict.fromkeys(load_catalogue(), 0.02) | {class_name(one): 0.1 for one in SUPERCLASSES} | {"CLBBB": 0.9},
    usual=dict.fromkeys(load_catalogue(), 0.05),
)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Is the wiring on the left side of my heart blocked?", "CLBBB"),
        ("Are the top chambers of my heart quivering?", "AFIB"),
        ("Has the muscle of the main pumping chamber on the left got too thick?", "LVH"),
        ("Do you see extra beats from the bottom chambers?", "PVC"),
        ("Can you see spikes from my pacemaker before the beats?", "PACE"),
        ("are my t waves upside down", "INVT"),
    ],
)
def test_lay_words_are_understood_and_the_answer_is_about_the_finding(question, code):
    subject = look_up(question, EVIDENCE).subject
    assert subject is not None
    assert subject.key == code


def test_the_line_says_the_name_that_the_question_did_not():
    line = note_for("Is the wiring on the left side of my heart blocked?", EVIDENCE)
    assert line == "kind: is there; complete left bundle branch block: likely"


@pytest.mark.parametrize(
    "question",
    [
        "What is my heart rate?",
        "Can I go skiing?",
        "Tell me a joke about the left side.",
        "How much aspirin should I take?",
        "Hello!",
        "",
    ],
)
def test_questions_about_something_else_name_nothing(question):
    assert asked_finding(question) == ""
    assert named_in_lay_words(question) == []


def test_a_name_goes_before_what_lay_words_may_mean():
    found = look_up("My heart quivers at the top. Is there left ventricular hypertrophy?", EVIDENCE)
    assert [item.key for item in found.items] == ["LVH"]


def test_every_lay_question_is_about_something_that_encoders_speak_of():
    assert set(lay_questions()) <= set(EVIDENCE.probabilities)
