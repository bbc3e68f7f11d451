"""Where a result comes from: date, code, data and model, so that a figure can be traced and taken again."""

from __future__ import annotations

import csv
import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from ecg_chat.evaluation.sub_command import Result
from ecg_chat.network.config import ModelConfig

PACKAGE = Path(__file__).resolve().parents[1]
DATABASE = "ptbxl_database.csv"


def provenance(ptbxl: Path, model: ModelConfig | None = None) -> Result:
    """Describe what a result was made with.

    Parameters
    ----------
    ptbxl : Path
        PTB-XL in its publisher's layout.
    model : ModelConfig, optional

    Returns
    -------
    dict
        ``date`` (UTC), ``commit`` (see `code_version`), ``data`` (SHA-256 of ``ptbxl_database.csv`` and its number of
        records), and with a model its name and revision.
    """
    table = ptbxl / DATABASE
    data: Result = {"data": {**file_version(table), "records": _rows(table)}}
    return (_when() if model is None else model_provenance(model)) | data


def model_provenance(model: ModelConfig) -> Result:
    """Describe what a result was made with that needs no data: date, commit, name and revision of the model."""
    return {"model": model.name, "revision": model.revision, **_when()}


def _when() -> Result:
    return {"date": datetime.now(UTC).date().isoformat(), "commit": code_version()}


def file_version(path: Path) -> Result:
    """Name of a file and SHA-256 of what is in it."""
    with path.open("rb") as file:
        return {"file": path.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def code_version(package: Path = PACKAGE) -> str | None:
    """Commit that the package was checked out at, with "+changes" where tracked files differ; None without Git."""
    commit = _git(package, "rev-parse", "HEAD")
    if not commit or _git(package, "ls-files", "--error-unmatch", "__init__.py") is None:
        return None  # no repository, or the package merely lies inside somebody else's
    changed = _git(package, "status", "--porcelain", "--untracked-files=no")
    return commit + ("+changes" if changed else "")


def source_line(result: Result) -> str:
    """One line that every table begins with."""
    commit = result["commit"]
    code = f"code {commit[:12]}{'+changes' if commit.endswith('+changes') else ''}" if commit else "code unknown"
    model = f"Model {result['model']} ({result['revision']}), " if "model" in result else ""
    known = result.get("data")
    data = f", data {known['sha256'][:12]} ({known['records']} records)" if known else ""
    return f"{model}{result['date']}, {code}{data}."


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603  (fixed words, no shell)
            ["git", "-C", str(folder), *words],  # noqa: S607  (whichever Git the person has)
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _rows(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as file:
        return max(0, sum(1 for row in csv.reader(file) if row) - 1)
