"""What a patient is told of the facts, in the catalogue's plain words, written by the program.

Told from memory, the plain words of a finding could be those of another one, which a patient cannot notice. The model
writes ``<|rhythm_told|>`` and ``<|findings_told|>`` instead; both are read from the very facts of the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from ecg_chat.conversation.fact_kinds import KINDS, NO_RHYTHM, RHYTHM_CODES, SINUS_CODES, UNSPECIFIC_CODES
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.hard_limits import DECIDED_BY_NUMBER
from ecg_chat.statements.judge import URGENCY_ORDER

MAX_TOLD = 3
RHYTHM_NOT_NAMED = "The rhythm could not be named with confidence."
_LINES = re.compile(rf"^({'|'.join(map(re.escape, KINDS.values()))}): (.+)$", re.MULTILINE)
_MET = re.compile(r"^(?:met \d+ (\S+):|also met (.+)$)", re.MULTILINE)
_POSSIBLE = "possible "


def rhythm_told(facts: str) -> str:
    """Say which rhythm the facts name: the likely one that is no plain sinus rhythm first, or what criteria say."""
    likely, _ = _named(facts, of_rhythm=True)
    if not likely and f"{KINDS['rhythm']}: {NO_RHYTHM}" not in facts:
        likely = [code for code in _met(facts) if code in SINUS_CODES]
    code = next((one for one in RHYTHM_CODES if one in likely), "")
    return load_catalogue()[code].plain if code else RHYTHM_NOT_NAMED


def findings_told(facts: str) -> str:
    """Say the likely findings, the urgent ones first, and then possible ones, three in all; "" if there are none."""
    likely, possible = _named(facts, of_rhythm=False)
    by_number = [code for code in _met(facts) if code in DECIDED_BY_NUMBER and code not in RHYTHM_CODES]
    stated = list(dict.fromkeys([*likely, *by_number]))
    doubtful = [code for code in possible if code not in stated]
    if any(code not in UNSPECIFIC_CODES for code in (*stated, *doubtful)):
        stated, doubtful = ([c for c in codes if c not in UNSPECIFIC_CODES] for codes in (stated, doubtful))
    doubtful = _urgent_first(doubtful) + [code for code in _named(facts, of_rhythm=True)[1] if code not in SINUS_CODES]
    catalogue = load_catalogue()
    sentences = [catalogue[code].plain for code in _urgent_first(stated)]
    sentences += [f"There may be {catalogue[code].name}, but this is not certain." for code in doubtful]
    return " ".join(sentences[:MAX_TOLD])


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


def _met(facts: str) -> list[str]:
    codes = [code for one, more in _MET.findall(facts) for code in (one, *more.split())]
    return [code for code in codes if code in load_catalogue()]


def _urgent_first(codes: Sequence[str]) -> list[str]:
    catalogue = load_catalogue()
    return sorted(codes, key=lambda code: URGENCY_ORDER[catalogue[code].urgency])


@cache
def _codes_by_name() -> Mapping[str, str]:
    return {statement.name: code for code, statement in load_catalogue().items()}
