"""Where training computes."""

from __future__ import annotations

import pytest
import torch

from ecg_chat.errors import ModelError
from ecg_chat.training.device import usable_device


def test_the_cpu_is_always_there() -> None:
    assert usable_device("cpu") == torch.device("cpu")


def test_another_word_is_refused() -> None:
    with pytest.raises(ModelError, match="device is 'gpu', expected 'cpu' or 'cuda'"):
        usable_device("gpu")


@pytest.mark.parametrize("name", ["cuda", "cuda:1"])
def test_an_absent_cuda_device_is_refused_in_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ModelError, match=f"device is '{name}', but no CUDA device is available; use 'cpu'"):
        usable_device(name)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert usable_device(name).type == "cuda"
