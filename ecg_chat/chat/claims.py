"""Building a `Claim` from a place in a sentence and from what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import Stance
from ecg_chat.chat.types import Claim, ClaimKind, ClaimVerdict
from ecg_chat.measurements.types import Span

Status = Literal["present", "absent", "unknown"]


@dataclass(frozen=True)
class Known:
    """Whether something holds on this recording, in words, and where it is seen."""

    status: Status
    words: str
    place: Span | None = None
    measure: str = ""


def verdict_of(known: Status, claimed: Stance) -> ClaimVerdict:
    """Hold what an answer claims against what is known; a negation is the mirror image."""
    if known == "unknown":
        return "not checkable"
    return "supported" if (known == "present") == (claimed == "asserted") else "contradicted"


def opposite(known: Known) -> Known:
    """Return the same knowledge about the opposite."""
    status: Status = "unknown" if known.status == "unknown" else "absent" if known.status == "present" else "present"
    return Known(status, known.words, known.place, known.measure)


def claim_at(
    where: Sentence,
    start: int,
    stop: int,
    kind: ClaimKind,
    verdict: ClaimVerdict,
    says: str,
    known: Known,
    lead: str | None = None,
) -> Claim:
    """Build a claim on characters `start` to `stop` of a sentence."""
    return Claim(
        where.start + start,
        where.start + stop,
        kind,
        where.raw[start:stop],
        verdict,
        says,
        known.words,
        known.measure,
        lead,
        known.place,
    )
