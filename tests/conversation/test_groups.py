"""What is said of a kind of findings as a whole is what the facts say, whatever the model says."""

from __future__ import annotations

import pytest

from ecg_chat.chat.question_notes import with_notes
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.groups import GROUPS, group_answer, group_of
from ecg_chat.conversation.slots import GROUP_ANSWER, resolve, values
from ecg_chat.conversation.types import Conversation, Message
from ecg_chat.statements.catalogue import load_catalogue

FACTS = """rate 70/min within
ST raised none; ST lowered none; T inverted outside aVR III
met 1 LVH: S in V1 plus R in V5 or V6 3.9 mV (at least 3.5 mV)
classes Conduction Disturbance
conduction: left anterior fascicular block; possible first-degree AV block, incomplete left bundle branch block
rhythm: sinus rhythm"""
EVIDENCE = NetworkEvidence(
    dict.fromkeys(load_catalogue(), 0.01) | {f"class {c}": 0.1 for c in ("CD", "MI", "HYP", "STTC")}
)


def _asked(question):
    return with_notes([Message("user", question)], EVIDENCE, FACTS)[0]


@pytest.mark.parametrize(
    ("question", "group", "wanted"),
    [
        (
            "Any conduction disturbance?",
            "CD",
            "Yes, there are signs of a conduction disturbance: left anterior fascicular block.",
        ),
        (
            "Is there a bundle branch block?",
            "BBB",
            "Possibly: incomplete left bundle branch block is possible, not certain.",
        ),
        ("Is there an AV block?", "AVB", "Possibly: first-degree AV block is possible, not certain."),
        ("Any extra beats?", "ectopic", "No, there is no sign of extra beats in this recording."),
        (
            "Any hypertrophy?",
            "HYP",
            "Possibly: criteria are met for left ventricular hypertrophy, but the overall pattern does not show it.",
        ),
        ("Any ST-T change?", "STTC", "Possibly: ST is within the usual limits in all leads; T is inverted in III."),
    ],
)
def test_the_answer_follows_from_the_facts(question, group, wanted):
    asked = _asked(question)
    assert asked.asked_group == group and asked.note.startswith("kind: is there")
    assert group_answer(asked, FACTS, patient=False) == wanted
    hinted = "met for" in wanted or "ST is" in wanted
    assert group_answer(asked, FACTS, patient=True) == wanted + (" Please ask a clinician." if hinted else "")


def test_a_single_finding_is_no_kind():
    for question in (
        "Is there a left bundle branch block?",
        "LVH?",
        "Old inferior MI?",
        "Is there atrial fibrillation?",
    ):
        assert _asked(question).asked_group == ""


def test_every_kind_is_recognised_by_what_its_words_stand_for():
    for name, group in GROUPS.items():
        assert group_of([f"class {group.superclass}"] if group.superclass else group.codes) == name
    assert group_of(["LVH"]) == group_of([]) == ""


def test_the_answer_takes_the_place_of_what_the_model_says_and_nothing_is_shown_before():
    known = values(Conversation((_asked("Any conduction disturbance?"),), facts=FACTS))
    said = "No, there is no sign of a conduction disturbance: long QT interval."
    shown = [resolve(said[:k], known) for k in range(len(said) + 1)]
    assert shown[0] == shown[1] == ""
    assert (
        set(shown[2:])
        == {known[GROUP_ANSWER]}
        == {"Yes, there are signs of a conduction disturbance: left anterior fascicular block."}
    )
    assert resolve("I am not sure what you mean.", known) == "I am not sure what you mean."


def test_without_facts_or_for_another_kind_of_question_the_model_speaks():
    assert group_answer(_asked("Any conduction disturbance?"), "", patient=False) == ""
    assert group_answer(_asked("What is a conduction disturbance?"), FACTS, patient=False) == ""
