"""Files that a command writes: whole or not at all, and never over another file unless told to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ecg_chat.errors import InvalidInput


@contextmanager
def writing_to(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Open a file beside `path` and move it there when the block ended well.

    Raises
    ------
    InvalidInput
        When the file exists and `force` is not given, or the folder cannot be written to.
    """
    if path.exists() and not force:
        raise InvalidInput(f"{path} exists already; choose another name or add --force")
    try:
        file = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115
        part = Path(file.name)
        try:
            with file:
                yield file
            part.chmod(0o644)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror or error}") from error
