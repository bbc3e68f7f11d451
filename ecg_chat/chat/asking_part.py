"""Which part of a message asks, where the rest only tells.

"My father had atrial fibrillation. Is my heart rate normal?" names a finding and does not ask for it.
"""

from __future__ import annotations

import re

from ecg_chat.chat.named_findings import named_by_anybody
from ecg_chat.chat.named_measures import measures_asked_for
from ecg_chat.chat.question_kind import question_kind
from ecg_chat.chat.sentences import split
from ecg_chat.chat.spelling import respelt

OF_THE_WHOLE = frozenset({"abnormal", "hello", "interpret", "normal", "quality", "report", "rhythm", "thanks", "who"})
"""Kinds of question that are about no finding or measured value that the sentences around them name."""

_REFERS = re.compile(
    r"\b(?:it|that|this(?! (?:e[ck]g|recording|tracing|trace|strip|paper))|one|you|yours?|they|them|which|agree|so)\b"
    r"|^\W*(?:\w+\W*){0,2}$",
    re.IGNORECASE,
)
"""Words that may stand for something in another sentence; so may a question of one or two words."""


def asking_part(message: str) -> str:
    """Return the only sentence of a message that ends with a question mark; the whole of it where there is not one.

    Parameters
    ----------
    message : str
    """
    asking = [part for part in split(message) if part.is_question]
    return asking[0].raw.strip() if len(asking) == 1 else message


def asked_kind(message: str) -> str:
    """Return the kind of the question in a message; "" if none is probable enough.

    A part that asks and can be understood without the rest counts as much as the whole.
    """
    part = asking_part(message)
    return question_kind(message, part if part != message and _stands_alone(part) else "")


def _stands_alone(part: str) -> bool:
    respelled = respelt(part)
    return bool(measures_asked_for(respelled) or named_by_anybody(respelled)) or not _REFERS.search(part)
