"""Numbers in an answer, bound to what they measure and held against the measured value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ecg_chat.chat.leads import LeadMention, lead_mentions
from ecg_chat.chat.measure_words import measure_mentions
from ecg_chat.chat.number_binding import Bound, bind, goes_on, with_formula
from ecg_chat.chat.number_checks import check_age, check_number, check_p_share, check_sampling
from ecg_chat.chat.quantities import Quantity, quantities
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import conditional, scope_before, stance
from ecg_chat.chat.types import Claim

_ASSERTS = re.compile(
    r"\b(?:is|are|was|lasts?|measures?|exceeds?|being|at)\b[^,;()]*$|\bexceed(?:s|ed|ing)\s*(?:the )?$"
)
_NOT_THIS_ECG = re.compile(
    r"^\W*(?:an? )?normal\b|\b(?:must|should|would|needs?|need|requires?|required|defined|definition|criteri(?:a"
    r"|on)|typically|usually|normally|generally|in general"
    r"|limit|threshold|cut-?off|means?|normal range|reference|healthy|other people|previous|earlier|last time"
    r"|e\.g\.|for example"
    r"|assume|suppose|up to|no more than|every|each box|small box|small square|large box|at 25|paper|speed"
    r"|calibration|gain)\b"
)
_COMPARES = re.compile(
    r"\bexceed(?:s|ed)\b|\b(?:is|was|lasts|measures)\s+(?:clearly |well |just |also |only |\w+ly )?(?:above|below"
    r"|over|under|more|less|longer"
    r"|shorter|wider|greater|higher|lower|at least|at most|narrower|slower|faster|[<>≤≥])"
)
_IT = re.compile(
    r"(?:^\W*|\bhere )(?:it|this|its (?:duration|length|width|value)|the (?:measured )?(?:value|duration))(?: is"
    r"| was| lasts| measures|:)(?: \w+ly| only| about| just| at| here)*\s*$"
)
_AXES_TRIPLE = re.compile(
    r"\bax[ie]s[^0-9a-z+-]{1,4}(?:are "
    r"|of )?([+-]?[0-9]{1,3})°?[ ,/]+([+-]?[0-9]{1,3})°?[ ,/]+(?:and )?([+-]?[0-9]{1,3})(?![0-9])"
)
_USUAL_LIMITS = frozenset(
    {
        (60, 100),
        (50, 100),
        (120, 200),
        (110, 200),
        (60, 110),
        (70, 110),
        (80, 120),
        (70, 100),
        (60, 120),
        (-30, 90),
        (0, 90),
        (350, 450),
        (360, 440),
        (350, 440),
    }
)
_SEX_AFTER = re.compile(r"\s*,?\s*(?:\w+ )?(man|male|gentleman|boy|woman|female|lady|girl)\b")


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
        bounds = list(bind(where, quantity, mentions, used))
        if not bounds and meant and _IT.search(where.text, 0, quantity.start):
            key = meant[-1].keys.get(quantity.dimension)
            bounds = [Bound(quantity, None, with_formula(where, quantity, key), quantity.value)] if key else []
        if not bounds or _is_hypothetical(where, quantity):
            continue
        for bound in bounds:
            for part in _spread(bound):
                if _is_limit(where, part):
                    continue
                for lead in _leads_for(where, part, leads):
                    yield check_number(where, part.quantity, part.mention, part.key, part.value, lead, reading)


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


def _is_hypothetical(where: Sentence, q: Quantity) -> bool:
    clause = scope_before(where, q.start)
    return (
        conditional(where, q.start)
        or _NOT_THIS_ECG.search(clause) is not None
        or stance(where, q.start, q.stop) == "negated"
    )


def _is_limit(where: Sentence, bound: Bound) -> bool:
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


def _spread(bound: Bound) -> tuple[Bound, ...]:
    """Read "RR 400-820 ms" as the shortest and the longest RR; leave everything else as it is."""
    q = bound.quantity
    if q.upper is None or bound.key not in _EXTREMES:
        return (bound,)
    low, high = _EXTREMES[bound.key]
    single = replace(q, upper=None, comparison="=", limit=False)
    return (Bound(single, bound.mention, low, q.value), Bound(single, bound.mention, high, q.upper))


def _leads_for(where: Sentence, bound: Bound, leads: tuple[LeadMention, ...]) -> tuple[LeadMention | None, ...]:
    """Return the leads a number of one lead speaks of; ``(None,)`` for a global one."""
    key, q = bound.key, bound.quantity
    per_lead = key.endswith("_mv") or key in ("q_ms", "r_ms", "s_ms", "r_peak_time_ms")
    if not per_lead or bound.mention is None:
        return (None,)
    between = [m for m in leads if bound.mention.stop <= m.start and m.stop <= q.start]
    after = [
        m
        for m in leads
        if q.stop <= m.start
        and re.fullmatch(r"\s*(?:\([^)]*\)\s*)?(?:in|at|of|for)?\s*(?:leads?\s*)?", where.text[q.stop : m.start])
    ]
    if after and goes_on(where, q):
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
