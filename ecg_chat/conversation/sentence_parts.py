"""Lists and beginnings of sentences."""

from __future__ import annotations

from collections.abc import Sequence


def in_words(words: Sequence[str]) -> str:
    """Join as "a, b and c"; "" for none."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]
