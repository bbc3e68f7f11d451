"""bfloat16 only where the hardware multiplies it fast."""

from __future__ import annotations

import contextlib

import pytest
import torch

from ecg_chat.training.precision import fast_precision


@pytest.mark.parametrize(("tiles", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_cpu_without_tiles_stays_in_float32(monkeypatch: pytest.MonkeyPatch, tiles: bool, dtype: torch.dtype) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": tiles})
    with fast_precision():
        assert torch.nn.Linear(4, 4)(torch.ones(1, 4)).dtype is dtype


@pytest.mark.parametrize("fast", [True, False])
def test_a_gpu_is_asked_whether_it_has_bfloat16(monkeypatch: pytest.MonkeyPatch, fast: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: fast)
    monkeypatch.setattr(torch, "autocast", lambda device, dtype: (device, dtype))
    made = fast_precision("cuda:1")
    assert made == ("cuda", torch.bfloat16) if fast else isinstance(made, contextlib.nullcontext)
