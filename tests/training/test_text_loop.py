"""Recipes and checkpoints as files, and the loop on a model of a few numbers."""

import dataclasses
import json
import resource

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.network.prediction import centre
from ecg_chat.network.preprocess import PreprocessConfig
from ecg_chat.training import text_loop
from ecg_chat.training.ecg_crops import draw_crops
from ecg_chat.training.ecg_text_model import TextBatch
from ecg_chat.training.recipe_file import read_recipe, write_recipe
from ecg_chat.training.run_checkpoint import read_checkpoint, write_checkpoint
from ecg_chat.training.text_loop import LoopRecipe, Plan, rate, run_loop, steps_an_epoch

RECIPE = LoopRecipe(
    epochs=3, warmup_epochs=1.0, lr=0.05, weight_decay=0.0, batch=2, accumulation=2, checkpoint_every=2, threads=1
)


class Bigrams(nn.Module):
    """Scores of the next token from the one before, with dropout."""

    device = torch.device("cpu")

    def __init__(self, dropout=0.0):
        super().__init__()
        torch.manual_seed(0)
        self.scores = nn.Embedding(8, 8)
        self.frozen = nn.Parameter(torch.ones(3), requires_grad=False)
        self.dropout = nn.Dropout(dropout)

    def summed_loss(self, batch):
        scores = self.dropout(self.scores(batch.ids[:, :-1]))
        return nn.functional.cross_entropy(scores.flatten(0, 1), batch.labels[:, 1:].flatten(), reduction="sum")


def plan(n_texts=10, on_call=lambda n: None):
    calls = []

    def make_batch(numbers, epoch):
        calls.append(1)
        on_call(len(calls))
        ids = torch.tensor([[(number + k) % 8 for k in range(5)] for number in numbers])
        labels = ids.clone()
        labels[torch.tensor([number % 3 == 0 for number in numbers]), 1:3] = -100  # texts of different length
        return TextBatch(ids, labels, torch.zeros(len(numbers), 1), torch.zeros(len(numbers), 1))

    return Plan("learn", n_texts, make_batch)


def losses(folder):
    return [json.loads(line)["loss"] for line in (folder / "curve.jsonl").read_text().splitlines()]


def test_the_loss_falls_and_the_curve_is_saved(tmp_path):
    model = Bigrams()
    curve = run_loop(model, plan(), RECIPE, tmp_path)
    assert losses(tmp_path) == [row["loss"] for row in curve]
    assert [row["epoch"] for row in curve] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert curve[-1]["loss"] < 0.9 * curve[0]["loss"]
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert set(json.loads((tmp_path / "run.json").read_text())) == {"initial", "started", "commits", "minutes"}
    assert torch.equal(model.frozen, torch.ones(3))


@pytest.mark.parametrize("killed_at", [1, 4, 9, 14])
def test_a_killed_run_goes_on_to_the_same_losses_and_weights(tmp_path, killed_at):
    def stop(call):
        if call == killed_at:
            raise KeyboardInterrupt

    whole, resumed = Bigrams(dropout=0.3), Bigrams(dropout=0.3)
    run_loop(whole, plan(), RECIPE, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run_loop(Bigrams(dropout=0.3), plan(on_call=stop), RECIPE, tmp_path / "killed")
    run_loop(resumed, plan(), RECIPE, tmp_path / "killed")
    assert losses(tmp_path / "killed") == losses(tmp_path / "whole")
    assert torch.equal(resumed.scores.weight, whole.scores.weight)


def test_accumulated_batches_are_one_large_batch(tmp_path):
    at_once, in_parts = Bigrams(), Bigrams()
    run_loop(at_once, plan(), dataclasses.replace(RECIPE, batch=4, accumulation=1), tmp_path / "a")
    run_loop(in_parts, plan(), dataclasses.replace(RECIPE, batch=1, accumulation=4), tmp_path / "b")
    assert losses(tmp_path / "a") == pytest.approx(losses(tmp_path / "b"), abs=2e-5)
    assert torch.allclose(at_once.scores.weight, in_parts.scores.weight, atol=1e-4)


def test_a_folder_with_another_run_is_refused(tmp_path):
    run_loop(Bigrams(), plan(), RECIPE, tmp_path)
    with pytest.raises(InvalidInput, match=r"lr = 0\.05, expected 0\.01"):
        run_loop(Bigrams(), plan(), dataclasses.replace(RECIPE, lr=0.01), tmp_path)
    with pytest.raises(InvalidInput, match="texts = 10, expected 9"):
        run_loop(Bigrams(), plan(9), RECIPE, tmp_path)


def test_a_loss_that_is_no_number_stops_the_run(tmp_path):
    model = Bigrams()
    model.scores.weight.data[3] = float("nan")
    with pytest.raises(ModelError, match="step 1 is nan; lower lr"):
        run_loop(model, plan(), RECIPE, tmp_path)


def test_a_run_on_nothing_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no text"):
        run_loop(Bigrams(), plan(0), RECIPE, tmp_path)


@given(n=st.integers(1, 500), warmup=st.floats(0, 3), step=st.floats(0, 1, exclude_max=True))
def test_the_rate_rises_then_falls_and_stays_within_its_highest(n, warmup, step):
    recipe = dataclasses.replace(RECIPE, warmup_epochs=warmup)
    an_epoch = steps_an_epoch(n, recipe)
    k, turn = int(step * an_epoch * 3), round(an_epoch * warmup)
    here, after = rate(k, an_epoch, recipe), rate(k + 1, an_epoch, recipe)
    assert 0 < here <= recipe.lr
    assert after >= here if k + 1 < turn else after <= here or k + 1 == turn


def test_when_a_checkpoint_cannot_be_written_the_one_before_survives(tmp_path):
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, {"run": {}, "weights": torch.zeros(4)})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(ModelError, match="the one written before it is kept"):
            write_checkpoint(path, {"run": {}, "weights": torch.ones(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert torch.equal(read_checkpoint(path, {})["weights"], torch.zeros(4))
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_damaged_checkpoint_is_named(tmp_path):
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, {"run": {}, "weights": torch.zeros(4000)})
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ModelError, match=r"checkpoint\.pt is damaged"):
        read_checkpoint(path, {})


def test_a_recipe_survives_its_file(tmp_path):
    write_recipe(tmp_path / "r.json", RECIPE)
    assert read_recipe(tmp_path / "r.json", LoopRecipe) == RECIPE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"lrate": 1}', "unknown key 'lrate'"),
        ('{"lr": "fast"}', "lr = 'fast', expected float"),
        ('{"epochs": 1.5}', r"epochs = 1\.5, expected int"),
        ('{"epochs": true}', "epochs = True, expected int"),
        ("[]", "expected an object"),
        ("{", "cannot be read"),
    ],
)
def test_a_recipe_that_cannot_be_used_is_refused(tmp_path, content, message):
    path = tmp_path / "r.json"
    path.write_text(content)
    with pytest.raises(InvalidInput, match=message):
        read_recipe(path, LoopRecipe)


@pytest.mark.parametrize("change", [{"epochs": 0}, {"batch": 0}, {"warmup_epochs": 4.0}])
def test_a_recipe_that_makes_no_sense_is_refused(change):
    with pytest.raises(InvalidInput, match="expected"):
        dataclasses.replace(RECIPE, **change)


def test_the_loop_writes_when_it_ends_not_only_now_and_then(tmp_path):
    run_loop(Bigrams(), plan(), dataclasses.replace(RECIPE, checkpoint_every=1000), tmp_path)
    assert (tmp_path / text_loop.CHECKPOINT).is_file()


def test_a_crop_depends_on_its_record_alone_and_a_whole_record_is_taken_once():
    records = np.random.default_rng(0).integers(-500, 500, (3, 12, 1000)).astype(np.int16)
    config = PreprocessConfig(crop_s=2.5)
    seeds = [(0, 0, row) for row in range(3)]
    together, presence = draw_crops(records, [0, 1, 2], [(), ("V1",), ()], 2, seeds, config)
    alone, _ = draw_crops(records, [2], [()], 2, seeds[2:], config)
    assert together.shape == (3, 2, 12, 250)
    assert torch.equal(together[2], alone[0])
    assert presence[1].tolist() == [float(lead != "V1") for lead in config.leads]
    assert not together[1, :, config.leads.index("V1")].any()
    whole, _ = draw_crops(records, [0], [()], 2, seeds[:1], PreprocessConfig(crop_s=10.0))
    assert torch.equal(whole[0, 0], torch.from_numpy(centre(records[0])))
    assert whole.shape == (1, 1, 12, 1000)
