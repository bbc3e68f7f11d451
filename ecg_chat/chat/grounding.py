"""The claims of an answer, each held against what was measured and found.

A claim is a number with a unit, a judging word ("wide"), a diagnostic statement or its negation, or a finding in a
lead. Definitions, limits, conditions, possibilities and questions claim nothing about this ECG and are left alone.
What cannot be decided is called "not checkable"; nothing is removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecg_chat.chat.bare_verdict import bare_verdict_claims
from ecg_chat.chat.catalogue_sentences import asks_for_meaning, catalogue_sentences
from ecg_chat.chat.lead_claims import lead_claims
from ecg_chat.chat.number_claims import number_claims
from ecg_chat.chat.off_question import marked_off_question
from ecg_chat.chat.quality_claims import quality_claims
from ecg_chat.chat.quantities import quantities
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.reassurance import reassurance_claims
from ecg_chat.chat.sentences import Sentence, split
from ecg_chat.chat.spelling import respelt
from ecg_chat.chat.stance import is_of_a_kind
from ecg_chat.chat.statement_claims import plain_claim, statement_claims
from ecg_chat.chat.statement_words import statement_mentions
from ecg_chat.chat.types import Claim
from ecg_chat.chat.voltage_sums import voltage_sum_claims

__all__ = ["ClaimStream", "Reading", "check"]


def check(text: str, reading: Reading, question: str = "") -> tuple[Claim, ...]:
    """Find and judge the claims of a whole answer.

    Parameters
    ----------
    text : str
        The answer as the model wrote it.
    reading : Reading
        What is known about the ECG.
    question : str
        What was asked: to "what does X mean?" the plain wording of X explains and claims nothing, a bare yes or no
        claims what was asked, and one about another statement than the one that was asked about is not checkable.

    Returns
    -------
    tuple of Claim
        In order of their place; offsets are into `text`. A number spoken of several leads gives a claim for each.
    """
    return ClaimStream(reading, question).checked(text, complete=True)


class ClaimStream:
    """Checks an answer while it grows. A sentence is judged once, when it is whole, and its verdicts stay."""

    def __init__(self, reading: Reading, question: str = "") -> None:
        self._explains = asks_for_meaning(question)
        self._question = respelt(question)
        self._reading = reading
        self._claims: list[Claim] = []
        self._before: Sentence | None = None
        self._position = 0

    def checked(self, text: str, *, complete: bool = False) -> tuple[Claim, ...]:
        """Return the claims of the whole sentences so far; `text` must go on from that of the last call."""
        for where in split(text, self._position, complete=complete):
            claims = self._of(where)
            if self._before is None:
                claims = marked_off_question(where, claims, self._question)
                claims += tuple(bare_verdict_claims(where, self._question, self._reading))
            self._claims.extend(claims)
            self._before = where
            self._position = where.start + len(where.raw)
        return tuple(self._claims)

    def _of(self, where: Sentence) -> tuple[Claim, ...]:
        texts = catalogue_sentences()
        if texts.is_explanation(where):
            return tuple(reassurance_claims(where, self._reading))
        codes = texts.codes_of(where)
        if not codes:
            return sentence_claims(where, self._reading, self._before)
        return () if self._explains else (plain_claim(where, codes, self._reading),)


def sentence_claims(where: Sentence, reading: Reading, before: Sentence | None = None) -> tuple[Claim, ...]:
    """Judge one sentence, which may speak of what the one before named.

    Where two readings of the same words overlap, the more specific one stays.
    """
    kept: list[Claim] = []
    if _defines(where):
        return tuple(reassurance_claims(where, reading))
    sources: tuple[tuple[bool, Iterator[Claim]], ...] = (
        (False, reassurance_claims(where, reading)),
        (False, lead_claims(where, reading)),
        (False, voltage_sum_claims(where, reading)),
        (True, number_claims(where, reading, before)),
        (False, statement_claims(where, reading)),
        (False, quality_claims(where, reading)),
    )
    for is_number, source in sources:
        found = sorted(source, key=lambda c: (c.start, -c.stop))
        kept += [claim for claim in found if not _is_repeated(claim, kept, is_number=is_number)]
    kept = [claim for claim in kept if not _is_told_by_number(claim, kept)]
    return tuple(sorted(_distinct(kept), key=lambda c: (c.start, c.stop)))


def _is_told_by_number(claim: Claim, kept: list[Claim]) -> bool:
    """Whether a bare lead that is not there is part of a number that is wrong for the same reason."""
    if claim.measure != "lead" or not claim.says.startswith("lead "):
        return False
    return any(o.kind == "number" and o.start <= claim.start and claim.stop <= o.stop for o in kept)


def _defines(where: Sentence) -> bool:
    """Whether the sentence says what a statement is like in general; one that states a plain number does not."""
    mention = next(iter(statement_mentions(where)), None)
    if mention is None or not is_of_a_kind(where, mention.start, mention.stop):
        return False
    return not any(q.comparison == "=" and q.upper is None and not q.limit and q.unit for q in quantities(where))


def _is_repeated(claim: Claim, kept: list[Claim], *, is_number: bool) -> bool:
    """Whether the words were understood already; a number may stand inside a finding ("ST elevation of 2 mm in II")."""
    if is_number:  # a number may stand inside a finding, but not be a part of a sum
        kept = [other for other in kept if other.measure == "voltage_sum"]
    return any(claim.start < other.stop and other.start < claim.stop and _covers(other, claim) for other in kept)


def _covers(other: Claim, claim: Claim) -> bool:
    """Whether `other` says what `claim` says; "sinus tachycardia at 110/min" claims both a name and a number."""
    if other.kind == "number" and claim.kind == "statement" and other.measure != "voltage_sum":
        return " = " not in other.says and other.start <= claim.start and claim.stop <= other.stop
    return not (other.kind == claim.kind == "number" and " = " in other.says and " = " not in claim.says)


def _distinct(claims: list[Claim]) -> Iterator[Claim]:
    seen: set[tuple[int, int, str]] = set()
    for claim in claims:
        key = (claim.start, claim.stop, claim.says)
        if key not in seen:
            seen.add(key)
            yield claim
