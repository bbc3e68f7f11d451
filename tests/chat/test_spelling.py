"""Slips of the pen in medical words are put right; other words stay as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.chat.spelling import MEDICAL_WORDS, OTHER_WORDS, respelt


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Atrial fibrilation?", "Atrial fibrillation?"),
        ("is the left bundel blocked", "is the left bundle blocked"),
        ("hypertrofy of the left ventricel", "hypertrophy of the left ventricle"),
        ("any arythmia / tachicardia / bradicardia?", "any arrhythmia / tachycardia / bradycardia?"),
        ("an old infraction", "an old infarction"),
        ("Ischemea?", "ischemia?"),
    ],
)
def test_nearly_right_words_are_put_right(typed, meant):
    assert respelt(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Are my T waves flatter than before?",
        "I have an infection and a trial tomorrow",
        "Both atria? Two ventricles, all the bundles?",
        "Is there a depolarisation abnormality?",
        "Does he need defibrillation or biventricular pacing?",
        "interventricular septum, myocardium, hypotrophy",
        "What do you make of this? It was recorded in the interior department.",
        "",
    ],
)
def test_other_words_stay(question):
    assert respelt(question) == question


@given(st.text())
def test_what_was_put_right_once_stays(text):
    assert respelt(respelt(text)) == respelt(text)


def test_no_word_is_both():
    assert not OTHER_WORDS & set(MEDICAL_WORDS)
