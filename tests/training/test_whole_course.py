"""From PTB-XL's files to a model that answers: every stage that makes `mini`, in turn, and smaller."""

import argparse
import csv
import dataclasses
import json
import shutil
from datetime import UTC, datetime

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
from ecg_chat.training import command, mini
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
    assert json.loads((model_dir / "train" / "trees.json").read_text())["recipe"] == dataclasses.asdict(TREES)
    for stage in stages:
        run = json.loads((model_dir / "train" / f"{stage}.json").read_text())["run"]
        assert run["initial"] is None
        assert datetime.fromisoformat(run["started"]) <= datetime.now(UTC)
        assert 0 <= run["minutes"] < 10
        assert isinstance(run["commits"], list)


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


STEPS = {"encoder": ENCODERS, "trees": TREES, "dialogue": TALK}


@pytest.fixture
def with_bad_rows(made, tmp_path, monkeypatch):
    """Return a function that runs a finished stage again by its command, on a table with two bad rows more."""
    ptbxl, work, model_dir = made
    shutil.copytree(ptbxl, tmp_path / "ptbxl")
    shutil.copytree(work, tmp_path / "work")
    for name, small in STEPS.items():
        step = getattr(mini, f"{name}_step")

        def of_small(ptbxl, work, _, *rest, step=step, small=small, **named):
            return step(ptbxl, work, small, *rest, **named)

        monkeypatch.setattr(command, f"{name}_step", of_small)
    with (tmp_path / "ptbxl" / "ptbxl_database.csv").open("a", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow([901, 901, "old", 0, "", "", "{'NORM': 100.0}", 10, "records100/1_lr", "test"])
        rows.writerow([902, 902, 50, 0, "", "", "{'NORM': 100.0}", 10, "records100/none_lr", "test"])
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)

    def run(stage, *more):
        folder = tmp_path / ("again" if stage == "reopen" else "work")
        models = {"assemble": ["--model", str(tmp_path / "tiny")], "reopen": ["--model", str(model_dir)]}
        words = [stage, "--ptbxl", str(tmp_path / "ptbxl"), "--work", str(folder), *models.get(stage, []), *more]
        return command.run(parser.parse_args(words))

    return run


@pytest.mark.parametrize("stage", command.MINI_STAGES)
def test_each_stage_reads_the_table_once_and_says_which_rows_were_skipped(with_bad_rows, monkeypatch, capsys, stage):
    reads = []

    def counted(*args, **named):
        reads.append(1)
        return read_database(*args, **named)

    monkeypatch.setattr(mini, "read_database", counted)
    assert with_bad_rows(stage, "--on-bad", "skip") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3] == "2 rows were skipped:"
    assert lines[-2].startswith("- 1 x age not a number; first: ptbxl_database.csv line")
    assert lines[-1].startswith("- 1 x record file missing; first: ecg_id 902")
    assert len(reads) == 1


@pytest.mark.parametrize("stage", command.MINI_STAGES)
def test_each_stage_refuses_a_bad_row_unless_told_otherwise(with_bad_rows, capsys, stage):
    with pytest.raises(InvalidInput, match=r"ptbxl_database\.csv line \d+ \(ecg_id 901\): has the age 'old'"):
        with_bad_rows(stage)
    assert capsys.readouterr().out == ""


def test_assembling_without_a_dialogue_run_says_what_to_run(with_bad_rows, tmp_path):
    shutil.rmtree(tmp_path / "work" / "dialogue")
    with pytest.raises(InvalidInput, match="run `python -m ecg_chat train dialogue` first"):
        with_bad_rows("assemble")


def test_encoders_are_not_trained_anew_over_those_of_a_model_that_was_opened_again(made, tmp_path):
    ptbxl, _, model_dir = made
    work = tmp_path / "again"
    reopen_step(ptbxl, model_dir, work)
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    with pytest.raises(InvalidInput, match=r"encoder_0\.pt is finished and has no checkpoint"):
        encoder_step(ptbxl, work, ENCODERS)
    assert {path: path.read_bytes() for path in work.rglob("*") if path.is_file()} == before


def test_an_encoder_file_that_was_cut_is_named(made, tmp_path):
    ptbxl, work, _ = made
    copy = tmp_path / "work"
    shutil.copytree(work, copy)
    weights = copy / "encoder_1.pt"
    weights.write_bytes(weights.read_bytes()[:4000])
    with pytest.raises(ModelError, match=r"encoder_1\.pt is damaged: [^\n]+; delete it"):
        dialogue_step(ptbxl, copy, TALK)


def test_a_dialogue_from_a_model_says_which(made, tmp_path):
    ptbxl, work, model_dir = made
    copy = tmp_path / "work"
    shutil.copytree(work, copy, ignore=shutil.ignore_patterns("dialogue"))
    dialogue_step(ptbxl, copy, TALK, model_dir)
    assemble_step(ptbxl, copy, tmp_path / "tiny", TALK)
    config = load_config(model_dir)
    run = json.loads((tmp_path / "tiny" / "train" / "dialogue.json").read_text())["run"]
    assert run["initial"] == {"name": config.name, "revision": config.revision}
    with pytest.raises(InvalidInput, match="holds a run with initial = "):
        dialogue_step(ptbxl, copy, TALK)
