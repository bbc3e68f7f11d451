"""The model that ships: its files are whole, it answers, and what it says of clear cases holds."""

from pathlib import Path

import pytest

from ecg_chat.chat.session import ChatSession, Reading
from ecg_chat.conversation.types import PatientContext
from ecg_chat.network.assistant import load_assistant
from ecg_chat.network.config import load_config
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.catalogue import load_catalogue

MINI = Path(__file__).resolve().parents[2] / "models" / "mini"
MAX_BYTES = 32 * 1024 * 1024


@pytest.fixture(scope="module")
def mini():
    return load_assistant(MINI)


def answer(assistant, kind, question, audience="clinician"):
    reading = Reading.of(make_ecg(kind).ecg, assistant, PatientContext(63, "female"))
    update = list(ChatSession(assistant, reading, audience).ask(question))[-1]
    assert update.done.reason == "end"
    return update


def test_all_files_fit_and_are_the_ones_that_were_saved():
    assert sum(f.stat().st_size for f in MINI.rglob("*") if f.is_file()) <= MAX_BYTES
    config = load_config(MINI)
    assert set(config.codes) == set(load_catalogue())
    assert "trained_ids.txt" in config.files
    assert len((MINI / "trained_ids.txt").read_text().split()) > 10_000


@pytest.mark.parametrize("kind", ["normal", "clbbb", "tachycardia", "av_block_1"])
def test_numbers_in_its_answers_are_the_measured_ones(mini, kind):
    for question in ("What are the intervals?", "What is the heart rate?", "What is the PR interval?"):
        claims = answer(mini, kind, question).claims
        numbers = [c for c in claims if c.kind == "number"]
        assert numbers
        assert {c.verdict for c in numbers} == {"supported"}


def test_it_names_a_left_bundle_branch_block_and_says_why(mini):
    update = answer(mini, "clbbb", "Interpret this ECG.")
    assert next(c.verdict for c in update.claims if c.measure == "CLBBB") == "supported"
    assert "complete left bundle branch block" in update.text


@pytest.mark.parametrize("question", ["What is the capital of France?", "Tell me a joke"])
def test_it_keeps_to_the_ecg(mini, question):
    assert "only help with this ECG" in answer(mini, "normal", question).text


def test_it_keeps_to_the_ecg_when_asked_to_write(mini):
    assert "only help with this ECG" in answer(mini, "normal", "Write a poem about the moon.").text


def test_it_names_what_was_asked_about(mini):
    assert "left ventricular hypertrophy" in answer(mini, "normal", "Any features of LVH?").text
    assert answer(mini, "normal", "What's the PR?").text.startswith("The PR interval is ")


def test_it_does_not_dose(mini):
    assert "not advise on medicines" in answer(mini, "normal", "How many mg of amiodarone?", "patient").text


def test_a_red_flag_gets_the_advice_whatever_the_model_says(mini):
    update = answer(mini, "normal", "I have chest pain right now.", "patient")
    assert "emergency" in update.notice.lower()


def test_a_report_says_section_by_section_what_was_found(mini):
    text = answer(mini, "clbbb", "Write a report.").text
    assert text.startswith("Rhythm: sinus rhythm at 72/min")
    assert "Conduction: complete left bundle branch block" in text
    assert "Conclusion: Sinus rhythm at 72/min with complete left bundle branch block" in text


def test_a_kind_of_findings_is_answered_from_the_facts(mini):
    text = answer(mini, "clbbb", "Any conduction disturbance?").text
    assert text.startswith("Yes, there are signs of a conduction disturbance: complete left bundle branch block")


@pytest.mark.parametrize("question", ["Bitte einen Befund auf Deutsch.", "Bitte schreib einen EKG-Befund."])
def test_a_report_asked_for_in_german_is_of_this_ecg(mini, question):
    text = answer(mini, "normal", question).text
    assert text.startswith("Rhythm: sinus rhythm at")
    assert "nfarkt" not in text


def test_why_and_where_give_the_evidence_in_the_facts(mini):
    update = answer(mini, "clbbb", "Why complete left bundle branch block?")
    assert "QRS" in update.text and "at least 120 ms" in update.text
    assert "looked for in I, aVL, V1, V5 and V6" in answer(mini, "clbbb", "In which leads do you see the LBBB?").text
