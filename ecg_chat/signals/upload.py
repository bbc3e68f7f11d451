"""What a person uploaded, as bare names and bytes: limits checked, one zip opened, nothing written to disk."""

from __future__ import annotations

import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath

from ecg_chat.errors import UnreadableFile

MAX_BYTES = 200 * 1024 * 1024
MAX_FILES = 200
"""A WFDB record of some segments has a few dozen files."""
MAX_RATIO = 200.0
"""ECGs shrink to a tenth at best, flat leads to a hundredth. What unpacks to `RATIO_FREE_BYTES` or less is exempt."""
RATIO_FREE_BYTES = 10 * 1024 * 1024
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises for damaged, encrypted or exotically compressed entries."""


def checked_files(files: Mapping[str, bytes], max_bytes: int = MAX_BYTES) -> dict[str, bytes]:
    """Return the uploaded files under bare names, with a single zip replaced by its content.

    Raises
    ------
    UnreadableFile
        Nothing there, empty, too large, too many, names that lead elsewhere, an archive that is not harmless.
    """
    if not files:
        raise UnreadableFile("No file was given; choose one ECG file, or all files of one recording.")
    if len(files) > MAX_FILES:
        raise UnreadableFile(
            f"{len(files)} files were given; one recording with at most {MAX_FILES} files is expected."
        )
    total = sum(len(data) for data in files.values())
    if total > max_bytes:
        raise UnreadableFile(f"The upload has {total / 1048576:.0f} MB; at most {max_bytes / 1048576:.0f} MB are read.")
    bare: dict[str, bytes] = {}
    for name, data in files.items():
        own = bare_name(name)
        if own in bare:
            raise UnreadableFile(f"Two files are called {own}; each file of a recording needs its own name.")
        bare[own] = bytes(data)
    if all(len(data) == 0 for data in bare.values()):
        raise UnreadableFile(f"{shown(next(iter(bare)))} is empty (0 bytes); an ECG file was expected.")
    if len(bare) == 1:
        (name, data), *_ = bare.items()
        if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
            return _unzip(name, data, max_bytes)
    return bare


def bare_name(name: str) -> str:
    """Return the last part of a path of any system, without control characters, at most 120 characters."""
    last = PureWindowsPath(PurePosixPath(name.replace("\x00", "")).name).name
    return re.sub(r"[\x00-\x1f\x7f]", "", last)[-120:] or "file"


def shown(name: str) -> str:
    """Return a file name as it stands in a sentence: short and without control characters."""
    return bare_name(name)[:60]


def sha256_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of a file, or of the names, lengths and contents of several in the order of their names."""
    if len(files) == 1:
        return hashlib.sha256(next(iter(files.values()))).hexdigest()
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _unzip(name: str, data: bytes, max_bytes: int) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            _require_harmless(name, entries, len(data), max_bytes)
            return _contents(name, archive, [e for e in entries if not _is_system_file(e.filename)], max_bytes)
    except ZIP_ERRORS as error:
        raise UnreadableFile(
            f"{shown(name)} is a damaged, encrypted or unusual zip archive; an ordinary zip file was expected."
        ) from error


def _require_harmless(name: str, entries: list[zipfile.ZipInfo], packed: int, max_bytes: int) -> None:
    if len(entries) > MAX_FILES:
        raise UnreadableFile(
            f"{shown(name)} holds {len(entries)} files; a zip of one recording has at most {MAX_FILES}."
        )
    total = sum(e.file_size for e in entries)
    if total > max_bytes:
        raise UnreadableFile(
            f"{shown(name)} unpacks to {total / 1048576:.0f} MB; at most {max_bytes / 1048576:.0f} MB are read."
        )
    if total > RATIO_FREE_BYTES and total > MAX_RATIO * packed:
        raise UnreadableFile(
            f"{shown(name)} unpacks to {total / max(1, packed):.0f} times its size; no more than "
            f"{MAX_RATIO:.0f} times is expected of an ECG."
        )
    for entry in entries:
        parts = re.split(r"[/\\]", entry.filename)
        if ".." in parts or entry.filename.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", entry.filename):
            raise UnreadableFile(
                f"{shown(name)} holds a file name that leads out of the archive; only plain names are read."
            )
        if entry.flag_bits & 1:
            raise UnreadableFile(f"{shown(name)} is encrypted; a zip without a password is expected.")


def _is_system_file(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and (
        parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1] in {"Thumbs.db", "desktop.ini"}
    )


def _contents(name: str, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], max_bytes: int) -> dict[str, bytes]:
    result: dict[str, bytes] = {}
    left = max_bytes
    for entry in entries:
        with archive.open(entry) as stream:
            data = stream.read(min(entry.file_size, left) + 1)  # one more than announced: a lying header is noticed
        if len(data) > entry.file_size or len(data) > left:
            raise UnreadableFile(
                f"{shown(name)} holds more than its directory announces; an ordinary zip file was expected."
            )
        left -= len(data)
        if data[:4] == b"PK\x03\x04":
            raise UnreadableFile(f"{shown(name)} holds another archive; put the ECG files themselves into the zip.")
        own = bare_name(entry.filename)
        if own in result:
            raise UnreadableFile(
                f"{shown(name)} holds two files called {shown(own)}; a zip of one recording is expected."
            )
        result[own] = data
    if not result or all(len(d) == 0 for d in result.values()):
        raise UnreadableFile(f"{shown(name)} holds no file with content; an ECG was expected in it.")
    return result
