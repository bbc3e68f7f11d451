"""Encoders from a work folder, and one of an earlier model that joins them, its labels in their order."""

import dataclasses

import pytest
import torch

from ecg_chat.datasets.ptbxl import SUPERCLASSES
from ecg_chat.errors import InvalidInput
from ecg_chat.network.checkpoint import save_model
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.preprocess import PreprocessConfig
from ecg_chat.training.trained_encoders import further_encoders, load_encoders
from tests.network.tiny import CODES, ENCODER, tiny_parts


def stored(folder, **changes):
    config, parts = tiny_parts()
    config = dataclasses.replace(config, preprocess=PreprocessConfig(**changes))
    save_model(folder, config, **parts)
    return folder


def test_labels_are_put_into_the_order_of_the_new_encoders(tmp_path):
    folder = stored(tmp_path / "earlier", crop_s=2.5)
    beside = EcgEncoder(ENCODER, SUPERCLASSES, CODES[::-1], ("noise",))
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
        further_encoders(folder, EcgEncoder(ENCODER, SUPERCLASSES, codes))


@pytest.mark.parametrize(
    ("there", "members", "missing"), [([], None, 0), ([0, 2], None, 1), ([0, 2], range(2), 1), ([0], [3], 3)]
)
def test_a_member_that_is_missing_is_named_and_no_other_stands_in_for_it(tmp_path, there, members, missing):
    for k in there:
        (tmp_path / f"encoder_{k}.pt").touch()
    with pytest.raises(InvalidInput, match=f"no encoder_{missing}.pt is in"):
        load_encoders(tmp_path, tmp_path, members)
