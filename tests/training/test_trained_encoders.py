"""Encoders from a work folder, and one of an earlier model that joins them, its labels in their order."""

import dataclasses
import json

import pytest
import torch

from ecg_chat.datasets.ptbxl_attributes import attribute_names
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES
from ecg_chat.errors import InvalidInput
from ecg_chat.network.checkpoint import save_model
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.encoder_shapes import StateSpaceConfig
from ecg_chat.network.preprocess import PreprocessConfig
from ecg_chat.training import trained_encoders
from ecg_chat.training.encoder_recipe import ENCODER as RESIDUAL
from ecg_chat.training.trained_encoders import further_encoders, load_encoders, without_attributes
from tests.network.tiny import CODES, ENCODER, tiny_parts


def stored(folder, **changes):
    config, parts = tiny_parts()
    config = dataclasses.replace(config, preprocess=PreprocessConfig(**changes))
    save_model(folder, config, **parts)
    return folder


def test_labels_are_put_into_the_order_of_the_new_encoders(tmp_path):
    folder = stored(tmp_path / "earlier", crop_s=2.5)
    beside = new_encoder(ENCODER, SUPERCLASSES, CODES[::-1], ("noise",))
    (encoder,) = further_encoders(folder, beside)
    assert encoder.codes == CODES[::-1]
    assert encoder.config.window_samples == 250
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    _, parts = tiny_parts()
    _, wanted = parts["encoder"].probabilities(signal, presence)
    _, found = encoder.probabilities(signal, presence)
    n = len(SUPERCLASSES)
    assert torch.allclose(found[:, n:].flip(1), wanted[:, n:], atol=0.01)


@pytest.mark.parametrize(
    ("changes", "codes", "message"), [({}, ("AFIB",), "other labels"), ({"fs_hz": 250.0}, CODES, "expects 250")]
)
def test_an_encoder_that_does_not_fit_is_refused(tmp_path, changes, codes, message):
    folder = stored(tmp_path / "earlier", **changes)
    with pytest.raises(InvalidInput, match=message):
        further_encoders(folder, new_encoder(ENCODER, SUPERCLASSES, codes))


@pytest.mark.parametrize(
    ("there", "members", "missing"), [([], None, 0), ([0, 2], None, 1), ([0, 2], range(2), 1), ([0], [3], 3)]
)
def test_a_member_that_is_missing_is_named_and_no_other_stands_in_for_it(tmp_path, there, members, missing):
    for k in there:
        (tmp_path / f"encoder_{k}.pt").touch()
    with pytest.raises(InvalidInput, match=f"no encoder_{missing}.pt is in"):
        load_encoders(tmp_path, tmp_path, members)


def test_members_are_loaded_in_the_shape_that_they_were_trained_in(tmp_path, monkeypatch):
    monkeypatch.setattr(trained_encoders, "read_statement_table", lambda _: dict.fromkeys(CODES))
    shapes = (RESIDUAL, StateSpaceConfig(width=8, layers=1, states=4))
    for k, shape in enumerate(shapes):
        folder = tmp_path / f"encoder_{k}"
        folder.mkdir()
        recipe = {"epochs": 1} | ({"shape": dataclasses.asdict(shape)} if k else {})  # the first one is older
        (folder / "recipe.json").write_text(json.dumps(recipe))
        encoder = new_encoder(shape, SUPERCLASSES, CODES, attribute_names())
        torch.save(encoder.state_dict(), tmp_path / f"encoder_{k}.pt")
    first, second = load_encoders(tmp_path, tmp_path)
    assert (first.config, second.config) == shapes
    plain = without_attributes(second, first)
    assert (plain.attributes, plain.config) == ((), shapes[1])
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    _, probabilities = second.probabilities(signal, presence)
    assert torch.allclose(plain.probabilities(signal, presence)[1], probabilities[:, : len(SUPERCLASSES) + len(CODES)])
