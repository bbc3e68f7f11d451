"""The encoder of state-space layers: its long convolution, and what it shares with the residual one."""

import dataclasses

import pytest
import torch
from torch.nn import functional

from ecg_chat.network.encoder import EncoderEnsemble
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.encoder_shapes import ResNetConfig, StateSpaceConfig, shape_kind
from ecg_chat.network.state_space import StateSpaceKernel, StateSpaceLayer, _powers, _toeplitz
from tests.network.tiny import CODES, ENCODER

SMALL = StateSpaceConfig(width=8, layers=2, states=4, window_samples=100)


def test_the_response_is_that_of_the_recurrence_in_both_directions():
    torch.manual_seed(0)
    kernel, length = StateSpaceKernel(3, 4), 12
    with torch.no_grad():
        response = kernel(length)
        pole = torch.complex(-kernel.log_decay.exp(), kernel.frequency)
        decay = torch.exp(pole * kernel.log_step.exp()[:, None])
        state = (decay - 1) / pole  # zero-order hold: what an impulse leaves behind
        for lag in range(length):
            now = 2 * (torch.view_as_complex(kernel.output) * state).sum(1).real
            expected_after, expected_before = now.chunk(2)
            if lag == 0:
                assert torch.allclose(response[:, length - 1], expected_after + kernel.direct, atol=1e-5)
            else:
                assert torch.allclose(response[:, length - 1 + lag], expected_after, atol=1e-5)
                assert torch.allclose(response[:, length - 1 - lag], expected_before, atol=1e-5)
            state = state * decay


def test_the_product_with_the_toeplitz_matrix_is_a_convolution():
    torch.manual_seed(0)
    x, response = torch.randn(3, 2, 20), torch.randn(3, 39)
    product = torch.bmm(x, _toeplitz(response))
    by_channel = [functional.conv1d(x[c][:, None], response[c].flip(0)[None, None], padding=19)[:, 0] for c in range(3)]
    assert torch.allclose(product, torch.stack(by_channel), atol=1e-5)


def test_the_gradient_of_the_toeplitz_matrix_is_right():
    response = torch.randn(2, 13, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(_toeplitz, (response,))


def test_powers_by_doubling():
    base = torch.tensor([0.5 + 0.2j, 1.0 + 0j])
    expected = torch.stack([base**k for k in range(7)], dim=-1)
    assert torch.allclose(_powers(base, 7), expected)


def test_channels_are_dropped_only_in_training():
    torch.manual_seed(0)
    layer, x = StateSpaceLayer(8, 4, 0.5), torch.randn(8, 3, 50)
    assert not torch.equal(layer(x), layer(x))
    layer.eval()
    assert torch.equal(layer(x), layer(x))


@pytest.mark.parametrize("samples", [64, 250, 1000, 3001])
def test_any_length_gives_one_feature_vector_and_probabilities(samples):
    encoder = new_encoder(SMALL, ("NORM", "MI"), CODES).eval()
    signal, presence = torch.randn(2, 12, samples), torch.ones(2, 12)
    assert encoder.features(signal[:, :, :100], presence).shape == (2, SMALL.feature_size)
    features, probabilities = encoder.probabilities(signal, presence)
    assert features.shape == (2, SMALL.feature_size)
    assert probabilities.shape == (2, 2 + len(CODES))
    assert probabilities.ge(0).all()
    assert probabilities.le(1).all()


def test_it_sees_the_whole_window_and_which_leads_are_absent():
    torch.manual_seed(1)
    encoder = new_encoder(SMALL, ("NORM",), CODES).eval()
    signal = torch.randn(1, 12, 100, requires_grad=True)
    encoder.layers(encoder.stem(signal).transpose(0, 1).contiguous())[:, :, 0].sum().backward()
    assert signal.grad.abs().sum(dim=(0, 1))[-10:].gt(0).any()
    silent = torch.zeros(1, 12, 100)
    assert not torch.allclose(encoder(silent, torch.ones(1, 12))[1], encoder(silent, torch.zeros(1, 12))[1])


def test_an_ensemble_may_hold_both_layouts():
    first = new_encoder(ENCODER, ("NORM", "MI"), CODES, ("noise",)).eval()
    second = new_encoder(SMALL, ("NORM", "MI"), CODES).eval()
    signal, presence = torch.randn(2, 12, 250), torch.ones(2, 12)
    features, probabilities = EncoderEnsemble([first, second]).probabilities(signal, presence)
    assert features.shape == (2, ENCODER.feature_size + SMALL.feature_size)
    alone = [one.probabilities(signal, presence)[1][:, : 2 + len(CODES)] for one in (first, second)]
    assert torch.allclose(probabilities[:, : 2 + len(CODES)], torch.stack(alone).mean(dim=0))


def test_a_stored_shape_says_its_layout():
    assert shape_kind(dataclasses.asdict(SMALL)["layout"]) is StateSpaceConfig
    assert shape_kind(dataclasses.asdict(ENCODER)["layout"]) is ResNetConfig
    with pytest.raises(ValueError, match=r"layout 'lstm', expected one of \['resnet', 'state-space'\]"):
        shape_kind("lstm")
