"""Generated dialogue must never contradict the measurements it is about."""

import random

import numpy as np
import pytest

from ecg_chat.chat.grounding import check
from ecg_chat.chat.reading import Reading
from ecg_chat.conversation.render import ASSISTANT, render
from ecg_chat.conversation.slots import MISSING
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.truth import truth_of
from tests.training.turns import turns_as_read

LABELS = {
    "normal": {"NORM": 100.0, "SR": 0.0},
    "clbbb": {"CLBBB": 100.0, "SR": 0.0},
    "af": {"AFIB": 0.0},
    "inferior_ste": {"IMI": 50.0, "SR": 0.0},
    "av_block_1": {"1AVB": 100.0, "SR": 0.0},
    "pvcs": {"PVC": 0.0, "SR": 0.0},
}


def record(codes, **changes):
    values = {
        "ecg_id": 1, "patient_id": 1, "age_years": 63.0, "sex": "female", "height_cm": None, "weight_kg": 70.0,
        "codes": codes,
        "fold": 1, "filename": "x", "report": "", "row_source": "original", "ecgqa_split": "train",
    }  # fmt: skip
    return Record(**(values | changes))


@pytest.fixture(scope="module", params=LABELS)
def example(request):
    ecg = make_ecg(request.param).ecg
    measurements = measure(ecg)
    judgements = judge(measurements, age_years=63.0, sex="female")
    return ecg, truth_of(record(LABELS[request.param]), measurements, judgements)


def test_no_answer_contradicts_the_measurements(example):
    ecg, truth = example
    network = tuple(Finding(c, "network", probability=0.97 if c in truth.labels else 0.02) for c in load_catalogue())
    contradicted = []
    for seed in range(12):
        conversation = converse(truth, random.Random(seed), turns=6)
        reading = Reading(
            ecg, truth.measurements, truth.judgements, found(truth.judgements), network, conversation.patient
        )
        for question, answer in turns_as_read(conversation):
            claims = check(answer, reading, question)
            contradicted += [(answer, c.says) for c in claims if c.verdict == "contradicted"]
    assert contradicted == []


def test_the_same_seed_gives_the_same_conversation(example):
    _, truth = example
    assert converse(truth, random.Random(7)) == converse(truth, random.Random(7))
    assert converse(truth, random.Random(7)) != converse(truth, random.Random(8))


def test_only_what_the_assistant_says_is_trained(example):
    _, truth = example
    conversation = converse(truth, random.Random(3))
    segments = render(conversation, for_completion=False)
    trained = [s.text for s in segments if s.trained]
    assert trained == [m.text + "<|end|>" for m in conversation.messages if m.role == "assistant"]
    assert "".join(s.text for s in segments).count(ASSISTANT) == len(trained)


def test_every_reference_has_a_value(example):
    _, truth = example
    for seed in range(20):
        for _, answer in turns_as_read(converse(truth, random.Random(seed))):
            assert "<|" not in answer
            assert MISSING not in answer


def test_no_measured_value_is_written_in_digits(example):
    """The model is to refer to values; digits that equal one would teach it to copy or, worse, to recall."""
    _, truth = example
    value = f"{truth.measurements.get('qrs_ms'):.0f} ms"
    for seed in range(20):
        for message in converse(truth, random.Random(seed)).messages:
            if message.role == "assistant":
                assert value not in message.text


def test_definitions_do_not_read_as_findings_to_a_patient(example):
    from ecg_chat.training.dialogue.answers import mean

    _, truth = example
    absent = next(c for c in ("WPW", "CRBBB") if c not in truth.labels)
    assert mean(truth, absent, patient=True).startswith("In general, ")
    assert mean(truth, absent, patient=True).endswith("It was not found in your recording.")


def test_labels_with_low_likelihood_are_told_as_possible():
    ecg = make_ecg("normal").ecg
    measurements = measure(ecg)
    judgements = judge(measurements, age_years=63.0, sex="female")
    (said,) = truth_of(record({"AMI": 35.0, "SR": 0.0}), measurements, judgements).said
    assert (said.code, said.certainty) == ("AMI", "possible")


def test_a_rate_statement_follows_the_measurement_not_the_label():
    measurements = measure(make_ecg("normal").ecg)
    judgements = judge(measurements, age_years=63.0, sex="female")
    assert truth_of(record({"STACH": 0.0}), measurements, judgements).rhythm == "SR"
    assert np.isfinite(measurements.get("heart_rate_bpm"))
