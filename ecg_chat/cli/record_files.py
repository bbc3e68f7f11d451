"""The bytes of the files that were named, and of those that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.wfdb_header import parse_header

WFDB_SIGNAL_ENDINGS = {".dat", ".mat"}


def record_files(paths: Sequence[Path], max_bytes: int) -> dict[str, bytes]:
    """Read the files; for one file of a WFDB record alone, also those beside it that its header names.

    Raises
    ------
    UnreadableFile
        When one is not there or no file, when two have the same name, or when they are too large together.
    """
    if len(paths) == 1:
        paths = _with_header(paths[0])
    reader = _Reader(max_bytes)
    for path in paths:
        reader.add(path)
    if len(paths) == 1 and paths[0].suffix.lower() == ".hea":
        _add_named(reader, paths[0])
    return reader.files


class _Reader:
    """Files by bare name, up to a size that they may have together."""

    def __init__(self, max_bytes: int) -> None:
        self.files: dict[str, bytes] = {}
        self._max_bytes = max_bytes
        self._left = max_bytes

    def add(self, path: Path) -> None:
        if path.name in self.files:
            raise UnreadableFile(f"two of the files are called {path.name}; name each file of a record once")
        if path.exists() and not path.is_file():
            raise UnreadableFile(f"{path} is not an ordinary file")
        try:
            self._left -= path.stat().st_size
            if self._left < 0:
                raise UnreadableFile(f"the files are too large: at most {self._max_bytes / 1e6:.0f} MB are read")
            self.files[path.name] = path.read_bytes()
        except FileNotFoundError as error:
            raise UnreadableFile(f"there is no file {path}") from error
        except OSError as error:
            raise UnreadableFile(f"{path} cannot be opened: {error.strerror or 'the system refused'}") from error
        except ValueError as error:  # a null byte in the name
            raise UnreadableFile(f"{str(path)!r} is not the name of a file") from error


def _with_header(path: Path) -> list[Path]:
    header = path.with_suffix(".hea")
    belongs = path.suffix.lower() in WFDB_SIGNAL_ENDINGS and path.is_file() and header.is_file()
    return [header if belongs else path]


def _add_named(reader: _Reader, header_path: Path) -> None:
    """Add what the header and the headers of its segments name; `parse_header` lets only bare names through."""
    pending = [header_path.name]
    while pending:
        header = parse_header(reader.files[pending.pop()], header_path.name)
        segments = [f"{name}.hea" for name, _ in header.segments if name != "~"]
        for name in dict.fromkeys([*segments, *(signal.file for signal in header.signals)]):
            path = header_path.with_name(name)
            if name not in reader.files and path.is_file():
                reader.add(path)
                if name in segments:
                    pending.append(name)
