"""Questions in ECG-QA's wording: the official rules, and answers that stand in the official lists."""

import csv
import random
import re
from pathlib import Path

import pytest

from ecg_chat.chat.question_notes import note_for
from ecg_chat.conversation import ecg_qa_names as names
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.tasks import parse_list
from ecg_chat.datasets import generated_ecg_qa as ecg_qa
from ecg_chat.datasets.generated_ecg_qa import (
    NO,
    NOT_SURE,
    YES,
    choose_question,
    lead_noise_topic,
    query_question,
    questions_of,
    topics,
    verify_question,
)
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue
from tests.training.test_dialogue import record

OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "ecgqa"
RNG = random.Random(0)


def topic(made, template):
    return next(t for t in topics(made) if template in (t.choose, t.query))


@pytest.mark.parametrize(("likelihood", "answer"), [(100.0, YES), (80.0, NOT_SURE), (15.0, NOT_SURE)])
def test_a_single_diagnosis_is_certain_at_likelihood_100_only(likelihood, answer):
    made = record({"LVH": likelihood, "SR": 0.0})
    asked = verify_question(topic(made, 5), RNG, "left ventricular hypertrophy")
    assert asked.answer == {answer}
    assert verify_question(topic(made, 5), RNG, "first degree av block").answer == {NO}
    assert verify_question(topic(made, 3), RNG, "hypertrophy").answer == {YES}


def test_rhythm_and_form_are_present_at_likelihood_0():
    made = record({"AFIB": 0.0, "PVC": 0.0, "ABQRS": 0.0})
    assert query_question(topic(made, 10), RNG).answer_text == "atrial fibrillation"
    assert query_question(topic(made, 11), RNG).answer == {"abnormal qrs", "ventricular premature complex"}


def test_uncertain_symptoms_are_counted_where_the_question_says_so():
    made = record({"IMI": 50.0, "LAFB": 100.0})
    assert query_question(topic(made, 8), RNG).answer == {
        "left anterior fascicular block", "myocardial infarction in inferior leads",
    }  # fmt: skip
    assert query_question(topic(made, 9), RNG).answer == {"left anterior fascicular block"}


@pytest.mark.parametrize(
    ("template", "wording"),
    [
        (4, r"Which diagnostic symptom does this ECG show, .+ or .+, including uncertain symptoms\?"),
        (5, r"Which diagnostic symptom does this ECG show, .+ or .+, excluding uncertain symptoms\?"),
        (21, r"Which cardiac axis does this ECG show, .+ or .+\?"),
        (24, r"Which stage of infarction is this ECG at, .+ stage of .+ or .+ stage of .+\?"),
        (30, r"Which noise does this ECG show, .+ or .+\?"),
        (31, r"Which noise does this ECG show in lead (?:I|II|III|aV[RLF]|V[1-6]), .+ or .+\?"),
    ],
)
def test_choices_are_worded_as_the_official_ones(template, wording):
    made = record({"NORM": 100.0}, heart_axis="LAD")
    asked = lead_noise_topic(made, random.Random(1)) if template == 31 else topic(made, template)
    said = {choose_question(asked, random.Random(seed)).question for seed in range(20)}
    assert any(re.fullmatch(wording, question) for question in said), said
    noises = [f"{kind} {where}" for kind in names.NOISE_NAMES for where in ("any", *STANDARD_LEADS)]
    evidence = NetworkEvidence(dict.fromkeys((*load_catalogue(), *names.AXIS_NAMES, *names.STAGE_NAMES, *noises), 0.02))
    for question in said:
        note = note_for(question, evidence)
        assert "stronger" in note and "kind:" not in note, question
        assert template != 31 or " in lead" in question


def test_a_choice_can_be_one_both_or_none():
    made = record({"CLBBB": 100.0, "LVH": 100.0})
    choices = topic(made, 3)
    assert choose_question(choices, RNG, ("hypertrophy", "conduction disturbance")).answer == {
        "hypertrophy", "conduction disturbance",
    }  # fmt: skip
    assert choose_question(choices, RNG, ("myocardial infarction", "st/t change")).answer_text == "none"


def test_nothing_is_asked_about_columns_that_a_rebuilt_row_does_not_have():
    rebuilt = record({"NORM": 100.0}, row_source="reconstructed", heart_axis="LAD")
    assert {t.kind for t in topics(rebuilt)} == {"symptom", "diagnostic symptom", "form-related symptom",
                                                 "rhythm-related symptom"}  # fmt: skip
    original = record({"NORM": 100.0}, heart_axis="LAD", noise={"static_noise": " , I-III,  "}, extra_beats="VES")
    kinds = {t.kind: t.present for t in topics(original)}
    assert kinds["cardiac axis"] == {"left axis deviation"}
    assert kinds["noise"] == {"static noise"}
    assert kinds["kind of extra systole"] == {"ventricular extrasystoles"}


def test_an_empty_axis_column_gives_no_question_about_the_axis():
    assert "cardiac axis" not in {t.kind for t in topics(record({"NORM": 100.0}))}


def test_every_answer_can_be_read_back():
    made = record({"AFIB": 0.0, "IMI": 50.0, "BIGU": 0.0, "LVOLT": 0.0, "LVH": 100.0}, heart_axis="MID")
    for seed in range(60):
        for question in questions_of(made, random.Random(seed)):
            read = parse_list(question.answer_text.upper(), question.classes)
            assert read == question.answer


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official answer lists are not at hand")
def test_answers_stand_in_the_official_list_of_their_template():
    with (OFFICIAL / "answers_for_each_template.csv").open(newline="") as file:
        official = {int(row["template_id"]): set(ecg_qa_list(row["classes"])) for row in csv.DictReader(file)}
    made = record({"AFIB": 0.0, "IMI": 50.0, "BIGU": 0.0, "LVH": 100.0}, heart_axis="MID", extra_beats="SVES",
                  infarction_stadium=("Stadium III", ""), noise={"burst_noise": "alles"})  # fmt: skip
    seen = set()
    for seed in range(200):
        for question in questions_of(made, random.Random(seed)):
            seen.add(question.template_id)
            assert (question.answer or {"none"}) <= official[question.template_id], question
    assert {1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 20, 21, 22, 23, 24, 25, 27, 30, 32} <= seen


def ecg_qa_list(text):
    import ast

    return ast.literal_eval(text)


def test_the_same_seed_gives_the_same_questions():
    made = record({"AFIB": 0.0, "LVH": 100.0})
    assert questions_of(made, random.Random(3)) == questions_of(made, random.Random(3))
    assert ecg_qa.CERTAIN == 100.0
