"""Asking a patient back: one question at a time, kindly, and help at any red flag."""

import dataclasses
import random

import pytest

from ecg_chat.chat.medication import asks_for_dose
from ecg_chat.chat.safety import red_flags
from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import judge
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.lesson import with_network
from ecg_chat.training.dialogue.refusals import SEEK_HELP
from ecg_chat.training.dialogue.report import report
from ecg_chat.training.dialogue.symptom_talk import ASKED, MILD, NO_DIAGNOSIS, REPLIES, react
from ecg_chat.training.dialogue.truth import truth_of
from tests.training.test_dialogue import record
from tests.training.turns import as_read


def truth_for(name, codes, **changes):
    measurements = measure(make_ecg(name).ecg)
    judgements = judge(measurements, age_years=63.0, sex="female")
    return truth_of(record(codes, **changes), measurements, judgements)


@pytest.fixture(scope="module")
def infarct():
    return truth_for("inferior_ste", {"IMI": 100.0, "SR": 0.0}, report="sinusrhythmus  inferiorer infarkt")


def test_the_uncertain_answers_of_a_patient_lead_to_a_summary_without_a_diagnosis(infarct):
    step, unwell, said = "symptoms", False, []
    for kind in ("mild", "unsure", "unsure", "unsure"):  # "sometimes", "not really", "not that I know", "not sure"
        reaction = react(infarct, step, kind, unwell=unwell)
        said.append(reaction.text)
        step, unwell = reaction.pending, reaction.unwell
    assert [text.count("?") for text in said] == [1, 1, 1, 0]
    assert said[0].endswith(ASKED["course"])
    assert step is None
    assert NO_DIAGNOSIS in said[-1]
    assert "STE_" in infarct.only_by_criteria()  # the most urgent finding counts, by pattern or by criteria
    assert as_read(said[-1], infarct).endswith(load_catalogue()["STE_"].advice)


@pytest.mark.parametrize("step", REPLIES)
def test_a_red_flag_ends_the_questions_at_any_step(infarct, step):
    reaction = react(infarct, step, "red", unwell=False)
    assert (reaction.text, reaction.pending) == (SEEK_HELP, None)


def test_what_the_context_states_is_not_asked(infarct):
    patient = PatientContext(history="asthma", medication="ramipril")
    known = dataclasses.replace(infarct, patient=patient)
    assert NO_DIAGNOSIS in react(known, "symptoms", "no", unwell=False).text


def test_replies_are_what_the_page_takes_them_for():
    for kinds in REPLIES.values():
        for kind, texts in kinds.items():
            assert [t for t in texts if bool(red_flags(t)) != (kind == "red")] == [], kind
            assert not any(asks_for_dose(t) for t in texts)
    assert not any(red_flags(t) for t in MILD)


def test_a_clinician_is_not_asked_back(infarct):
    for seed in range(60):
        conversation = converse(infarct, random.Random(seed), turns=4)
        asked = [m for m in conversation.messages if m.role == "assistant" and any(a in m.text for a in ASKED.values())]
        assert not (asked and conversation.audience == "clinician")
        assert sum(ASKED["symptoms"] in m.text for m in asked) <= 1


def test_a_report_goes_from_rhythm_to_conclusion(infarct):
    truth = with_network(infarct, {"IMI": 0.9, "SR": 0.9})
    text = as_read(report(truth), truth)
    heads = ("Rhythm:", "/min", "axis", "PR ", "Conduction:", "Chambers:", "Myocardium:", "ST-T:", "Conclusion:")
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    assert "inferior myocardial infarction" in text[places[6] : places[7]]
    assert "inferior myocardial infarction" in text[places[8] :]
