"""The measured values that a question asks for, whatever its wording."""

import pytest

from ecg_chat.chat.named_measures import measures_asked_for
from ecg_chat.chat.question_notes import with_notes
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.types import Message
from ecg_chat.training.dialogue.measure_questions import FRAMES, MEASURES
from ecg_chat.training.dialogue.phrases import questions
from tests.chat.lines import evidence_line, without_kind


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("What's the PR?", "about PR interval"),
        ("pq time pls", "about PR interval"),
        ("How broad are the QRS complexes?", "about QRS duration"),
        ("Where does the QRS axis point?", "about QRS axis"),
        ("PR, QRS and QTc?", "about PR interval, QRS duration, QTc"),
        ("How fast is my heart beating?", "about heart rate"),
        ("my pulse?", "about heart rate"),
        ("st in avl?", "about ST in aVL"),
        ("Is the T wave inverted in V3?", "about T wave in V3"),
        ("T inversion in lead III?", "about T wave in III"),
        ("Are the T waves normal?", "about T wave"),
        ("Any ST changes?", "about ST"),
        ("All the intervals, please", "about intervals"),
        ("Is there ST elevation in II, III and aVF?", "about ST"),
        ("ST depression in V4-V6?", "about ST"),
        ("How is the ST for I am scared", "about ST"),
        ("It isn't in sinus rhythm, is it?", ""),
        ("How often is this wrong?", ""),
        ("I was at St. Mary's hospital", ""),
        ("Hello", ""),
        ("How often should I come to you?", ""),
        ("Is the prognosis good?", ""),
        ("It's at the pr department", "about PR interval"),  # a word is a word; the model sees the question as well
    ],
)
def test_measures_are_found_in_questions(question, line):
    assert measures_asked_for(question) == line


def test_every_question_for_a_measure_that_is_trained_on_names_it():
    wanted = {"rate": "heart rate", "axis": "QRS axis"}
    missed = [
        question
        for intent, words in MEASURES.items()
        for question in [frame.format(m=word) for frame in FRAMES for word in words]
        if wanted.get(intent, intent) not in measures_asked_for(question)
    ]
    assert missed == []
    named = [q for q in questions()["t_lead"] if "T wave in V2" not in measures_asked_for(q.format(lead="V2"))]
    assert named == []


def test_a_finding_that_is_named_goes_before_the_measure():
    evidence = NetworkEvidence({"LNGQT": 0.01}, usual={"LNGQT": 0.005})
    assert evidence_line("Is the long QT interval real?", evidence).startswith("long qt interval (")
    assert evidence_line("Is the QT interval fine?", evidence) == "about QTc"


def test_the_question_keeps_the_catalogue_name_of_what_it_asks_about():
    evidence = NetworkEvidence({"AFIB": 0.01}, usual={"AFIB": 0.07})
    (noted,) = with_notes([Message("user", "Is it AF?")], evidence)
    assert (noted.asked, without_kind(noted.note)) == ("atrial fibrillation", "af (atrial fibrillation): unlikely")
    (whole,) = with_notes([Message("user", "Is there atrial fibrillation?")], evidence)
    assert (whole.asked, without_kind(whole.note)) == ("atrial fibrillation", "atrial fibrillation: unlikely")
    (plain,) = with_notes([Message("user", "What is the PR?")], evidence)
    assert (plain.asked, without_kind(plain.note)) == ("", "about PR interval")


def test_a_question_about_one_lead_is_about_what_is_measured_there():
    evidence = NetworkEvidence({"STE_": 0.01, "IMI": 0.6}, usual={"STE_": 0.001, "IMI": 0.1})
    (noted,) = with_notes([Message("user", "Any ST elevation in V2?")], evidence)
    assert (noted.asked, without_kind(noted.note)) == ("", "about ST in V2")
    assert evidence_line("Is the T wave in V1 due to the inferior infarct?", evidence).startswith("inferior infarct (")
    assert evidence_line("Any ST elevation?", evidence).startswith("st elevation (")
    assert evidence_line("Is there an inferior infarct, with Q in III?", evidence).startswith("inferior infarct (")
