"""Whether a sentence says that a thing is there, that it is not there, or neither.

The method is that of NegEx and ConText (Chapman 2001, Harkema 2009): trigger words before or after a phrase, each
with a scope that ends at a terminator. The word lists are this project's, for sentences about ECGs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance_words import (
    ABSENT_AFTER,
    ASIDE,
    BARE_START,
    COMES_ANEW,
    CRITERIA_AFTER,
    CRITERIA_BEFORE,
    GENERAL_AFTER,
    GENERAL_BEFORE,
    IF,
    IF_AFTER,
    IN_SUCH,
    IS_A_KIND,
    MODAL_AFTER,
    NEGATION_BEFORE,
    NOT_EXCLUDED,
    NOT_THE_CASE,
    OF_ITS_KIND,
    ONLY_PRESENCE_VERBS,
    OPENS_UNSURE,
    PRESENT_AFTER,
    REFERS_HERE,
    SOMETHING_IS_A,
    STARTS_GENERAL,
    SUCH_ALWAYS,
    TERMINATOR,
    UNSURE_BEFORE,
    VERB,
    WOULD_LATER,
)

Stance = Literal["asserted", "negated", "unclaimed"]
"""``unclaimed``: a question, a definition, a condition, a possibility or a limit; nothing is said of this ECG."""


def stance(where: Sentence, start: int, stop: int) -> Stance:
    """Judge what the sentence says about its characters `start` to `stop`."""
    if where.is_question or is_general(where):
        return "unclaimed"
    before = _scope_before(where.text, start)
    after = _scope_after(where.text, stop)
    by_criteria = _of_criteria(before, after)
    if by_criteria is not None and not _conditional(where.text, start):
        return by_criteria
    if OPENS_UNSURE.match(where.text) and not re.search(r"\bbut\b|;", where.text[:start]):
        return "unclaimed"
    if _of_such_cases(where.text, start, stop):
        return "unclaimed"
    if (
        MODAL_AFTER.match(after)
        or IF_AFTER.match(after)
        or (WOULD_LATER.match(after) and not PRESENT_AFTER.match(after))
    ):
        return "unclaimed"
    if NOT_THE_CASE.search(before):
        return "negated"
    if NOT_EXCLUDED.match(after) or UNSURE_BEFORE.search(before) or GENERAL_BEFORE.search(before):
        return "unclaimed"
    if _conditional(where.text, start):
        return "unclaimed"
    if ABSENT_AFTER.match(after):
        return "negated"
    negated = _negated_before(before, where.text[start:stop], after)
    if negated is not None:
        return negated
    if _general_after(where.text, start, after):
        return "unclaimed"
    return "asserted"


def _of_criteria(before: str, after: str) -> Stance | None:
    """Judge "criteria for X are (not) met" and "meets the criteria for X"; None where neither is said."""
    named = CRITERIA_BEFORE.search(before)
    if named is None:
        return None
    told = CRITERIA_AFTER.match(after)
    if told:
        no = re.search(r"\b(?:no|none of the|neither)\b", before[: named.end()]) is not None
        return "negated" if told["not"] or told["isnt"] or no else "asserted"
    if re.search(r"\b(?:meet|fulfil|fulfill|satisfy|meets)\b", before):
        denied = re.search(r"\b(?:not|n't|no|never|fails? to|without)\b|n't\b", before) is not None
        return "negated" if denied else "asserted" if named["meets"] else None
    return None


def _of_such_cases(text: str, start: int, stop: int) -> bool:
    """Whether "in X, …" or "… is an X rhythm" speaks of all such cases."""
    if REFERS_HERE.search(text):
        return False
    if IN_SUCH.fullmatch(text, 0, start):
        return SUCH_ALWAYS.search(text, stop) is not None
    return SOMETHING_IS_A.fullmatch(text, 0, start) is not None and re.search(r"\ban? $", text[:start]) is not None


def is_general(where: Sentence) -> bool:
    """Whether the whole sentence speaks of ECGs at large, or of what would be, not of this one."""
    return STARTS_GENERAL.match(where.text) is not None


def is_of_a_kind(where: Sentence, start: int, stop: int) -> bool:
    """Whether the sentence begins with the bare phrase and then says what such things are like."""
    if BARE_START.fullmatch(where.text[:start]) is None or REFERS_HERE.search(where.text):
        return False
    after = _scope_after(where.text, stop)
    if PRESENT_AFTER.match(after) or ABSENT_AFTER.match(after) or NOT_EXCLUDED.match(after):
        return False
    return any(pattern.match(after) for pattern in (GENERAL_AFTER, OF_ITS_KIND, IS_A_KIND))


def conditional(where: Sentence, start: int) -> bool:
    """Whether a condition ("if", "would") governs the character `start`."""
    return is_general(where) or where.is_question or _conditional(where.text, start)


def scope_before(where: Sentence, start: int) -> str:
    """Return the words before `start` that belong to the same clause."""
    return _scope_before(where.text, start)


def scope_after(where: Sentence, stop: int) -> str:
    """Return the words after `stop` that belong to the same clause."""
    return _scope_after(where.text, stop)


def _scope_before(text: str, start: int) -> str:
    begin = 0
    for stop, scope_begin, _, _ in _terminators(text):
        if stop > start:
            break
        begin = scope_begin
    return text[begin:start]


@lru_cache(maxsize=64)
def _terminators(text: str) -> tuple[tuple[int, int, int, str], ...]:
    """End, begin of the scope after it, start and words of each terminator; a sentence is asked many times."""
    found = []
    for match in TERMINATOR.finditer(text):
        keeps = match[0][0] == "," and not match[0].rstrip().endswith(("but", "and"))
        found.append((match.end(), match.start() + 1 if keeps else match.end(), match.start(), match[0]))
    return tuple(found)


def _scope_after(text: str, stop: int) -> str:
    aside = ASIDE.match(text, stop)  # "LVH (Sokolow-Lyon 2.4 mV) is not present"
    if aside:
        return " " * (aside.end(1) - stop) + _scope_after(text, aside.end(1))
    for _, _, start, words in _terminators(text):
        if start < stop or (words in ":(" and start - stop < 3):  # "LBBB: absent", "LBBB (rejected)"
            continue
        return text[stop:start].replace("(", " ")
    return text[stop:].replace("(", " ")


def _conditional(text: str, start: int) -> bool:
    return IF.search(text, 0, start) is not None


def _general_after(text: str, start: int, after: str) -> bool:
    if PRESENT_AFTER.match(after):
        return False
    if GENERAL_AFTER.match(after):
        return True
    bare = BARE_START.fullmatch(text[:start]) is not None
    if bare and OF_ITS_KIND.match(after) and not REFERS_HERE.search(text):
        return True
    return bare and IS_A_KIND.match(after) is not None and not REFERS_HERE.search(text)


def _negated_before(before: str, phrase: str, after: str) -> Stance | None:
    """Return what the last negation word before the phrase makes of it; None if there is none in reach."""
    last = None
    for last in NEGATION_BEFORE.finditer(before):  # noqa: B007 (the last one counts)
        pass
    if last is None:
        return None
    gap = before[last.end() :]
    if last[0] in ("excluded", "ruled out", "rejected", "absent", "unlikely") and VERB.search(before[: last.start()]):
        return None  # "LBBB is excluded and RBBB …": it belonged to what came before
    verbs = VERB.search(gap)
    if (verbs and not ONLY_PRESENCE_VERBS.search(gap)) or COMES_ANEW.search(gap + phrase):
        return None
    if re.match(r"\s*new(?:ly)?\b", gap):
        return "unclaimed"
    if " and " in gap and VERB.match(after.lstrip()):
        return None
    if "," in gap and not re.search(r"\b(?:or|nor)\b", gap + after):
        return "unclaimed"
    return "negated"
