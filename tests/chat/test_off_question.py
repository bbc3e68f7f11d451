"""A yes or no about another statement than the question's."""

from __future__ import annotations

import pytest

from ecg_chat.chat.grounding import check
from tests.chat.readings import READINGS

NORMAL, CLBBB = READINGS["normal"], READINGS["lbbb"]
ASKED = "Is there a left bundle branch block?"


def test_a_no_about_another_statement_gets_no_tick() -> None:
    (claim,) = check("No, there is no sign of left anterior fascicular block in this recording.", NORMAL, ASKED)
    assert claim.verdict == "not checkable"
    assert claim.measured == "the question was about left bundle branch block, this is another finding"


@pytest.mark.parametrize(
    "question", ["Is there a left bundel branch block?", "Is the wiring on the left side of my heart blocked?"]
)
def test_slips_and_lay_words_are_understood_here_too(question: str) -> None:
    (claim,) = check("No, there is no sign of left anterior fascicular block in this recording.", NORMAL, question)
    assert claim.verdict == "not checkable"
    (claim,) = check("No, there is no sign of complete left bundle branch block.", NORMAL, question)
    assert claim.verdict == "supported"


def test_a_yes_about_another_statement_gets_none_either() -> None:
    (claim,) = check("Yes, there are signs of complete left bundle branch block.", CLBBB, "Is it atrial fibrillation?")
    assert claim.verdict == "not checkable"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (ASKED, "No, there is no sign of complete left bundle branch block."),
        ("Is it atrial fibrillation?", "No, the rhythm is sinus rhythm."),
        ("Interpret this ECG.", "No, there is no sign of left anterior fascicular block."),
        ("Is there a fascicular block?", "No, there is no sign of left anterior fascicular block."),
        (ASKED, "Sinus rhythm. There is no sign of left anterior fascicular block."),
        ("", "No, there is no sign of left anterior fascicular block."),
    ],
)
def test_what_answers_the_question_keeps_its_verdict(question: str, answer: str) -> None:
    claims = check(answer, NORMAL, question)
    assert claims and all(claim.verdict == "supported" for claim in claims)
    assert claims == check(answer, NORMAL)
