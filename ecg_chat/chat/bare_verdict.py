"""A bare "yes" or "no" to a question about one statement: the claim stands in the question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecg_chat.chat.claims import claim_at, verdict_of
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence, sentence
from ecg_chat.chat.stance import Stance
from ecg_chat.chat.statement_claims import known_of
from ecg_chat.chat.statement_words import statement_mentions
from ecg_chat.chat.types import Claim

_BARE = re.compile(r"\s*(yes|no)[\s.!]*")
_TURNED = re.compile(r"\b(?:no|not|without|never|rule[sd]? out|exclude[sd]?|absent)\b|n't\b")
_ASKS_WHETHER = re.compile(r"\b(?:is|are|does|do|did|has|have|can|could|any|show)\b|\?")


def bare_verdict_claims(where: Sentence, question: str, reading: Reading) -> Iterator[Claim]:
    """Yield the claim of a sentence that is nothing but "yes" or "no".

    A question that names several statements, or asks in the negative, leaves open what a yes means; then there is none.

    Parameters
    ----------
    where : Sentence
        The first of an answer.
    question : str
    reading : Reading
    """
    bare = _BARE.fullmatch(where.text)
    asked = sentence(question)
    mentions = statement_mentions(asked)
    if bare is None or len(mentions) != 1 or _TURNED.search(asked.text) or not _ASKS_WHETHER.search(asked.text):
        return
    (mention,) = mentions
    claimed: Stance = "asserted" if bare[1] == "yes" else "negated"
    known = known_of(mention.codes, reading)
    label = known.measure if len(mention.codes) == 1 else mention.name
    says = f"{label} present" if claimed == "asserted" else f"no {label}"
    yield claim_at(where, bare.start(1), bare.end(1), "statement", verdict_of(known.status, claimed), says, known)
