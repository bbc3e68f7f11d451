"""Numbers with units in running text, and which of them are limits rather than statements about this ECG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ecg_chat.chat.sentences import Sentence

Dimension = Literal["interval", "rate", "axis", "amplitude", "age", "sampling", "share", "none"]
Comparison = Literal["=", "<", ">", "<=", ">="]

_UNITS: tuple[tuple[str, Dimension, float], ...] = (
    (r"(?:years?|yrs?)[ -]?(?:old|of age)|y/?o\b|years?", "age", 1.0),
    (r"milliseconds?|msec|msecs|ms", "interval", 1.0),
    (r"seconds?|secs?|s", "interval", 1000.0),
    (r"millivolts?|mv", "amplitude", 1.0),
    (r"microvolts?|uv", "amplitude", 0.001),
    (r"millimet(?:er|re)s?|mm", "amplitude", 0.1),  # 10 mm/mV, the gain of the strip unless said otherwise
    (r"(?:(?:beats|times)? ?)?(?:/|per |a |every ) ?min(?:ute)?|beats?/min|bpm|min-1", "rate", 1.0),
    (r"degrees?|deg|°", "axis", 1.0),
    (r"%|percent|per cent", "share", 0.01),
    (r"hz|hertz|samples?/s", "sampling", 1.0),
)
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _, _) in enumerate(_UNITS))
_BODY = (
    r"(?P<sign>[+-]|minus |plus )?(?P<number>[0-9]{1,5}(?:\.[0-9]{1,4}|,[0-9]{1,2}(?![0-9]))?)"
    r"(?P<spread> ?(?:±|\+/-) ?[0-9]{1,4}(?:\.[0-9]{1,3})?)?"
    rf"(?:(?P<gap>[ -]?)(?:{_UNIT})(?![a-z0-9]))?"
)
_NUMBER = re.compile(r"(?<![\w.])(?<![0-9][,/])" + _BODY)
_LAST_NUMBER = re.compile(_BODY)
_RANGE_AFTER = re.compile(
    r" ?(?:-|to|\.{2,3}|…|and) ?[+-]?[0-9]{1,5}(?:[.,][0-9]{1,4})?"
    rf"(?:[ -]?(?:{'|'.join(pattern for pattern, _, _ in _UNITS)})(?![a-z0-9]))?"
)
_LIST_AFTER = re.compile(r"(?P<more>(?: ?/ ?[+-]?[0-9]{1,5}){1,3})")
_ABOUT = re.compile(
    r"(?:\babout|\bapproximately|\bapprox\.?|\baround|\broughly|\bnearly|\balmost|\bcirca|\bca\.?|~|\bsome"
    r"|\bclose to|\bnear)\s*$"
)
_LIMIT_WORDS = r"(?:limit|cut-?off|threshold|boundary|maximum|minimum|mark|normal value|reference)s?(?: value)?"
_MORE = r"(?:more|greater|longer|wider|higher|larger|faster|broader|above|over|beyond|exceed(?:s|ed|ing)?|past)"
_LESS = r"(?:less|shorter|smaller|narrower|lower|slower|fewer|below|under)"
_COMPARED = re.compile(
    rf"(?:(?P<more>\b{_MORE}(?: than)?|(?<![-=])>)|(?P<less>\b{_LESS}(?: than)?|<)|(?P<min>\bat least|≥|>="
    rf"|\bno less than|\bnot less than|\bminimum of)"
    rf"|(?P<max>\bat most|≤|<=|\bup to|\bno more than|\bnot more than|\bno longer than|\bmaximum of|\bwithin)"
    rf"|\b(?:from|until|than|{_LIMIT_WORDS}(?: of| is| at|:)?|by|past|difference of|increase of|every|for)"
    rf"|\bthe last|\bthe first)"
    rf"\s*(?:the |an? |about )?(?:(?:upper |lower |normal |usual )*{_LIMIT_WORDS} (?:of|at|is) )?$"
)
_SHIFTED_BY = re.compile(r"\b(?:elevated|raised|depressed|lowered|inverted) by\s*(?:about )?$")
_NORMAL = re.compile(
    r"\b(?:normal|reference|norm|usual)(?:ly)?(?:\s+(?:range|values?|limits?|is|are|being|up to|of|for adults"
    r"|in adults)|\s*[:=])*\s*$"
)
_NORMAL_OF_THIS = re.compile(r"\bnormal(?:ly)?\s+of\s*$")
_LIMIT_AFTER = re.compile(
    rf"\s*(?:or|and) (?:{_MORE}|{_LESS})\b|\s*(?:is |are )?(?:needed|required|necessary|expected)\b"
    rf"|[ -]*{_LIMIT_WORDS}\b"
    rf"|\s*is (?:the )?(?:upper |lower )?(?:normal|{_LIMIT_WORDS})\b|\s*(?:wider|longer|shorter|more|less|faster"
    rf"|slower|higher|lower|apart"
    r"|later|earlier|before|after|too|above|below|beyond|over|prior|ago|strip|recording|window|long rhythm)\b"
)


@dataclass(frozen=True)
class Quantity:
    """A number in a sentence, in the base unit of its dimension (ms, /min, mV, degrees, years, Hz).

    ``comparison`` is "=" for a plain number; ``upper`` is set for a range; ``limit`` is True where the words say
    that the number is a limit or a difference. ``more`` holds the numbers after a slash ("388/412 ms").
    """

    start: int
    stop: int
    value: float
    dimension: Dimension
    unit: str = ""
    comparison: Comparison = "="
    upper: float | None = None
    about: bool = False
    limit: bool = False
    more: tuple[float, ...] = ()
    has_sign: bool = False


def quantities(where: Sentence) -> Iterator[Quantity]:
    """Find the numbers of a sentence from left to right; ranges and slashed lists count once."""
    text, position = where.text, 0
    while match := _NUMBER.search(text, position):
        quantity = _read(text, match)
        yield quantity
        position = max(quantity.stop, match.end())


def _read(text: str, match: re.Match[str]) -> Quantity:
    value = _number(match["number"]) * (-1.0 if match["sign"] in ("-", "minus ") else 1.0)
    stop, unit_match = match.end(), match
    more: tuple[float, ...] = ()
    upper = None
    listed = None if _unit_of(match) else _LIST_AFTER.match(text, match.end("number"))
    if listed:
        more = tuple(float(n.replace(" ", "")) for n in listed["more"].split("/")[1:])
        last = _LAST_NUMBER.match(text, _start_of_last_number(text, listed.end()))
        if last:
            stop, unit_match = last.end(), last
    elif (ranged := _RANGE_AFTER.match(text, match.end())) and _is_range(text, match, ranged):
        last = _LAST_NUMBER.match(text, _start_of_last_number(text, _last_digit(text, ranged.start(), ranged.end())))
        if last:
            stop = ranged.end()
            unit_match = last if _unit_of(last) else match
            upper = _number(last["number"]) * (
                -1.0 if text[last.start("number") - 1] == "-" and ranged[0].lstrip(" -").startswith("-") else 1.0
            )
    dimension, unit, factor = _unit_of(unit_match) or ("none", "", 1.0)
    before = text[max(0, match.start() - 48) : match.start()]
    comparison, limit = _compared(before)
    if _SHIFTED_BY.search(before):
        limit = False
    about = _ABOUT.search(before) is not None
    normal = _NORMAL.search(before) is not None and not _NORMAL_OF_THIS.search(before)
    after = _LIMIT_AFTER.match(text, stop) is not None
    return Quantity(
        match.start(),
        stop,
        value * factor,
        dimension,
        unit,
        comparison,
        None if upper is None else upper * factor,
        about,
        limit or after or normal,
        tuple(m * factor for m in more),
        bool(match["sign"]),
    )


def _compared(before: str) -> tuple[Comparison, bool]:
    """Return the comparison word right before a number, and whether there is one."""
    match = _COMPARED.search(before)
    if match is None:
        return "=", False
    signs: tuple[tuple[str, Comparison], ...] = (("more", ">"), ("less", "<"), ("min", ">="), ("max", "<="))
    return next((sign for name, sign in signs if match[name]), "="), True


def _is_range(text: str, first: re.Match[str], ranged: re.Match[str]) -> bool:
    if ranged[0].lstrip().startswith("and"):  # "between 120 and 200 ms", but not "of 148 and 164 ms"
        return re.search(r"\bbetween\s*[+-]?$", text[max(0, first.start() - 12) : first.start("number")]) is not None
    return True


def _unit_of(match: re.Match[str]) -> tuple[Dimension, str, float] | None:
    for index, (_, dimension, factor) in enumerate(_UNITS):
        if match[f"u{index}"]:
            if match[f"u{index}"] == "s" and match["gap"] == "-":
                return None
            return dimension, match[f"u{index}"], factor
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _last_digit(text: str, start: int, stop: int) -> int:
    while stop > start and not text[stop - 1].isdigit():
        stop -= 1
    return stop


def _start_of_last_number(text: str, stop: int) -> int:
    """Return where the number begins whose last digit is just before `stop`."""
    start = stop
    while start > 0 and text[start - 1] in "0123456789.,":
        start -= 1
    return start
