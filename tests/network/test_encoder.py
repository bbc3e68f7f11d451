import pytest
import torch

from ecg_chat.network.encoder import EcgEncoder
from tests.network.tiny import CODES, ENCODER


@pytest.mark.parametrize("samples", [64, 250, 1000, 3001])
def test_any_length_gives_one_feature_vector(samples):
    encoder = EcgEncoder(ENCODER, ("NORM", "MI"), CODES).eval()
    features = encoder.features(torch.randn(3, 12, samples), torch.ones(3, 12))
    assert features.shape == (3, ENCODER.feature_size)


def test_the_encoder_is_told_which_leads_are_absent():
    torch.manual_seed(1)
    encoder = EcgEncoder(ENCODER, ("NORM", "MI"), CODES).eval()
    silent = torch.zeros(1, 12, 250)
    assert not torch.allclose(encoder(silent, torch.ones(1, 12))[1], encoder(silent, torch.zeros(1, 12))[1])
