"""Numbers in an answer, bound to what they measure and held against the measured value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ecg_chat.chat.leads import LeadMention, lead_mentions
from ecg_chat.chat.measure_words import MeasureMention, measure_mentions
from ecg_chat.chat.number_checks import check_age, check_number, check_p_share, check_sampling
from ecg_chat.chat.quantities import Dimension, Quantity, quantities
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import conditional, scope_before, stance
from ecg_chat.chat.types import Claim

MAX_GAP_BEFORE = 70
MAX_GAP_AFTER = 30
_DIRECT = re.compile(r"\s*(?:(?:is|was|of|at|about|approximately|around|~|measures?|lasts?|being|are|were|=|:|,|\()\s*){0,3}[+-]?$")
_DIRECT_AFTER = re.compile(r"\s*(?:(?:for|is|was|as|of|in|wide|long|the|your|ventricular|high|-)\s*){0,3}$")
_FORMULA_AFTER = re.compile(r"\s*[(,]?\s*(?:by|with|after|according to|using)?\s*(bazett|fridericia|framingham|hodges)\b")
_FORMULA_BEFORE = re.compile(r"\b(?:by|with|after|according to|using)?\s*(bazett|fridericia|framingham|hodges)\b")
_REPEATS = re.compile(r"\s*(?:\(|=|i\.e\.,?|that is,?|or)\s*[~(]?\s*(?:about )?$")
_ASSERTS = re.compile(r"\b(?:is|are|was|lasts?|measures?|exceeds?|being|at)\b[^,;()]*$|\bexceed(?:s|ed|ing)\s*(?:the )?$")
_NOT_THIS_ECG = re.compile(
    r"^\W*(?:an? )?normal\b|\b(?:must|should|would|needs?|need|requires?|required|defined|definition|criteri(?:a|on)|typically|usually|normally|generally|in general"
    r"|limit|threshold|cut-?off|means?|normal range|reference|healthy|other people|previous|earlier|last time|e\.g\.|for example"
    r"|assume|suppose|up to|no more than|every|each box|small box|small square|large box|at 25|paper|speed|calibration|gain)\b"
)
_COMPARES = re.compile(
    r"\bexceed(?:s|ed)\b|\b(?:is|was|lasts|measures)\s+(?:clearly |well |just |also |only |\w+ly )?(?:above|below|over|under|more|less|longer"
    r"|shorter|wider|greater|higher|lower|at least|at most|narrower|slower|faster|[<>≤≥])"
)
_UNSURE = re.compile(r"\b(?:could|may|might|would|can|possibl[ey]|perhaps|suspected?)\b[^,;]*$")
_IT = re.compile(r"(?:^\W*|\bhere )(?:it|this|its (?:duration|length|width|value)|the (?:measured )?(?:value|duration))(?: is| was| lasts| measures|:)(?: \w+ly| only| about| just| at| here)*\s*$")
_AXES_TRIPLE = re.compile(r"\bax[ie]s[^0-9a-z+-]{1,4}(?:are |of )?([+-]?[0-9]{1,3})°?[ ,/]+([+-]?[0-9]{1,3})°?[ ,/]+(?:and )?([+-]?[0-9]{1,3})(?![0-9])")
_AXIS_LIST = re.compile(r"\bax[ie]s\b[^;.]{0,48}$")
_USUAL_LIMITS = frozenset({(60, 100), (50, 100), (120, 200), (110, 200), (60, 110), (70, 110), (80, 120), (70, 100), (60, 120), (-30, 90), (0, 90), (350, 450), (360, 440), (350, 440)})
_WIDTH_WORDS = re.compile(r"\s*(?:wide|long|broad|duration|in duration)\b")
_PLAUSIBLE: dict[str, tuple[float, float]] = {"interval": (20, 2500), "rate": (15, 400), "axis": (-180, 360), "amplitude": (-10, 10)}
_SEX_AFTER = re.compile(r"\s*,?\s*(?:\w+ )?(man|male|gentleman|boy|woman|female|lady|girl)\b")


@dataclass(frozen=True)
class _Bound:
    quantity: Quantity
    mention: MeasureMention | None
    key: str
    value: float


def number_claims(where: Sentence, reading: Reading, before: Sentence | None = None) -> Iterator[Claim]:
    """Yield the claims that numbers of one sentence make; "it lasts 148 ms" speaks of what `before` named last."""
    numbers = tuple(quantities(where))
    if not numbers or where.is_question:
        return
    spans = [(q.start, q.stop) for q in numbers]
    mentions = [m for m in measure_mentions(where) if not any(a < m.stop and m.start < b for a, b in spans)]
    leads = lead_mentions(where)
    taken: list[tuple[int, int]] = []
    yield from _axis_triples(where, reading, taken)
    meant = [m for m in measure_mentions(before) if m.keys] if before is not None else []
    used: set[int] = set()
    for quantity in numbers:
        if any(start < quantity.stop and quantity.start < stop for start, stop in taken):
            continue
        if quantity.dimension == "age":
            yield from check_age(where, quantity, _SEX_AFTER.match(where.text, quantity.stop), reading)
            continue
        if quantity.dimension in ("sampling", "share"):
            yield from (check_sampling if quantity.dimension == "sampling" else check_p_share)(where, quantity, reading)
            continue
        if _is_hypothetical(where, quantity):
            continue
        bounds = list(_bind(where, quantity, mentions, used))
        if not bounds and meant and _IT.search(where.text, 0, quantity.start):
            key = meant[-1].keys.get(quantity.dimension)
            bounds = [_Bound(quantity, None, _with_formula(where, quantity, key), quantity.value)] if key else []
        for bound in bounds:
            for part in _spread(bound):
                if _is_limit(where, part):
                    continue
                for lead in _leads_for(where, part, leads):
                    yield check_number(where, part.quantity, part.mention, part.key, part.value, lead, reading)


def _bind(where: Sentence, q: Quantity, mentions: list[MeasureMention], used: set[int]) -> Iterator[_Bound]:
    if q.more:
        yield from _bind_list(where, q, mentions, used)
        return
    index = _mention_for(where, q, mentions, used)
    if index is None:
        if q.dimension == "rate" and not _UNSURE.search(where.text, max(0, q.start - 60), q.start):
            yield _Bound(q, None, "heart_rate_bpm", q.value)
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
    yield _Bound(q, mention, _with_formula(where, q, key), value)


def _axis_triples(where: Sentence, reading: Reading, taken: list[tuple[int, int]]) -> Iterator[Claim]:
    """Check "P-R-T axes 55 40 35" number by number; their places are added to `taken`."""
    for match in _AXES_TRIPLE.finditer(where.text):
        if conditional(where, match.start()) or _NOT_THIS_ECG.search(scope_before(where, match.start())):
            continue
        taken.append((match.start(1), match.end(3)))
        for group, key in ((1, "p_axis_deg"), (2, "qrs_axis_deg"), (3, "t_axis_deg")):
            start, value = match.start(group), float(match[group])
            quantity = Quantity(start, match.end(group), value, "axis", "°", has_sign=True)
            yield check_number(where, quantity, None, key, value, None, reading)


def _bind_list(where: Sentence, q: Quantity, mentions: list[MeasureMention], used: set[int]) -> Iterator[_Bound]:
    """Bind ``QT/QTc 388/412 ms`` one by one; other slashed numbers are left alone."""
    values = (q.value, *q.more)
    before = [i for i, m in enumerate(mentions) if m.stop <= q.start]
    if not before:
        return
    group = before[-len(values) :]
    joined = all(
        re.fullmatch(r"\s*(?:interval|duration)?\s*[/,]\s*", where.text[mentions[a].stop : mentions[b].start])
        for a, b in zip(group, group[1:], strict=False)
    )
    dimension: Dimension = "interval" if q.dimension == "none" else q.dimension
    if len(group) == len(values) and joined and all(dimension in mentions[i].keys for i in group):
        used.update(group)
        for i, value in zip(group, values, strict=True):
            yield _Bound(q, mentions[i], _with_formula(where, q, mentions[i].keys[dimension]), value)


def _mention_for(where: Sentence, q: Quantity, mentions: list[MeasureMention], used: set[int]) -> int | None:
    """Choose the quantity that a number states: the nearest before it, else one right after it."""
    depth = _depth(where.text, q.start)
    before = after = None
    for i, m in enumerate(mentions):
        if q.dimension != "none" and q.dimension not in m.keys and m.keys:
            continue
        gap = where.text[m.stop : q.start]
        if m.stop <= q.start and len(gap) <= MAX_GAP_BEFORE and _depth(where.text, m.start) <= depth:
            before = i
        if after is None and m.start >= q.stop and i not in used and m.start - q.stop <= MAX_GAP_AFTER:
            after = i
    if before is not None:
        gap = where.text[mentions[before].stop : q.start]
        direct = _DIRECT.fullmatch(gap) is not None
        if before not in used and (direct or (q.dimension != "none" and not re.search(r"[0-9]\s*(?:ms|mv|mm|°|/min|bpm)", gap))):
            if direct or after is None or not _right_after(where, q, mentions[after]) or not re.search(r"[,;]|\band\b", gap):
                return before
        if before in used and (_repeats(where, q) or _goes_on(where, q)):
            return before
    if after is not None and q.dimension != "none" and _right_after(where, q, mentions[after]):
        return after
    return None


def _right_after(where: Sentence, q: Quantity, mention: MeasureMention) -> bool:
    return _DIRECT_AFTER.fullmatch(where.text[q.stop : mention.start]) is not None


def _repeats(where: Sentence, q: Quantity) -> bool:
    before = where.text[max(0, q.start - 16) : q.start]
    return _REPEATS.search(before) is not None or _FORMULA_AFTER.match(where.text, q.stop) is not None


def _goes_on(where: Sentence, q: Quantity) -> bool:
    """Whether a list goes on with another lead: "0.31 mV in III and 0.22 mV in II"."""
    lead_follows = re.match(r"\s*(?:in|\()\s*(?:leads? )?(?:av[rlf]|v[1-9]|i{1,3})\b", where.text[q.stop : q.stop + 12])
    return q.dimension == "amplitude" and lead_follows is not None and re.search(r"(?:,|\band)\s*$", where.text[: q.start]) is not None


def _depth(text: str, position: int) -> int:
    return max(0, text.count("(", 0, position) - text.count(")", 0, position))


def _dimension_without_unit(where: Sentence, q: Quantity, mention: MeasureMention) -> Dimension | None:
    """Say what a number without unit right after a name states: ``QRS 148`` ms, ``axis 40`` degrees."""
    if not _DIRECT.fullmatch(where.text[mention.stop : q.start]) or re.match(r"\s*(?:%|[a-z]{3,}-)", where.text[q.stop : q.stop + 8]):
        return None
    if re.match(r"\s*(?:leads?|beats?|times|of|complexes|waves|out|small|large|boxes|squares|years?)\b", where.text[q.stop : q.stop + 12]):
        return None
    if "axis" in mention.keys and _AXIS_LIST.search(where.text[: mention.start]):
        return "axis"
    for dimension in ("rate", "interval"):
        low, high = (40.0, 2500.0) if dimension == "interval" else (15.0, 400.0)
        if dimension in mention.keys and (low <= q.value <= high or (dimension == "interval" and 0.02 <= q.value < 2)):
            return "rate" if dimension == "rate" else "interval"
    return "axis" if set(mention.keys) == {"axis"} else None


def _with_formula(where: Sentence, q: Quantity, key: str) -> str:
    """Fill in the QTc formula where it stands after the number or shortly before it."""
    if key != "qtc":
        return key
    after = _FORMULA_AFTER.match(where.text, q.stop)
    before = _FORMULA_BEFORE.search(where.text, max(0, q.start - 24), q.start)
    named = after or before
    return f"qtc_{named[1]}_ms" if named else key


def _is_hypothetical(where: Sentence, q: Quantity) -> bool:
    clause = scope_before(where, q.start)
    return conditional(where, q.start) or _NOT_THIS_ECG.search(clause) is not None or stance(where, q.start, q.stop) == "negated"


def _is_limit(where: Sentence, bound: _Bound) -> bool:
    """Whether the words make the number a limit, not a statement about this recording."""
    q = bound.quantity
    before = scope_before(where, q.start)
    if q.upper is not None:
        plain = bound.mention is not None and _ASSERTS.search(before)
        return q.limit or not plain or (round(q.value), round(q.upper)) in _USUAL_LIMITS
    if q.comparison in ("<", ">", "<=", ">="):
        return _COMPARES.search(before) is None
    return q.limit


_EXTREMES = {"rr_mean_ms": ("rr_min_ms", "rr_max_ms")}


def _spread(bound: _Bound) -> tuple[_Bound, ...]:
    """Read "RR 400-820 ms" as the shortest and the longest RR; leave everything else as it is."""
    q = bound.quantity
    if q.upper is None or bound.key not in _EXTREMES:
        return (bound,)
    low, high = _EXTREMES[bound.key]
    single = replace(q, upper=None, comparison="=", limit=False)
    return (_Bound(single, bound.mention, low, q.value), _Bound(single, bound.mention, high, q.upper))


def _leads_for(where: Sentence, bound: _Bound, leads: tuple[LeadMention, ...]) -> tuple[LeadMention | None, ...]:
    """Return the leads a number of one lead speaks of; ``(None,)`` for a global one."""
    key, q = bound.key, bound.quantity
    per_lead = key.endswith("_mv") or key in ("q_ms", "r_ms", "s_ms", "r_peak_time_ms")
    if not per_lead or bound.mention is None:
        return (None,)
    between = [m for m in leads if bound.mention.stop <= m.start and m.stop <= q.start]
    after = [m for m in leads if q.stop <= m.start and re.fullmatch(r"\s*(?:\([^)]*\)\s*)?(?:in|at|of|for)?\s*(?:leads?\s*)?", where.text[q.stop : m.start])]
    if after and _goes_on(where, q):
        between = []
    chosen = between or (_list_from(where, after[0], leads) if after else [])
    if not chosen:
        before = [m for m in leads if m.stop <= bound.mention.start]
        chosen = before[-1:]
    return tuple(chosen) or (None,)


def _list_from(where: Sentence, first: LeadMention, leads: tuple[LeadMention, ...]) -> list[LeadMention]:
    chosen = [first]
    for mention in leads[leads.index(first) + 1 :]:
        if not re.fullmatch(r"\s*(?:,|/|and|or|&)+\s*(?:and\s*)?", where.text[chosen[-1].stop : mention.start]):
            break
        chosen.append(mention)
    return chosen
