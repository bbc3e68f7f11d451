"""Dialogue speaks of what the encoder finds, not of the labels."""

from __future__ import annotations

import random

import pytest

from ecg_chat.chat.grounding import check
from ecg_chat.chat.reading import Reading
from ecg_chat.conversation.facts import describe
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding
from ecg_chat.training.dialogue import answers
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.lesson import with_network
from ecg_chat.training.dialogue.presence import is_group_there, is_there, normal
from ecg_chat.training.dialogue.report import report
from ecg_chat.training.dialogue.truth import truth_of
from tests.training.test_dialogue import LABELS, record
from tests.training.turns import as_read, turns_as_read

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


def test_a_doubtful_rhythm_is_told_and_the_ecg_not_called_normal():
    truth = _truth({}, NORM=0.6, SR=0.6, AFIB=0.45)
    assert not truth.normal
    assert "Possible atrial fibrillation." in as_read(answers.interpret(truth, patient=False), truth)
    assert "Possible atrial fibrillation." in as_read(report(truth), truth).split("Conclusion: ")[1]
    assert normal(truth, patient=True).startswith("No, not entirely")


@pytest.mark.parametrize("code", ["AFIB", "AFLT", "PACE", "BIGU"])
def test_an_ecg_with_another_rhythm_is_not_called_normal(code):
    assert not _truth({}, NORM=0.6, **{code: 0.6}).normal


def test_a_rhythm_that_its_rate_refutes_is_not_stated():
    truth = _truth({}, SVTAC=0.8, SR=0.1)
    assert truth.rhythm == "SR"
    assert is_there(truth, "SVTAC", patient=False).startswith("Possibly. ")


@pytest.mark.parametrize("probability", [0.3, 0.9])
def test_what_a_number_alone_decides_is_neither_listed_nor_doubted_against_it(probability):
    truth = _truth({}, SBRAD=probability, LNGQT=probability, SR=0.9)
    facts = describe(truth.measurements, truth.judgements, None, truth.network.probabilities)
    assert "bradycardia" not in facts and "long QT" not in facts
    assert is_there(truth, "SBRAD", patient=False).startswith("No, ")
    assert is_there(truth, "LNGQT", patient=False).startswith("No, ")


def test_a_kind_that_only_its_superclass_speaks_for_is_not_denied():
    truth = _truth({}, **{"class MI": 0.65, "IMI": 0.14, "ASMI": 0.14, "SR": 0.9})
    assert is_group_there(truth, "MI", patient=False).startswith("Possibly: the overall pattern speaks for")
    assert "Myocardium: the overall pattern speaks for it, but no single finding stands out." in as_read(
        report(truth), truth
    )


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
        for asked, told in turns_as_read(conversation):
            wrong = [c.says for c in check(told, reading, asked) if c.verdict == "contradicted"]
            assert not wrong, (asked, told)


@pytest.mark.parametrize("kind", ["normal", "af", "tachycardia"])
@pytest.mark.parametrize(
    "probabilities",
    [{"SR": 0.9}, {"SR": 0.2, "AFIB": 0.3}, {"AFIB": 0.8, "SR": 0.1}, {"SARRH": 0.6}, {"PACE": 0.7}, {"SVTAC": 0.9}],
)
def test_the_facts_say_that_the_rhythm_is_not_known_where_no_answer_names_it(kind, probabilities):
    row = record({})
    measurements = measure(make_ecg(kind).ecg)
    judgements = judge(measurements, age_years=row.age_years, sex=row.sex)
    truth = with_network(truth_of(row, measurements, judgements), probabilities)
    facts = describe(measurements, judgements, None, probabilities)
    assert ("rhythm: not known" in facts) == (truth.rhythm == "")
