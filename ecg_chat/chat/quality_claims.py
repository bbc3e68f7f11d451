"""Words that judge an interval, the rate, the axis or the rhythm without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecg_chat.chat.claims import claim_at, opposite, verdict_of
from ecg_chat.chat.quality_checks import (
    Check,
    Quality,
    all_normal,
    axis_check,
    interval_check,
    p_wave_check,
    pr_constant_check,
    regularity_check,
    st_change_check,
)
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import Stance, stance
from ecg_chat.chat.statement_claims import known_of
from ecg_chat.chat.types import Claim

# Between a name and its adjective there may be the value: "PR interval of 164 ms is normal", "QRS 92 ms, narrow".
_VALUE = r"(?:\s*(?:\(|,|of|at|is|:|=)?\s*[0-9][0-9.]*\s*(?:ms|/min|bpm|°|degrees|s)\)?)?"
_BE = r"\s*(?:,|:|=|is|are|was|were|remains?|appears?|looks?|lasts?|being|measures?|and|seems?)?\s*"
_HOW = (
    r"(?:(?:(?:also|still|clearly|slightly|mildly|markedly|moderately|quite|too|very|entirely|completely|perfectly"
    r"|well|somewhat|a little|a bit|within)\s+){0,2})"
)
_NOT = r"(?P<not>not |n't |never )?"
_NORMAL = (
    r"(?:(?:with)?in (?:the )?(?:normal|reference) (?:limits?|range)|normal|unremarkable|not (?:prolonged|widened"
    r"|wide|broad|long))"
)
_LONG = r"(?:prolonged|prolongation|long|lengthened|increased|extended|borderline long)"
_WIDE = r"(?:wide|broad|widened|broadened|prolonged|wide complex|broad complex)"
_SHORT = r"(?:short|shortened)"
_FAST = r"(?:fast|rapid|high|elevated|increased|too fast|tachycardic)"
_SLOW = r"(?:slow|low|decreased|too slow|bradycardic)"

_ECG = r"(?:e[ck]g|electrocardiogram|tracing|recording)"
_PR = r"(?:pr|pq|p-r|p-q)(?: interval| time| duration)?s?(?! segment)"
_QRS = r"qrs(?:[ -]complex(?:es)?)?(?: (?:duration|width|interval))?"
_QTC = r"(?:qtc|corrected qt|qt)(?: interval)?(?: \(?(?:by )?(?:fridericia|bazett|framingham|hodges)\)?)?"
_P_WIDTH = r"p(?:[ -]wave)? (?:duration|width)"
_RATE = r"(?:ventricular |heart |pulse |sinus )?(?:rate|heartbeat|pulse|frequency)"
_AXIS = r"(?:qrs |electrical |frontal |heart |cardiac |mean )*axis"


def _both(name: str, adjective: str) -> str:
    """Adjective before the name, or after it with a verb or a value between."""
    return rf"{adjective} {name}|{name}{_VALUE}{_BE}{_NOT}{_HOW}{adjective}"


_RULES: tuple[tuple[str, str, Check], ...] = (
    (
        rf"normal (?:(?:12|twelve)[ -]lead |resting )?{_ECG}|{_ECG}{_BE}{_NOT}{_HOW}normal",
        "normal ECG",
        lambda reading: known_of(("NORM",), reading),
    ),
    (
        rf"abnormal {_ECG}|{_ECG}{_BE}{_HOW}abnormal",
        "abnormal ECG",
        lambda reading: opposite(known_of(("NORM",), reading)),
    ),
    (
        rf"normal (?:heart ?|cardiac )?rhythm|(?:heart |cardiac )?rhythm{_BE}{_NOT}{_HOW}normal(?! sinus)",
        "normal rhythm",
        lambda reading: known_of(("SR",), reading),
    ),
    (
        r"rhythm ?(?::|is) ?(?P<not>not )?sinus(?= ?[.,;)]|$)",
        "sinus rhythm",
        lambda reading: known_of(("SR", "STACH", "SBRAD", "SARRH"), reading),
    ),
    (
        r"st[ -](?:segment[ -])?(?:changes?|deviations?|shifts?|abnormalit(?:y|ies))",
        "ST changes",
        st_change_check(with_t=False),
    ),
    (
        r"st[ -]t(?:[ -]wave)?[ -](?:segment[ -])?(?:changes?|abnormalit(?:y|ies))|st (?:and"
        r"|or) t[ -](?:wave[ -])?(?:changes?|abnormalit(?:y|ies))",
        "ST-T changes",
        st_change_check(with_t=True),
    ),
    (_both(_PR, _NORMAL), "normal PR", interval_check("pr_ms", "normal")),
    (_both(_PR, _LONG), "long PR", interval_check("pr_ms", "high")),
    (_both(_PR, _SHORT), "short PR", interval_check("pr_ms", "low")),
    (_both(_QRS, _NORMAL), "normal QRS", interval_check("qrs_ms", "normal")),
    (
        _both(_QRS, r"(?:slightly|mildly|minimally|a little|a bit|borderline) (?:wide|widened|broad|prolonged)"),
        "QRS above normal",
        interval_check("qrs_ms", "above normal"),
    ),
    (_both(_QRS, _WIDE), "wide QRS", interval_check("qrs_ms", "high")),
    (_both(_QRS, "narrow"), "narrow QRS", interval_check("qrs_ms", "low")),
    (_both(_QTC, _NORMAL), "normal QTc", interval_check("qtc_fridericia_ms", "normal")),
    (
        _both(_QTC, _LONG) + r"|(?:prolongation of (?:the )?qtc?)",
        "long QTc",
        interval_check("qtc_fridericia_ms", "high"),
    ),
    (_both(_QTC, _SHORT), "short QTc", interval_check("qtc_fridericia_ms", "low")),
    (_both(_P_WIDTH, _NORMAL), "normal P duration", interval_check("p_ms", "normal")),
    (_both(_P_WIDTH, _LONG), "long P", interval_check("p_ms", "high")),
    (_both(_RATE, _NORMAL), "normal rate", interval_check("heart_rate_bpm", "normal")),
    (
        _both(_RATE, _FAST)
        + r"|(?:rapid|fast) ventricular response|tachycardia|tachycardic|heart (?:is )?beat(?:s|ing)(?: too)? fast",
        "fast rate",
        interval_check("heart_rate_bpm", "high"),
    ),
    (
        _both(_RATE, _SLOW) + r"|bradycardia|bradycardic|heart (?:is )?beat(?:s|ing)(?: too)? slow(?:ly)?",
        "slow rate",
        interval_check("heart_rate_bpm", "low"),
    ),
    (
        r"(?:all (?:the )?)?intervals are (?P<not>not )?(?:all )?"
        + _NORMAL
        + r"|normal intervals|intervals: normal|intervals (?:with)?in normal limits",
        "normal intervals",
        all_normal,
    ),
    (r"(?:extreme|north-?west|indeterminate) " + _AXIS + r"(?: deviation)?", "extreme axis", axis_check("extreme")),
    (
        r"left(?:ward)?[ -]"
        + _AXIS
        + r"(?: deviation| shift)?|"
        + _AXIS
        + _VALUE
        + _BE
        + _NOT
        + _HOW
        + r"(?:deviated |shifted )?(?:to the left|left(?:ward)?)(?: (?:axis )?deviat(?:ed|ion))?"
        + r"|lad(?= \(| of| is|,|\.)",
        "left axis deviation",
        axis_check("left"),
    ),
    (
        r"right(?:ward)?[ -]"
        + _AXIS
        + r"(?: deviation| shift)?|"
        + _AXIS
        + _VALUE
        + _BE
        + _NOT
        + _HOW
        + r"(?:deviated |shifted )?(?:to the right|right(?:ward)?)(?: (?:axis )?deviat(?:ed|ion))?",
        "right axis deviation",
        axis_check("right"),
    ),
    (_both(_AXIS, _NORMAL) + r"|axis deviation", "normal axis", axis_check("normal")),
    (
        r"irregularly[ -]irregular(?: (?:rhythm|rr intervals?|beats?))?|(?:rhythm|beats?|rr intervals?|heartbeat)"
        + _BE
        + _NOT
        + _HOW
        + r"irregularly irregular",
        "irregularly irregular rhythm",
        regularity_check("irregularly irregular"),
    ),
    (
        r"(?:rhythm|beats?|heart ?beats?|(?:the )?rr intervals?|heart|pulse)"
        + _BE
        + _NOT
        + _HOW
        + r"irregular(?:ly)?|irregular (?:rhythm|beats?|heart ?beats?|pulse|rr intervals?|ventricular)"
        + r"|beats? (?:come|follow) (?:\w+ly )?unevenly",
        "irregular rhythm",
        regularity_check("irregular", "irregularly irregular"),
    ),
    (
        r"(?:rhythm|beats?|heart ?beats?|(?:the )?rr intervals?|heart|pulse)"
        + _BE
        + _NOT
        + _HOW
        + r"(?:beating )?regular(?:ly)?|regular (?:[a-z]+ )?(?:rhythm|beats?|heart ?beats?|pulse|rr intervals?)",
        "regular rhythm",
        regularity_check("regular"),
    ),
    (
        r"p[ -]waves? (?:precedes?|before|in front of|preceding) (?:each|every|all|the|most)|(?:each"
        r"|every) (?:qrs(?: complex)?|beat|heart ?beat) (?:is |has "
        r"|follows )(?:preceded by )?an? (?:\w+ )?p[ -]wave"
        r"|p[ -]waves? (?:is|are) (?P<not>not )?(?:\w+ly )?(?:present|visible|seen|recogni[sz]able|found"
        r"|discernible|distinct|identifiable|there)(?: before| in front)?"
        r"|(?:distinct|clear|visible|discernible|organi[sz]ed|regular|identifiable|recogni[sz]able|sinus) p[ -]waves?",
        "P waves",
        p_wave_check,
    ),
    (
        r"(?:no|without|absent|missing|lack of|absence of|not any|loss of)(?: the| any)?(?: (?:distinct|clear"
        r"|visible|discernible|organi[sz]ed|regular|identifiable|recogni[sz]able|definite"
        r"|sinus))? p[ -]waves?(?! (?:axis|inversion|amplitude|duration|morpholog|shape|width|in (?:lead"
        r"|v[1-6])))"
        r"(?: (?:is|are) (?:present|visible|seen|found|there|discernible))?|p[ -]waves? (?:is|are) (?:absent"
        r"|missing|lacking)",
        "no P waves",
        lambda reading: opposite(p_wave_check(reading)),
    ),
    (r"constant pr(?: interval)?|pr(?: interval)? (?:is )?" + _NOT + r"constant", "constant PR", pr_constant_check),
)
_COMPILED = tuple(
    (re.compile(rf"(?<![a-z0-9'-])(?:{pattern})(?![a-z0-9'])"), name, check) for pattern, name, check in _RULES
)
_COORDINATES = (
    ("pr", "pr_ms"),
    ("pq", "pr_ms"),
    ("qrs", "qrs_ms"),
    ("qtc", "qtc_fridericia_ms"),
    ("qt", "qtc_fridericia_ms"),
    ("corrected", "qtc_fridericia_ms"),
)
_JOINED = re.compile(
    r"(?<![a-z0-9])((?:pr|pq|qrs|qtc?|corrected qt)(?:[ -]complex)?(?: (?:interval|duration|width))?)(?:\s*(?:of"
    r"|at)?\s*[(]?[0-9]+ ms[)]?)?\s*(?:,\s*(?:and|or|nor)?|and|or|nor|/)\s*(?:the )?$"
)


def quality_claims(where: Sentence, reading: Reading) -> Iterator[Claim]:
    """Yield the claims that judging words of one sentence make; the longer phrase wins where two overlap."""
    if where.is_question:
        return
    taken: list[tuple[int, int]] = []
    hits = [(m, name, check) for pattern, name, check in _COMPILED for m in pattern.finditer(where.text)]
    hits.sort(key=lambda hit: (hit[0].start() - hit[0].end(), hit[0].start()))
    for match, name, check in hits:
        start, stop = match.start(), match.end()
        if any(start < b and a < stop for a, b in taken):
            continue
        taken.append((start, stop))
        position = _position(where, match)
        if position == "unclaimed":
            continue
        for also_start, also_stop, also_name, also_check in _coordinated(where, match, name):
            known = also_check(reading)
            says = f"{'not ' if position == 'negated' else ''}{also_name}"
            yield claim_at(where, also_start, also_stop, "number", verdict_of(known.status, position), says, known)
        known = check(reading)
        says = f"{'not ' if position == 'negated' else ''}{name}"
        yield claim_at(where, start, stop, "number", verdict_of(known.status, position), says, known)


def _coordinated(where: Sentence, match: re.Match[str], name: str) -> Iterator[tuple[int, int, str, Check]]:
    """Find the other intervals of "PR, QRS and QTc are normal", read backwards from the last."""
    adjective = name.split(maxsplit=1)[0]
    quality: Quality | None = {"normal": "normal", "long": "high", "wide": "high", "short": "low", "narrow": "low"}.get(
        adjective
    )  # type: ignore[assignment]
    if quality is None or not re.match(r"(?:pr|pq|qrs|qtc?|corrected qt)\b", match[0]):
        return
    start = match.start()
    while joined := _JOINED.search(where.text, max(0, start - 48), start):
        measure = next(key for word, key in _COORDINATES if joined[1].startswith(word))
        yield (
            joined.start(1),
            joined.end(1),
            f"{adjective} {joined[1].split()[0].upper()}",
            interval_check(measure, quality),
        )
        start = joined.start(1)


def _position(where: Sentence, match: re.Match[str]) -> Stance:
    """Take a "not" inside the phrase into account, and the phrases that mean their opposite."""
    position = stance(where, match.start(), match.end())
    if position == "unclaimed":
        return position
    flips = bool(match.groupdict().get("not")) + (match[0] == "axis deviation")
    return position if flips % 2 == 0 else "asserted" if position == "negated" else "negated"
