"""A bare yes or no claims what the question asked."""

from __future__ import annotations

import pytest

from ecg_chat.chat.grounding import check
from tests.chat.readings import READINGS

NORMAL, CLBBB = READINGS["normal"], READINGS["lbbb"]
ASKED = "Does this ECG show complete left bundle branch block?"


@pytest.mark.parametrize(
    ("answer", "reading", "verdict", "says"),
    [
        ("yes", CLBBB, "supported", "CLBBB present"),
        ("No.", CLBBB, "contradicted", "no CLBBB"),
        ("yes", NORMAL, "contradicted", "CLBBB present"),
        ("no", NORMAL, "supported", "no CLBBB"),
    ],
)
def test_a_bare_answer_is_held_against_what_was_asked(answer: str, reading, verdict: str, says: str) -> None:
    (claim,) = check(answer, reading, ASKED)
    assert (claim.verdict, claim.says, claim.text) == (verdict, says, answer.rstrip("."))


@pytest.mark.parametrize(
    "question",
    [
        ASKED,
        "Is there a left bundle branch block?",
        "Are there signs of left bundle branch block in this ECG?",
        "Is left bundle branch block present in this ECG?",
        "Hello. Any sign of left bundle branch block?",
        "And is this a left bundle branch block?",
        "Is there a left bundel branch block?",
        "Is the wiring on the left side of my heart blocked?",
    ],
)
def test_forms_that_ask_whether_something_is_there(question: str) -> None:
    (claim,) = check("yes", CLBBB, question)
    assert claim.verdict == "supported"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Hello",
        "Is there no left bundle branch block?",
        "Can you rule out a left bundle branch block?",
        "Is it a left bundle branch block or atrial fibrillation?",
        "Does this ECG show ST elevation in lead aVL?",
        "Is the PR interval within normal limits?",
        "Is this ECG free of left bundle branch block?",
        "Is atrial fibrillation unlikely?",
        "Is AF dangerous?",
        "Can AF cause a stroke?",
        "Does LBBB need treatment?",
        "Is the LBBB new?",
        "Did an earlier ECG show LBBB?",
        "My father had a heart attack. Is my ECG fine?",
    ],
)
@pytest.mark.parametrize("answer", ["yes", "No."])
def test_what_a_yes_would_mean_is_not_guessed(question: str, answer: str) -> None:
    assert check(answer, NORMAL, question) == ()


def test_only_the_first_sentence_answers() -> None:
    assert check("Hello. Yes.", NORMAL, ASKED) == ()


def test_an_answer_that_says_more_is_read_as_it_stands() -> None:
    (claim,) = check("No, there is no sign of complete left bundle branch block.", NORMAL, ASKED)
    assert claim.text != "No"
