"""What "that" refers to: the thing that a conversation is about after each question.

"What does that mean?" names nothing. The language model took what it answered from memory, and could explain another
finding than the one of the answer before. The program keeps the topic instead, as it looks up what is named.
"""

from __future__ import annotations

import re

from ecg_chat.chat.looked_up import LookedUp
from ecg_chat.conversation.evidence import class_name
from ecg_chat.conversation.named_in_facts import Found, found_codes, found_of_superclass, infarcts, rhythm_code
from ecg_chat.conversation.tasks import CLASSES

KINDS_BACK = frozenset({"why", "mean", "which leads", "sure"})
"""Kinds of question that may be about what was said before."""
OVERALL_KINDS = frozenset({"interpret", "report", "German report", "normal", "abnormal", "danger", "what to do"})
"""Kinds that are answered with what is found; afterwards the most urgent of it is the topic."""
MEASURES_LINE = "about "
HEART_RATE = "heart rate"
NORMAL = "NORM"
MOST_WORDS = 8
_BACK = re.compile(r"\b(?:that|this|it|its|these|those|they|there|here|so|which ones?)\b")
_OTHER_THING = re.compile(
    r"\b(?:e[ck]gs?|tracing|recording|strip|paper|results?|test|report|reading"
    r"|i am|am i|i'?m|i feel|i get|i have|do i|my)\b"
)
"""Who asks about the whole ECG, or about himself, does not ask about the finding before."""
_NAMES_A_THING = re.compile(r"\bwhat(?:'s| is| are| does)\s+(?:an? |the )?(?!that|this|it\b|these|those)\w+")


def topic_after(found: LookedUp, kind: str, measures: str, facts: str, before: str) -> str:
    """Return what a conversation is about after a question was answered.

    Parameters
    ----------
    found : LookedUp
        For the question.
    kind : str
        Of the question; "" if none was recognised.
    measures : str
        The line of the measured values that it asks for, "" if none.
    facts : str
        Of the prompt: after a question about everything the topic is the most urgent finding in them.
    before : str
        The topic before the question.

    Returns
    -------
    str
        The code of a statement, the name of a measured value, or "" for nothing.
    """
    if found.subject is not None:
        return _most_urgent(facts, NORMAL) if found.subject.key == NORMAL else found.subject.key
    if found.kind == "named" and found.items:
        return _first_of_class(facts, found.items[found.about].key)
    if kind == "rhythm" or measures == f"{MEASURES_LINE}{HEART_RATE}":
        return rhythm_code(facts)
    if measures:
        named = measures.removeprefix(MEASURES_LINE)
        return "" if "," in named else named.split(" in ")[0]
    if kind == "attack":
        return next(iter(infarcts(_codes(found_codes(facts)))), "")
    if kind in OVERALL_KINDS:
        return _most_urgent(facts, rhythm_code(facts))
    return before if kind in KINDS_BACK or not kind else ""


def first_topic(facts: str) -> str:
    """Return what a question that refers to something is about before anything was said: the most urgent finding."""
    return _most_urgent(facts, rhythm_code(facts))


def refers_back(question: str, kind: str) -> bool:
    """Whether a question that names nothing is about what was said before."""
    text = question.lower().replace("\u2019", "'")
    if kind not in KINDS_BACK or (kind != "which leads" and _OTHER_THING.search(text)):
        return False
    if _BACK.search(text):
        return True
    return len(text.split()) <= MOST_WORDS and not (kind == "mean" and _NAMES_A_THING.search(text))


def _first_of_class(facts: str, key: str) -> str:
    superclass = next((one for one in CLASSES["diagnostic"] if class_name(one) == key), "")
    return next(iter(_codes(found_of_superclass(facts, superclass))), "")


def _most_urgent(facts: str, otherwise: str) -> str:
    return next(iter(_codes(found_codes(facts))), otherwise)


def _codes(found: Found) -> tuple[str, ...]:
    return (*found.stated, *found.possible)
