"""Where training computes in bfloat16: where the hardware multiplies it faster than float32, and nowhere else."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager

import torch


def fast_precision(device: str = "cpu") -> AbstractContextManager[object]:
    """Autocast to bfloat16 on a GPU that has it and on a CPU with AMX tiles, else leave float32.

    Weights, optimiser state and losses stay float32. Other CPUs emulate bfloat16 and take up to twenty times as long.
    """
    if device.startswith("cuda"):
        fast = torch.cuda.is_bf16_supported()
    else:
        fast = bool(torch.cpu.get_capabilities().get("amx_bf16", False))
    return torch.autocast(device.split(":", maxsplit=1)[0], torch.bfloat16) if fast else contextlib.nullcontext()
