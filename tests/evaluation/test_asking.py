"""Asking a model about records: as the chat does, and by language alone."""

import threading

import numpy as np
import pytest
import torch

from ecg_chat.chat.types import GenerationSettings
from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.evaluation.asking import Asked, Asker, asker_for
from ecg_chat.evaluation.unseen import Trial, unseen_records
from ecg_chat.network.assistant import load_assistant


@pytest.fixture(scope="module")
def trial(ptbxl, tiny_model, readings_file):
    return Trial(ptbxl, tiny_model, fold=10, readings=readings_file, workers=1)


@pytest.fixture(scope="module")
def asker(trial):
    return asker_for(trial, unseen_records(trial), load_assistant(trial.model_dir))


def test_answers_together_are_the_answers_of_the_chat(asker):
    asked = [Asked(k, q) for k in (9, 12) for q in ("Is there atrial fibrillation?", "What is the rhythm of this ECG?")]
    together = asker.answers(asked, max_new_tokens=12)
    assert len(set(together)) > 1
    for question, text in zip(asked, together, strict=True):
        reading = asker.readings[question.ecg_id]
        events = asker.assistant.stream(
            asker.conversation(question), reading.ecg, reading.measurements, GenerationSettings(12), threading.Event()
        )
        assert text == "".join(e.text for e in events if hasattr(e, "text"))
        assert text == asker.answer(question, max_new_tokens=12)


def test_an_answer_begins_as_its_most_likely_first_token_says(asker):
    tokenizer = asker.assistant._model.tokenizer
    options = ["B", "C", "?"]
    asked = [Asked(k, "What is the rhythm of this ECG?") for k in (9, 10, 12)]
    likely = asker.first_token_probabilities(asked, options)
    assert likely.shape == (3, 3) and (likely > 0).all() and (likely.sum(axis=1) < 1).all()
    alone = [asker.first_token_probabilities([one], options)[0] for one in asked]
    np.testing.assert_allclose(likely, alone, rtol=1e-4)
    for one in asked:
        begun = asker.answers([one], max_new_tokens=1)[0]
        if begun and tokenizer(begun, add_special_tokens=False)["input_ids"][1:] == []:
            assert asker.first_token_probabilities([one], [begun, *options])[0].argmax() == 0


def test_options_that_begin_alike_cannot_be_told_apart(asker):
    with pytest.raises(ModelError, match="begin with 1 tokens, expected one each"):
        asker.first_token_probabilities([Asked(9, "Which?")], ["B. one", "B. two"])


def test_language_alone_sees_the_patient_but_nothing_of_the_signal(asker):
    blind = Asker(asker.assistant, asker.readings, no_ecg=True)
    asked = Asked(9, "What is the rhythm?")
    seeing, without = (a.assistant.prompt(a.conversation(asked)) for a in (asker, blind))
    assert "patient: 59 y" in without and "What is the rhythm?" in without
    assert "rate" in seeing and "criteria met" in seeing + "criteria met" and "PR" in seeing
    assert without.partition("patient: 59 y")[2].split("\n")[1].startswith("<|end|>")


def test_language_alone_gives_the_same_answer_for_every_ecg_of_the_same_patient(asker):
    same = {9: asker.readings[9], 10: asker.readings[10]}
    same[10] = type(same[9])(**{**vars(same[10]), "patient": same[9].patient})
    blind = Asker(asker.assistant, same, no_ecg=True)
    first, second = blind.answers([Asked(9, "What is the rhythm?"), Asked(10, "What is the rhythm?")], 12)
    assert first == second
    assert not asker.assistant.ecg_tokens(None).any()
    assert not torch.equal(*(asker.assistant.ecg_tokens(asker.readings[k].ecg) for k in (9, 12)))


def test_a_sample_is_the_same_for_the_same_seed_and_never_holds_a_trained_record(ptbxl, tiny_model):
    drawn = [unseen_records(Trial(ptbxl, tiny_model, 10, 3, seed=seed)) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]
    with pytest.raises(InvalidInput, match="1 of 4 records were trained on"):
        unseen_records(Trial(ptbxl, tiny_model, 1))
    with pytest.raises(InvalidInput, match="no record of fold 4"):
        unseen_records(Trial(ptbxl, tiny_model, 4))
    with pytest.raises(InvalidInput, match="at least one"):
        unseen_records(Trial(ptbxl, tiny_model, 10, 0))
