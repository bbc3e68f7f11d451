"""What a message tells beside its question is not what it asks for."""

import pytest

from ecg_chat.chat.asking_part import asking_part
from ecg_chat.chat.question_notes import note_for
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.statements.catalogue import load_catalogue

EVIDENCE = NetworkEvidence(dict.fromkeys(load_catalogue(), 0.02) | {"AFIB": 0.9, "CLBBB": 0.9})


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("What is the rate?", "What is the rate?"),
        ("My father had AF. Is my heart rate normal?", "Is my heart rate normal?"),
        ("Is my heart rate normal? My father had AF.", "Is my heart rate normal?"),
        ("On bisop. Rate?\nThanks.", "Rate?"),
        ("Rate, please. On bisop.", "Rate, please. On bisop."),  # nothing says which of both asks
        ("Is it AF? Or flutter?", "Is it AF? Or flutter?"),
        ("Is this normal? Please give me the PR interval.", "Is this normal? Please give me the PR interval."),
        ("Who are you? Tell me the rate.", "Who are you? Tell me the rate."),
        ("I like tea. What is the rate? I gave blood.", "What is the rate?"),
        ("", ""),
    ],
)
def test_the_only_question_is_the_part_that_asks(message, part):
    assert asking_part(message) == part


@pytest.mark.parametrize(
    ("message", "wanted", "unwanted"),
    [
        ("My father had atrial fibrillation. What is my heart rate?", "about heart rate", "fibrillation"),
        ("What is my heart rate? My father had atrial fibrillation.", "about heart rate", "fibrillation"),
        ("Known LBBB. How long is the QTc?", "about QTc", "lbbb"),
        ("The QRS was 148 last year. How long is the PR interval?", "about PR interval", "QRS"),
        ("My PR was long once. Is there atrial fibrillation?", "fibrillation: likely", "PR"),
        ("My mother has left bundle branch block. What is the rhythm?", "rhythm", "bundle"),
        ("My mother has left bundle branch block. Is this ECG normal?", "normal", "bundle"),
        ("My watch found AFib. Is there left bundle branch block?", "left bundle branch block): likely", "afib"),
        ("My mother has left bundle branch block. Do I have atrial fibrillation?", "fibrillation: likely", "bundle"),
    ],
)
def test_what_is_only_told_is_not_looked_up(message, wanted, unwanted):
    line = note_for(message, EVIDENCE)
    assert wanted in line
    assert unwanted not in line


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("You said left bundle branch block. Why?", "left bundle branch block): likely"),
        ("The doctor said I have atrial fibrillation. What does that mean?", "atrial fibrillation: likely"),
        ("I get about 220 for the PR by hand. What have you got?", "about PR interval"),
        ("PR 240. Is this abnormal in an athlete?", "about PR interval"),
        ("My watch found AFib. Is my watch wrong?", "afib (atrial fibrillation): likely"),
        ("But isn't that a normal rhythm? You said atrial fibrillation.", "atrial fibrillation: likely"),
    ],
)
def test_a_question_that_names_nothing_may_be_about_what_was_told(message, wanted):
    assert wanted in note_for(message, EVIDENCE)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("Is this normal? Please give me the PR interval.", "about PR interval"),
        ("Is the tracing readable? If so, rule out left bundle branch block.", "left bundle branch block): likely"),
        ("Is the recording good enough? I want to know if there is atrial fibrillation.", "fibrillation: likely"),
        ("Who are you? Tell me if there is atrial fibrillation.", "fibrillation: likely"),
        ("Are you an AI? Just tell me the heart rate.", "about heart rate"),
        ("Would you interpret this ECG? Query atrial fibrillation.", "fibrillation: likely"),
    ],
)
def test_a_request_needs_no_question_mark(message, wanted):
    assert wanted in note_for(message, EVIDENCE)


@pytest.mark.parametrize(
    "message",
    [
        "AF known, wide complexes. Ventricular tachycardia?",
        "LBBB known. Any sign of pericarditis?",
        "My dad has AF. Do I have heart failure?",
    ],
)
def test_a_condition_that_is_not_known_here_is_not_answered_with_a_known_one(message):
    assert note_for(message, EVIDENCE).startswith("kind: unclear")
