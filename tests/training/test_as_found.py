"""Dialogue speaks of what the encoder finds, not of the labels."""

from __future__ import annotations

import random

import pytest

from ecg_chat.chat.grounding import check
from ecg_chat.chat.reading import Reading
from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.slots import resolve, values
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.lesson import with_network
from ecg_chat.training.dialogue.presence import is_there
from ecg_chat.training.dialogue.truth import truth_of
from tests.training.test_dialogue import LABELS, record

ECG = make_ecg("normal").ecg


def _truth(codes, **probabilities):
    row = record(codes)
    measurements = measure(ECG)
    truth = truth_of(row, measurements, judge(measurements, age_years=row.age_years, sex=row.sex))
    return with_network(truth, probabilities)


def test_what_is_found_takes_the_place_of_the_label():
    truth = _truth({"IMI": 100.0, "SR": 0.0}, ASMI=0.7, IMI=0.05, SR=0.9)
    assert [(s.code, s.certainty) for s in truth.said] == [("ASMI", "stated")]
    assert is_there(truth, "IMI", patient=False).startswith("No, ")
    assert is_there(truth, "ASMI", patient=False).startswith("Yes, ")
    assert set(truth.record.codes) == {"IMI", "SR"}  # what ECG-QA's questions are drawn from


def test_what_is_possible_is_told_as_possible():
    truth = _truth({}, ASMI=0.3, AFIB=0.2, SR=0.9)
    assert is_there(truth, "ASMI", patient=False).startswith("Possibly. ")
    assert is_there(truth, "AFIB", patient=False).startswith("Possibly. ")
    assert truth.rhythm == "SR"


def test_a_possible_normal_ecg_is_not_called_normal():
    assert not _truth({"NORM": 100.0}, NORM=0.4, SR=0.9).normal
    assert _truth({}, NORM=0.8, SR=0.9).normal


def test_without_an_encoder_the_labels_stay():
    assert [s.code for s in _truth({"ASMI": 100.0}).said] == ["ASMI"]


def test_a_number_that_speaks_against_a_finding_makes_it_possible_in_facts_and_answer():
    truth = _truth({}, CLBBB=0.9, SR=0.9)  # QRS is narrow
    facts = describe(truth.measurements, truth.judgements, None, truth.network.probabilities)
    assert "conduction: possible complete left bundle branch block" in facts
    assert is_there(truth, "CLBBB", patient=False).startswith("Possibly. ")


@pytest.mark.parametrize("name", sorted(LABELS))
def test_no_answer_contradicts_the_encoder_or_the_measurements(name):
    ecg = make_ecg(name).ecg
    row = record(LABELS[name])
    measurements = measure(ecg)
    judgements = judge(measurements, age_years=row.age_years, sex=row.sex)
    for seed in range(12):
        rng = random.Random(seed)
        probabilities = {code: round(rng.random() ** 4, 3) for code in judgements}
        truth = with_network(truth_of(row, measurements, judgements), probabilities)
        conversation = converse(truth, rng, turns=4)
        network = tuple(Finding(code, "network", probability=p) for code, p in probabilities.items())
        reading = Reading(ecg, measurements, judgements, found(judgements), network, conversation.patient)
        known = values(conversation)
        for asked, told in zip(conversation.messages[::2], conversation.messages[1::2], strict=True):
            claims = check(resolve(told.text, known), reading, asked.text)
            wrong = [c.says for c in claims if c.verdict == "contradicted"]
            assert not wrong, (asked.text, told.text)
