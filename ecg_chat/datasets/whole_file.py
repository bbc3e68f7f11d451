"""Write a file so that a full disk or a kill leaves what was there before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ecg_chat.errors import EcgChatError, InvalidInput


def write_whole(path: Path, write: Callable[[BinaryIO], object], error: type[EcgChatError] = InvalidInput) -> None:
    """Write beside, then replace.

    What is no ordinary file (``/dev/stdout``, a pipe) is written to directly; of a link, the file that it leads to is
    replaced. The permissions stay.

    Parameters
    ----------
    path : Path
    write : callable
        Is given the open file, and writes everything that belongs into it.
    error : type, optional
        What is raised when the disk is full.

    Raises
    ------
    InvalidInput
        When it cannot be written, for instance because the disk is full; what was at `path` is still there.
    """
    # Two processes may train a member each in one folder: neither may write into the other's file.
    if path.exists() and not (path.is_file() or path.is_dir()):
        with path.open("wb") as stream:
            write(stream)
        return
    target = path.resolve()
    temporary = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if target.is_file():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        kept = "the one written before it is kept" if path.is_file() else "there was none before it"
        raise error(
            f"{path} could not be written ({problem.strerror or problem}); {kept}; free some space and run again"
        ) from problem


def write_whole_text(path: Path, text: str) -> None:
    """Write text as `write_whole` does."""
    write_whole(path, lambda file: file.write(text.encode()))
