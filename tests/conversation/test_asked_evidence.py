"""What speaks for the asked statement is what the line after the question and the facts say."""

from __future__ import annotations

import pytest

from ecg_chat.conversation.asked_evidence import evidence_of
from ecg_chat.conversation.slots import NOT_ASKED, refer, resolve, values
from ecg_chat.conversation.types import Conversation, Message
from ecg_chat.statements.catalogue import load_catalogue

FACTS = "met 1 ASMI: pathological Q in V1 (Q duration 72 ms)"
ASMI = "anteroseptal myocardial infarction"


def _question(note, code="ASMI", asked=ASMI):
    return Message("user", "Why?", note, asked, code)


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        (f"kind: why; {ASMI}: likely, criteria met", "pathological Q in V1 (Q duration 72 ms)"),
        (f"kind: why; asmi ({ASMI}): likely, criteria met", "pathological Q in V1 (Q duration 72 ms)"),
        (
            f"kind: why; {ASMI}: possible, criteria not met (QRS duration)",
            "the learned pattern speaks for it in leads such as V1, V2 and V3, but the measured criteria are not met",
        ),
        (
            f"kind: why; {ASMI}: likely",
            "the learned pattern speaks for it in leads such as V1, V2 and V3; measurements alone cannot decide it",
        ),
        (
            f"{ASMI}: much raised, criteria not met",
            "the learned pattern does not show it, and the measured criteria are not met",
        ),
        (f"lvh (left ventricular hypertrophy): likely; {ASMI}: unlikely", "the learned pattern does not show it"),
    ],
)
def test_it_is_read_from_the_line_of_that_statement(note, wanted):
    assert evidence_of(_question(note), FACTS) == wanted


def test_met_criteria_whose_reason_is_not_in_the_facts_are_met_all_the_same():
    assert evidence_of(_question(f"{ASMI}: likely, criteria met"), "") == "the measured criteria are met"


def test_a_question_about_nothing_has_no_evidence():
    assert evidence_of(Message("user", "Why?"), FACTS) == ""
    assert resolve("<|evidence|>", values(Conversation((Message("user", "Why?"),)))) == NOT_ASKED


def test_it_begins_a_sentence_with_a_capital_and_becomes_a_reference_again():
    question = _question(f"kind: is there; {ASMI}: likely, criteria met")
    known = values(Conversation((question,), facts=FACTS))
    written = "Yes, there are signs of <|asked|>. <|evidence|>. Again <|asked|>: <|evidence|>."
    told = resolve(written, known)
    assert told == (
        f"Yes, there are signs of {ASMI}. Pathological Q in V1 (Q duration 72 ms). "
        f"Again {ASMI}: pathological Q in V1 (Q duration 72 ms)."
    )
    assert refer(told, known) == written


@pytest.mark.parametrize(
    ("facts", "note", "wanted"),
    [
        (f"myocardium: {ASMI}", f"{ASMI}: likely", "Your recording shows signs of it."),
        (f"myocardium: possible {ASMI}", f"{ASMI}: possible", "In your recording it is possible, but not certain."),
        (
            FACTS,
            f"{ASMI}: unlikely, criteria met",
            "In your recording its measured criteria are met, but the overall pattern does not show it.",
        ),
        (FACTS, f"{ASMI}: unlikely", "It was not found in your recording."),
    ],
)
def test_whether_what_was_explained_is_there_follows_from_the_facts(facts, note, wanted):
    question = _question(f"kind: mean; {note}")
    known = values(Conversation((question,), audience="patient", facts=facts))
    told = resolve("In general, <|asked|> means: <|plain|> In your recording it is possible, but not certain.", known)
    assert told == f"In general, {ASMI} means: {load_catalogue()['ASMI'].plain} {wanted}"


def test_a_reason_is_no_definition():
    question = _question(f"kind: why; {ASMI}: likely, criteria met")
    known = values(Conversation((question,), facts=FACTS))
    wanted = "Anteroseptal myocardial infarction: pathological Q in V1 (Q duration 72 ms)."
    assert resolve("<|Asked|>: <|meaning|>", known) == resolve("<|Asked|>: <|evidence|>.", known) == wanted
