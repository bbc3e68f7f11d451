import dataclasses
import json
import shutil

import pytest
import torch
from safetensors.torch import load_file

from ecg_chat.errors import ModelError
from ecg_chat.network.checkpoint import load_model, save_model
from ecg_chat.network.encoder import EncoderEnsemble
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.multimodal import EcgProjector
from tests.network.tiny import tiny_parts


@pytest.fixture
def copy(tiny_model_dir, tmp_path):
    return shutil.copytree(tiny_model_dir, tmp_path / "tiny")


def test_a_saved_model_computes_the_same_after_loading(tiny_model_dir):
    model = load_model(tiny_model_dir)
    _, parts = tiny_parts()
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    wanted = parts["encoder"].probabilities(signal, presence)
    for ours, theirs in zip(model.encoder.probabilities(signal, presence), wanted, strict=True):
        assert torch.allclose(ours, theirs, atol=0.02, rtol=0.02)


def test_linear_layers_are_stored_in_4_bits(tiny_model_dir):
    stored = load_file(tiny_model_dir / "decoder" / "model.safetensors")
    linear = {name: one for name, one in stored.items() if name.endswith("_proj.weight")}
    assert linear and {one.dtype for one in linear.values()} == {torch.uint8}
    assert all(f"{name}.nested_absmax" in stored for name in linear), "double quantisation"


def test_a_changed_weight_file_is_refused(copy):
    weights = copy / "encoder.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="checksum"):
        load_model(copy)


@pytest.mark.parametrize("name", ["config.json", "projector.safetensors", "decoder/tokenizer.json"])
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(ModelError, match=name.split("/")[-1].replace(".", r"\.")):
        load_model(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"join": "prefix"}, "prefix"), ({"format": 9}, "9"), ({"colour": "red"}, "colour"), ({"codes": 3}, "config")],
)
def test_a_config_that_does_not_fit_is_refused(copy, change, message):
    path = copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match=message):
        load_model(copy)


def test_other_sizes_than_the_config_says_are_refused(copy):
    path = copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"n_ecg_tokens": 3}))
    with pytest.raises(ModelError, match="projector"):
        load_model(copy)


def test_encoders_of_two_shapes_come_back_as_they_were(tmp_path):
    config, parts = tiny_parts()
    other = dataclasses.replace(config.encoder, widths=(8, 8, 8, 24), window_samples=100)
    first = parts["encoder"].members[0]
    ensemble = EncoderEnsemble([first, new_encoder(other, first.superclasses, first.codes)]).eval()
    config = dataclasses.replace(config, further_encoders=(other,), projected_features=False)
    projector = EcgProjector(0, config.n_logits, 32, 64, 2)
    save_model(tmp_path / "two", config, **(parts | {"encoder": ensemble, "projector": projector}))
    model = load_model(tmp_path / "two")
    assert model.config.further_encoders == (other,)
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    ours, theirs = (e.probabilities(signal, presence)[1] for e in (model.encoder, ensemble))
    assert torch.allclose(ours, theirs, atol=0.02)
