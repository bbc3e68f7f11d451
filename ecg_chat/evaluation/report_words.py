"""Words of a written report, the same ones for every metric."""

from __future__ import annotations

import re

_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+\d*(?:['’\-][^\W_]+)*")

HOW = (
    "Words: lower case, punctuation left out, hyphenated words and numbers kept whole; every metric gets the same ones."
)


def words(text: str) -> list[str]:
    """Split a report into lower-case words; punctuation is left out, "ST-T" and "0.5" are one word each."""
    return _WORD.findall(text.lower())
