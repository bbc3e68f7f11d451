"""Four-bit layers of a narrow language model, unpacked once where the processor has no kernel for them.

Without AVX-512 BF16, which few laptops have, bitsandbytes unpacks every layer anew for every token: less than half
as many tokens a second on two cores with AVX2 (docs/lab-notes.md). The values are the same; the memory is
eight times that of the packed ones, 25 MB for the default model.
"""

from __future__ import annotations

from bitsandbytes.functional import dequantize_4bit, has_avx512bf16
from bitsandbytes.nn import Linear4bit
from torch import float32, nn
from transformers import PreTrainedModel

UP_TO_WIDTH = 512
"""Wider language models stay packed: unpacked they might not fit into memory."""


def unpack_if_faster(decoder: PreTrainedModel) -> None:
    """Replace the 4-bit layers of a narrow decoder on a CPU without a kernel for them; others stay as they are."""
    if decoder.device.type == "cpu" and decoder.config.hidden_size <= UP_TO_WIDTH and not has_avx512bf16():
        unpack(decoder)


def unpack(decoder: PreTrainedModel) -> None:
    """Replace every 4-bit layer by one with the values that it computes with, in float32."""
    packed = [(module, name, one) for module in decoder.modules() for name, one in module.named_children()]
    for parent, name, layer in packed:
        if isinstance(layer, Linear4bit):
            setattr(parent, name, _unpacked(layer))


def _unpacked(layer: Linear4bit) -> nn.Linear:
    weight = dequantize_4bit(layer.weight.detach(), layer.weight.quant_state).to(float32)
    linear = nn.Linear(weight.shape[1], weight.shape[0], bias=layer.bias is not None)
    linear.weight = nn.Parameter(weight, requires_grad=False)
    if layer.bias is not None:
        linear.bias = nn.Parameter(layer.bias.detach().to(float32), requires_grad=False)
    return linear
