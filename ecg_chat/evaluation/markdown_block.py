"""Tables inside a page of the docs, between two comments that say which command makes them."""

from __future__ import annotations

import re
from pathlib import Path

from ecg_chat.errors import InvalidInput

END = "<!-- end -->"
_BLOCK = re.compile(
    r"(?P<start><!-- made by: python -m ecg_chat evaluate (?P<kind>[\w-]+)(?P<rest>[^\n]*?) -->)\n(?P<text>.*?)"
    rf"(?P<end>{END})",
    re.DOTALL,
)


def blocks(page: str) -> list[tuple[str, str, str]]:
    """List the blocks of a page as (evaluation, the rest of its command line, text)."""
    return [(m["kind"], m["rest"].strip(), m["text"].strip()) for m in _BLOCK.finditer(page)]


def check_target(path: Path, kind: str) -> None:
    """Refuse to write over a file that has no place for the tables.

    Raises
    ------
    InvalidInput
        When the file exists and has no block of this evaluation.
    """
    if path.exists() and kind not in {name for name, _, _ in blocks(path.read_text(encoding="utf-8"))}:
        start = f"<!-- made by: python -m ecg_chat evaluate {kind} … -->"
        raise InvalidInput(f"{path} exists and has no lines {start} and {END}; add them, or name a new file")


def write_tables(path: Path, kind: str, text: str) -> None:
    """Put the tables into their block of the page, or into a new file of their own."""
    if not path.exists():
        path.write_text(text + "\n", encoding="utf-8")
        return
    page = path.read_text(encoding="utf-8")

    def put(match: re.Match[str]) -> str:
        return f"{match['start']}\n\n{text}\n\n{match['end']}" if match["kind"] == kind else match[0]

    path.write_text(_BLOCK.sub(put, page), encoding="utf-8")
