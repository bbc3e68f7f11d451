import dataclasses

import pytest
import torch

from ecg_chat.network.encoder import EncoderEnsemble
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.encoder_shapes import ResNetConfig
from tests.network.tiny import CODES, ENCODER


@pytest.mark.parametrize("samples", [64, 250, 1000, 3001])
def test_any_length_gives_one_feature_vector(samples):
    encoder = new_encoder(ENCODER, ("NORM", "MI"), CODES).eval()
    features = encoder.features(torch.randn(3, 12, samples), torch.ones(3, 12))
    assert features.shape == (3, ENCODER.feature_size)


def test_the_encoder_is_told_which_leads_are_absent():
    torch.manual_seed(1)
    encoder = new_encoder(ENCODER, ("NORM", "MI"), CODES).eval()
    silent = torch.zeros(1, 12, 250)
    assert not torch.allclose(encoder(silent, torch.ones(1, 12))[1], encoder(silent, torch.zeros(1, 12))[1])


DILATED = ResNetConfig(widths=(8, 8, 16, 16), stem_kernel=15, stem_stride=4, tail_dilations=(1, 2, 4, 8))


@pytest.mark.parametrize("samples", [250, 1000, 1003])
def test_a_dilated_last_stage_keeps_its_length_and_sees_several_beats(samples):
    torch.manual_seed(1)
    encoder = new_encoder(DILATED, ("NORM",), CODES).eval()
    signal = torch.randn(1, 12, samples, requires_grad=True)
    x = encoder.blocks(torch.relu(encoder.stem_bn(encoder.stem(signal.unsqueeze(2)))))
    assert x.shape[3] == -(-samples // 16)
    middle = x.shape[3] // 2
    x[0, :, 0, middle].sum().backward()
    seen = signal.grad.abs().sum(dim=(0, 1)).nonzero().flatten()
    assert seen[-1] - seen[0] > min(400, samples - 20)


def test_an_ensemble_says_the_mean_of_its_members():
    torch.manual_seed(1)
    members = [new_encoder(ENCODER, ("NORM", "MI"), CODES, ("noise",)).eval() for _ in range(3)]
    ensemble = EncoderEnsemble(members)
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    features, probabilities = ensemble.probabilities(signal, presence)
    assert features.shape == (2, 3 * ENCODER.feature_size)
    assert probabilities.shape == (2, 2 + len(CODES) + 1)
    each = torch.stack([member.probabilities(signal, presence)[1] for member in members])
    assert torch.allclose(probabilities, each.mean(dim=0))
    assert probabilities.ge(each.amin(dim=0)).all()
    assert probabilities.le(each.amax(dim=0)).all()


def test_probabilities_are_those_of_the_three_heads_side_by_side():
    encoder = new_encoder(ENCODER, ("NORM", "MI"), CODES, ("noise", "axis")).eval()
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    features, probabilities = encoder.probabilities(signal, presence)
    superclass, codes = encoder(signal, presence)
    joined = torch.cat([superclass, codes, encoder.attribute_logits(features)], dim=1)
    assert torch.allclose(probabilities, torch.sigmoid(joined))


def test_windows_of_a_long_signal_are_averaged_and_reach_its_end():
    shape = dataclasses.replace(ENCODER, window_samples=200)
    encoder = new_encoder(shape, ("NORM", "MI"), CODES).eval()
    signal, presence = torch.randn(2, 12, 450), torch.ones(2, 12)
    _, probabilities = encoder.probabilities(signal, presence)
    parts = [encoder.probabilities(signal[:, :, k : k + 200], presence)[1] for k in (0, 100, 200, 250)]
    assert torch.allclose(probabilities, torch.stack(parts).mean(dim=0), atol=1e-6)


def test_a_member_without_attributes_speaks_of_labels_only():
    torch.manual_seed(2)
    noted = new_encoder(ENCODER, ("NORM", "MI"), CODES, ("noise",)).eval()
    plain = new_encoder(dataclasses.replace(ENCODER, window_samples=100), ("NORM", "MI"), CODES).eval()
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    _, both = EncoderEnsemble([noted, plain]).probabilities(signal, presence)
    _, first = noted.probabilities(signal, presence)
    _, second = plain.probabilities(signal, presence)
    assert torch.allclose(both[:, :-1], (first[:, :-1] + second) / 2)
    assert torch.equal(both[:, -1], first[:, -1])
