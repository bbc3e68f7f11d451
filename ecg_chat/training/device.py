"""Where training computes."""

from __future__ import annotations

import torch

from ecg_chat.errors import ModelError


def usable_device(name: str) -> torch.device:
    """Return the device of a name such as "cpu", "cuda" or "cuda:1".

    Raises
    ------
    ModelError
        When it is no such name, or CUDA is asked for and absent.
    """
    if not name.startswith(("cpu", "cuda")):
        raise ModelError(f"device is {name!r}, expected 'cpu' or 'cuda'")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ModelError(f"device is {name!r}, but no CUDA device is available; use 'cpu'")
    return torch.device(name)
