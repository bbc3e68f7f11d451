"""Names in questions, and what the same words claim in an answer."""

import pytest

from ecg_chat.chat.asked_names import asked_mentions
from ecg_chat.chat.grounding import check
from ecg_chat.chat.safety import notice_for
from ecg_chat.chat.sentences import sentence
from ecg_chat.chat.statement_words import statement_mentions
from ecg_chat.conversation.types import PatientContext
from tests.chat.readings import READINGS

NORMAL = READINGS["normal"]


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("any ventricular ectopics on there?", ("PVC",)),
        ("Is my left ventricel enlarged?", ("LVH",)),
        ("an enlarged left ventricel?", ("LVH",)),
        ("do i have a third degree block", ("3AVB",)),
        ("second degree AVB?", ("2AVB",)),
        ("do i have wolf parkinson white", ("WPW",)),
        ("CHB?", ("3AVB",)),
        ("V-paced?", ("PACE",)),
        ("TWI anywhere?", ("INVT",)),
        ("Is the natural pacemaker just running too slow?", ()),
        ("left posterior hemi-block?", ("LPFB",)),
        ("Is it ventricular tachycardia?", ()),
        ("Is it sinus tachycardia or ventricular tachycardia?", ("STACH",)),
    ],
)
def test_what_a_question_names(question, codes):
    assert tuple(code for mention in asked_mentions(question) for code in mention.codes) == codes


@pytest.mark.parametrize(
    "answer",
    [
        "There is no enlarged left ventricle.",
        "The rhythm is an atrial ectopic rhythm.",
        "A second degree block of the sinus node was not looked for.",
        "A paced walk every day is fine.",
        "Ventricular tachycardia was not looked for.",
    ],
)
def test_words_that_may_mean_something_else_claim_nothing_in_an_answer(answer):
    assert statement_mentions(sentence(answer)) == ()
    assert [claim for claim in check(answer, NORMAL) if claim.kind == "statement"] == []


def test_an_emergency_with_a_slip_of_the_pen_is_one():
    measurements = NORMAL.measurements
    for words in (
        "I think I am having a myocardial infraction",
        "i'm having an infarkt",
        "Am I having a coronary right now?",
    ):
        assert "emergency" in notice_for(words, PatientContext(), measurements, "patient")
