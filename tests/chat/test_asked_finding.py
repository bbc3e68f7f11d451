"""Findings that people ask about without their names."""

import pytest

from ecg_chat.chat.asked_finding import asked_finding
from ecg_chat.chat.looked_up import look_up
from ecg_chat.chat.named_findings import ABOUT_A_FINDING, longest, named_by_anybody, named_in_lay_words
from ecg_chat.chat.question_kind import UNCLEAR, question_kinds
from ecg_chat.chat.question_notes import note_for
from ecg_chat.conversation.evidence import NetworkEvidence, class_name
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES
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


@pytest.mark.parametrize(
    "question",
    [
        "Is it ventricular tachycardia?",
        "Are my lower chambers just quivering?",
        "Is there a pause in it?",
        "Is a valve leaking?",
    ],
)
def test_a_finding_that_is_not_known_here_is_not_taken_for_another(question):
    assert look_up(question, EVIDENCE).items == ()


@pytest.mark.parametrize("question", ["Is it ventricular tachycardia?", "Is there pericarditis?", "any VT?"])
def test_no_yes_or_no_is_asked_of_the_model_about_it(question):
    assert note_for(question, EVIDENCE) == "kind: unclear"


def test_beside_a_known_finding_that_one_is_answered():
    assert "sinus tachycardia" in note_for("Is it sinus tachycardia or ventricular tachycardia?", EVIDENCE)


def test_kinds_that_are_about_a_finding_are_kinds():
    assert {*ABOUT_A_FINDING, UNCLEAR} <= set(question_kinds().labels)


@pytest.mark.parametrize("code", sorted(code for code in lay_questions() if code in load_catalogue()))
def test_what_a_lay_question_names_is_its_own_finding(code):
    for question in lay_questions()[code]:
        named = longest(named_by_anybody(question))
        assert not named or any(code in one.keys for one in named), question


def test_an_infarct_of_a_wall_stands_for_those_that_reach_beyond_it():
    evidence = NetworkEvidence(
        {"AMI": 0.02, "ASMI": 0.95, "ALMI": 0.03}, usual={"AMI": 0.02, "ASMI": 0.1, "ALMI": 0.02}
    )
    for question in ("Is there dead tissue at the front of the heart?", "Is there an anterior MI?"):
        subject = look_up(question, evidence).subject
        assert subject is not None
        assert (subject.key, subject.level) == ("ASMI", "likely")


def test_an_absent_infarct_of_a_wall_is_called_what_it_was_asked_for():
    evidence = NetworkEvidence({"IMI": 0.01, "ILMI": 0.01}, usual={"IMI": 0.1, "ILMI": 0.02})
    assert look_up("Is there an inferior infarct?", evidence).asked == "inferior infarct"


def test_an_ordinary_rhythm_is_not_a_fast_one():
    evidence = NetworkEvidence({"SR": 0.05, "STACH": 0.9}, usual={"SR": 0.7, "STACH": 0.04})
    subject = look_up("Is it the ordinary rhythm that a healthy heart has?", evidence).subject
    assert subject is not None
    assert (subject.key, subject.level) == ("SR", "unlikely")


def test_a_name_goes_before_what_lay_words_may_mean():
    found = look_up("My heart quivers at the top. Is there left ventricular hypertrophy?", EVIDENCE)
    assert [item.key for item in found.items] == ["LVH"]


def test_every_lay_question_is_about_something_that_encoders_speak_of():
    assert set(lay_questions()) <= set(EVIDENCE.probabilities)
