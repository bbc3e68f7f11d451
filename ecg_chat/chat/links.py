"""Citations as they stand in an answer: Markdown links into the strip, ``[V2 2.1-2.5 s](#ecg=V2,2.1,2.5)``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecg_chat.measurements.types import Span

# Bounded lengths and no nesting: linear on hostile text, and a link never reaches over a line.
LINK = re.compile(r"\[([^\[\]\n]{0,80})\]\((#ecg=[^()\s]{0,60})\)")
_TARGET = re.compile(r"#ecg=([A-Za-z0-9+.-]{0,12}),([0-9]{1,6}(?:\.[0-9]{1,6})?),([0-9]{1,6}(?:\.[0-9]{1,6})?)")
ALL_LEADS = "all"


@dataclass(frozen=True)
class Citation:
    """A link to a place on the strip; ``place`` is None if its target is not understood."""

    start: int
    stop: int
    label: str
    target: str
    place: Span | None


def citations_in(text: str) -> Iterator[Citation]:
    """Find the citations of an answer, left to right."""
    for match in LINK.finditer(text):
        yield Citation(match.start(), match.end(), match[1], match[2], place_of(match[2]))


def place_of(target: str) -> Span | None:
    """Read ``#ecg=V2,2.1,2.5``; None if it is not of that form."""
    match = _TARGET.fullmatch(target)
    if match is None:
        return None
    lead = None if match[1] in ("", ALL_LEADS) else match[1]
    return Span(float(match[2]), float(match[3]), lead)


def target_of(place: Span) -> str:
    """Write the link target of a place, times to 10 ms."""
    return f"#ecg={place.lead or ALL_LEADS},{place.start_s:.2f},{place.stop_s:.2f}"


def label_of(place: Span) -> str:
    """Write the words of a citation: ``V1 1.90–2.05 s``."""
    return f"{place.lead or 'all leads'} {place.start_s:.2f}–{place.stop_s:.2f} s"
