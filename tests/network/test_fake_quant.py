import torch
from bitsandbytes.functional import dequantize_4bit, quantize_4bit
from torch import nn

from ecg_chat.network.fake_quant import linear_weights, nf4_weights, round_to_nf4


def test_rounding_equals_what_4_bit_storage_gives_back():
    torch.manual_seed(0)
    weight = torch.randn(64, 128)
    packed, state = quantize_4bit(weight, blocksize=64, quant_type="nf4")
    assert torch.allclose(round_to_nf4(weight), dequantize_4bit(packed, state), atol=1e-5)


def test_the_full_weights_come_back_with_the_gradient_of_the_rounded_ones():
    layer = nn.Linear(64, 4, bias=False)
    before = layer.weight.detach().clone()
    x = torch.randn(2, 64)
    with nf4_weights(linear_weights(nn.Sequential(layer))):
        assert torch.allclose(layer.weight, round_to_nf4(before))
        (layer(x) ** 2).sum().backward()
    assert torch.equal(layer.weight, before)
    expected = 2 * (x @ round_to_nf4(before).T).T @ x
    assert torch.allclose(layer.weight.grad, expected, atol=1e-4)
