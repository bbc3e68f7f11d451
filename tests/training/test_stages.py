"""Both stages on made-up data: they learn, and a killed run follows the curve it would have followed."""

import dataclasses
import json
import random

import numpy as np
import pytest
import torch

from ecg_chat.datasets.ptbxl_attributes import attribute_names
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES, Labels
from ecg_chat.errors import InvalidInput
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.encoder_shapes import ResNetConfig, StateSpaceConfig
from ecg_chat.training import dialogue_stage, encoder_stage
from ecg_chat.training.dialogue_stage import DialogueRecipe, Start, train_dialogue
from ecg_chat.training.encoder_recipe import KERNEL_LR, EncoderRecipe, StateSpaceMembers
from ecg_chat.training.encoder_stage import LabelledSignals, train_encoder
from ecg_chat.training.held_out import dialogue_order, held_out_rows
from ecg_chat.training.signal_bank import SignalBank, load_or_make_bank

CODES = ("AFIB", "SR")
NAMES = dialogue_stage.Labels(tuple(f"class {one}" for one in SUPERCLASSES) + CODES, {"AFIB": 0.07})
SMALL = ResNetConfig(widths=(8, 8, 8, 8), stem_stride=4, tail_dilations=(1, 2, 4, 8))
SMALL_STATES = StateSpaceConfig(width=8, layers=1, states=4)
MODEL = {"name": "tiny", "revision": "1"}
RECIPE = EncoderRecipe(shape=SMALL, epochs=3, batch=8, threads=1, ema=0.9, mixup=0.2)


def made_up(n, seed):
    """Records of two kinds, a fast and a slow sine; nothing is known beside the codes of every second one."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 2, n)
    time_s = np.arange(1000) / 100
    signals = [1000 * np.sin(2 * np.pi * (1 + 6 * k) * time_s + rng.uniform(0, 6, (12, 1))) for k in kind]
    codes = np.eye(2, dtype=np.float32)[kind]
    superclasses = np.zeros((n, len(SUPERCLASSES)), np.float32)
    superclasses[:, :2] = codes
    labels = Labels(superclasses, codes, np.ones(n, bool))
    attributes = np.zeros((n, len(attribute_names())), np.float32)
    return LabelledSignals(np.array(signals).astype(np.int16), labels, attributes, np.arange(n) % 2 == 0)


def curve(folder):
    return [json.loads(line)["loss"] for line in (folder / "curve.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("shape", [SMALL, SMALL_STATES])
def test_a_killed_encoder_run_resumes_to_the_same_losses(tmp_path, shape):
    train, valid, recipe = made_up(24, 0), made_up(8, 1), dataclasses.replace(RECIPE, shape=shape)
    train_encoder(train, valid, CODES, recipe, tmp_path / "whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder_stage, "validate", _killed_in_second_epoch())
        with pytest.raises(KeyboardInterrupt):
            train_encoder(train, valid, CODES, recipe, tmp_path / "killed")
    train_encoder(train, valid, CODES, recipe, tmp_path / "killed")
    assert curve(tmp_path / "killed") == curve(tmp_path / "whole")
    assert curve(tmp_path / "whole")[-1] < curve(tmp_path / "whole")[0]


def _killed_in_second_epoch():
    calls = []

    def validate(*_):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return {}

    return validate


def test_members_after_the_others_have_state_space_layers_and_their_own_numbers():
    recipe = EncoderRecipe(mixup=0.2, seed=3)
    before, after = recipe.of_member(3), recipe.of_member(4)
    assert before == dataclasses.replace(recipe, seed=6)
    own = StateSpaceMembers()
    assert (after.shape, after.epochs, after.crops_s, after.batch) == (own.shape, own.epochs, own.crops_s, own.batch)
    assert (after.seed, after.mixup) == (7, 0.2)


def test_kernels_of_state_space_layers_learn_slowly_and_do_not_decay():
    recipe = dataclasses.replace(RECIPE, shape=SMALL_STATES)
    model = new_encoder(SMALL_STATES, SUPERCLASSES, CODES)
    fast, slow = encoder_stage._parameter_groups(model, recipe)
    assert (slow["lr"], slow["weight_decay"]) == (KERNEL_LR, 0)
    assert len(fast["params"]) + len(slow["params"]) == len(list(model.parameters()))
    assert len(encoder_stage._parameter_groups(new_encoder(SMALL, SUPERCLASSES, CODES), RECIPE)) == 1


def test_what_nothing_is_known_about_does_not_change_the_loss():
    model = new_encoder(SMALL, SUPERCLASSES, CODES, attribute_names()).eval()
    batch = made_up(4, 0)
    signal = batch.signals_uv.astype(np.float32) / 1000
    presence = np.ones((4, 12), np.float32)

    def loss(labelled):
        made = encoder_stage._Batch.of(signal, presence, labelled)
        return float(encoder_stage._loss(model, made, RECIPE).detach())

    changed = batch.attributes.copy()
    changed[1] = 1  # nothing is known about the second record
    assert loss(dataclasses.replace(batch, attributes=changed)) == loss(batch)
    changed[0] = 1
    assert loss(dataclasses.replace(batch, attributes=changed)) != loss(batch)


def test_members_leave_out_different_records():
    parts = held_out_rows(100, held_out=20, members=3)
    assert [len(part) for part in parts] == [20, 20, 20]
    assert len({row for part in parts for row in part}) == 60
    assert [row for part in parts for row in part] == dialogue_order(100)[:60]


def test_a_small_set_still_leaves_every_member_something_to_learn():
    parts = held_out_rows(9, held_out=2250, members=2)
    assert [len(part) for part in parts] == [3, 3]


def test_whole_members_leave_nothing_out():
    assert held_out_rows(100, held_out=20, members=2, whole_members=2)[2:] == [[], []]


def test_each_ecg_is_described_by_the_encoder_that_did_not_see_it(tmp_path):
    encoders = [new_encoder(SMALL, SUPERCLASSES, CODES).eval() for _ in range(2)]
    signals = made_up(6, 0).signals_uv
    bank = load_or_make_bank(tmp_path / "bank.npz", encoders, [[4, 0], [2]], signals)
    assert bank.rows.tolist() == [4, 0, 2]
    for place, (row, member) in enumerate(((4, 0), (0, 0), (2, 1))):
        signal = torch.from_numpy(signals[row].astype(np.float32) / 1000)
        signal = signal - torch.from_numpy(np.median(signal.numpy(), axis=1, keepdims=True))
        with torch.inference_mode():
            _, probabilities = encoders[member].probabilities(signal[None], torch.ones(1, 12))
        assert torch.allclose(torch.sigmoid(torch.from_numpy(bank.logits[0, place])), probabilities[0], atol=0.01)
    assert np.array_equal(
        load_or_make_bank(tmp_path / "bank.npz", encoders, [[4, 0], [2]], signals).logits, bank.logits
    )
    assert len(load_or_make_bank(tmp_path / "bank.npz", encoders, [[4], [2]], signals).rows) == 2
    others = load_or_make_bank(tmp_path / "bank.npz", encoders[::-1], [[4], [2]], signals)
    assert not np.array_equal(others.logits[:, 0], bank.logits[:, 0])
    (tmp_path / "bank.npz").write_bytes((tmp_path / "bank.npz").read_bytes()[:500])
    with pytest.raises(InvalidInput, match=r"bank\.npz is damaged"):
        load_or_make_bank(tmp_path / "bank.npz", encoders, [[4], [2]], signals)
    with pytest.raises(InvalidInput, match="no record is both measured and unseen"):
        load_or_make_bank(tmp_path / "bank.npz", encoders, [[], []], signals)


@pytest.fixture(scope="module")
def talk():
    """A truth, a bank with its logits, a tokenizer and a small recipe."""
    from ecg_chat.conversation.render import render
    from ecg_chat.network.tokenizer import train_tokenizer
    from ecg_chat.training.dialogue.generate import converse
    from tests.training.test_dialogue import LABELS, judge, make_ecg, measure, record, truth_of

    measurements = measure(make_ecg("normal").ecg)
    truth = truth_of(record(LABELS["normal"]), measurements, judge(measurements, age_years=50.0, sex="male"))
    texts = [s.text for k in range(20) for s in render(converse(truth, random.Random(k)), for_completion=False)]
    bank = SignalBank(np.ones((1, 1, len(SUPERCLASSES) + 2), np.float32), np.zeros(1, np.int64))
    recipe = DialogueRecipe(
        steps=6, ecgs=2, turns=2, questions=3, hidden=64, layers=1, heads=1, intermediate=64, checkpoint_every=2,
        threads=1, warmup=2, frozen_steps=2, quantised_from=0.5,
    )  # fmt: skip
    return truth, bank, train_tokenizer(texts, 500), recipe


def test_a_killed_dialogue_run_resumes_to_the_same_losses(tmp_path, talk):
    truth, bank, tokenizer, recipe = talk
    train_dialogue([truth], bank, tokenizer, recipe, tmp_path / "whole", labels=NAMES)
    batch = dialogue_stage._Drawing.batch

    def stopping(self, step):
        if step == 4:
            raise KeyboardInterrupt
        return batch(self, step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialogue_stage._Drawing, "batch", stopping)
        with pytest.raises(KeyboardInterrupt):
            train_dialogue([truth], bank, tokenizer, recipe, tmp_path / "killed", labels=NAMES)
    train_dialogue([truth], bank, tokenizer, recipe, tmp_path / "killed", labels=NAMES)
    whole = curve(tmp_path / "whole")
    assert curve(tmp_path / "killed") == whole
    assert whole[-1] < whole[0]


def test_the_language_model_stays_as_it_was_while_it_is_aligned(tmp_path, talk):
    truth, bank, tokenizer, recipe = talk
    torch.manual_seed(5)
    start = {f"decoder.{n}": v for n, v in dialogue_stage.new_decoder(recipe, tokenizer).state_dict().items()}
    aligned = dataclasses.replace(recipe, steps=2, frozen_steps=2, quantised_from=1.0)
    initial = Start(start, MODEL)
    parts = train_dialogue([truth], bank, tokenizer, aligned, tmp_path / "a", labels=NAMES, initial=initial)
    assert all(torch.equal(value, start[f"decoder.{name}"]) for name, value in parts.decoder.state_dict().items())
    tuned = dataclasses.replace(aligned, steps=3)
    parts = train_dialogue([truth], bank, tokenizer, tuned, tmp_path / "b", labels=NAMES, initial=initial)
    assert not all(torch.equal(value, start[f"decoder.{name}"]) for name, value in parts.decoder.state_dict().items())


def test_a_projection_of_the_same_inputs_is_a_start_too(tmp_path, talk):
    truth, bank, tokenizer, recipe = talk
    frozen = dataclasses.replace(recipe, steps=1, lr=0.0)
    torch.manual_seed(5)
    same, other = (dialogue_stage.new_parts(recipe, tokenizer, bank.logits.shape[2] + k).state_dict() for k in (0, 1))
    parts = train_dialogue([truth], bank, tokenizer, frozen, tmp_path / "a", labels=NAMES, initial=Start(same, MODEL))
    assert all(torch.equal(value, same[name]) for name, value in parts.state_dict().items())
    parts = train_dialogue([truth], bank, tokenizer, frozen, tmp_path / "b", labels=NAMES, initial=Start(other, MODEL))
    for name, value in parts.state_dict().items():
        assert value.shape == same[name].shape
        assert torch.equal(value, other[name]) or not name.startswith("decoder.")


def test_blended_crops_keep_the_shares_of_their_labels():
    records = made_up(16, 2)
    presence = np.ones((16, 12), np.float32)
    presence[0] = 0
    signal = records.signals_uv.astype(np.float32)
    batch = encoder_stage._Batch.of(signal, presence, records)
    blended = batch.blended(np.random.default_rng(0), 0.4)
    assert torch.allclose(blended.codes.sum(dim=1), torch.ones(16))
    assert not torch.equal(blended.codes, batch.codes)
    own = (blended.codes * batch.codes).sum(dim=1)
    assert (own >= 0.5 - 1e-6).all()  # a crop is never less than half itself
    assert (blended.presence >= batch.presence).all()
