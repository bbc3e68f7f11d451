"""Asking a patient back, one question at a time, and what follows from uncertain answers.

The person is asked for symptoms, their course, known conditions and medicines; "sometimes" and "not that I know" are
taken as they are. A red flag (chest pain that comes and goes is one; American Heart Association, NHS and BHF patient
pages) ends the questions with the advice to call for help. The summary names what this ECG shows, no diagnosis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecg_chat.training.dialogue.refusals import SEEK_HELP
from ecg_chat.training.dialogue.truth import Truth

StepName = Literal["symptoms", "course", "conditions", "medicines"]
Kind = Literal["no", "unsure", "mild", "yes", "worse", "decline", "red"]

ASKED: Mapping[StepName, str] = {
    "symptoms": "Do you have any symptoms now, such as palpitations, dizziness, chest pain, breathlessness or fainting?",
    "course": "Since when, and is it getting worse?",
    "conditions": "Do you have any known conditions, such as high blood pressure, diabetes or heart disease?",
    "medicines": "Do you take any medicines?",
}
ACKNOWLEDGED: Mapping[Kind, str] = {
    "no": "Thank you.",
    "unsure": "That is all right, this can be hard to tell.",
    "mild": "Thank you for telling me.",
    "yes": "Thank you, your clinician should know that too.",
    "worse": "Thank you for telling me. What gets worse should be seen by a clinician today.",
    "decline": "That is all right, you need not answer.",
}
MILD = (
    "I feel tired lately.", "I sometimes have palpitations.", "Sometimes I feel tired.", "My heart skips a beat sometimes.",
    "I feel a bit dizzy now and then.", "I am not feeling well.", "I sometimes feel my heart beating.", "I get tired easily.",
    "Sometimes my heart beats fast at night.", "I feel weak some days.", "I have palpitations from time to time.",
    "I feel dizzy sometimes.", "I've been a bit tired recently.", "Every now and then my heart flutters.", "My heart stumbles sometimes.",
    "I am often exhausted.", "My heart feels funny sometimes.", "Sometimes I notice a skipped beat.", "I get palpitations when I lie down.",
    "Climbing stairs makes me tired.", "I feel light-headed once in a while.", "I notice my heartbeat in the evening.", "I sleep badly and feel weak.",
    "I had some palpitations last month.", "My heart pounds after coffee.", "I am a little unsteady at times.",
)  # fmt: skip
"""Symptoms without a red flag: said unasked, or as a reply."""
RED = (
    "I sometimes feel tightness around the chest.", "Yes, my chest feels tight.", "Chest pain, it comes and goes.",
    "Yes, I fainted this morning.", "Sometimes a pressure on my chest.", "Yes, I am short of breath.", "I nearly fainted today.",
    "A pain in my chest and my left arm.", "My chest hurts a little.", "I can't breathe well.", "yes, chest pain",
)  # fmt: skip
REPLIES: Mapping[StepName, Mapping[Kind, tuple[str, ...]]] = {
    "symptoms": {
        "no": ("No.", "None.", "No symptoms.", "I feel fine.", "Nothing at all.", "No, I feel well.", "nope"),
        "unsure": ("Not really.", "Maybe.", "I am not sure.", "Not that I know.", "Hard to say.", "I don't think so.", "I don't know."),
        "mild": ("Sometimes.", "Yes, sometimes.", "A little.", "Now and then.", "Yes, palpitations.", "A bit dizzy sometimes.", *MILD),
        "red": RED,
        "decline": ("I would rather not say.", "Why do you ask?", "I don't want to talk about it."),
    },
    "course": {
        "no": ("For years, it is the same.", "No, it stays the same.", "Since last month, not worse.", "No.", "It is getting better."),
        "unsure": ("Not really, sometimes I feel tired.", "Not really.", "I can't tell.", "Maybe.", "I am not sure.", "Hard to say.", "Sometimes."),
        "worse": ("Yes, it is getting worse.", "Since last week, and it gets worse.", "It has become worse.", "Yes, more often now."),
        "red": RED,
    },
    "conditions": {
        "no": ("No.", "None.", "No, nothing.", "I was always healthy.", "No known conditions."),
        "unsure": ("Not that I know.", "Not that I know of.", "I am not sure.", "Maybe high blood pressure.", "I don't think so.", "Not really."),
        "yes": ("High blood pressure.", "Diabetes.", "Yes, high blood pressure.", "I have asthma.", "A weak heart, my doctor said.", "Yes, both."),
        "red": RED,
        "decline": ("I would rather not say.", "That is private."),
    },
    "medicines": {
        "no": ("No.", "None.", "No medicines.", "Nothing.", "No, I don't take any."),
        "unsure": ("I am not sure.", "Some tablets, I forget the name.", "Sometimes.", "Not regularly.", "Maybe one, I don't remember."),
        "yes": ("Yes.", "Ramipril.", "A blood pressure tablet.", "Yes, metoprolol.", "Aspirin and a statin.", "Yes, two tablets a day."),
        "red": RED,
    },
}  # fmt: skip
AFTER: Mapping[StepName, StepName | None] = {
    "symptoms": "conditions",
    "course": "conditions",
    "conditions": "medicines",
    "medicines": None,
}
NO_DIAGNOSIS = "An ECG alone cannot explain how you feel, and this is no diagnosis."
ASK_SOON = "Because you have symptoms, ask for a visit soon."
"""Said in place of the catalogue's advice where no finding asks for anything."""
WATCH_FOR = "Watch for chest pain, breathlessness, fainting, or palpitations with dizziness: then call the emergency number now."


@dataclass(frozen=True)
class Reaction:
    """What is answered, and what has been asked with it; ``pending`` is None where the questions are over."""

    text: str
    pending: StepName | None
    unwell: bool


def opened_by_symptom() -> Reaction:
    """Answer to a symptom that the person tells unasked."""
    return Reaction(f"{ACKNOWLEDGED['mild']} {ASKED['course']}", "course", unwell=True)


def react(truth: Truth, step: StepName, kind: Kind, *, unwell: bool) -> Reaction:
    """Answer a reply: acknowledge it, then ask the next question or sum up; a red flag ends it."""
    if kind == "red":
        return Reaction(SEEK_HELP, None, unwell=True)
    unwell = unwell or kind in ("mild", "worse")
    following = "course" if step == "symptoms" and kind == "mild" else _next(truth, step)
    if following is None:
        return Reaction(f"{ACKNOWLEDGED[kind]} {summary(truth, unwell=unwell)}", None, unwell)
    return Reaction(f"{ACKNOWLEDGED[kind]} {ASKED[following]}", following, unwell)


def _next(truth: Truth, step: StepName) -> StepName | None:
    """Return the next question; what the context states already is not asked."""
    stated = {"conditions": truth.patient.history, "medicines": truth.patient.medication}
    following = AFTER[step]
    while following is not None and stated.get(following):
        following = AFTER[following]
    return following


def summary(truth: Truth, *, unwell: bool) -> str:
    """Say what this ECG shows, that it is no diagnosis, and the advice of the most urgent finding."""
    parts = [f"To sum up: {_shown(truth)}.", NO_DIAGNOSIS, ASK_SOON if unwell else "", "<|advice|>"]
    return " ".join(part for part in parts if part)


def watch() -> str:
    """Say what to pay attention to."""
    return f"{WATCH_FOR} <|advice|>"


def _shown(truth: Truth) -> str:
    if truth.normal and not truth.plainly_normal:
        return "the overall pattern looks usual, but a measured value is outside its limits"
    if truth.normal:
        return "nothing unusual was found in this recording"
    return "<|shown|>"
