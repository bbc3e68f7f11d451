"""What is concluded from the facts for a clinician, written by the program where the model refers to it.

Names copied from memory were those of other findings in about one interpretation in eighty; see
`ecg_chat.conversation.told` for what patients are told.
"""

from __future__ import annotations

import re

from ecg_chat.conversation.named_in_facts import Found, found_codes, infarcts, only_by_criteria, rhythm_code
from ecg_chat.conversation.sentence_parts import capital, in_words
from ecg_chat.statements.catalogue import load_catalogue

MAX_CONCLUDED = 5
MAX_GROUNDS = 2
NO_RHYTHM_NAME = "a rhythm that could not be classified"
WITHIN_LIMITS = "ST is within the usual limits"
ST_UNKNOWN = "The ST segment could not be measured."
_RATE = re.compile(r"^rate (\d+)/min", re.MULTILINE)
_ST_T = re.compile(r"^ST raised ([^;\n]+); ST lowered ([^;\n]+); T inverted outside aVR ([^;\n]+)$", re.MULTILINE)
_REASON = re.compile(r"^met \d+ (\S+): (.+)$", re.MULTILINE)
_NONE = "none"


def conclusion(facts: str) -> str:
    """Name the rhythm with its rate, what is found and what is possible, at most five findings in all."""
    found, catalogue = _most_urgent(facts), load_catalogue()
    match = _RATE.search(facts)
    rate = f"at {match[1]}/min" if match else "at a rate that could not be measured"
    head = f"{capital(rhythm_named(facts))} {rate}"
    if found.stated:
        head += f" with {in_words([catalogue[one].name for one in found.stated])}"
    possible = in_words([catalogue[one].name for one in found.possible])
    return f"{head}. Possible {possible}." if possible else f"{head}."


def rhythm_named(facts: str) -> str:
    """Name the rhythm; says so where it could not be classified."""
    code = rhythm_code(facts)
    return load_catalogue()[code].name if code else NO_RHYTHM_NAME


def grounds(facts: str) -> str:
    """Say which measured values speak for what is found, and which criteria are met without it; "" if none."""
    found, catalogue = _most_urgent(facts), load_catalogue()
    reasons = dict(_REASON.findall(facts))
    sentences = [
        f"{capital(catalogue[code].name)}: {reasons[code]}."
        for code in (*found.stated, *found.possible)[:MAX_GROUNDS]
        if code in reasons
    ]
    only = in_words([catalogue[code].name for code in only_by_criteria(facts)[:MAX_GROUNDS]])
    sentences += [f"Criteria are also met for {only}, without a matching pattern."] if only else []
    return " ".join(sentences)


def infarct_named(facts: str) -> str:
    """Name the infarcts that are found or possible; "" if there is none."""
    found, catalogue = found_codes(facts), load_catalogue()
    stated = [catalogue[code].name for code in infarcts(found.stated)]
    possible = [catalogue[code].name for code in infarcts(found.possible)]
    if stated:
        return f"There are signs of {in_words(stated)}, of unknown age."
    return f"Possible {in_words(possible)}, of unknown age." if possible else ""


def st_t(facts: str) -> str:
    """Say in which leads ST is raised or lowered and T inverted."""
    match = _ST_T.search(facts)
    if match is None or "ST not measurable" in facts:
        return ST_UNKNOWN
    raised, lowered, inverted = (leads.split() if leads != _NONE else [] for leads in match.groups())
    parts = [f"ST is raised in {in_words(raised)}"] if raised else []
    parts += [f"ST is lowered in {in_words(lowered)}"] if lowered else []
    if not parts:
        everywhere = "in all leads" if "leads absent" not in facts else "in every recorded lead"
        parts = [f"{WITHIN_LIMITS} {everywhere}"]
    parts += [f"T is inverted in {in_words(inverted)}"] if inverted else []
    return f"{'; '.join(parts)}."


def st_t_changed(facts: str) -> bool:
    """Whether ST is raised or lowered, or T inverted, in any lead."""
    match = _ST_T.search(facts)
    return match is not None and any(leads != _NONE for leads in match.groups())


def _most_urgent(facts: str) -> Found:
    found = found_codes(facts)
    stated = found.stated[:MAX_CONCLUDED]
    return Found(stated, found.possible[: MAX_CONCLUDED - len(stated)])
