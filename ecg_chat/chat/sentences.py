"""Cutting an answer into sentences, in a form that is easy to search and keeps every offset.

A boundary depends on what stands before it and on the next few characters only. So a sentence that was cut off
the growing text once is never cut differently later, and verdicts do not flip while an answer streams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecg_chat.chat.links import LINK

LOOK_AHEAD = 8
"""Characters after a boundary that may decide on it."""
MAX_SENTENCE_CHARS = 500
"""A longer stretch is cut at a blank, so that the work per sentence is bounded."""

_BOUNDARY = re.compile(r"[.!?…;][\"')\]*_”’]{0,4}(?=\s)|\n")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|approx|ca|vs|dr|mr|mrs|fig|incl|cf|resp)\.$", re.IGNORECASE)
_AFTER_NEWLINE = re.compile(r"[ \t]*(?:\n|[-*#|>•+]|[0-9]{1,2}[.)]|[A-Z]|$)")
_CLOSED = re.compile(r"[.!?:;|][ \t*_]*$")

# One character for one character, so that offsets into the folded text are offsets into the answer.
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\t\n\r\x0b\x0c*`#_", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("’‘ʼ´′", "'"),
        **dict.fromkeys("“”«»", '"'),
        **dict.fromkeys("µμ", "u"),
        **dict.fromkeys("º˚", "°"),
        **{chr(0x2080 + n): str(n) for n in range(10)},
        **{chr(0xFF10 + n): str(n) for n in range(10)},
        "|": ":",
        "≈": "~",
        "≅": "~",
        "⩾": "≥",
        "⩽": "≤",
        "⁄": "/",
    }
)


@dataclass(frozen=True)
class Sentence:
    """A sentence of the answer.

    Attributes
    ----------
    start : int
        Offset of its first character in the answer.
    raw : str
        As it stands in the answer.
    plain : str
        As long as `raw`, with dashes, blanks and quotation marks unified, emphasis and citations blanked.
    text : str
        `plain` in lower case, as long again.
    """

    start: int
    raw: str
    plain: str
    text: str

    @property
    def is_question(self) -> bool:
        """Whether it asks."""
        return self.text.rstrip(" \"')").endswith("?")


def sentence(raw: str, start: int = 0) -> Sentence:
    """Prepare one sentence."""
    blanked = LINK.sub(lambda link: " " * len(link[0]), raw)
    plain = blanked.translate(_FOLDED)
    lowered = plain.lower()
    if len(lowered) != len(plain):  # a few letters become two in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
    return Sentence(start, raw, plain, lowered)


def split(text: str, start: int = 0, *, complete: bool = True) -> Iterator[Sentence]:
    """Yield the sentences from `start` on.

    Parameters
    ----------
    text : str
        The answer so far.
    complete : bool
        False while more may come: what is not surely a whole sentence is left out.
    """
    while start < len(text):
        stop = _end_of(text, start, complete)
        if stop is None:
            return
        if text[start:stop].strip():
            yield sentence(text[start:stop], start)
        start = stop


def _end_of(text: str, start: int, complete: bool) -> int | None:
    limit = start + MAX_SENTENCE_CHARS
    for match in _BOUNDARY.finditer(text, start, min(len(text), limit + LOOK_AHEAD)):
        if match.end() > limit:
            break
        if not complete and match.end() + LOOK_AHEAD > len(text):
            return None
        if _ends_sentence(text, start, match):
            return match.end()
    if len(text) >= limit + LOOK_AHEAD:
        blank = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
        return blank + 1 if blank > start else limit
    return len(text) if complete else None


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    before = text[max(start, match.start() - 12) : match.start() + 1]
    if match[0] != "\n":
        return not _ABBREVIATION.search(before) or match[0][0] != "."
    if _CLOSED.search(before[:-1]):
        return True
    return _AFTER_NEWLINE.match(text[match.end() : match.end() + LOOK_AHEAD]) is not None
