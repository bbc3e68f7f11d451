"""Uploaded files become bytes in memory at once; nothing of them stays in a temporary folder."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.tables import TableDescription

MAX_FILES = 64


async def read_upload(request: Request, max_bytes: int) -> tuple[dict[str, bytes], TableDescription | None]:
    """Return the files of a multipart request by bare name, and the description of a table if there is one.

    Raises
    ------
    UnreadableFile
        For no file, too many, two of the same name, or more than `max_bytes` in all.
    """
    async with request.form(max_files=MAX_FILES + 1, max_fields=8) as form:
        files: dict[str, bytes] = {}
        left = max_bytes
        for item in form.getlist("files"):
            if not isinstance(item, UploadFile):
                continue
            name = bare_name(item.filename or "")
            if name in files:
                raise UnreadableFile(f"Two files are called {name!r}; each needs its own name.")
            content = await item.read(left + 1)
            left -= len(content)
            if left < 0:
                raise UnreadableFile(
                    f"The files have more than {max_bytes // 1_000_000} MB together, the most that is accepted."
                )
            files[name] = content
        if not files:
            raise UnreadableFile("No file arrived; choose one or more ECG files.")
        if len(files) > MAX_FILES:
            raise UnreadableFile(f"{len(files)} files arrived, at most {MAX_FILES} make one recording.")
        description = form.get("description")
        return files, parse_description(description) if isinstance(description, str) else None


def bare_name(name: str) -> str:
    """Return the last part of a file name, whatever kind of path a browser sent."""
    return PurePosixPath(name.replace("\\", "/")).name or "file"


def parse_description(text: str) -> TableDescription:
    """Read what the person stated about a table.

    Raises
    ------
    UnreadableFile
        When rate, unit or lead names are missing or of the wrong kind.
    """
    try:
        given: Any = json.loads(text)
    except ValueError as error:
        raise UnreadableFile(
            "The description of the table could not be read; please fill in the form again."
        ) from error
    if not isinstance(given, Mapping):
        raise UnreadableFile("The description of the table could not be read; please fill in the form again.")
    rate, unit, leads = given.get("fs_hz"), given.get("unit"), given.get("leads")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not math.isfinite(rate) or rate <= 0:
        raise UnreadableFile("The table needs its sampling rate: a number of samples per second above 0.")
    if not isinstance(unit, str) or not unit:
        raise UnreadableFile("The table needs the unit of its numbers: mV, µV or V.")
    if not isinstance(leads, list) or not all(isinstance(name, str) for name in leads):
        raise UnreadableFile("The table needs the name of the lead in each column.")
    return TableDescription(fs_hz=float(rate), unit=unit, leads=tuple(leads))
