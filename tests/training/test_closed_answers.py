"""Answers that a line of evidence calls for."""

from __future__ import annotations

import dataclasses

import pytest

from ecg_chat.chat.looked_up import Item, LookedUp, look_up
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.tasks import CLASSES, classification_question, parse_choice
from ecg_chat.datasets.generated_ecg_qa import Question
from ecg_chat.training.dialogue.closed_answers import class_answer, ecg_qa_answer

VERIFY = Question(1, "single-verify", "", frozenset({"not sure"}), ("yes", "no", "not sure"))
CHOOSE = Question(4, "single-choose", "", frozenset(), ("High voltage", "low voltage"))
QUERY = Question(25, "single-query", "", frozenset({"old"}), ("old", "early", "no stage"), nothing="no stage")


def _named(level: str) -> LookedUp:
    return LookedUp("named", (Item("atrial fibrillation", level),))  # type: ignore[arg-type]


def _choice(first: str, second: str, stronger: str) -> LookedUp:
    items = (Item("high voltage", first), Item("low voltage", second))  # type: ignore[arg-type]
    return LookedUp("choice", items, stronger)


@pytest.mark.parametrize("level", ["likely", "possible", "much raised", "raised"])
def test_yes_from_raised_on(level: str) -> None:
    assert ecg_qa_answer(VERIFY, _named(level)) == "yes"


@pytest.mark.parametrize("level", ["unlikely", None])
def test_no_where_it_is_not_raised(level: str) -> None:
    assert ecg_qa_answer(VERIFY, _named(level)) == "no"


def test_without_evidence_the_label_answers() -> None:
    assert ecg_qa_answer(VERIFY, LookedUp()) == "not sure"
    assert ecg_qa_answer(CHOOSE, LookedUp()) == "none"
    assert ecg_qa_answer(QUERY, LookedUp()) == "old"


@pytest.mark.parametrize(
    ("first", "second", "stronger", "answer"),
    [
        ("unlikely", "unlikely", "high voltage", "none"),
        ("raised", "unlikely", "high voltage", "High voltage"),
        ("raised", "raised", "low voltage", "low voltage"),
        ("likely", "raised", "high voltage", "High voltage"),
        ("much raised", "possible", "low voltage", "High voltage; low voltage"),
    ],
)
def test_a_choice_names_the_stronger_and_both_where_both_are_much_raised(
    first: str, second: str, stronger: str, answer: str
) -> None:
    assert ecg_qa_answer(CHOOSE, _choice(first, second, stronger)) == answer


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (LookedUp("list", (Item("old", "likely"), Item("early", "likely"))), "old; early"),
        (LookedUp("list", (), "early"), "early"),
        (LookedUp("list"), "no stage"),
    ],
)
def test_an_open_question_gets_what_is_likely_or_the_strongest(found: LookedUp, answer: str) -> None:
    assert ecg_qa_answer(QUERY, found) == answer


def test_an_empty_list_is_none_where_it_has_no_class_of_its_own() -> None:
    assert ecg_qa_answer(dataclasses.replace(QUERY, nothing=""), LookedUp("list")) == "none"


def test_whether_there_is_anything_is_answered_from_the_list() -> None:
    assert ecg_qa_answer(VERIFY, LookedUp("list", (Item("old", "likely"),))) == "yes"
    assert ecg_qa_answer(VERIFY, LookedUp("list", (), "old")) == "no"


def test_classes_that_reach_their_thresholds_are_named_and_one_letter_is_the_farthest_above() -> None:
    probabilities = {"class NORM": 0.1, "class MI": 0.6, "class STTC": 0.4, "class CD": 0.3, "class HYP": 0.01}
    thresholds = {"class MI": 0.4, "class STTC": 0.2, "class CD": 0.4}
    evidence = NetworkEvidence(probabilities, thresholds=thresholds)
    found = look_up(classification_question("diagnostic", "all"), evidence)
    assert parse_choice(class_answer("diagnostic", "all", found), "diagnostic") == {"MI", "STTC"}
    assert (
        class_answer("diagnostic", "one", found) == "C. ST/T Change"
    )  # odds 2.7 times those of its threshold, MI 2.25


def test_where_nothing_stands_out_the_nearest_one_is_named() -> None:
    evidence = NetworkEvidence(dict.fromkeys(CLASSES["form"], 0.01) | {"DIG": 0.2})
    found = look_up(classification_question("form", "all"), evidence)
    assert class_answer("form", "all", found) == "D. Digitalis-Effect"
