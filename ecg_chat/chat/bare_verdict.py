"""A bare "yes" or "no" to a question whether one statement is there: the claim stands in the question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecg_chat.chat.claims import claim_at, verdict_of
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence, split
from ecg_chat.chat.stance import Stance
from ecg_chat.chat.statement_claims import known_of
from ecg_chat.chat.statement_words import statement_mentions
from ecg_chat.chat.types import Claim

_BARE = re.compile(r"\s*(yes|no)[\s.!]*")
_NAME = "\0"
_ASKS_WHETHER = re.compile(
    r"\W*(?:and |so |but |or )?(?:"
    r"(?:is (?:there|this|it)|are there|does (?:this|the|my) (?:ecg|recording|tracing) (?:show|have)|do i have"
    r"|(?:do|can) you see|could (?:this|it) be|any)(?: (?:an?|any|the|signs?|symptoms?|evidence|of))* \0"
    r"|is (?:an? )?\0 present|\0)"
    r"(?: in (?:this|the|my) (?:ecg|recording|tracing))?[\s?!.]*"
)
"""The only forms that are understood, with the statement's name in the middle: of "is it dangerous", "is the … new" or
"in lead aVL" a yes means something else."""


def bare_verdict_claims(where: Sentence, question: str, reading: Reading) -> Iterator[Claim]:
    """Yield the claim of a sentence that is nothing but "yes" or "no".

    Parameters
    ----------
    where : Sentence
        The first of an answer.
    question : str
        Its last sentence is the one that is answered.
    reading : Reading
    """
    bare = _BARE.fullmatch(where.text)
    asked = list(split(question))[-1:]
    if bare is None or not asked:
        return
    mentions = statement_mentions(asked[0])
    if len(mentions) != 1:
        return
    (mention,) = mentions
    text = asked[0].text
    if not _ASKS_WHETHER.fullmatch(" ".join(f"{text[: mention.start]}{_NAME}{text[mention.stop :]}".split(" "))):
        return
    claimed: Stance = "asserted" if bare[1] == "yes" else "negated"
    known = known_of(mention.codes, reading)
    label = known.measure if len(mention.codes) == 1 else mention.name
    says = f"{label} present" if claimed == "asserted" else f"no {label}"
    yield claim_at(where, bare.start(1), bare.end(1), "statement", verdict_of(known.status, claimed), says, known)
