"""Write a file so that a full disk or a kill leaves the previous one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ecg_chat.errors import InvalidInput


def save_replacing(path: Path, write: Callable[[Path], None]) -> None:
    """Write to a temporary name beside `path`, then put it in its place.

    Raises
    ------
    InvalidInput
        When it cannot be written, for instance because the disk is full; what was at `path` is still there.
    """
    temporary = path.with_suffix(".new")
    try:
        write(temporary)
        temporary.replace(path)
    except (OSError, RuntimeError) as error:  # torch raises RuntimeError when the archive cannot be finished
        temporary.unlink(missing_ok=True)
        kept = "the previous checkpoint was kept" if path.is_file() else "there was no earlier one"
        raise InvalidInput(f"{path} could not be written ({error}); {kept}; free some space and run again") from error
