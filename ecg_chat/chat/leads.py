"""Which leads a sentence names, one by one, as a range or as a territory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecg_chat.chat.sentences import Sentence
from ecg_chat.signals.ecg import CHEST_LEADS, LIMB_LEADS, STANDARD_LEADS

# Which leads look at which wall (Murtagh, ECG territory table; ACC expert consensus on acute chest pain 2022).
TERRITORIES = {
    "septal": ("V1", "V2"),
    "anterior": ("V3", "V4"),
    "anteroseptal": ("V1", "V2", "V3", "V4"),
    "anterolateral": ("V3", "V4", "V5", "V6", "I", "aVL"),
    "lateral": ("I", "aVL", "V5", "V6"),
    "inferior": ("II", "III", "aVF"),
    "inferolateral": ("II", "III", "aVF", "V5", "V6"),
    "right precordial": ("V1", "V2", "V3"),
    "left precordial": ("V4", "V5", "V6"),
    "precordial": CHEST_LEADS,
    "chest": CHEST_LEADS,
    "limb": LIMB_LEADS,
    "all": STANDARD_LEADS,
}
_NAME = r"(?:[aA][vV][rRlLfF]|[vV][1-9][rR]?|III|II|I)"
_SINGLE = re.compile(rf"(?<![A-Za-z0-9'+]){_NAME}(?![A-Za-z0-9']|\+[A-Za-z])")
_RANGE = re.compile(r"(?<![A-Za-z0-9])[vV]([1-9])\s?(?:-|to|through|thru)\s?[vV]?([1-9])(?![0-9A-Za-z])")
_SHORT_LIST = re.compile(r"(?<![A-Za-z0-9])[vV]([1-9])((?:[/,][1-9])+)(?![0-9A-Za-z])")
_TERRITORY = re.compile(
    r"\b("
    + "|".join(sorted(TERRITORIES, key=len, reverse=True))
    + r")(?: (?:and|or|&|,) (septal|anterior|lateral|inferior))?"
    r" (?:(?:standard|twelve|12|chest|limb) )?leads?\b"
)
_PRONOUN = re.compile(
    r"\s+(?:am|can|could|think|see|do|did|would|will|have|find|found|read|was|cannot|can't|don't|recommend|suggest|say"
    r"|measured?|must|may|might|should|advise|know|only|also|judge|call|cannot|would|want|hear|understand|need)\b"
)
_LEAD_BEFORE = re.compile(r"\b(?:leads?|in|of|,|and|or|/|&|from|with|to)\s*$", re.IGNORECASE)
_NOT_A_LEAD = re.compile(r"\b(?:mobitz|type|class|degree|grade|stage|phase|part|level|factor)s?\s+$", re.IGNORECASE)
_CASED = {name.lower(): name for name in STANDARD_LEADS}


@dataclass(frozen=True)
class LeadMention:
    """A lead, a range of leads or a territory, at characters `start` to `stop` of the sentence.

    ``whole`` is False for a territory, of which a part is enough.
    """

    start: int
    stop: int
    names: tuple[str, ...]
    whole: bool = True


def lead_mentions(where: Sentence) -> tuple[LeadMention, ...]:
    """Find the leads that a sentence names, in order, without overlap."""
    found: list[LeadMention] = []
    for mention in (
        *_ranges(where.plain),
        *_short_lists(where.plain),
        *_territories(where.text),
        *_singles(where.plain),
    ):
        if not any(mention.start < other.stop and other.start < mention.stop for other in found):
            found.append(mention)
    return tuple(sorted(found, key=lambda m: m.start))


def canonical(name: str) -> str:
    """Spell a lead as the standard does: ``avf`` → ``aVF``, ``v1`` → ``V1``; others as they are, V in capitals."""
    return _CASED.get(name.lower(), name.upper() if name[:1] in "vV" else name)


def _ranges(plain: str) -> Iterator[LeadMention]:
    for match in _RANGE.finditer(plain):
        first, last = int(match[1]), int(match[2])
        if first < last:
            yield LeadMention(match.start(), match.end(), tuple(f"V{n}" for n in range(first, last + 1)))


def _short_lists(plain: str) -> Iterator[LeadMention]:
    for match in _SHORT_LIST.finditer(plain):
        numbers = [match[1], *re.findall("[1-9]", match[2])]
        yield LeadMention(match.start(), match.end(), tuple(f"V{n}" for n in numbers))


def _territories(text: str) -> Iterator[LeadMention]:
    for match in _TERRITORY.finditer(text):
        names = TERRITORIES[match[1]] + TERRITORIES.get(match[2] or "", ())
        yield LeadMention(match.start(), match.end(), tuple(dict.fromkeys(names)), whole=match[1] == "all")


def _singles(plain: str) -> Iterator[LeadMention]:
    for match in _SINGLE.finditer(plain):
        name = canonical(match[0])
        if _NOT_A_LEAD.search(plain, max(0, match.start() - 10), match.start()):
            continue
        if name == "I" and not _is_lead_one(plain, match.start(), match.end()):
            continue
        yield LeadMention(match.start(), match.end(), (name,))


def _is_lead_one(plain: str, start: int, stop: int) -> bool:
    if _PRONOUN.match(plain, stop):
        return False
    if _LEAD_BEFORE.search(plain, max(0, start - 12), start):
        return True
    return re.match(r"\s*(?:,|/|and|or|&|-)\s*(?:[aA][vV][LlFfRr]|II|V[1-6])|\s*:", plain[stop : stop + 12]) is not None
