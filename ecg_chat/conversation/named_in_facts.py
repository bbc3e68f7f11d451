"""Which findings and which rhythm the facts of a prompt name, read back from their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ecg_chat.conversation.fact_kinds import (
    ECTOPIC_CODES,
    INJURY,
    KINDS,
    NO_RHYTHM,
    RHYTHM_CODES,
    SINUS_CODES,
    UNSPECIFIC_CODES,
)
from ecg_chat.conversation.tasks import CLASSES
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.hard_limits import DECIDED_BY_NUMBER
from ecg_chat.statements.judge import URGENCY_ORDER

_LINES = re.compile(rf"^({'|'.join(map(re.escape, KINDS.values()))}): (.+)$", re.MULTILINE)
_MET = re.compile(r"^(?:met \d+ (\S+):|also met (.+)$)", re.MULTILINE)
_ONLY_BY_CRITERIA = re.compile(r"^criteria without pattern: (.+)$", re.MULTILINE)
_CLASSES = re.compile(r"^classes (.+)$", re.MULTILINE)
_POSSIBLE = "possible "


@dataclass(frozen=True)
class Found:
    """Codes that are stated and that are possible, the urgent ones first; unspecific ones only where no other is."""

    stated: tuple[str, ...]
    possible: tuple[str, ...]


def rhythm_code(facts: str) -> str:
    """Return the rhythm: the likely one that is no plain sinus rhythm first, or what criteria say; "" if none."""
    likely, _ = _named(facts, of_rhythm=True)
    if not likely and f"{KINDS['rhythm']}: {NO_RHYTHM}" not in facts:
        likely = [code for code in met_codes(facts) if code in SINUS_CODES]
    return next((one for one in RHYTHM_CODES if one in likely), "")


def found_codes(facts: str) -> Found:
    """Return what is found beside the rhythm, and rhythms that are possible."""
    likely, possible = _named(facts, of_rhythm=False)
    by_number = [code for code in met_codes(facts) if code in DECIDED_BY_NUMBER and code not in RHYTHM_CODES]
    stated = list(dict.fromkeys([*likely, *by_number]))
    doubtful = [code for code in possible if code not in stated]
    if any(code not in UNSPECIFIC_CODES for code in (*stated, *doubtful)):
        stated, doubtful = ([c for c in codes if c not in UNSPECIFIC_CODES] for codes in (stated, doubtful))
    rhythms = [code for code in _named(facts, of_rhythm=True)[1] if code not in SINUS_CODES]
    return Found(tuple(_urgent_first(stated)), (*_urgent_first(doubtful), *rhythms))


def found_of_superclass(facts: str, superclass: str) -> Found:
    """Return what is found of one superclass; unspecific ones only where no other of it is."""
    catalogue = load_catalogue()
    return found_among(facts, [code for code in catalogue if catalogue[code].superclass == superclass])


def ectopic_found(facts: str) -> Found:
    """Return the extra beats that are found; the unspecific code of them only where no other is."""
    return found_among(facts, ECTOPIC_CODES)


def found_among(facts: str, codes: Sequence[str]) -> Found:
    """Return which of some codes, rhythms among them, are found; unspecific ones only where no other of them is."""
    lines = [_named(facts, of_rhythm=kind) for kind in (False, True)]
    by_number = [code for code in met_codes(facts) if code in DECIDED_BY_NUMBER]
    likely = [code for kind in lines for code in kind[0]]
    stated = [code for code in dict.fromkeys([*likely, *by_number]) if code in codes]
    doubtful = [code for kind in lines for code in kind[1] if code in codes and code not in stated]
    if any(code not in UNSPECIFIC_CODES for code in (*stated, *doubtful)):
        stated, doubtful = ([c for c in some if c not in UNSPECIFIC_CODES] for some in (stated, doubtful))
    return Found(tuple(_urgent_first(stated)), tuple(_urgent_first(doubtful)))


def class_named(facts: str, superclass: str) -> bool:
    """Whether the line of the superclasses has one of them."""
    match = _CLASSES.search(facts)
    return match is not None and CLASSES["diagnostic"][superclass] in match[1].split(", ")


def infarcts(codes: Sequence[str]) -> list[str]:
    """Keep the infarctions; an injury current alone is none."""
    return [code for code in codes if load_catalogue()[code].superclass == "MI" and not code.startswith(INJURY)]


def met_codes(facts: str) -> list[str]:
    """Return the codes whose criteria the facts call met."""
    codes = [code for one, more in _MET.findall(facts) for code in (one, *more.split())]
    return [code for code in codes if code in load_catalogue()]


def only_by_criteria(facts: str) -> list[str]:
    """Return the codes whose criteria are met without a matching pattern, and that `found_codes` does not have."""
    match, found = _ONLY_BY_CRITERIA.search(facts), found_codes(facts)
    codes = [_codes_by_name()[name] for name in match[1].split(", ") if name in _codes_by_name()] if match else []
    return _urgent_first([c for c in codes if c not in (*found.stated, *found.possible, *UNSPECIFIC_CODES)])


def _named(facts: str, *, of_rhythm: bool) -> tuple[list[str], list[str]]:
    """Return the codes that the lines of the facts call likely, and those that they call possible."""
    likely: list[str] = []
    possible: list[str] = []
    for kind, text in _LINES.findall(facts):
        if (kind == KINDS["rhythm"]) != of_rhythm or kind == KINDS["NORM"]:
            continue
        for part in text.split("; "):
            names, codes = part.removeprefix(_POSSIBLE).split(", "), _codes_by_name()
            (possible if part.startswith(_POSSIBLE) else likely).extend(codes[n] for n in names if n in codes)
    return likely, possible


def _urgent_first(codes: Sequence[str]) -> list[str]:
    catalogue = load_catalogue()
    return sorted(codes, key=lambda code: URGENCY_ORDER[catalogue[code].urgency])


@cache
def _codes_by_name() -> Mapping[str, str]:
    return {statement.name: code for code, statement in load_catalogue().items()}
