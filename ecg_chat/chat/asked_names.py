"""The names of statements in a question: as in an answer, and some ways to say them that claim less in an answer.

"Is my left ventricle enlarged?" asks for hypertrophy; an answer that speaks of an enlarged ventricle may mean its
cavity, which an ECG does not show, and is not held against the criteria of hypertrophy. Slips of the pen are put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ecg_chat.chat.sentences import sentence
from ecg_chat.chat.spelling import respelt
from ecg_chat.chat.statement_words import PhraseIndex, StatementMention, build_index, statement_mentions
from ecg_chat.statements.catalogue import load_catalogue

_ONLY_ASKED: Mapping[str, tuple[str, ...]] = {
    "LVH": ("enlarged left ventricle", "thick left ventricle", "left ventricle enlarged"),
    "RVH": ("enlarged right ventricle", "thickened right ventricle", "right ventricle enlarged"),
    "1AVB": ("first degree block", "1st degree block"),
    "2AVB": ("second degree block", "2nd degree block"),
    "3AVB": ("third degree block", "3rd degree block"),
    "PVC": ("ventricular ectopic", "ventricular ectopy"),
    "PAC": ("atrial ectopic", "atrial ectopy", "supraventricular ectopic", "supraventricular ectopy"),
    "PRC(S)": ("ectopic",),
    "WPW": ("wolff-parkinson", "wolf-parkinson-white", "wolf-parkinson"),
    "AFIB": ("atrial fib", "auricular fib"),
}


def asked_mentions(question: str) -> tuple[StatementMention, ...]:
    """Find the statements that a question names; places are those in the `respelt` question."""
    return statement_mentions(sentence(respelt(question)), _index())


@cache
def _index() -> PhraseIndex:
    return build_index(load_catalogue(), _ONLY_ASKED)
