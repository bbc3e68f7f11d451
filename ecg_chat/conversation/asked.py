"""A number that a person names, held against the measured one before the language model sees it.

"My watch says 80 bpm" becomes a line of the prompt, ``asked rate 80/min: measured 72/min, asked is higher by 8, not
close``. The comparison is made here, by arithmetic; the model only puts it into words. `render` writes the line after
the question, in chat and in training alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecg_chat.conversation.slots import values
from ecg_chat.conversation.types import Conversation

Direction = Literal["higher", "lower", "the same"]

CLOSE: Mapping[str, int] = {"rate": 5, "p": 10, "pr": 10, "qrs": 10, "qt": 20, "qtc": 20, "axis": 15}
"""Differences up to this count as close, in the unit of the value (own choice: a pulse counted by hand over 12 s moves
in steps of 5/min; 10 ms is a quarter of a small box at 25 mm/s, doubled where a T end has to be found)."""

_PLAUSIBLE: Mapping[str, tuple[int, int]] = {
    "rate": (20, 300), "p": (40, 250), "pr": (60, 600), "qrs": (40, 300), "qt": (200, 700), "qtc": (200, 700),
    "axis": (-180, 270),
}  # fmt: skip
_WORDS: tuple[tuple[str, str, str, str], ...] = (  # key, label, unit as printed, pattern; the longer name first
    ("qtc", "QTc", " ms", r"qtc|corrected qt"),
    ("qt", "QT", " ms", r"qt(?!c)"),
    ("pr", "PR", " ms", r"p[rq]"),
    ("qrs", "QRS", " ms", r"qrs(?! axis)"),
    ("p", "P", " ms", r"p[ -]?waves?|p duration"),
    ("axis", "axis", "°", r"(?:qrs )?axis"),
    ("rate", "rate", "/min", r"rate|pulse|heart ?beats?|beats?|hr|bpm|watch|frequency"),
)
_NAME = re.compile(r"\b(?:" + "|".join(f"(?P<{key}>{pattern})" for key, _, _, pattern in _WORDS) + r")\b")
_UNITS = (
    r"(?P<rate>bpm|/ ?min(?:ute)?|beats?(?: per| a|/) ?min(?:ute)?|beats?|times (?:a|per) minute)"
    r"|(?P<ms>ms|msec|milliseconds?)|(?P<deg>°|deg(?:rees?)?)"
)
_NUMBER = re.compile(rf"(?<![\w.,:/-])(?P<n>-?\d{{1,3}})(?![\d%:]|/(?! ?min)|[.,-]\d)(?:\s?(?:{_UNITS})(?![a-z0-9]))?")
_OTHER_UNIT = re.compile(
    r"\s?-?(?:years?|y/?o|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|s|am|pm|o'clock|kg|cm"
    r"|mm(?:hg)?|mv|mg|ml|g|leads?|times|people|pounds?|percent|hz|th|st|nd|rd)\b"
)
_OTHER_FORMULA = re.compile(r"bazett|framingham|hodges")
_REACH_CHARS = 40
"""How far before a number its name may stand."""


@dataclass(frozen=True)
class Asked:
    """A number in a question: ``key`` names the value (as in `slots`), ``measured`` is None where it was not."""

    key: str
    label: str
    unit: str
    number: int
    measured: int | None

    @property
    def difference(self) -> int:
        """Asked minus measured (axes: around the circle); 0 where nothing was measured."""
        if self.measured is None:
            return 0
        apart = self.number - self.measured
        return (apart + 180) % 360 - 180 if self.key == "axis" else apart

    @property
    def direction(self) -> Direction:
        """Where the asked number lies as seen from the measured one."""
        return "the same" if self.difference == 0 else "higher" if self.difference > 0 else "lower"

    @property
    def close(self) -> bool:
        """Whether the difference is small enough to mean nothing."""
        return self.measured is not None and abs(self.difference) <= CLOSE[self.key]

    @property
    def line(self) -> str:
        """The line for the prompt."""
        head = f"asked {self.label} {self.number}{self.unit}"
        if self.measured is None:
            return f"{head}: not measured here"
        by = "" if self.difference == 0 else f" by {abs(self.difference)}"
        close = "close" if self.close else "not close"
        return f"{head}: measured {self.measured}{self.unit}, asked is {self.direction}{by}, {close}"


def asked_number(question: str, conversation: Conversation) -> Asked | None:
    """Find the first number of a question that can be held against a measured value.

    Parameters
    ----------
    question : str
        What the person wrote.
    conversation : Conversation
        Its facts hold the measured values.

    Returns
    -------
    Asked or None
        None if the question names no number with a rate, an interval or the axis, or only an implausible one.
    """
    text = question.lower()
    if _OTHER_FORMULA.search(text):
        return None  # the measured QTc is Fridericia's; another formula's number is not comparable with it
    for match in _NUMBER.finditer(text):
        key = _key_of(text, match)
        low, high = _PLAUSIBLE.get(key, (1, 0))
        number = int(match["n"])
        if low <= number <= high:
            _, label, unit, _ = next(row for row in _WORDS if row[0] == key)
            known = values(conversation).get(key)
            return Asked(key, label, unit, number, None if known is None else int(known))
    return None


def _key_of(text: str, match: re.Match[str]) -> str:
    """Which value a number speaks of, by its unit and the nearest name before it; "" if it is none of ours."""
    if not any(match[unit] for unit in ("rate", "ms", "deg")) and _OTHER_UNIT.match(text, match.end()):
        return ""
    if match["rate"]:
        return "rate"
    begin = max(0, match.start() - _REACH_CHARS)
    names = list(_NAME.finditer(text, begin, match.start()))
    key = str(names[-1].lastgroup) if names else ""
    if match["ms"]:
        return key if key not in ("rate", "axis") else ""
    if match["deg"]:
        return key if key == "axis" else ""
    return key
