"""Which part of a message asks, where the rest only tells.

"My father had atrial fibrillation. Is my heart rate normal?" names a finding and does not ask for it.
"""

from __future__ import annotations

import re

from ecg_chat.chat.named_findings import named_by_anybody, named_in_ecg_qa
from ecg_chat.chat.named_measures import measures_asked_for
from ecg_chat.chat.question_kind import question_kind
from ecg_chat.chat.sentences import split
from ecg_chat.chat.spelling import respelt

_REFERS = re.compile(
    r"\b(?:it|that|this(?! (?:e[ck]g|recording|tracing|trace|strip|paper))|one|you|yours?|they|them|which|agree|so)\b"
    r"|^\W*(?:\w+\W*){0,2}$",
    re.IGNORECASE,
)
"""Words that may stand for something in another sentence; so may a question of one or two words."""
_OF_THE_WHOLE = re.compile(
    r"\b(?:e[ck]gs?|recording|tracing|trace|strip|rhythm|heart(?:beat|s)?|beats?|beating|everything|report|results?)\b",
    re.IGNORECASE,
)
_ASKS_WITHOUT_MARK = re.compile(
    r"^\W*(?:(?:and|then|but|if so|otherwise|also|just|so|please|pls)\b\W*)*"
    r"(?:(?:give|tell|show|say|rule out|exclude|query|look|confirm|explain|describe|interpret|write|measure|compare)\b"
    r"|check\b(?!\W*up)|r/o\b|in particular\b|especially\b|\?\w"
    r"|(?:the )?(?:e[ck]g|qtc?|pr|qrs|rate|rhythm|axis|intervals)\W*$"
    r"|(?:i|we|i'd|we'd)(?: would| just| only| really)? (?:want|need|like|wish) to (?:know|see|hear|exclude)\b"
    r"|(?:i|we) (?:wonder|am wondering|am asking|are looking|am looking)\b)",
    re.IGNORECASE,
)
"""How a request begins that needs no question mark."""


def asking_part(message: str) -> str:
    """Return the only sentence of a message that asks, if a question mark ends it; else the whole.

    Parameters
    ----------
    message : str
    """
    parts = list(split(message))
    asking = [part for part in parts if part.is_question]
    if len(asking) != 1 or any(_ASKS_WITHOUT_MARK.search(part.plain) for part in parts if part is not asking[0]):
        return message
    return asking[0].raw.strip()


def asked_kind(message: str) -> str:
    """Return the kind of the question in a message; "" if none is probable enough.

    A part that asks and can be understood without the rest counts as much as the whole.
    """
    part = asking_part(message)
    alone = part != message and (names_something(part) or not _REFERS.search(part))
    return question_kind(message, part if alone else "")


def names_something(part: str) -> bool:
    """Whether a question names a measured value or, by name, a finding."""
    respelled = respelt(part)
    return bool(measures_asked_for(respelled) or named_by_anybody(respelled) or named_in_ecg_qa(respelled))


def is_of_the_whole(part: str) -> bool:
    """Whether a question speaks of the ECG or the heart as a whole, and of nothing that another sentence names."""
    return _OF_THE_WHOLE.search(part) is not None and not _REFERS.search(part)
