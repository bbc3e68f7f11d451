"""The sections of a written report, worded by the program from the facts of the prompt.

Sections that the model wrote from memory could name a neighbour of what stands in the facts, or leave a finding out.
The model decides that a report is wanted and in which order it goes; what each section says is read from the facts.
"""

from __future__ import annotations

import re

from ecg_chat.conversation.concluded import rhythm_named
from ecg_chat.conversation.fact_kinds import INJURY
from ecg_chat.conversation.named_in_facts import (
    Found,
    class_named,
    ectopic_found,
    found_of_superclass,
    met_codes,
)
from ecg_chat.conversation.sentence_parts import capital, in_words
from ecg_chat.statements.catalogue import load_catalogue

MAX_LISTED = 3
MAX_MET = 2
_RATE = re.compile(r"^rate (\d+)/min", re.MULTILINE)
_REGULARITY = re.compile(r"^rhythm ([^,\n]+)", re.MULTILINE)
_JUDGED = ("regular", "irregular", "irregularly irregular")


def rhythm_section(facts: str) -> str:
    """Name the rhythm with its rate, how regular it is, and extra beats."""
    rate, regularity = _RATE.search(facts), _REGULARITY.search(facts)
    parts = [f"{rhythm_named(facts)} at {f'{rate[1]}/min' if rate else 'a rate that could not be measured'}"]
    parts += [regularity[1]] if regularity and regularity[1] in _JUDGED else []
    beats = ectopic_found(facts)
    listed = _listed(Found(beats.stated[:MAX_MET], beats.possible[: MAX_MET - len(beats.stated[:MAX_MET])]))
    parts += [f"with {listed}"] if listed else []
    return f"Rhythm: {', '.join(parts)}."


def conduction_section(facts: str) -> str:
    """Say which disturbances of conduction are found."""
    return f"Conduction: {_section(facts, 'CD', 'no disturbance seen')}."


def chambers_section(facts: str) -> str:
    """Say which chambers are found thickened or enlarged."""
    return f"Chambers: {_section(facts, 'HYP', 'no hypertrophy seen')}."


def myocardium_section(facts: str) -> str:
    """Say which signs of an infarction or of an injury are found."""
    return f"Myocardium: {_section(facts, 'MI', 'no sign of an infarction seen')}."


def st_t_found(facts: str) -> str:
    """Name what is found in ST and T, beside the leads that `concluded.st_t` lists; "" if nothing is."""
    listed = _listed(_few(found_of_superclass(facts, "STTC")))
    return f"{capital(listed)}." if listed else ""


def _section(facts: str, superclass: str, none: str) -> str:
    listed = _listed(_few(found_of_superclass(facts, superclass)))
    if listed:
        return listed
    if class_named(facts, superclass):
        return "the overall pattern speaks for it, but no single finding stands out"
    catalogue = load_catalogue()
    met = [
        code for code in met_codes(facts) if catalogue[code].superclass == superclass and not code.startswith(INJURY)
    ]
    if met:
        named = in_words([catalogue[code].name for code in met[:MAX_MET]])
        return f"criteria are met for {named}, without a matching pattern"
    return none


def _few(found: Found) -> Found:
    stated = found.stated[:MAX_LISTED]
    return Found(stated, found.possible[: MAX_LISTED - len(stated)])


def _listed(found: Found) -> str:
    catalogue = load_catalogue()
    stated = in_words([catalogue[code].name for code in found.stated])
    possible = in_words([catalogue[code].name for code in found.possible])
    return "; ".join(([stated] if stated else []) + ([f"possible {possible}"] if possible else []))
