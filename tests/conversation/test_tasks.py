"""Classification prompts: what is asked, what is answered, what is read back."""

import itertools

import pytest

from ecg_chat.conversation.tasks import (
    CLASSES,
    TASKS,
    classification_answer,
    classification_question,
    list_answer,
    parse_choice,
    parse_list,
)


@pytest.mark.parametrize("task", TASKS)
def test_every_answer_reads_back_to_its_codes(task):
    codes = list(CLASSES[task])
    for n in range(4):
        for chosen in itertools.combinations(codes, n):
            assert parse_choice(classification_answer(task, chosen), task) == set(chosen)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("B", {"MI"}),
        ("B.", {"MI"}),
        ("(C)", {"STTC"}),
        ("The answer is D", {"CD"}),
        ("myocardial infarction and hypertrophy", {"MI", "HYP"}),
        ("None.", set()),
        ("I can only help with this ECG.", None),
        ("", None),
    ],
)
def test_answers_that_a_model_may_write(text, codes):
    assert parse_choice(text, "diagnostic") == codes


def test_the_prompt_names_every_class_with_its_letter():
    question = classification_question("rhythm")
    for part in ("A. Sinus Rhythm", "B. Sinus Tachycardia", "E. Sinus Arrhythmia", "choose one of A, B, C, D or E"):
        assert part in question
    assert "all that apply" in classification_question("rhythm", "all")


def test_lists():
    classes = ("low qrs voltages in the frontal and horizontal leads", "bigeminal pattern (a, b, or c)", "x")
    text = list_answer(classes[:2], classes)
    assert parse_list(text, classes) == set(classes[:2])
    assert parse_list("None.", classes) == set()
    assert parse_list("x; y", classes) is None
    assert list_answer((), classes) == "none"
