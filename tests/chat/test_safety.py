"""Emergencies are recognised, doses are withheld, whatever the model says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.chat.medication import WITHHELD, asks_for_dose, first_instruction
from ecg_chat.chat.safety import NO_VERDICT_ON_DANGER, REPEATED, notice_for, red_flags, screen
from ecg_chat.conversation.types import Audience, PatientContext
from tests.chat.readings import READINGS, reading

NORMAL = READINGS["normal"].measurements
NOBODY = PatientContext()


@pytest.mark.parametrize(
    "text",
    [
        "I have chest pain",
        "crushing chest pressure for 20 minutes",
        "My chest feels tight",
        "pain in my chest that goes to the jaw",
        "tightness across the chest",
        "chest hurts",
        "chest pain since this morning",
        "an elephant on my chest",
        "pain in my left arm and jaw",
        "I can't breathe",
        "I can hardly breathe",
        "cant breathe properly",
        "I suddenly cannot get any air",
        "she can barely get enough air",
        "Can't catch my breath",
        "He is clutching his chest",
        "My chest feels like it is in a vice",
        "everything is going black",
        "My defibrillator keeps shocking me",
        "I suddenly can't move my right arm",
        "Gran's face has dropped on the left",
        "half my body has gone numb",
        "my grandmother won't wake up",
        "We've lost the pulse",
        "I've taken a whole box of my tablets to end it",
        "Am I having an MI?",
        "I think I'm having an infarct",
        "My ICD went off twice",
        "My defibrillator gave me 3 shocks",
        "The ICD has gone off twice today",
        "she took a whole strip of bisoprolol by mistake",
        "He swallowed around 20 of his digoxin tablets",
        "My mother is grey and cold and barely answers",
        "grandad is all grey and hardly responds to me",
        "I swallowed a bottle of pills",
        "I've taken too many of my beta blockers",
        "I cant speak",
        "I can not breathe",
        "she wont wake up",
        "he doesnt respond",
        "I am short of breath",
        "sudden shortness of breath",
        "breathless at rest",
        "dyspnoea",
        "he is gasping",
        "I fainted today",
        "I passed out this morning",
        "she collapsed",
        "syncope",
        "I nearly fainted",
        "loss of consciousness",
        "I feel like I am about to faint",
        "my face is drooping",
        "slurred speech",
        "my left arm has gone weak",
        "I cannot speak properly",
        "sudden weakness in one side",
        "palpitations and dizziness",
        "palpitations during exercise",
        "my heart is racing and I feel faint",
        "cold sweat",
        "sweating and nauseous",
        "he is unresponsive",
        "not breathing",
        "I think I am having a heart attack",
        "no fever but chest pain",
        "no fever, chest pain since noon",
        "I had chest pain 3 years ago and now it is back again",
        "CHEST PAIN!!!",
        "chest pain?",
        "Is this chest pain dangerous for me?",
        "What should I do about my chest pain?",
        "I don't have a cough but my chest is tight",
        "63 F, chest pain, on amiodarone",
        "angina",
        "I took too many pills",
        "pressure on the chest and sweating",
    ],
)
def test_red_flags_are_seen(text: str) -> None:
    assert red_flags(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "routine check",
        "no chest pain",
        "No chest pain or shortness of breath.",
        "denies chest pain, dyspnoea or syncope",
        "without chest pain",
        "I do not have chest pain",
        "I had chest pain 3 years ago",
        "fainted once as a child",
        "What does chest pain mean?",
        "Is there a bundle branch block?",
        "Does an ECG show breathlessness?",
        "hypertension, diabetes",
        "What is syncope?",
        "palpitations",
        "asymptomatic",
        "Can LBBB cause fainting?",
        "My father had a heart attack",
        "tired since last week",
        "What is the heart rate?",
        "What does an ICD shock look like?",
        "I have an ICD",
        "Patient with ICD, no shocks",
        "I was shocked to read that I need an ICD",
        "I took all of my medicines as prescribed today",
        "I have taken all my tablets this morning, is my ECG ok?",
        "Is there a myocardial infarction?",
        "the chest leads look odd",
        "I took 25 mg tablets of metoprolol this morning",
        "It has taken the whole strip of the ecg to see one P wave",
        "My father was pale and hardly answered, years ago",
        "never had chest pain",
    ],
)
def test_other_texts_are_not_emergencies(text: str) -> None:
    assert red_flags(text) == ()


def test_history_counts_only_when_it_is_now() -> None:
    assert red_flags("syncope", past=True) == ()
    assert red_flags("syncope today", past=True)


def test_the_notice_says_what_to_do_for_each_audience() -> None:
    for audience, words in (("patient", "call your emergency number now"), ("clinician", "emergency assessment")):
        notice = notice_for("I have chest pain", NOBODY, NORMAL, audience)
        assert words in notice
        assert "chest pain or pressure" in notice


def test_symptoms_of_the_context_count_for_every_question() -> None:
    patient = PatientContext(symptoms="crushing chest pain for 20 min")
    assert notice_for("What is the rate?", patient, NORMAL, "patient")
    assert notice_for("What is the rate?", NOBODY, NORMAL, "patient") == ""


def test_a_very_slow_rate_with_symptoms_is_a_red_flag() -> None:
    slow = reading({"heart_rate_bpm": 30.0}).measurements
    assert "30/min" in notice_for("Why?", PatientContext(symptoms="tired"), slow, "patient")
    assert notice_for("Why?", PatientContext(symptoms="none"), slow, "patient") == ""


def test_a_wide_fast_rhythm_with_symptoms_is_a_red_flag() -> None:
    fast = reading({"heart_rate_bpm": 170.0, "qrs_ms": 160.0}).measurements
    assert "QRS 160 ms" in notice_for("Why?", PatientContext(symptoms="dizzy"), fast, "clinician")


@pytest.mark.parametrize(
    "text",
    [
        "How much metoprolol should I take?",
        "What dose of amiodarone?",
        "Should I stop my beta blocker?",
        "Can I take aspirin?",
        "How many mg of digoxin?",
        "May I double my tablets?",
        "Should we give adenosine?",
        "QTc 510 on citalopram. Stop?",
        "Heart rate 45 on bisoprolol. Cut it?",
        "Digoxin level 2.1. Stop it?",
        "On sotalol 80 bd. Is it safe to carry on? QTc was 480.",
        "The nurse gave me 2.5 mg. Is that right?",
        "My QTc is long. Would you leave out the citalopram?",
        "On ramipril. Reduce?",
    ],
)
def test_questions_for_doses_get_a_notice_by_a_rule(text: str) -> None:
    assert asks_for_dose(text)
    assert "gives no doses" in notice_for(text, NOBODY, NORMAL, "patient")


@pytest.mark.parametrize("audience", ["patient", "clinician"])
@pytest.mark.parametrize(
    "text",
    [
        "is 5 mg enough or should it be 10",
        "Would 25 mg metoprolol be better than 50?",
        "I take 2.5 mg, is that too little?",
        "Is 10mg bisoprolol too much with this rate?",
        "Is it ok to take two tablets today?",
        "shall I up my beta blocker",
        "can I come off amiodarone now",
        "Which anticoagulant would you choose?",
        "should sotalol be stopped with this QTc?",
        "My heart rate is 50. Can I stop the bisoprolol?",
    ],
)
def test_questions_about_medicines_get_a_notice_where_no_rule_knows_them(text: str, audience: Audience) -> None:
    assert "gives no doses" in notice_for(text, NOBODY, NORMAL, audience)


@pytest.mark.parametrize(
    "text",
    [
        "What is the QRS duration?",
        "How long is the PR?",
        "I take 5 mg bisoprolol. Is my heart rate normal?",
        "The patient is on digoxin 125 mcg; is there a digitalis effect?",
        "Could the long QT be from sotalol?",
        "Does 5 mm of ST elevation matter?",
        "On amiodarone. Is the QTc ok?",
        "QRS 148 on flecainide. What was it before?",
    ],
)
def test_other_questions_get_none(text: str) -> None:
    assert not asks_for_dose(text)
    assert "gives no doses" not in notice_for(text, NOBODY, NORMAL, "patient")


@pytest.mark.parametrize("text", ["Is this dangerous?", "Should I be worried?", "How serious is it?", "Could I die?"])
def test_no_yes_or_no_is_a_verdict_on_danger(text: str) -> None:
    said = notice_for(text, NOBODY, NORMAL, "patient")
    assert said == NO_VERDICT_ON_DANGER
    assert not notice_for(text, NOBODY, NORMAL, "clinician")


@pytest.mark.parametrize(
    "text",
    [
        "Take aspirin 300 mg now.",
        "Give amiodarone 300 mg IV over 20 minutes.",
        "Start metoprolol 25 mg twice daily.",
        "You should stop taking your beta blocker.",
        "Stop your medication.",
        "The recommended dose of adenosine is 6 mg.",
        "Take two tablets of your medicine daily.",
        "You can double your dose.",
        "I recommend that you increase bisoprolol to 5 mg.",
        "Inject 1 mg of adrenaline every 3 minutes.",
        "Please take one aspirin tablet.",
        "You should take aspirin.",
        "Chew 300 mg aspirin.",
    ],
)
def test_instructions_about_medicine_are_withheld(text: str) -> None:
    answer = f"QRS 92 ms. {text} Then rest."
    shown = screen(answer, complete=True)
    assert shown.withheld
    assert shown.text == f"QRS 92 ms.\n\n{WITHHELD}"
    assert shown.checkable == "QRS 92 ms."


@pytest.mark.parametrize(
    "text",
    [
        "You take bisoprolol 5 mg, which slows the heart.",
        "Do not stop your medicine without asking your doctor.",
        "QRS 92 ms, ST 0.2 mV.",
        "I do not advise on medicines: not on doses, and not on starting, stopping or changing them. Please ask "
        "your clinician or pharmacist.",
        "Amiodarone can prolong the QT interval.",
        "A potassium of 3.5 mmol/l would fit.",
        "Never change your medication without your doctor.",
        "Start with lead II: the rate is 72/min.",
        "R in V5 is 1.5 mV, S in V1 0.9 mV.",
        "Ask your doctor whether you should stop the medicine.",
        "The calibration is 10 mm/mV at 25 mm/s.",
    ],
)
def test_other_sentences_are_shown(text: str) -> None:
    assert screen(text, complete=True).text == text


def test_a_dose_is_never_shown_while_it_streams() -> None:
    answer = "QRS 92 ms. Please take aspirin 300 mg now, and rest."
    for stop in range(len(answer)):
        shown = screen(answer[:stop], complete=False)
        assert "300" not in shown.text
    assert screen(answer, complete=True).withheld


def test_every_answer_of_the_training_dialogue_may_be_shown() -> None:
    from ecg_chat.training.dialogue import answers
    from ecg_chat.training.dialogue.refusals import refusal
    from ecg_chat.training.dialogue.symptom_talk import ACKNOWLEDGED, ASKED, WATCH_FOR

    refused = [
        text
        for intent in ("red_flag", "dose", "decide", "promise", "off_topic", "unclear", "life")
        for patient in (True, False)
        if (text := refusal(intent, patient))
    ]
    assert len(refused) == 14
    for text in (*refused, *ASKED.values(), *ACKNOWLEDGED.values(), WATCH_FOR, answers.WHO):
        assert not screen(text, complete=True).withheld


def test_no_text_of_the_catalogue_is_withheld() -> None:
    from ecg_chat.statements.catalogue import load_catalogue

    for statement in load_catalogue().values():
        for text in (statement.meaning, statement.plain, statement.advice):
            assert first_instruction(text) is None, (statement.code, text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_screened(text: str) -> None:
    red_flags(text)
    asks_for_dose(text)
    shown = screen(text, complete=False)
    assert text.startswith(shown.checkable)
    assert shown.text.startswith(shown.checkable)


DAMAGE = "There are signs of damage to the front wall."
LOWER = "There are signs of damage to the lower wall."
ADVICE = "With chest pain call the emergency number now."


def test_an_answer_that_goes_round_in_circles_is_cut() -> None:
    raw = f"Sinus rhythm. {DAMAGE} {ADVICE} {DAMAGE} {ADVICE} {DAMAGE} {ADVICE} {DAMAGE}"
    shown = screen(raw, complete=True)
    assert shown.checkable == f"Sinus rhythm. {DAMAGE} {ADVICE}"
    assert shown.text.endswith(REPEATED) and shown.withheld == REPEATED
    growing = [screen(raw[:n], complete=False) for n in range(len(raw))]
    assert any(one.withheld for one in growing)
    assert all(one.checkable == shown.checkable for one in growing if one.withheld)


def test_the_same_advice_for_two_findings_stays() -> None:
    raw = f"{DAMAGE} {ADVICE} {LOWER} {ADVICE} Rate 72/min. Rate 72/min. Rate 72/min."
    assert screen(raw, complete=True).text == raw
