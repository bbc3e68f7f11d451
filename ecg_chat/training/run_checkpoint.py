"""One file with everything that changes while training; the previous one stays until the new one is complete."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ecg_chat.errors import InvalidInput, ModelError

State = Mapping[str, Any]


def write_checkpoint(path: Path, state: State) -> None:
    """Write beside, then replace.

    Raises
    ------
    ModelError
        When the file cannot be written (disk full); what was at `path` before is still there.
    """
    temporary = path.with_suffix(".new")
    buffer = io.BytesIO()  # so that a full disk is an OSError here and not an abort inside torch's writer
    torch.save(state, buffer)
    try:
        with temporary.open("wb") as file:
            file.write(buffer.getbuffer())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ModelError(
            f"the checkpoint {path} could not be written ({error.strerror}); the one written before it is kept"
        ) from error
    temporary.replace(path)


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
    try:
        state: State = torch.load(path, weights_only=True, map_location="cpu")
    except (RuntimeError, OSError, EOFError) as error:
        raise ModelError(f"the checkpoint {path} is damaged: {error}; delete it to start again") from error
    stored = state["run"]
    for key in sorted({*stored, *run}):
        if stored.get(key) != run.get(key):
            raise InvalidInput(
                f"{path.parent} holds a run with {key} = {stored.get(key)!r}, expected {run.get(key)!r}; "
                "choose an empty folder or take the recipe of that run"
            )
    return state
