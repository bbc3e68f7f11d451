"""What a report is made of, as plain data: this room knows neither conversations nor claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Verdict = Literal["supported", "contradicted", "not checkable"]
VERDICT_SIGNS: dict[str, str] = {"supported": "✓", "contradicted": "✗", "not checkable": "◌"}

# "[V2 2.10-2.50 s](#ecg=V2,2.10,2.50)": on paper there is nothing to click, so the target goes and the label stays.
_CITATION = re.compile(r"\[([^\[\]\n]{0,200})\]\(#ecg=[^()\s]{0,200}\)")
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


@dataclass(frozen=True)
class Mark:
    """A checked claim: characters ``start`` to ``stop`` of the turn's text; ``note`` says what was measured instead."""

    start: int
    stop: int
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True)
class ReportTurn:
    """One turn of the conversation; ``note`` is a remark on it ("stopped", model and time)."""

    speaker: str
    text: str
    marks: tuple[Mark, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ReportSection:
    """A heading with lines under it, and a table whose first row is its head."""

    title: str
    lines: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Run:
    """A stretch of a turn's text as it is shown; ``sign`` follows it where a claim ends there."""

    text: str
    struck: bool = False
    sign: str = ""
    note: str = ""


def runs(turn: ReportTurn) -> Iterator[Run]:
    """Cut a turn into stretches: link targets and Markdown signs left out, claims followed by their sign.

    Marks that reach beyond the text are cut to it. A contradicted claim is struck through and its note shown.
    """
    text = turn.text
    hidden = _hidden(text)
    marks = [Mark(max(m.start, 0), min(m.stop, len(text)), m.verdict, m.note) for m in turn.marks if m.start < m.stop]
    cuts = sorted({0, len(text), *(m.start for m in marks), *(m.stop for m in marks)})
    for start, stop in pairwise(cuts):
        shown = printable("".join(c for c, hide in zip(text[start:stop], hidden[start:stop], strict=True) if not hide))
        struck = any(m.verdict == "contradicted" and m.start <= start and stop <= m.stop for m in marks)
        ending = [m for m in marks if m.stop == stop]
        yield Run(
            shown,
            struck,
            "".join(VERDICT_SIGNS[m.verdict] for m in ending),
            "; ".join(printable(m.note) for m in ending if m.verdict == "contradicted" and m.note),
        )


def printable(text: str) -> str:
    """Return the text without control characters other than line breaks."""
    return "".join(c for c in text if c == "\n" or c.isprintable())


def verdict_counts(turns: Sequence[ReportTurn]) -> str:
    """Say how many claims were supported, contradicted and not checkable, with their signs."""
    marks = [mark for turn in turns for mark in turn.marks]
    return " · ".join(
        f"{sign} {verdict} {sum(m.verdict == verdict for m in marks)}" for verdict, sign in VERDICT_SIGNS.items()
    )


def _hidden(text: str) -> list[bool]:
    hidden = [False] * len(text)

    def hide(start: int, stop: int) -> None:
        hidden[start:stop] = [True] * (stop - start)

    for match in _CITATION.finditer(text):
        hide(match.start(), match.start(1))
        hide(match.end(1), match.end())
    for match in [*_HEADING.finditer(text), *re.finditer(r"\*\*", text)]:
        hide(match.start(), match.end())
    return hidden
