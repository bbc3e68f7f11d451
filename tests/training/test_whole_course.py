"""From PTB-XL's files to a model that answers: every stage that makes `mini`, in turn, and smaller."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import torch

from ecg_chat.conversation.types import Conversation, Message
from ecg_chat.datasets.ptbxl import as_ecg, read_database, read_signals, training_records
from ecg_chat.datasets.readings import load_readings
from ecg_chat.datasets.trained_ids import FILE_NAME
from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.measurements.feature_vector import FEATURES
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.checkpoint import load_model
from ecg_chat.network.config import load_config, save_config
from ecg_chat.network.encoder_shapes import ResNetConfig
from ecg_chat.training.dialogue_stage import DialogueRecipe
from ecg_chat.training.encoder_recipe import EncoderRecipe
from ecg_chat.training.mini import assemble_step, dialogue_step, encoder_step, measure_step, trees_step
from ecg_chat.training.reader_steps import READINGS_FILE, VALID_READINGS_FILE
from ecg_chat.training.reopened import reopen_step
from ecg_chat.training.tree_stage import TreeRecipe
from tests.evaluation.ptbxl_files import write_ptbxl

SHAPE = ResNetConfig(widths=(8, 8, 16, 16), window_samples=500)
ENCODERS = EncoderRecipe(
    shape=SHAPE, epochs=1, batch=4, members=2, whole_members=1, held_out_records=2, crops_s=(2.5,), ema=0.5
)
TREES = TreeRecipe(iterations=3, min_leaf_records=1, fewest_records=1)
TALK = DialogueRecipe(
    steps=2, ecgs=2, turns=2, questions=2, hidden=64, layers=1, heads=1, intermediate=64, vocab_size=600,
    checkpoint_every=1, threads=1, warmup=1, frozen_steps=1, quantised_from=0.5, projector_hidden=32, max_tokens=1600,
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """PTB-XL's folder, the work folder and the model's folder after all stages."""
    root = tmp_path_factory.mktemp("course")
    ptbxl, work, model_dir = root / "ptbxl", root / "work", root / "tiny"
    ptbxl.mkdir()
    work.mkdir()
    write_ptbxl(ptbxl, copies=2)
    encoder_step(ptbxl, work, ENCODERS)
    measure_step(ptbxl, work, None, 1)
    trees_step(ptbxl, work, TREES)
    dialogue_step(ptbxl, work, TALK)
    assemble_step(ptbxl, work, model_dir, TALK)
    return ptbxl, work, model_dir


def test_training_records_and_fold_9_are_measured_and_nothing_else(made):
    ptbxl, work, _ = made
    records = read_database(ptbxl)
    assert set(load_readings(work / READINGS_FILE)) == {r.ecg_id for r in training_records(records)}
    assert set(load_readings(work / VALID_READINGS_FILE)) == {r.ecg_id for r in records if r.fold == 9}


def test_the_model_says_what_it_was_trained_on(made):
    ptbxl, _, model_dir = made
    ids = {int(line) for line in (model_dir / FILE_NAME).read_text().split()}
    assert ids == {r.ecg_id for r in training_records(read_database(ptbxl))}
    stages = {path.stem for path in (model_dir / "train").glob("*.json")}
    assert stages == {"encoder_0", "encoder_1", "encoder_2", "dialogue", "trees"}
    assert json.loads((model_dir / "train" / "trees.json").read_text()) == dataclasses.asdict(TREES)


def test_encoders_and_trees_answer_together_about_a_new_record(made):
    ptbxl, work, model_dir = made
    model = load_model(model_dir)
    assert model.config.measured.features == FEATURES
    assert len(model.encoder.members) == 3
    assistant = LocalAssistant(model)
    record = next(r for r in read_database(ptbxl) if r.fold == 9)
    ecg = as_ecg(record, np.array(read_signals(ptbxl, [record]))[0])
    measurements = load_readings(work / VALID_READINGS_FILE, {record.ecg_id})[record.ecg_id]
    joint = {one.code: one.probability for one in assistant.findings(ecg, measurements)}
    encoders = LocalAssistant(dataclasses.replace(model, reader=None)).findings(ecg, measurements)
    assert [one.code for one in encoders] == list(joint)
    assert joint != {one.code: one.probability for one in encoders}
    question = Conversation((Message("user", "What is the rhythm?"),))
    (answer,) = assistant.answer_all([(question, assistant.ecg_tokens(ecg, measurements))], 8)
    assert isinstance(answer, str)


@pytest.mark.parametrize("trees_anew", [False, True])
def test_a_model_that_was_opened_again_gives_the_same_model(made, tmp_path, trees_anew):
    ptbxl, work, model_dir = made
    again = tmp_path / "again"
    assert reopen_step(ptbxl, model_dir, again) == 3
    for name in (READINGS_FILE, VALID_READINGS_FILE):
        (again / name).write_bytes((work / name).read_bytes())
    if trees_anew:
        for member in range(2):
            shutil.rmtree(again / f"trees_{member}")
        trees_step(ptbxl, again, TREES)
    (again / "dialogue").mkdir()
    for path in (work / "dialogue").iterdir():
        (again / "dialogue" / path.name).write_bytes(path.read_bytes())
    assemble_step(ptbxl, again, tmp_path / "tiny", TALK)
    first, second = load_model(model_dir), load_model(tmp_path / "tiny")
    for ours, theirs in zip(first.encoder.parameters(), second.encoder.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert first.config.measured == second.config.measured
    for name, value in first.reader.trees.state_dict().items():
        assert torch.equal(value, second.reader.trees.state_dict()[name])


def test_trees_are_not_laid_out_beside_other_records_than_they_were_trained_on(made, tmp_path):
    ptbxl, _, model_dir = made
    other = tmp_path / "other"
    shutil.copytree(model_dir, other)
    (other / FILE_NAME).write_text("1\n2\n")
    with pytest.raises(ModelError, match=r"trained_ids\.txt of model tiny is not the one that was saved"):
        reopen_step(ptbxl, other, tmp_path / "work")
    save_config(load_config(model_dir), other, [FILE_NAME])
    with pytest.raises(InvalidInput, match="was trained on 2 records, these data would give"):
        reopen_step(ptbxl, other, tmp_path / "work")
