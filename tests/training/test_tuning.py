"""Stage "tune": on a language model held in 4 bits, on everything that it is asked later, and on no other data."""

import dataclasses
import json

import numpy as np
import pytest
import torch

from ecg_chat.conversation.tasks import TASKS, classification_options
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.measure import measure
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.judge import judge
from ecg_chat.training import lora_stage
from ecg_chat.training.base_model import load_base
from ecg_chat.training.dialogue.truth import truth_of
from ecg_chat.training.ecg_crops import draw_crops
from ecg_chat.training.lora_stage import ADAPTER_DIR, LoraRecipe, TuningData, merged, train_lora, tuning_plan
from tests.network.tiny import CODES, ENCODER
from tests.training.test_dialogue import record
from tests.training.tiny_llama import write_tiny_llama

RECIPE = LoraRecipe(
    epochs=6, warmup_epochs=0, lr=0.02, batch=2, accumulation=1, rank=4, turns=1, crops=1, max_tokens=900,
    checkpoint_every=3, threads=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def base_dir(tmp_path_factory):
    return write_tiny_llama(tmp_path_factory.mktemp("base") / "llama")


@pytest.fixture(scope="module")
def data():
    truths, signals = [], []
    for n, (kind, codes) in enumerate({"normal": {"NORM": 100.0, "SR": 0.0}, "af": {"AFIB": 0.0}}.items(), start=1):
        ecg = make_ecg(kind, fs_hz=100.0, seed=n).ecg
        measurements = measure(ecg)
        judgements = judge(measurements, age_years=63.0, sex="female")
        truths.append(truth_of(record(codes, ecg_id=n), measurements, judgements))
        signals.append(np.round(ecg.signal * 1000).astype(np.int16))
    return TuningData(truths, np.stack(signals))


def parts():
    torch.manual_seed(0)
    encoder = new_encoder(ENCODER, SUPERCLASSES, CODES)
    return encoder, EcgProjector(ENCODER.feature_size, len(SUPERCLASSES) + len(CODES), 16, 64, 1)


def losses(folder):
    return [json.loads(line)["loss"] for line in (folder / "curve.jsonl").read_text().splitlines()]


def test_adapters_learn_beside_weights_in_4_bits_and_fit_the_full_ones(base_dir, data, tmp_path):
    base = load_base(str(base_dir), quantised=True)
    assert {type(m).__name__ for n, m in base.decoder.named_modules() if n.endswith("_proj")} == {"Linear4bit"}
    stored = base.decoder.model.layers[0].self_attn.q_proj.weight.clone()
    model = train_lora(*parts(), base, data, RECIPE, tmp_path)
    curve = losses(tmp_path)
    assert np.mean(curve[-2:]) < np.mean(curve[:2]) - 0.1
    layers = {n: m for n, m in model.decoder.named_modules() if n.endswith("0.self_attn.q_proj.base_layer")}
    assert all(torch.equal(layer.weight, stored) for layer in layers.values()) and layers
    before = load_base(str(base_dir)).decoder.state_dict()
    after = merged(load_base(str(base_dir)), tmp_path / ADAPTER_DIR).state_dict()
    assert set(before) == set(after)
    name = "model.layers.0.self_attn.q_proj.weight"
    assert not torch.equal(before[name], after[name])
    assert all(bool(torch.isfinite(value).all()) for value in after.values())


def test_a_run_in_4_bits_goes_on_to_the_same_losses(base_dir, data, tmp_path, monkeypatch):
    train_lora(*parts(), load_base(str(base_dir), quantised=True), data, RECIPE, tmp_path / "whole")
    whole = losses(tmp_path / "whole")
    calls = []

    def killed(*args):
        calls.append(1)
        if len(calls) == 5:  # of six steps; the last checkpoint is of the third
            raise KeyboardInterrupt
        return draw_crops(*args)

    monkeypatch.setattr(lora_stage, "draw_crops", killed)
    with pytest.raises(KeyboardInterrupt):
        train_lora(*parts(), load_base(str(base_dir), quantised=True), data, RECIPE, tmp_path / "half")
    monkeypatch.setattr(lora_stage, "draw_crops", draw_crops)
    assert len(losses(tmp_path / "half")) == 3
    train_lora(*parts(), load_base(str(base_dir), quantised=True), data, RECIPE, tmp_path / "half")
    assert losses(tmp_path / "half") == whole


def test_other_data_or_another_language_model_is_refused(base_dir, data, tmp_path):
    train_lora(*parts(), load_base(str(base_dir)), data, dataclasses.replace(RECIPE, quantised_base=False), tmp_path)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    recipe = dataclasses.replace(RECIPE, quantised_base=False)
    others = TuningData(data.truths[::-1], data.signals_uv[::-1].copy())
    with pytest.raises(InvalidInput, match="holds a run with data = "):
        train_lora(*parts(), load_base(str(base_dir)), others, recipe, tmp_path)
    stranger = write_tiny_llama(tmp_path / "stranger", seed=1)
    with pytest.raises(InvalidInput, match="holds a run with base = "):
        train_lora(*parts(), load_base(str(stranger)), data, recipe, tmp_path)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_it_is_taught_what_it_is_asked_in_evaluations(base_dir, data):
    """Conversations, questions in ECG-QA's wording and the prompts of Table 1, each in its share."""
    base = load_base(str(base_dir))
    plan = tuning_plan(base, 1, data, dataclasses.replace(RECIPE, quantised_base=False, separate_share=0.5))
    options = [classification_options(task) for task in TASKS]
    told = [base.tokenizer.decode(plan.make_batch([n % 2], epoch).ids[0]) for epoch in range(30) for n in range(2)]
    squeezed = ["".join(text.split()) for text in told]
    prompts = sum(any("".join(one.split()) in text for one in options) for text in squeezed)
    alone = dataclasses.replace(RECIPE, quantised_base=False, separate_share=0.0)
    never = [
        base.tokenizer.decode(tuning_plan(base, 1, data, alone).make_batch([n % 2], epoch).ids[0])
        for epoch in range(10)
        for n in range(2)
    ]
    assert 5 < prompts < 40
    assert not any("".join(one.split()) in "".join(text.split()) for text in never for one in options)
