"""Three hundred generated conversations, held against what the page checks: measurements, doses, red flags."""

from __future__ import annotations

import csv
import importlib.util
import random
import re

import pytest

from ecg_chat.chat.grounding import check
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.safety import red_flags, screen
from ecg_chat.conversation.asked import asked_number
from ecg_chat.conversation.render import render
from ecg_chat.conversation.slots import MISSING
from ecg_chat.datasets.ptbxl import as_ecg, read_database, training_records
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.phrases import questions
from ecg_chat.training.dialogue.refusals import SEEK_HELP, SEEK_HELP_CLINICIAN
from ecg_chat.training.dialogue.truth import truth_of
from tests.training.test_dialogue import LABELS, record
from tests.training.turns import turns_as_read

SYNTHETIC_EACH = 45
REAL_RECORDS = 4
REAL_EACH = 8
FIXED_NUMBERS = re.compile(
    r"\(60-100/min\)|60-100/min|\(usual 120-200 ms\)|\(usual up to 110 ms\)|0\.1 mV|0\.05 mV|12-lead|\bV[1-6]\b"
)
"""Limits that answers state in digits, and the names of leads; every other number has to stand in the prompt."""


def examples_of(ecg, codes, **changes):
    row = record(codes, **changes)
    measurements = measure(ecg)
    judgements = judge(measurements, age_years=row.age_years, sex=row.sex)
    return ecg, truth_of(row, measurements, judgements)


@pytest.fixture(scope="module")
def synthetic():
    return [examples_of(make_ecg(name).ecg, codes) for name, codes in LABELS.items()]


@pytest.fixture(scope="module")
def real(shared_data):
    """The first training records of PTB-XL at hand."""
    unpack = importlib.util.spec_from_file_location("unpack", shared_data / "unpack.py")
    module = importlib.util.module_from_spec(unpack)
    unpack.loader.exec_module(module)
    ids, signals = module.read_shard(shared_data / "ptbxl" / "02000.ptbx")
    rows = {int(i): k for k, i in enumerate(ids)}
    allowed = [r for r in training_records(read_database(shared_data / "ptbxl")) if r.ecg_id in rows]
    wanted = [r for r in allowed if "NORM" not in r.codes][: REAL_RECORDS - 1] + allowed[:1]
    made = []
    for r in wanted:
        ecg = as_ecg(r, signals[rows[r.ecg_id]].T)
        measurements = measure(ecg)
        made.append((r, ecg, truth_of(r, measurements, judge(measurements, age_years=r.age_years, sex=r.sex))))
    return made


def test_no_answer_about_made_ecgs_contradicts_what_the_page_checks(synthetic):
    wrong = [w for ecg, truth in synthetic for seed in range(SYNTHETIC_EACH) for w in faults(ecg, truth, seed)]
    assert wrong == []


@pytest.mark.data
def test_no_answer_about_real_training_records_contradicts_what_the_page_checks(real):
    wrong = [w for _, ecg, truth in real for seed in range(REAL_EACH) for w in faults(ecg, truth, seed)]
    assert wrong == []


@pytest.mark.data
def test_what_is_trained_on_is_no_test_record(real, shared_data):
    with (shared_data / "ptbxl" / "ptbxl_database.csv").open(newline="", encoding="utf-8") as file:
        rows = {int(row["ecg_id"]): row for row in csv.DictReader(file)}
    held_out = {row["patient_id"] for row in rows.values() if int(float(row["strat_fold"])) >= 9}
    for r, _, _ in real:
        row = rows[r.ecg_id]
        assert int(float(row["strat_fold"])) <= 8
        assert row["ecgqa_split"] not in ("test", "valid")
        assert row["patient_id"] not in held_out


def faults(ecg, truth, seed):
    """Whatever is wrong with one conversation, in words."""
    conversation = converse(truth, random.Random(seed), turns=4)
    network = tuple(Finding(c, "network", probability=0.97 if c in truth.labels else 0.02) for c in load_catalogue())
    reading = Reading(ecg, truth.measurements, truth.judgements, found(truth.judgements), network, conversation.patient)
    prompt = "".join(s.text for s in render(conversation, for_completion=False) if not s.trained)
    for asked, answer in turns_as_read(conversation):
        yield from (f"{answer}: {c.says}" for c in check(answer, reading, asked) if c.verdict == "contradicted")
        if MISSING in answer or "<|" in answer or screen(answer, complete=True).withheld:
            yield f"not to be shown: {answer}"
        for number in re.findall(r"\d+(?:\.\d+)?", FIXED_NUMBERS.sub("", without_catalogue(answer))):
            if number not in prompt:
                yield f"{number} stands nowhere in the prompt: {answer}"
        # "Did I have a heart attack?" asks about the ECG and has its own answer; the page warns above it.
        flagged = red_flags(asked) and "heart attack" not in asked.lower()
        if flagged and answer not in (SEEK_HELP, SEEK_HELP_CLINICIAN):
            yield f"no help is sought: {asked} {answer}"


def without_catalogue(answer):
    for statement in load_catalogue().values():
        for text in (statement.meaning, statement.plain):
            answer = answer.replace(text, "")
    return answer


def test_half_of_the_questions_for_a_statement_are_about_one_that_holds(synthetic):
    _, truth = synthetic[1]
    assert truth.rhythm or truth.said
    starts = []
    for seed in range(400):
        messages = converse(truth, random.Random(seed), turns=3).messages
        pairs = zip(messages[::2], messages[1::2], strict=True)
        told = [a.text for _, a in pairs if not a.text.startswith("No, not entirely")]  # whether the ECG is normal
        starts += [text.split()[0].rstrip(",.:") for text in told if text.startswith(("Yes", "No,", "Possibly"))]
    yes, no = starts.count("Yes"), starts.count("No")
    assert 0.35 < yes / (yes + no) < 0.7


def test_a_number_that_people_bring_is_answered_by_the_comparison(synthetic):
    _, truth = synthetic[0]
    met = 0
    for seed in range(120):
        conversation = converse(truth, random.Random(seed), turns=4)
        for asked, told in zip(conversation.messages[::2], conversation.messages[1::2], strict=True):
            compared = asked_number(asked.text, conversation)
            if "your number is" not in told.text:
                continue
            met += 1
            word = "the same" if compared.direction == "the same" else "close" if compared.close else compared.direction
            assert f"your number is {word}" in told.text
    assert met > 5


def test_every_red_flag_question_is_one_to_the_page_as_well():
    missed = [q for q in questions()["red_flag"] if not red_flags(q)]
    assert missed == []
