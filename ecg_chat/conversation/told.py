"""What is said to a patient of the facts, in the catalogue's plain words, written by the program.

Told from memory, the plain words of a finding could be those of another one, which a patient cannot notice. The model
writes references such as ``<|rhythm_told|>`` instead; all are read from the very facts of the prompt.
"""

from __future__ import annotations

import re

from ecg_chat.conversation.fact_kinds import RHYTHM_CODES, SINUS_CODES, UNSPECIFIC_CODES
from ecg_chat.conversation.named_in_facts import found_codes, infarcts, met_codes, rhythm_code
from ecg_chat.conversation.sentence_parts import in_words
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import URGENCY_ORDER

MAX_TOLD = 3
MAX_INFARCTS = 2
RHYTHM_NOT_NAMED = "The rhythm could not be named with confidence."
RATE_UNKNOWN = "The heart rate could not be measured in this recording."
REGULARITY_UNKNOWN = "Whether the beats are regular could not be judged."
WITH_BREATHING = "The beats come slightly unevenly, often in step with breathing."
"""Of a sinus rhythm without extra beats; so the catalogue's sinus arrhythmia."""
NOTHING_STANDS_OUT = "no single finding stands out"
NOTHING_URGENT = (
    "Talk to your clinician about it at your next visit; with chest pain, breathlessness or fainting call the "
    "emergency number now, whatever the recording shows."
)
_RATE = re.compile(r"^rate (\d+)/min(?: (below|within|above))?", re.MULTILINE)
_REGULARITY = re.compile(r"^rhythm ([^,\n]+)", re.MULTILINE)
_ECTOPIC = re.compile(r"^rhythm .*\b(\d+) (?:ventricular|supraventricular) ectopic", re.MULTILINE)


def rhythm_told(facts: str) -> str:
    """Say which rhythm the facts name."""
    code = rhythm_code(facts)
    return load_catalogue()[code].plain if code else RHYTHM_NOT_NAMED


def rate_told(facts: str) -> str:
    """Say how often the heart beat, and how that compares with the limits of an adult."""
    match = _RATE.search(facts)
    if match is None:
        return RATE_UNKNOWN
    said = f"Your heart beat {match[1]} times a minute in this recording."
    return f"{said} That is {match[2]} the usual range for adults at rest (60-100/min)." if match[2] else said


def regularity_told(facts: str) -> str:
    """Say whether the beats are regular; uneven beats of a sinus rhythm are mostly a matter of breathing."""
    match = _REGULARITY.search(facts)
    regularity = match[1] if match else "unknown"
    if regularity not in ("regular", "irregular", "irregularly irregular"):
        return REGULARITY_UNKNOWN
    if regularity == "regular":
        return "The beats are regular."
    if _ECTOPIC.search(facts):
        return "The beats are not quite regular: there are extra beats."
    code = rhythm_code(facts)
    if code in SINUS_CODES:
        return "The beats are not quite regular." if code == "SARRH" else WITH_BREATHING
    return "The beats are irregular."


def findings_told(facts: str) -> str:
    """Say the likely findings, the urgent ones first, and then possible ones, three in all; "" if there are none."""
    found = found_codes(facts)
    catalogue = load_catalogue()
    sentences = [catalogue[code].plain for code in found.stated]
    sentences += [_doubtful(code) for code in found.possible]
    return " ".join(sentences[:MAX_TOLD])


def infarct_told(facts: str) -> str:
    """Say what speaks for an infarct, new or old; "" if nothing does, which is not told as reassurance."""
    found, catalogue = found_codes(facts), load_catalogue()
    stated = [catalogue[code].plain.split(". ")[0] + "." for code in infarcts(found.stated)]
    return " ".join([*stated, *(_doubtful(code) for code in infarcts(found.possible))][:MAX_INFARCTS])


def shown(facts: str) -> str:
    """Say of what there are signs, three things at most."""
    found, catalogue = found_codes(facts), load_catalogue()
    names = [catalogue[code].name for code in found.stated]
    names += [f"possible {catalogue[code].name}" for code in found.possible]
    code = rhythm_code(facts)
    if not names and code not in ("SR", ""):
        names = [catalogue[code].name]
    return f"there are signs of {in_words(names[:MAX_TOLD])}" if names else NOTHING_STANDS_OUT


def advice(facts: str) -> str:
    """Say what follows from the most urgent of all that is found, possible or met by criteria."""
    found, catalogue = found_codes(facts), load_catalogue()
    by_criteria = [code for code in met_codes(facts) if code not in (*UNSPECIFIC_CODES, *RHYTHM_CODES)]
    codes = [*found.stated, *found.possible, *by_criteria, rhythm_code(facts) or "SR"]
    worst = catalogue[min(codes, key=lambda code: URGENCY_ORDER[catalogue[code].urgency])]
    return NOTHING_URGENT if worst.urgency == "none" else worst.advice


def _doubtful(code: str) -> str:
    return f"There may be {load_catalogue()[code].name}, but this is not certain."
