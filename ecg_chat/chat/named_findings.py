"""The things that a question names, in ECG-QA's words or in anybody's, and what the encoder calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ecg_chat.chat.asked_finding import asked_finding
from ecg_chat.chat.asked_names import asked_mentions
from ecg_chat.chat.question_kind import question_kind
from ecg_chat.chat.spelling import respelt
from ecg_chat.chat.statement_words import StatementMention
from ecg_chat.conversation import ecg_qa_names as names
from ecg_chat.conversation.evidence import class_name
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue

_IN_LEAD = re.compile(r"\bin lead (" + "|".join(STANDARD_LEADS) + r")\b", re.IGNORECASE)
_ASKS_FOR_NORMAL = re.compile(
    r"\b(?:(?:is|are|was|looks?) (?:this|it|my|the|your|everything|all)(?: (?:e[ck]g|recording|tracing))?|everything)"
    r"(?: all| completely| entirely)?(?: a)? normal(?: one| e[ck]g)?[\s?.!]*$"
)
_ECG_QA_KIND = re.compile(r"Which [^,?]+ (?:does this ECG show|is this ECG at)\b")
_GROUP_WORDS: Mapping[str, str] = {
    "conduction disturbance": "CD", "conduction disorder": "CD", "conduction problem": "CD", "conduction delay": "CD",
    "hypertrophy": "HYP", "enlarged chamber": "HYP", "enlarged heart": "HYP", "chamber enlargement": "HYP",
    "myocardial infarction": "MI", "infarction": "MI", "infarct": "MI", "heart attack": "MI",
    "st-t change": "STTC", "st/t change": "STTC", "repolarisation abnormality": "STTC", "t wave abnormality": "STTC",
}  # fmt: skip

ABOUT_A_FINDING = frozenset({"is there", "rule out", "which leads", "why", "sure", "mean"})
"""Kinds of question that are about one finding, or a kind of finding."""
_WALLS: Mapping[str, tuple[str, ...]] = {
    "IMI": ("IMI", "ILMI", "IPMI", "IPLMI"), "AMI": ("AMI", "ASMI", "ALMI"), "LMI": ("LMI", "ALMI", "ILMI", "IPLMI"),
    "PMI": ("PMI", "IPMI", "IPLMI"),
}  # fmt: skip
"""Who asks for an infarct of a wall asks for those that reach beyond it as well."""
_NOT_KNOWN_HERE = re.compile(
    r"\b(?:vt|vf|v-?tach|v-?fib|ventricular (?:tachycardia|fibrillation|flutter)|asystole|pericarditis|tamponade"
    r"|brugada|torsades?|takotsubo|myocarditis|amyloid\w*|hocm|arvc|junctional|idioventricular|dextrocardia|embolism"
    r"|heart failure|ejection fraction|valves?|stenosis|sick sinus|sinus arrest|sinoatrial|epsilon waves?"
    r"|(?:bottom|lower) chambers (?:just |only |are )*quiver\w*)\b"
)
"""What people ask an ECG for and the catalogue does not have."""
_COMMON_NAMES: Mapping[str, str] = {
    "ASMI": "anterior infarction", "AMI": "anterior infarction", "IMI": "inferior infarction",
    "LMI": "lateral infarction", "PMI": "posterior infarction", "ISC_": "ischemia", "SR": "normal sinus rhythm",
    "SVTAC": "supraventricular tachycardia", "class HYP": "hypertrophy", "class CD": "conduction disturbance",
    "class STTC": "ST-T change",
}  # fmt: skip
"""What lay words for these mean, where it is not the catalogue's name."""


@dataclass(frozen=True)
class OpenList:
    """An open question of ECG-QA: what it is recognised by, and name → what the encoder calls it."""

    asked: str
    items: Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """Characters `start` to `stop` of a question name something; ``keys`` are what the encoder calls it."""

    start: int
    stop: int
    name: str
    keys: tuple[str, ...]


def list_asked_for(question: str) -> OpenList | None:
    """Return the kind of things that an open question of ECG-QA asks for; None if it is none."""
    text = question.lower()
    return next((one for one in _open_lists(_lead_of(question)) if one.asked in text), None)


def named_in_ecg_qa(question: str) -> list[Named]:
    """List what a question names in ECG-QA's words."""
    lead, known = _lead_of(question), _known_names()
    return [
        Named(match.start(), match.end(), match[0], (_noise_key(match[0], lead) or known[match[0]],))
        for match in _name_pattern().finditer(question.lower())
    ]


def named_by_anybody(question: str) -> list[Named]:
    """List what a question names in anybody's words: statements, and kinds of statements.

    Places are those in the `ecg_chat.chat.spelling.respelt` question.
    """
    question = respelt(question)
    found = [Named(m.start, m.stop, m.name, _with_class(m)) for m in asked_mentions(question)]
    for phrase, superclass in _GROUP_WORDS.items():
        start = question.lower().find(phrase)
        if start >= 0:
            found.append(Named(start, start + len(phrase), phrase, (class_name(superclass),)))
    for match in _ASKS_FOR_NORMAL.finditer(question.lower()):
        found.append(Named(match.start(), match.end(), "normal ecg", ("NORM",)))
    asked_from = _ECG_QA_KIND.match(question)  # "Which stage of infarction does this ECG show, …": the kind is no name
    return [one for one in found if asked_from is None or one.start >= asked_from.end()]


def named_in_lay_words(question: str) -> list[Named]:
    """Return what a question without any name is about, if `asked_finding` recognises it; its place is the question."""
    finding = asked_finding(question) if question_kind(question) in ABOUT_A_FINDING else ""
    if not finding:
        return []
    catalogue = load_catalogue()
    name = _COMMON_NAMES.get(finding) or catalogue[finding].name
    keys = next((one.keys for one in longest(named_by_anybody(name))), (finding,))
    return [Named(0, len(question), name, keys)]


def asks_for_something_unknown(question: str) -> bool:
    """Whether a question is about a finding that the catalogue does not have, and names none that it has."""
    return _NOT_KNOWN_HERE.search(respelt(question).lower()) is not None and not named_by_anybody(question)


def asked_about(question: str) -> list[Named]:
    """Return what a question is about in anybody's words, by name or without."""
    return longest(named_by_anybody(question)) or named_in_lay_words(question)


def _with_class(mention: StatementMention) -> tuple[str, ...]:
    """Add the superclass where the words name a whole kind ("infarction"), and the further infarcts of a wall."""
    superclass = _GROUP_WORDS.get(mention.name)
    codes = _WALLS.get(mention.codes[0], mention.codes) if len(mention.codes) == 1 else mention.codes
    return (*codes, class_name(superclass)) if superclass else codes


def longest(found: Sequence[Named]) -> list[Named]:
    """Keep the longest of names that overlap (the first of equally long ones), in the order of the question."""
    kept: list[Named] = []
    for one in sorted(found, key=lambda one: one.start - one.stop):
        if not any(one.start < other.stop and other.start < one.stop for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _lead_of(question: str) -> str:
    match = _IN_LEAD.search(question)
    return next((lead for lead in STANDARD_LEADS if match and lead.lower() == match[1].lower()), "any")


def _noise_key(name: str, lead: str) -> str:
    return next((f"{kind} {lead}" for kind, word in names.NOISE_NAMES.items() if word == name), "")


@cache
def _known_names() -> Mapping[str, str]:
    """ECG-QA's names → what the encoder calls it; a form and a diagnosis of one name are one code."""
    tables = (names.DIAGNOSTIC_NAMES, names.FORM_NAMES, names.RHYTHM_NAMES, names.AXIS_NAMES, names.STAGE_NAMES)
    known = {name: key for table in tables for key, name in table.items()}
    known |= {name: class_name(key) for key, name in names.SUPERCLASS_NAMES.items()}
    known |= {name: f"{kind} any" for kind, name in names.NOISE_NAMES.items()}
    return known | {name: name for name in names.EXTRA_SYSTOLE_NAMES}


@cache
def _name_pattern() -> re.Pattern[str]:
    longest_first = sorted(_known_names(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in longest_first) + r")(?!\w)")


@cache
def _open_lists(lead: str) -> tuple[OpenList, ...]:
    def swapped(table: Mapping[str, str]) -> Mapping[str, str]:
        return {name: key for key, name in table.items()}

    noise = {word: f"{kind} {lead}" for kind, word in names.NOISE_NAMES.items()}
    return (
        OpenList("diagnostic symptoms", swapped(names.DIAGNOSTIC_NAMES)),
        OpenList("form-related symptoms", swapped(names.FORM_NAMES)),
        OpenList("rhythm-related symptoms", swapped(names.RHYTHM_NAMES)),
        OpenList("stage of infarction", swapped(names.STAGE_NAMES)),
        OpenList("kind of noises", noise),
        OpenList("kind of extra systole", {name: name for name in names.EXTRA_SYSTOLE_NAMES}),
        OpenList("direction", swapped(names.AXIS_NAMES)),
    )
