"""Tables inside a page of the docs, between two comments that say which command makes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ecg_chat.datasets.whole_file import write_whole_text
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


def replace_blocks(page: str, text_of: Callable[[str, str], str | None]) -> str:
    """Give blocks a new text.

    Parameters
    ----------
    page : str
    text_of : callable
        Evaluation and the rest of its command line to the text, or None to leave the block as it is.
    """

    def put(match: re.Match[str]) -> str:
        text = text_of(match["kind"], match["rest"].strip())
        return match[0] if text is None else f"{match['start']}\n\n{text}\n\n{match['end']}"

    return _BLOCK.sub(put, page)


def _is_of(kind: str, no_ecg: bool) -> Callable[[str, str], bool]:
    """Blocks of an evaluation; those that name ``--no-ecg`` are for results without the ECG and no others."""
    return lambda name, rest: name == kind and ("--no-ecg" in rest.split()) == no_ecg


def check_target(path: Path, kind: str, *, no_ecg: bool = False) -> None:
    """Refuse to write over a file that has no place for the tables.

    Raises
    ------
    InvalidInput
        When the file exists and has no block of this evaluation.
    """
    is_mine = _is_of(kind, no_ecg)
    if path.exists() and not any(is_mine(name, rest) for name, rest, _ in blocks(path.read_text(encoding="utf-8"))):
        start = f"<!-- made by: python -m ecg_chat evaluate {kind} {'--no-ecg ' if no_ecg else ''}… -->"
        raise InvalidInput(f"{path} exists and has no lines {start} and {END}; add them, or name a new file")


def write_tables(path: Path, kind: str, text: str, *, no_ecg: bool = False) -> None:
    """Put the tables into their block of the page, or into a new file of their own."""
    if not path.exists():
        write_whole_text(path, text + "\n")
        return
    is_mine = _is_of(kind, no_ecg)
    page = path.read_text(encoding="utf-8")
    write_whole_text(path, replace_blocks(page, lambda name, rest: text if is_mine(name, rest) else None))
