"""Which measured quantity a number in a sentence states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ecg_chat.chat.measure_words import MeasureMention
from ecg_chat.chat.quantities import Dimension, Quantity
from ecg_chat.chat.sentences import Sentence

MAX_GAP_BEFORE = 70
MAX_GAP_AFTER = 30
_DIRECT = re.compile(
    r"\s*(?:(?:is|was|of|at|about|approximately|around|~|measures?|lasts?|being|are|were|=|:|,|\()\s*){0,3}[+-]?$"
)
_DIRECT_AFTER = re.compile(r"\s*(?:(?:for|is|was|as|of|in|wide|long|the|your|ventricular|high|-)\s*){0,3}$")
_FORMULA_AFTER = re.compile(
    r"\s*[(,]?\s*(?:by|with|after|according to|using)?\s*(bazett|fridericia|framingham|hodges)\b"
)
_FORMULA_BEFORE = re.compile(r"\b(?:by|with|after|according to|using)?\s*(bazett|fridericia|framingham|hodges)\b")
_REPEATS = re.compile(r"\s*(?:\(|=|i\.e\.,?|that is,?|or)\s*[~(]?\s*(?:about )?$")
_UNSURE = re.compile(r"\b(?:could|may|might|would|can|possibl[ey]|perhaps|suspected?)\b[^,;]*$")
_AXIS_LIST = re.compile(r"\bax[ie]s\b[^;.]{0,48}$")
_PLAUSIBLE: dict[str, tuple[float, float]] = {
    "interval": (20, 2500),
    "rate": (15, 400),
    "axis": (-180, 360),
    "amplitude": (-10, 10),
}


@dataclass(frozen=True)
class Bound:
    """A number and what it states: `key` of a measurement, `value` in its unit."""

    quantity: Quantity
    mention: MeasureMention | None
    key: str
    value: float


def bind(where: Sentence, q: Quantity, mentions: list[MeasureMention], used: set[int]) -> Iterator[Bound]:
    """Say what a number states: nothing, one quantity, or several for a slashed list; `used` grows."""
    if q.more:
        yield from _bind_list(where, q, mentions, used)
        return
    index = _mention_for(where, q, mentions, used)
    if index is None:
        if q.dimension == "rate" and not _UNSURE.search(where.text, max(0, q.start - 60), q.start):
            yield Bound(q, None, "heart_rate_bpm", q.value)
        return
    mention = mentions[index]
    dimension = q.dimension if q.dimension != "none" else _dimension_without_unit(where, q, mention)
    if dimension is None or dimension not in mention.keys:
        return
    value = q.value * 1000 if q.dimension == "none" and dimension == "interval" and q.value < 2 else q.value
    low, high = _PLAUSIBLE[dimension]
    if q.dimension == "none" and not low <= value <= high:
        return
    used.add(index)
    key = mention.keys[dimension]
    if dimension == "interval" and key == "st_j_mv":
        return
    yield Bound(q, mention, with_formula(where, q, key), value)


def _bind_list(where: Sentence, q: Quantity, mentions: list[MeasureMention], used: set[int]) -> Iterator[Bound]:
    """Bind ``QT/QTc 388/412 ms`` one by one; other slashed numbers are left alone."""
    values = (q.value, *q.more)
    before = [i for i, m in enumerate(mentions) if m.stop <= q.start]
    if not before:
        return
    group = before[-len(values) :]
    joined = all(
        re.fullmatch(r"\s*(?:interval|duration)?\s*[/,]\s*", where.text[mentions[a].stop : mentions[b].start])
        for a, b in pairwise(group)
    )
    dimension: Dimension = "interval" if q.dimension == "none" else q.dimension
    if len(group) == len(values) and joined and all(dimension in mentions[i].keys for i in group):
        used.update(group)
        for i, value in zip(group, values, strict=True):
            yield Bound(q, mentions[i], with_formula(where, q, mentions[i].keys[dimension]), value)


def _mention_for(where: Sentence, q: Quantity, mentions: list[MeasureMention], used: set[int]) -> int | None:
    """Choose the quantity that a number states: the nearest before it, else one right after it."""
    before = _nearest_before(where, q, mentions)
    after = _right_after(where, q, mentions, used)
    if before is not None and before in used:
        if _repeats(where, q) or goes_on(where, q):
            return before
    elif before is not None:
        gap = where.text[mentions[before].stop : q.start]
        if _DIRECT.fullmatch(gap):
            return before
        other_number = re.search(r"[0-9]\s*(?:ms|mv|mm|°|/min|bpm)", gap) is not None
        parted = after is not None and re.search(r"[,;]|\band\b", gap) is not None
        if q.dimension != "none" and not other_number and not parted:
            return before
    return after


def _nearest_before(where: Sentence, q: Quantity, mentions: list[MeasureMention]) -> int | None:
    """Find the last fitting name before a number that does not stand deeper in parentheses."""
    depth = _depth(where.text, q.start)
    for i in range(len(mentions) - 1, -1, -1):
        m = mentions[i]
        near = m.stop <= q.start <= m.stop + MAX_GAP_BEFORE
        if near and _fits(q, m) and _depth(where.text, m.start) <= depth:
            return i
    return None


def _right_after(where: Sentence, q: Quantity, mentions: list[MeasureMention], used: set[int]) -> int | None:
    """Find a fitting name directly after a number with a unit: "148 ms QRS"."""
    for i, m in enumerate(mentions):
        if m.start >= q.stop and i not in used and _fits(q, m):
            near = m.start - q.stop <= MAX_GAP_AFTER and q.dimension != "none"
            return i if near and _DIRECT_AFTER.fullmatch(where.text[q.stop : m.start]) else None
    return None


def _fits(q: Quantity, mention: MeasureMention) -> bool:
    """Whether a number of this dimension can state it; a name without keys takes any, so that it is not misread."""
    return q.dimension == "none" or q.dimension in mention.keys or not mention.keys


def _repeats(where: Sentence, q: Quantity) -> bool:
    before = where.text[max(0, q.start - 16) : q.start]
    return _REPEATS.search(before) is not None or _FORMULA_AFTER.match(where.text, q.stop) is not None


def goes_on(where: Sentence, q: Quantity) -> bool:
    """Whether a list goes on with another lead: "0.31 mV in III and 0.22 mV in II"."""
    lead_follows = re.match(r"\s*(?:in|\()\s*(?:leads? )?(?:av[rlf]|v[1-9]|i{1,3})\b", where.text[q.stop : q.stop + 12])
    return (
        q.dimension == "amplitude"
        and lead_follows is not None
        and re.search(r"(?:,|\band)\s*$", where.text[: q.start]) is not None
    )


def _depth(text: str, position: int) -> int:
    return max(0, text.count("(", 0, position) - text.count(")", 0, position))


def _dimension_without_unit(where: Sentence, q: Quantity, mention: MeasureMention) -> Dimension | None:
    """Say what a number without unit right after a name states: ``QRS 148`` ms, ``axis 40`` degrees."""
    if not _DIRECT.fullmatch(where.text[mention.stop : q.start]) or re.match(
        r"\s*(?:%|[a-z]{3,}-)", where.text[q.stop : q.stop + 8]
    ):
        return None
    if re.match(
        r"\s*(?:leads?|beats?|times|of|complexes|waves|out|small|large|boxes|squares|years?)\b",
        where.text[q.stop : q.stop + 12],
    ):
        return None
    if "axis" in mention.keys and _AXIS_LIST.search(where.text[: mention.start]):
        return "axis"
    for dimension in ("rate", "interval"):
        low, high = (40.0, 2500.0) if dimension == "interval" else (15.0, 400.0)
        if dimension in mention.keys and (low <= q.value <= high or (dimension == "interval" and 0.02 <= q.value < 2)):
            return "rate" if dimension == "rate" else "interval"
    return "axis" if set(mention.keys) == {"axis"} else None


def with_formula(where: Sentence, q: Quantity, key: str) -> str:
    """Fill in the QTc formula where it stands after the number or shortly before it."""
    if key != "qtc":
        return key
    after = _FORMULA_AFTER.match(where.text, q.stop)
    before = _FORMULA_BEFORE.search(where.text, max(0, q.start - 24), q.start)
    named = after or before
    return f"qtc_{named[1]}_ms" if named else key
