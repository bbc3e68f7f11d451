"""The comparison of a person's number with the measured one is arithmetic of the program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.conversation.asked import asked_number
from ecg_chat.conversation.render import render
from ecg_chat.conversation.types import Conversation, Message

FACTS = (
    "rate 72/min within, RR 804-852 ms\nP 104 ms, PR 164 ms normal, QRS 92 ms normal, QT 380 ms, QTc 412 ms not"
    " prolonged\naxis P 40, QRS -170 extreme axis deviation, T 30"
)
ECG = Conversation((), facts=FACTS)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("My watch says 80 bpm", "asked rate 80/min: measured 72/min, asked is higher by 8, not close"),
        ("My rate is 75/min", "asked rate 75/min: measured 72/min, asked is higher by 3, close"),
        ("At home my pulse was 70.", "asked rate 70/min: measured 72/min, asked is lower by 2, close"),
        ("I counted 72 beats per minute", "asked rate 72/min: measured 72/min, asked is the same, close"),
        ("last year's QTc was 440", "asked QTc 440 ms: measured 412 ms, asked is higher by 28, not close"),
        ("The printout of 2019 says QT 350 ms.", "asked QT 350 ms: measured 380 ms, asked is lower by 30, not close"),
        ("Is the PR longer than 200 ms?", "asked PR 200 ms: measured 164 ms, asked is higher by 36, not close"),
        ("Isn't the QRS 90?", "asked QRS 90 ms: measured 92 ms, asked is lower by 2, close"),
        ("I get an axis of 175 degrees.", "asked axis 175°: measured -170°, asked is lower by 15, close"),
        ("pain for 10 days, pulse 90", "asked rate 90/min: measured 72/min, asked is higher by 18, not close"),
    ],
)
def test_a_number_is_held_against_the_measured_one(question, line):
    assert asked_number(question, ECG).line == line


@pytest.mark.parametrize(
    "question",
    [
        "I am 63 years old, is the rate ok?", "Solve 12 times 7.", "Is the rate seen in V1 and V2?", "12 leads?",
        "Take 50 mg?", "QTc by Bazett 450?", "Is the QT 300-400 ms?", "The PR is 0.16 s", "QRS 9000 ms",
        "What does 80 mean?", "QRS wide for 10 years?",
    ],
)  # fmt: skip
def test_other_numbers_are_left_alone(question):
    assert asked_number(question, ECG) is None


def test_what_was_not_measured_is_not_compared():
    asked = asked_number(
        "Is the PR 200 ms?", Conversation((), facts="rate 72/min\nP not measurable, PR not measurable")
    )
    assert asked.line == "asked PR 200 ms: not measured here"
    assert not asked.close


@given(st.integers(20, 300))
def test_direction_and_difference_are_those_of_the_numbers(number):
    asked = asked_number(f"My watch says {number} bpm", ECG)
    assert asked.difference == number - 72
    assert (asked.direction == "higher") == (number > 72)
    assert asked.close == (abs(number - 72) <= 5)


def test_the_comparison_follows_its_question_and_is_not_trained_on():
    messages = (Message("user", "My watch says 80 bpm"), Message("assistant", "It is higher."), Message("user", "Why?"))
    segments = render(Conversation(messages, facts=FACTS), for_completion=True)
    text = "".join(s.text for s in segments)
    line = "<|system|>asked rate 80/min: measured 72/min, asked is higher by 8, not close<|end|>"
    assert f"My watch says 80 bpm<|end|>{line}<|assistant|>It is higher." in text
    assert text.count("asked rate") == 1
    assert "asked" not in "".join(s.text for s in segments if s.trained)
