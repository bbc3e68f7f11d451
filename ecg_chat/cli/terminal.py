"""Text that is safe to print: files may carry control characters that would steer the terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence


def printable(text: str) -> str:
    """Return the text with control and direction-changing characters replaced by ``?`` (line breaks by a space)."""
    return "".join(_safe(character) for character in text)


def _safe(character: str) -> str:
    if character in "\r\n\t":
        return " "
    return "?" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def print_lines(lines: Iterable[str]) -> None:
    """Print lines, each made safe; characters that the terminal cannot show become ``?``."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        print(printable(line).encode(encoding, "replace").decode(encoding))


def print_json(value: Mapping[str, object]) -> None:
    """Print exactly one JSON object, plain ASCII, without NaN."""
    print(json.dumps(value, indent=2, allow_nan=False))


def table(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> list[str]:
    """Return rows as lines of aligned columns; the first column is aligned left, the others right."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        indent + "  ".join(_cell(i, *pair) for i, pair in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]


def _cell(column: int, text: str, width: int) -> str:
    return text.ljust(width) if column == 0 else text.rjust(width)
