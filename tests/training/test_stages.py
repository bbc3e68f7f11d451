"""Both stages on made-up data: they learn, and a killed run follows the curve it would have followed."""

import dataclasses
import json
import random

import numpy as np
import pytest

from ecg_chat.datasets.ptbxl import SUPERCLASSES, Labels
from ecg_chat.network.encoder import EcgEncoder, EncoderConfig
from ecg_chat.training import encoder_stage
from ecg_chat.training.dialogue_stage import DialogueRecipe, train_dialogue
from ecg_chat.training.encoder_stage import EncoderRecipe, LabelledSignals, train_encoder
from ecg_chat.training.signal_bank import load_or_make_bank

CODES = ("AFIB", "SR")
RECIPE = EncoderRecipe(epochs=3, batch=8, threads=1, ema=0.9)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(encoder_stage, "EncoderConfig", lambda: EncoderConfig(widths=(8, 8, 8, 8)))


def made_up(n, seed):
    """Records of two kinds, a fast and a slow sine."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 2, n)
    time_s = np.arange(1000) / 100
    signals = [1000 * np.sin(2 * np.pi * (1 + 6 * k) * time_s + rng.uniform(0, 6, (12, 1))) for k in kind]
    codes = np.eye(2, dtype=np.float32)[kind]
    superclasses = np.zeros((n, len(SUPERCLASSES)), np.float32)
    superclasses[:, :2] = codes
    return LabelledSignals(np.array(signals).astype(np.int16), Labels(superclasses, codes, np.ones(n, bool)))


def curve(folder):
    return [json.loads(line)["loss"] for line in (folder / "curve.jsonl").read_text().splitlines()]


def test_a_killed_encoder_run_resumes_to_the_same_losses(tmp_path):
    train, valid = made_up(24, 0), made_up(8, 1)
    train_encoder(train, valid, CODES, RECIPE, tmp_path / "whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder_stage, "validate", _killed_in_second_epoch())
        with pytest.raises(KeyboardInterrupt):
            train_encoder(train, valid, CODES, RECIPE, tmp_path / "killed")
    train_encoder(train, valid, CODES, RECIPE, tmp_path / "killed")
    assert curve(tmp_path / "killed") == [curve(tmp_path / "whole")[k] for k in (0, 2)]


def _killed_in_second_epoch():
    calls = []

    def validate(*_):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return {}

    return validate


def test_views_of_the_encoder_are_kept_and_made_again_for_other_records(tmp_path):
    encoder = EcgEncoder(EncoderConfig(widths=(8, 8, 8, 8)), SUPERCLASSES, CODES)
    signals = made_up(5, 0).signals_uv
    first = load_or_make_bank(tmp_path / "bank.npz", encoder, signals)
    assert first.features.shape == (2, 5, 16)
    assert first.logits.shape == (2, 5, len(SUPERCLASSES) + 2)
    again = load_or_make_bank(tmp_path / "bank.npz", encoder, signals)
    assert np.array_equal(first.logits, again.logits)
    assert load_or_make_bank(tmp_path / "bank.npz", encoder, signals[:3]).features.shape[1] == 3


def test_a_killed_dialogue_run_resumes_to_the_same_losses(tmp_path):
    from ecg_chat.conversation.render import render
    from ecg_chat.network.tokenizer import train_tokenizer
    from ecg_chat.training.dialogue.generate import converse
    from ecg_chat.training.signal_bank import SignalBank
    from tests.training.test_dialogue import LABELS, judge, make_ecg, measure, record, truth_of

    measurements = measure(make_ecg("normal").ecg)
    truth = truth_of(record(LABELS["normal"]), measurements, judge(measurements, age_years=50.0, sex="male"))
    texts = [s.text for k in range(20) for s in render(converse(truth, random.Random(k)), for_completion=False)]
    tokenizer = train_tokenizer(texts, 500)
    bank = SignalBank(np.ones((1, 1, 16), np.float32), np.ones((1, 1, 7), np.float32))
    recipe = DialogueRecipe(
        steps=6, conversations=2, turns=2, hidden=64, layers=1, heads=1, intermediate=64, checkpoint_every=2, threads=1,
        warmup=2, quantised_from=0.5,
    )  # fmt: skip
    train_dialogue([truth], bank, tokenizer, recipe, tmp_path / "whole")
    shorter = dataclasses.replace(recipe, checkpoint_every=2)
    _interrupted(truth, bank, tokenizer, shorter, tmp_path / "killed")
    train_dialogue([truth], bank, tokenizer, recipe, tmp_path / "killed")
    whole = curve(tmp_path / "whole")
    assert curve(tmp_path / "killed") == whole
    assert whole[-1] < whole[0]


def _interrupted(truth, bank, tokenizer, recipe, out):
    from ecg_chat.training import dialogue_stage

    batch = dialogue_stage._batch

    def stopping(*args):
        if args[-1] == 4:
            raise KeyboardInterrupt
        return batch(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialogue_stage, "_batch", stopping)
        with pytest.raises(KeyboardInterrupt):
            train_dialogue([truth], bank, tokenizer, recipe, out)
