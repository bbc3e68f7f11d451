""" "That" is what the conversation was about before; what nothing was said of is asked back."""

import pytest

from ecg_chat.chat.question_notes import with_notes
from ecg_chat.chat.topic import refers_back
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.types import Message
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.training.dialogue.back_references import AGAIN
from ecg_chat.training.dialogue.phrases import questions

FACTS = """rate 58/min below, RR 1000-1060 ms
rhythm regular, P before 100 % of beats
conduction: left anterior fascicular block
chambers: possible left ventricular hypertrophy
rhythm: sinus bradycardia"""
EVIDENCE = NetworkEvidence(
    dict.fromkeys(load_catalogue(), 0.02)
    | {"LAFB": 0.9, "LVH": 0.3, "SBRAD": 0.9, "class CD": 0.9, "class HYP": 0.3, "class MI": 0.05}
)


def _last(*asked, facts=FACTS, evidence=EVIDENCE):
    messages = [m for question in asked for m in (Message("user", question), Message("assistant", "…"))]
    return with_notes(messages[:-1], evidence, facts)[-1]


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ("Is there LVH?", "LVH"),
        ("Any sign of an old inferior infarct?", "IMI"),
        ("Interpret this ECG.", "LAFB"),
        ("Write a report.", "LAFB"),
        ("Is this ECG normal?", "LAFB"),
        ("What is the rhythm?", "SBRAD"),
        ("What is the heart rate?", "SBRAD"),
        ("Is there any conduction disturbance?", "LAFB"),
        ("Is there any hypertrophy?", "LVH"),
    ],
)
def test_that_is_what_the_answer_before_was_about(before, code):
    for back in ("What does that mean?", "Why?", "Which leads?", "Are you sure?"):
        asked = _last(before, back)
        assert asked.asked_code == code
        assert asked.asked == load_catalogue()[code].name
        assert load_catalogue()[code].name in asked.note


def test_a_topic_stays_while_it_is_spoken_of_and_goes_with_the_next():
    assert _last("Is there LVH?", "Why?", "Which leads?", "What does it mean?").asked_code == "LVH"
    assert _last("Is there LVH?", "And is there LAFB?", "Why?").asked_code == "LAFB"
    assert _last("Is there LVH?", "How much aspirin should I take?", "Why?").note == "kind: unclear"


def test_a_measured_value_is_explained_and_its_leads_are_told():
    assert _last("What is the PR interval?", "What does that mean?").note == "kind: term; about PR interval"
    assert _last("How is the ST segment?", "Which leads?").note == "kind: ST; about ST"
    assert _last("What is the PR interval?", "Which leads?").note == "kind: unclear"
    assert _last("What are PR and QT?", "What does that mean?").note == "kind: unclear"


def test_a_normal_ecg_is_the_topic_where_nothing_is_found():
    normal = "rate 72/min within, RR 820-840 ms\nrhythm regular, P before 100 % of beats\nrhythm: sinus rhythm"
    assert _last("Is this ECG normal?", "Why?", facts=normal).asked_code == "NORM"
    assert _last("Did I have a heart attack?", "Why?", facts=normal).asked_code in ("IMI", "AMI", "ASMI", "MI", "")


def test_who_begins_with_what_does_this_mean_wants_the_whole():
    assert _last("What does this mean?").note == "kind: interpret"


def test_a_question_that_names_something_is_about_that():
    assert _last("Is there LVH?", "What does LAFB mean?").asked_code == "LAFB"
    assert _last("Is there LVH?", "What does the PR interval mean?").asked_code == ""
    assert _last("Is there LVH?", "Is it ventricular tachycardia?").asked_code == ""


def test_without_a_network_nothing_is_referred_to():
    asked = _last("Is there LVH?", "Why?", evidence=NetworkEvidence())
    assert (asked.asked_code, asked.note) == ("", "kind: why")


@pytest.mark.parametrize("intent", AGAIN)
def test_every_phrase_for_training_refers_back(intent):
    assert [q for q in questions()[intent] if _last("Is there LVH?", q).asked_code != "LVH"] == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What does my ECG mean?", "mean"),
        ("What is a delta wave?", "mean"),
        ("Why am I always tired?", "why"),
        ("Why do I feel dizzy?", "why"),
        ("Is it regular?", "rhythm"),
    ],
)
def test_who_asks_about_himself_or_another_thing_does_not_refer_back(question, kind):
    assert not refers_back(question, kind)


def test_before_anything_was_said_the_most_urgent_finding_is_meant():
    for question in ("Why?", "Which leads?", "Are you sure?"):
        assert _last(question).asked_code == "LAFB"
    assert _last("What does that mean?").note == "kind: interpret"
    plain = FACTS.replace(
        "conduction: left anterior fascicular block\nchambers: possible left ventricular hypertrophy\n", ""
    )
    assert _last("Why?", facts=plain).asked_code == "SBRAD"


def test_a_report_in_german_is_answered_in_english():
    for question in ("Bitte einen Befund auf Deutsch.", "Schreib bitte einen EKG-Befund"):
        assert _last(question).note == "kind: report"
