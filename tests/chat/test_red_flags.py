"""Emergencies in lay words, and what only sounds like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecg_chat.chat import safety
from ecg_chat.chat.red_flags import leaves_open, red_flags
from ecg_chat.chat.safety import notice_for
from ecg_chat.conversation.types import PatientContext
from tests.chat.readings import READINGS

NORMAL = READINGS["normal"].measurements
NOBODY = PatientContext()
HERE = Path(__file__).parent
EMERGENCIES = (HERE / "emergencies.txt").read_text(encoding="utf-8").splitlines()
HARMLESS = (HERE / "harmless.txt").read_text(encoding="utf-8").splitlines()

FORMS = {
    "tearing pain": (
        ("a ripping pain between my shoulder blades", "the pain goes straight through to my spine"),
        ("no tearing pain in the back", "the pain does not go through to my back"),
        ("I had a tearing pain in 2015",),
        ("What does a tearing pain mean?",),
    ),
    "blood": (
        ("I am coughing up blood", "there is blood in my spit"),
        ("no haemoptysis", "I do not cough up blood"),
        ("haemoptysis ten years ago",),
        ("Why would somebody cough up blood?",),
    ),
    "blue": (
        ("my lips have turned blue", "she has gone purple", "purple fingers"),
        ("my lips are not blue", "no cyanosis"),
        ("cyanosis as a child",),
        ("Are blue lips a sign of heart failure?",),
    ),
    "headache": (
        ("worst headache of my life", "a headache out of nowhere", "a thunderclap headache"),
        ("no sudden headache", "never had a thunderclap headache"),
        ("a thunderclap headache five years ago",),
        ("What is a thunderclap headache?",),
    ),
    "self-harm": (
        (
            "I don't want to live any more",
            "I want to die",
            "I don't feel safe from myself",
            "thinking of ending it all",
        ),
        ("I don't want to die", "I am not suicidal", "no thoughts of suicide"),
        ("suicidal in 2009",),
        ("Can digoxin be used for suicide?",),
    ),
    "fainting": (
        ("I was out cold", "he went down", "I lost conciousness", "I am about to go down", "my vision is going black"),
        ("I did not lose consciousness", "never blacked out", "I have never been out cold"),
        ("I was out cold in 1998",),
        ("Is tunnel vision a heart sign?",),
    ),
    "chest pain": (
        ("someone is sitting on my chest", "my chest is killing me", "a band round my chest like a vice"),
        ("no elephant on my chest", "my chest does not hurt"),
        ("pressure on my chest three years ago",),
        ("What is chest pressure?",),
    ),
    "breathlessness": (
        ("I am fighting for air", "I cannot finish a sentence", "I sat upright all night to breathe", "I cant breath"),
        ("no trouble breathing", "without gasping"),
        ("choking spells in 2001",),
        ("What is air hunger?",),
    ),
    "fast heart": (
        ("heart going like the clappers and about to keel over", "my heart is so fast I can't count it"),
        ("no racing heart with dizziness",),
        ("heart racing and dizzy spells ten years ago",),
        ("Can a racing heart cause dizziness?",),
    ),
    "cold sweat": (
        ("pain and pouring with sweat", "cold and clammy"),
        ("no cold sweat",),
        ("cold sweats in 2011",),
        ("What is a cold sweat?",),
    ),
    "help": (
        ("please send an ambulance", "Send somebody, I'm going"),
        ("I do not need you to send an ambulance",),
        ("they had to call an ambulance in 2015",),
        ("Would a doctor send someone home with this?",),
    ),
    "very unwell": (
        ("I feel something is very wrong, I am shaking", "I can't stand up", "I won't make it through the night"),
        (),
        ("I could not stand up in 2015",),
        ("Is something really wrong with this ECG?",),
    ),
}
PRESENT = [text for present, *_ in FORMS.values() for text in present]
ABSENT = [text for _, *others in FORMS.values() for texts in others for text in texts]


@pytest.mark.parametrize("text", [*PRESENT, *EMERGENCIES])
def test_an_emergency_in_lay_words_is_seen(text: str) -> None:
    assert red_flags(text)


@pytest.mark.parametrize("text", [*ABSENT, *HARMLESS])
def test_what_is_denied_past_general_or_only_sounds_so_is_none(text: str) -> None:
    assert red_flags(text) == ()


@pytest.mark.parametrize("text", [*PRESENT, *EMERGENCIES])
def test_politeness_small_letters_and_lost_apostrophes_change_nothing(text: str) -> None:
    flags = red_flags(text)
    said = text[0].lower() + text[1:] if not text.startswith("I") else text
    assert red_flags(f"Hello, sorry to bother you, {said}") == flags
    assert red_flags(f"{text.rstrip('.!?')}, please, thank you") == flags
    assert red_flags(text.lower()) == flags
    assert red_flags(text.replace("'", "")) == flags
    assert red_flags(text.replace("'", "’")) == flags


@pytest.mark.parametrize("text", [*ABSENT, *HARMLESS])
def test_lost_apostrophes_do_not_alarm(text: str) -> None:
    assert red_flags(text.replace("'", "")) == ()


@pytest.mark.parametrize("text", ["my mother is gasping for air", "My brother says he wants to die"])
def test_a_relative_who_is_ill_now_counts(text: str) -> None:
    assert red_flags(text)


@pytest.mark.parametrize("text", ["My mother had blue lips", "My uncle took his own life", "my father used to faint"])
def test_family_history_does_not(text: str) -> None:
    assert red_flags(text) == ()


def said(monkeypatch: pytest.MonkeyPatch, text: str, audience: str = "patient", kind: str = "emergency") -> str:
    monkeypatch.setattr(safety, "question_kind", lambda _: kind)
    return notice_for(text, NOBODY, NORMAL, audience)  # type: ignore[arg-type]


def test_the_classifier_warns_a_patient_where_no_rule_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = "It has got me by the windpipe, so it has"
    assert red_flags(strange) == ()
    notice = said(monkeypatch, strange)
    assert notice.startswith("What you describe may be an emergency.")
    assert "call your emergency number now" in notice
    assert "You mention" not in notice
    assert said(monkeypatch, strange, "clinician") == ""
    assert said(monkeypatch, strange, kind="symptom") == ""


@pytest.mark.parametrize(
    "text",
    [
        *ABSENT,
        "I am not wheezing",
        "No problems with my breath",
        "I had a bad turn ten years ago",
        "My father had a bad turn",
        "What is a bad turn?",
    ],
)
def test_the_classifier_makes_no_warning_of_what_is_denied(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    assert not leaves_open(text)
    assert "What you describe" not in said(monkeypatch, text)


def test_a_rule_that_speaks_is_not_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = said(monkeypatch, "I have chest pain")
    assert "You mention chest pain" in notice
    assert "What you describe" not in notice


@pytest.mark.parametrize(
    "text", ["he has a faint pulse", "I have heart ache", "my blood pressure is low and my chest hurts"]
)
def test_a_harmless_phrase_hides_no_emergency(text: str) -> None:
    assert red_flags(text)
