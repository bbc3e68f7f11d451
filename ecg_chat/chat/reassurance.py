"""Sentences that an ECG alone can never support, however normal it is.

The United States' regulator lists false reassurance and delayed care among the hazards of ECG apps (De Novo
DEN180044), and 1 to 6 % of acute coronary syndromes begin with a normal ECG (AHA/ACC 2014, as taught).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecg_chat.chat.claims import Known, claim_at
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import conditional
from ecg_chat.chat.types import Claim

WHY = "an ECG cannot promise this: a normal ECG does not exclude a heart attack or other disease"
_HEART_ATTACK = (
    r"(?:heart attack|myocardial infarction|infarction|acute coronary syndrome|coronary (?:artery )?disease"
    r"|heart disease|cardiac disease)"
)
_FORBIDDEN = re.compile(
    r"(?<![a-z])(?:all[ -]clear"
    rf"|(?:rules? out|excludes?|ruled out|excluded) (?:an? |any |the )?(?:acute )?{_HEART_ATTACK}"
    rf"|{_HEART_ATTACK} (?:is|was|can be|has been) (?:\w+ )?(?:ruled out|excluded)"
    r"|no heart attack|not (?:having|had|have|suffering|suffered) (?:from )?an? (?:heart attack|infarction)"
    r"|you (?:did not|didn't) have a heart attack"
    r"|not a heart attack"
    r"|nothing to worry about|no (?:need|reason|cause) to (?:worry|be worried|be concerned)|(?:don't|do not"
    r"|needn't|need not) (?:need to )?worry"
    r"|no (?:need|reason) to (?:see|call|consult|contact|visit|go to) (?:a |the |your |any )?(?:doctor|physician"
    r"|clinician|hospital|emergency|ambulance|cardiologist)"
    r"|(?:don't|do not) need (?:to see )?(?:a |any )?(?:doctor|physician|medical (?:help|care|attention)"
    r"|emergency|ambulance|hospital)"
    r"|you (?:are|'re) (?:perfectly |completely |absolutely |entirely )?(?:healthy|fine|safe|out of danger|ok|okay)"
    r"|your heart is (?:perfectly |completely |absolutely |entirely )?(?:healthy|fine|ok|okay)"
    r"|you can (?:safely )?(?:wait|ignore)|(?:completely|perfectly|totally|absolutely) (?:harmless|safe|healthy)"
    r"|guarantee(?:d|s)?)(?![a-z])"
)
_NO_SIGN_OF_IT = re.compile(
    r"\b(?:no|not|n't|without|nothing|cannot|can't|free of|absence of)\b[^.;,]{0,24}?(?:signs?|evidence"
    r"|indications?|hints?|traces?|suggests?|suggesting|shows?|see|find|show|is|a) "
    r"(?:of |for |you )?(?:an? |any |the |acute |current |previous |old )*heart attack"
)
"""In the words of patients; "no criteria of an infarct" in a clinician's words is held against the criteria instead."""
_RULING_OUT = re.compile(r"rule|exclu|mean|can(?:not|'t)? (?:be|tell|say|decide)|certain|sure|whether|if\b|not only")
_DENIED = re.compile(
    r"\b(?:not|n't|never|cannot|no ecg|nor|neither|without being able to|unable to|does not|do not|not mean"
    r"|nothing here can)\b[^.;]{0,60}$"
)


def reassurance_claims(where: Sentence, reading: Reading) -> Iterator[Claim]:
    """Yield a contradicted claim for each forbidden reassurance."""
    if where.is_question:
        return
    hits = [
        m
        for m in _NO_SIGN_OF_IT.finditer(where.text)
        if not _RULING_OUT.search(m[0]) and not conditional(where, m.start())
    ]
    for match in _FORBIDDEN.finditer(where.text):
        if any(m.start() <= match.start() < m.end() for m in hits):
            continue
        if _DENIED.search(where.text[: match.start()]) or conditional(where, match.start()):
            continue
        hits.append(match)
    for match in hits:
        known = Known("absent", WHY, None, "reassurance")
        says = "reassurance that an ECG cannot give"
        yield claim_at(where, match.start(), match.end(), "statement", "contradicted", says, known)
