"""One JSON file, ``models/<name>/eval.json``, with the results of several evaluations, each under its name."""

from __future__ import annotations

import json
from pathlib import Path

from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.sub_command import Result, json_text

WITHOUT_ECG = " without the ECG"


def entry_name(kind: str, result: Result) -> str:
    """Name that a result is kept under: one by language alone does not replace the one with the ECG."""
    return kind + (WITHOUT_ECG if result.get("no_ecg") else "")


def read_collected(path: Path) -> dict[str, Result]:
    """Read the results that are there; none if there is no file.

    Raises
    ------
    InvalidInput
        When the file is something else than an object of objects.
    """
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON, expected results by name of the evaluation: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
        raise InvalidInput(f"{path} holds something else than results by name of the evaluation; name another file")
    return found


def collect(path: Path, name: str, result: Result) -> None:
    """Put a result under its name and leave the others; a kill while writing leaves the file as it was."""
    write_whole_text(path, json_text({**read_collected(path), name: result}))
