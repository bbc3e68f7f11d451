"""Where training computes."""

from __future__ import annotations

import pytest
import torch

from ecg_chat.errors import ModelError
from ecg_chat.training.device import usable_device


def test_the_cpu_is_always_there() -> None:
    assert usable_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["gpu", "cpu1x", "cpu:99", "cuda:x", ""])
def test_another_word_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=f"device is '{name}', expected 'cpu' or 'cuda'"):
        usable_device(name)


@pytest.mark.parametrize("name", ["cuda", "cuda:1"])
def test_an_absent_cuda_device_is_refused_in_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ModelError, match=f"device is '{name}', but no CUDA device is available; use 'cpu'"):
        usable_device(name)


def test_a_device_beyond_those_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert usable_device("cuda").type == "cuda"
    with pytest.raises(ModelError, match="there are 1 CUDA devices, counted from 0"):
        usable_device("cuda:1")
