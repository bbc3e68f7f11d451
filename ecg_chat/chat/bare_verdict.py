"""A bare "yes" or "no" to a question whether one statement is there: the claim stands in the question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecg_chat.chat.asked_names import asked_mentions
from ecg_chat.chat.claims import claim_at, verdict_of
from ecg_chat.chat.named_findings import named_in_lay_words
from ecg_chat.chat.question_kind import IS_THERE, question_kind
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence, sentence, split
from ecg_chat.chat.spelling import respelt
from ecg_chat.chat.stance import Stance
from ecg_chat.chat.statement_claims import known_of
from ecg_chat.chat.types import Claim
from ecg_chat.statements.catalogue import load_catalogue

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
    named = _asked_whether(asked[0].text)
    if named is None:
        return
    codes, name = named
    claimed: Stance = "asserted" if bare[1] == "yes" else "negated"
    known = known_of(codes, reading)
    label = known.measure if len(codes) == 1 else name
    says = f"{label} present" if claimed == "asserted" else f"no {label}"
    yield claim_at(where, bare.start(1), bare.end(1), "statement", verdict_of(known.status, claimed), says, known)


def _asked_whether(question: str) -> tuple[tuple[str, ...], str] | None:
    """Return codes and name of the one statement that a question asks for, by name or without; None for any other."""
    mentions = asked_mentions(question)
    if not mentions:
        lay = [one for one in named_in_lay_words(question) if question_kind(question) == IS_THERE]
        codes = tuple(key for one in lay for key in one.keys if key in load_catalogue())
        return (codes, lay[0].name) if codes else None
    if len(mentions) != 1:
        return None
    (mention,) = mentions
    text = sentence(respelt(question)).text
    asks = _ASKS_WHETHER.fullmatch(" ".join(f"{text[: mention.start]}{_NAME}{text[mention.stop :]}".split(" ")))
    return (mention.codes, mention.name) if asks else None
