"""What a stage leaves in its folder beside the weights: recipe, loss curve, and when and with what it was run."""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.provenance import code_version

RECIPE_FILE, CURVE_FILE, RUN_FILE = "recipe.json", "curve.jsonl", "run.json"
Row = dict[str, float]
"""A row of a loss curve: ``step`` or ``epoch``, ``loss``, and whatever else the stage notes."""


def write_recipe_file(folder: Path, recipe: Mapping[str, Any]) -> None:
    """Write ``recipe.json``."""
    write_whole_text(folder / RECIPE_FILE, json.dumps(recipe, indent=1) + "\n")


def write_curve_lines(folder: Path, rows: Sequence[Mapping[str, float]]) -> None:
    """Write ``curve.jsonl`` anew.

    All rows come from the checkpoint: lines that were added one by one would be missing, or there twice, after a kill
    between them and the checkpoint.
    """
    write_whole_text(folder / CURVE_FILE, "".join(f"{json.dumps(row)}\n" for row in rows))


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read an ``.npz`` file.

    Raises
    ------
    InvalidInput
        When it is damaged.
    """
    try:
        # NumPy does not close a file that it opened itself and found damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (ValueError, OSError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise InvalidInput(f"{path} is damaged: {error}; delete it, and it is made again") from error


def digest(parts: Iterable[str | bytes | NDArray[Any]]) -> str:
    """Return the first half of SHA-256 of some texts and arrays, in their order."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        content = np.ascontiguousarray(data).data if isinstance(data, np.ndarray) else data
        whole.update(hashlib.sha256(content).digest())  # of each: "ab", "c" is not "a", "bc"
    return whole.hexdigest()[:32]


@dataclass
class RunRecord:
    """When a stage was run, on what code, from which model, and how long over all its resumes.

    Attributes
    ----------
    folder : Path
        Of the stage; ``run.json`` is written there.
    initial : mapping, optional
        Name and revision of the model whose weights were the start.
    """

    folder: Path
    initial: Mapping[str, str] | None = None
    _began: float = 0.0
    _before: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, folder: Path, initial: Mapping[str, str] | None = None, *, resumed: bool) -> RunRecord:
        """Begin to count; a run that is resumed goes on from what ``run.json`` says."""
        record = cls(folder, initial, time.monotonic())
        path = folder / RUN_FILE
        if resumed and path.is_file():
            record._before = json.loads(path.read_text(encoding="utf-8"))
        record._before.setdefault("started", datetime.now(UTC).isoformat(timespec="seconds"))
        commits, commit = record._before.setdefault("commits", []), code_version()
        if commit is not None and commit not in commits:
            commits.append(commit)
        return record

    def keep(self) -> None:
        """Write ``run.json``; called with each checkpoint, so that what a kill undoes is not counted."""
        minutes = self._before.get("minutes", 0.0) + (time.monotonic() - self._began) / 60
        about = {
            "initial": None if self.initial is None else dict(self.initial),
            "started": self._before["started"],
            "commits": self._before["commits"],
            "minutes": round(minutes, 2),
        }
        write_run(self.folder, about)


def write_run(folder: Path, run: Mapping[str, Any] | None) -> None:
    """Write ``run.json`` into a stage's folder, unless nothing is known of the run."""
    if run is not None:
        write_whole_text(folder / RUN_FILE, json.dumps(run, indent=1) + "\n")


def read_run(folder: Path) -> dict[str, Any] | None:
    """Return what ``run.json`` of a stage's folder says; None where an earlier version left none."""
    path = folder / RUN_FILE
    if not path.is_file():
        return None
    run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return run
