"""Where training computes."""

from __future__ import annotations

import re

import torch

from ecg_chat.errors import ModelError


def usable_device(name: str) -> torch.device:
    """Return the device of a name: "cpu", "cuda" or, of several, "cuda:1".

    Raises
    ------
    ModelError
        When it is no such name, or CUDA is asked for and absent.
    """
    if not re.fullmatch(r"cpu|cuda(?::\d+)?", name):
        raise ModelError(f"device is {name!r}, expected 'cpu' or 'cuda'")
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ModelError(f"device is {name!r}, but no CUDA device is available; use 'cpu'")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ModelError(f"device is {name!r}, but there are {torch.cuda.device_count()} CUDA devices, counted from 0")
    return device
