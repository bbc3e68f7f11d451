"""Unpacked layers compute what the packed ones do."""

from __future__ import annotations

import torch
from bitsandbytes.nn import Linear4bit

from ecg_chat.network import unpacked
from ecg_chat.network.checkpoint import full_precision, load_model


def _loaded(folder, monkeypatch, *, kernel, width=unpacked.UP_TO_WIDTH):
    monkeypatch.setattr(unpacked, "has_avx512bf16", lambda: kernel)
    monkeypatch.setattr(unpacked, "UP_TO_WIDTH", width)
    return load_model(folder).decoder


def _packed_layers(decoder):
    return [name for name, module in decoder.named_modules() if isinstance(module, Linear4bit)]


def test_without_a_kernel_a_narrow_decoder_is_unpacked_and_says_the_same(tiny_model_dir, monkeypatch):
    packed = _loaded(tiny_model_dir, monkeypatch, kernel=True)
    plain = _loaded(tiny_model_dir, monkeypatch, kernel=False)
    assert _packed_layers(packed) and not _packed_layers(plain)
    before, after = full_precision(packed), full_precision(plain)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    ids = torch.arange(12).reshape(1, -1)
    with torch.inference_mode():
        expected, got = (decoder(input_ids=ids).logits for decoder in (packed, plain))
    torch.testing.assert_close(got, expected, rtol=2e-2, atol=2e-2)  # a kernel in bfloat16 rounds


def test_a_wide_decoder_stays_packed(tiny_model_dir, monkeypatch):
    assert _packed_layers(_loaded(tiny_model_dir, monkeypatch, kernel=False, width=1))
