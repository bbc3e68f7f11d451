"""One file with everything that changes while training; the previous one stays until the new one is complete."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ecg_chat.datasets.whole_file import write_whole
from ecg_chat.errors import InvalidInput, ModelError

State = Mapping[str, Any]


def write_checkpoint(path: Path, state: State) -> None:
    """Write beside, then replace.

    Raises
    ------
    ModelError
        When the file cannot be written (disk full); what was at `path` before is still there.
    """
    buffer = io.BytesIO()  # so that a full disk is an OSError and not an abort inside torch's writer
    torch.save(state, buffer)
    write_whole(path, lambda file: file.write(buffer.getbuffer()), ModelError)


def read_tensors(path: Path) -> State:
    """Read a file that `write_checkpoint` wrote, on the CPU.

    Raises
    ------
    ModelError
        When the file is damaged.
    """
    try:
        state: State = torch.load(path, weights_only=True, map_location="cpu")
    except (RuntimeError, OSError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{path} is damaged: {reason}; delete it to start again") from error
    return state


def read_checkpoint(path: Path, run: State) -> State | None:
    """Read a checkpoint of the same run; None if there is none.

    Parameters
    ----------
    run : mapping
        What the run is made of; it must equal the ``run`` in the file.

    Raises
    ------
    InvalidInput
        When the file belongs to a run with another recipe or other data; the message names the first difference.
    ModelError
        When the file is damaged.
    """
    if not path.is_file():
        return None
    state = read_tensors(path)
    if "run" not in state:
        raise InvalidInput(
            f"{path} does not say which run it is of (an earlier version wrote it), so none can go on from it; "
            "choose an empty folder or delete it"
        )
    stored = state["run"]
    for key in sorted({*stored, *run}):
        if stored.get(key) != run.get(key):
            raise InvalidInput(
                f"{path.parent} holds a run with {key} = {stored.get(key)!r}, expected {run.get(key)!r}; "
                "choose an empty folder or take the recipe of that run"
            )
    return state
