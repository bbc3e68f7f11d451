"""The measured values that a question asks for, written after it as a line: ``about PR interval``.

A small language model knows few ways to ask. The words that name a measure are few and known, so the program finds
them, and the model is left with putting the value into words. Chat and training call the same function.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecg_chat.signals.ecg import STANDARD_LEADS

_LEAD = "|".join(sorted(STANDARD_LEADS, key=len, reverse=True))
_IN_LEAD = re.compile(
    rf"\b(?:in|lead) (?:the )?(?:lead )?({_LEAD})(?![\w'])|(?<![\w-])(aV[RLF]|V[1-6]|I{{2,3}})(?![\w])", re.IGNORECASE
)
_FURTHER_LEADS = re.compile(r"\bV[1-6] ?(?:-|to|through) ?V?[1-6]\b", re.IGNORECASE)
"""Several leads or a range of them: what is told then is all leads."""
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "heart rate": re.compile(
        r"\b(?:heart|ventricular|pulse|cardiac)[ -]?rate\b|\bpulse\b|\bbpm\b|\bhr\b|\bbeats? (?:per|a|each) minute\b"
        r"|\bhow (?:fast|slow|quick|quickly|rapid|often|many times)\b.*\b(?:heart|beat|beats|beating|pulse)\b"
        r"|\bhow (?:fast|slow) is (?:it|this)\b"
        r"|\b(?:the|my|his|her|which|what|a|and|average|normal|calculated) rate\b|^rate\b|\brate\?$"
        r"|^(?:is|was|does|did|how|what)\b.*\b(?:heart|heartbeat|pulse|ventricular response)\b.*"
        r"\b(?:fast|slow|quick|quickly|rapid|racing)\b|^how rapid\b|\bhow quick is\b"
        r"|\bcount the beats\b|\bspeed is my heart\b"
    ),
    "PR interval": re.compile(r"\bp-?[rq]\b"),
    "QRS duration": re.compile(
        r"\bqrsd?\b(?![ -]ax[ie]s)|\b(?:broad|wide|narrow)[ -]complex(?:es)?\b"
        r"|\bcomplexes (?:broad|wide|narrow|widened|look)\b"
    ),
    "QTc": re.compile(r"\bq-?tc?\b"),
    "QRS axis": re.compile(r"\bax[ie]s\b"),
    "P wave": re.compile(r"\bp[ -]?waves?\b|\bp duration\b"),
    "ST": re.compile(r"\bsts?\b(?!\.)|\brepolari[sz]ation\b|\bj[ -]point\b"),
    "T wave": re.compile(
        r"\bt[ -]?waves?\b|(?:\b(?:is|the) |: )t\b(?!-)|(?<!')\bts?\b(?= in\b)|\bts\b|\btwi\b"
        r"|'s t\b|\b(?:biphasic|peaked|flat|flattened) t\b|\bt[ -]inver\w*"
    ),
    "intervals": re.compile(r"\bintervals\b|\bmeasurements\b|\bdurations\b"),
}


def is_of_one_lead(line: str) -> bool:
    """Whether a line asks for the ST segment or the T wave of one lead."""
    return re.search(rf" in (?:{_LEAD})\b", line) is not None


def measures_asked_for(question: str) -> str:
    """Return the line for a question: "about" and what it names, with the lead of an ST segment or a T wave.

    Parameters
    ----------
    question : str

    Returns
    -------
    str
        "" if it names no measured value.
    """
    text = question.lower().replace("\u2019", "'")
    named = [name for name, pattern in _PATTERNS.items() if pattern.search(text)]
    if not named:
        return ""
    written = {(match[1] or match[2]).lower() for match in _IN_LEAD.finditer(question)}
    leads = [one for one in STANDARD_LEADS if one.lower() in written]
    lead = leads[0] if len(leads) == 1 and not _FURTHER_LEADS.search(question) else ""
    placed = [f"{name} in {lead}" if lead and name in ("ST", "T wave") else name for name in named]
    return f"about {', '.join(placed)}"
