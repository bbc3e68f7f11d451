"""Kinds of findings that people ask for as a whole ("any conduction disturbance?"), and what the facts say of them.

Answers that the model wrote named a finding of another kind now and then. Whether it answers with yes, no or possibly
is where the program speaks instead; see `ecg_chat.conversation.slots`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecg_chat.conversation.concluded import st_t, st_t_changed
from ecg_chat.conversation.evidence import class_name
from ecg_chat.conversation.fact_kinds import ECTOPIC_CODES, INJURY
from ecg_chat.conversation.named_in_facts import class_named, found_among, met_codes
from ecg_chat.conversation.sentence_parts import in_words
from ecg_chat.conversation.types import Message
from ecg_chat.statements.catalogue import load_catalogue

ARRHYTHMIA_CODES = ("AFIB", "AFLT", "SVTAC", "PSVT", "SVARR", "STACH", "SBRAD", "SARRH", *ECTOPIC_CODES)
MAX_LISTED, MAX_MET = 3, 2
ASK_A_CLINICIAN = " Please ask a clinician."
_ASKS_WHETHER = re.compile(r"kind: is there(?:;|$)")


@dataclass(frozen=True)
class Group:
    """Statements of one kind: how it is called in an answer, and how people call it."""

    name: str
    asked: tuple[str, ...]
    superclass: str = ""
    codes: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the kind; an injury current alone is not called an infarction."""
        if self.codes:
            return self.codes
        catalogue = load_catalogue()
        return tuple(c for c in catalogue if catalogue[c].superclass == self.superclass and not c.startswith(INJURY))


GROUPS: Mapping[str, Group] = {
    "CD": Group(
        "a conduction disturbance",
        ("any conduction disturbance", "a conduction disorder", "a conduction problem", "any conduction delay"),
        "CD",
    ),
    "HYP": Group(
        "a thickened or enlarged chamber",
        (
            "any hypertrophy", "hypertrophy", "an enlarged chamber", "a thickened or enlarged heart",
            "any chamber enlargement",
        ),
        "HYP",
    ),
    "MI": Group(
        "a myocardial infarction",
        (
            "any myocardial infarction", "an infarction", "an infarct", "any sign of an old infarct",
            "any infarction pattern",
        ),
        "MI",
    ),
    "STTC": Group(
        "an abnormal repolarisation",
        ("any ST-T change", "an ST/T change", "a repolarisation abnormality", "any ST or T wave abnormality"),
        "STTC",
    ),
    "ectopic": Group(
        "extra beats",
        ("any extra beat", "any ectopic beat", "any extrasystole", "premature beats", "extra beats"),
        codes=ECTOPIC_CODES,
    ),
    "BBB": Group(
        "a bundle branch block",
        ("a bundle branch block", "any bundle branch block", "bundle branch block", "any BBB"),
        codes=("CLBBB", "CRBBB", "ILBBB", "IRBBB"),
    ),
    "AVB": Group(
        "an AV block",
        ("an AV block", "any AV block", "heart block", "a heart block", "any atrioventricular block", "AV block"),
        codes=("1AVB", "2AVB", "3AVB"),
    ),
    "ischaemia": Group(
        "ischaemia",
        ("ischaemia", "any ischaemia", "ischemia", "ischemic changes", "myocardial ischaemia"),
        codes=("ISC_", "ISCAL", "ISCAS", "ISCIN", "ISCIL", "ISCLA", "ISCAN"),
    ),
    "arrhythmia": Group(
        "an arrhythmia",
        ("any arrhythmia", "an arrhythmia", "a rhythm disorder", "a rhythm problem"),
        codes=ARRHYTHMIA_CODES,
    ),
}  # fmt: skip


def group_of(keys: Sequence[str]) -> str:
    """Return the kind that a question's words stand for, by what the encoder calls them; "" if for none as a whole."""
    for name, group in GROUPS.items():
        if group.superclass and class_name(group.superclass) in keys:
            return name
    return next((name for name, group in GROUPS.items() if group.codes and set(group.codes) == set(keys)), "")


def group_answer(question: Message, facts: str, *, patient: bool) -> str:
    """Answer whether anything of the asked kind is there; "" if the question does not ask that."""
    if question.asked_group not in GROUPS or not facts or not _ASKS_WHETHER.match(question.note):
        return ""
    group = GROUPS[question.asked_group]
    found = found_among(facts, group.members)
    if found.stated:
        return f"Yes, there are signs of {group.name}: {_listed(found.stated)}."
    if found.possible:
        many = len(found.possible[:MAX_LISTED]) > 1
        return f"Possibly: {_listed(found.possible)} {'are' if many else 'is'} possible, not certain."
    hint = _hint(question.asked_group, facts)
    if hint:
        return f"Possibly: {hint}{ASK_A_CLINICIAN if patient else ''}"
    return f"No, there is no sign of {group.name} in this recording."


def _hint(key: str, facts: str) -> str:
    """Say what speaks for a kind although none of its members is found; "" if nothing does."""
    group = GROUPS[key]
    if group.superclass and class_named(facts, group.superclass):
        return f"the overall pattern speaks for {group.name}, but no single finding stands out."
    met = [code for code in met_codes(facts) if code in group.members]
    if met:
        return f"criteria are met for {_listed(met[:MAX_MET])}, but the overall pattern does not show it."
    injuries = [code for code in load_catalogue() if code.startswith(INJURY)] if key == "MI" else []
    injury = found_among(facts, injuries)
    if injury.stated or injury.possible:
        return f"there are signs of {_listed((*injury.stated, *injury.possible)[:1])}."
    return st_t(facts) if key == "STTC" and st_t_changed(facts) else ""


def _listed(codes: Sequence[str]) -> str:
    return in_words([load_catalogue()[code].name for code in codes[:MAX_LISTED]])
