"""Whether a sentence says that a thing is there, that it is not there, or neither.

The method is that of NegEx and ConText (Chapman 2001, Harkema 2009): trigger words before or after a phrase, each
with a scope that ends at a terminator. The word lists are this project's, for sentences about ECGs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from ecg_chat.chat.sentences import Sentence

Stance = Literal["asserted", "negated", "unclaimed"]
"""``unclaimed``: a question, a definition, a condition, a possibility or a limit; nothing is said of this ECG."""

_WITH = (
    "".join(
        f"(?<!{word} )"
        for word in (
            "consistent",
            "compatible",
            "patients",
            "people",
            "someone",
            "those",
            "person",
            "associated",
            "seen",
            "occurs",
            "fits",
            "fit",
            "agrees",
            "compared",
            "as",
            "confused",
            "patient",
            "expected",
            "occur",
            "accord",
            "found",
        )
    )
    + r"\bwith\b"
)
_TERMINATOR = re.compile(
    _WITH + "|"
    r"[;()\[\]:]|,? \bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bwhereas\b|\bwhile\b|\byet\b|\bexcept\b|\bapart from\b"
    r"|\bbecause\b|\bsince\b|\btherefore\b|\bso\b|\bwhich\b| - |\binstead\b|\bthus\b|\bhence\b|, \band\b"
    r"|,\s+(?:the|there|it|this|these|your|i|you|we|here|each|all|every|both|only|just)\b"
)
_IF = re.compile(r"\b(?:if|when|whenever|unless|suppose|provided that|in case|should (?:you|the|it|there))\b")
_STARTS_GENERAL = re.compile(
    r"\W*(?:if|when|whenever|unless|suppose|should you|had you|what (?:an? |the )?[a-z0-9 -]{2,60} (?:is|means|are)\b"
    r"|an? normal [a-z ]{1,30}? (?:is|lasts|ranges|measures|has|would|should)\b|in general|generally|normally"
    r"|usually|typically|by definition|the definition"
    r"|in (?:healthy|most|many|some|people|patients|adults|children|athletes|general)"
    r"|(?:people|patients|someone|a person|persons|those|athletes) with)\b"
)
_UNSURE_BEFORE = re.compile(
    r"\b(?:possibl[ey]|perhaps|maybe|may|might|could|can(?! see\b)|would|whether|either|question of|suspicion of"
    r"|consider|cannot exclude"
    r"|can't exclude|cannot rule out|can't rule out|not exclude|not rule out|not ruled out|not excluded"
    r"|cannot (?:tell|say|judge|decide|confirm)"
    r"|to (?:exclude|rule out|look for|check for|find|detect|diagnose|confirm|judge|call it|speak of)"
    r"|differential|borderline"
    r"|unclear|uncertain|not (?:certain|sure|clear|necessarily|enough))\b"
)
_GENERAL_BEFORE = re.compile(
    r"\b(?:if|when|whenever|unless|criteri(?:a|on)s? (?:for|of)|definition of|defines?|meaning of|means?|term"
    r"|called|known as"
    r"|history of|previous|previously|prior|earlier|in the past|risk of|risk for|treatment (?:of|for)"
    r"|therapy (?:of|for)"
    r"|example|e\.g\.|such as|requires?|required|needs?|needed|must|should|ought|mimics?|imitates?|hides?|masks?"
    r"|simulates?|looks? like|resembles?"
    r"|mistaken for|confused with|distinguish\w*|differentiat\w*|difference between|compared (?:with|to)|unlike"
    r"|as (?:in|with)|seen in|seen with|occurs? (?:in|with)|found in|common in|expected in|associated with|leads? to"
    r"|can cause|may cause|causes|progress(?:es)? to|turns? into|develops?|about|people with|patients with|someone with"
    r"|those with|a person with|asks?|asked|wonder|question|normal range|reference|limits? (?:of|for)"
    r"|symptoms? of|case of|cases of"
    r"|in the presence of|in the absence of|would|types? of|forms? of|kinds? of|monitor\w*(?: for)?|screen\w* for"
    r"|watch for)\b"
)
_NEGATION_BEFORE = re.compile(
    r"\b(?:no(?! (?:doubt|wonder|longer|change|increase|matter|more than|less than|later))|not(?! (?:only|just"
    r"|because|due))|without(?! (?:a )?doubt)"
    r"|none of|nothing|neither|nor|never|absence of|absent|lack of|lacks|lacking|free of|negative for|excludes?"
    r"|excluded|rules? out|ruled out"
    r"|rejects?|rejected|denies|against|argues? against|rather than|instead of|unlikely|cannot see|can't see"
    r"|cannot find"
    r"|cannot be|fails?(?: to)?|isn't|aren't|doesn't|don't|didn't|wasn't|hasn't|haven't|does not|do not)\b"
)
_NOT_THE_CASE = re.compile(
    r"\b(?:(?:unlikely|improbable|not (?:likely|probable|the case|true)) that|(?:do not|don't|cannot|can't"
    r"|would not|wouldn't) (?:think|believe|say|call)|doubt(?: that| whether)?)\b"
)
_MODAL_AFTER = re.compile(r"\s*(?:[a-z]+ ){0,2}?(?:would|could|may|might|must|should|ought)\b")
_WOULD_LATER = re.compile(r"[^,;.]*\bwould\b")
_IF_AFTER = re.compile(r"[^,]*\b(?:if|when|only when|whenever|unless)\b")
_PRESENCE = (
    r"(?:present|seen|found|there|visible|met|fulfilled|satisfied|detected|detectable|shown|evident|identified"
    r"|supported"
    r"|confirmed|recogni[sz]able|recogni[sz]ed|apparent|suggested|likely|probable|diagnosed|demonstrated|noted"
    r"|recorded|observed|obvious|clear|given)"
)
_BE = r"(?:is|are|was|were|be|been|being|seems?|appears?|looks?|remains?)"
_ASIDE = re.compile(
    r"(\s*\([^()]{1,80}\))\s*(?:is|are|was|were|has|have|can|cannot|could|may|might|means|would|does|do)\b"
)
_WORDS = r"(?:(?!and\b|which\b|that\b|but\b|with\b|while\b)[a-z0-9'/()-]+\s+){0,4}?"
_NOT_EXCLUDED = re.compile(
    rf"\s*{_WORDS}(?:(?:cannot|can't|can not|could not|couldn't|is not|are not|isn't|not) (?:be )?(?:\w+ ){{0,2}}?"
    r"(?:certain|sure|definite|proven|excluded|ruled out|judged|assessed|determined|decided|told|measured"
    r"|distinguished|confirmed or excluded)"
    r"|(?:is|are|remains?) (?:possible|uncertain|unclear|conceivable|borderline|undecided|open|questionable)"
    r"|possible\b|\?)"
)
_ABSENT_AFTER = re.compile(
    rf"\s*{_WORDS}(?:"
    rf"(?:{_BE}|do|does|did|has|have|can|could)(?:n't| not|not| never)\b(?: (?:be|been|seem"
    rf"|appear))?\s*(?:\w+ ){{0,2}}?(?:{_PRESENCE}"
    r"|(?:in|on) (?:this|your|the)|the (?:rhythm|case|diagnosis|finding)|what)\b"
    rf"|{_BE} (?:been |be )?(?:\w+ ){{0,2}}?(?:absent|excluded|ruled out|unlikely|rejected|missing|improbable"
    rf"|lacking|not {_PRESENCE})\b"
    rf"|[:=]?\s*(?:absent|not {_PRESENCE}|none\b|negative|rejected|excluded|ruled out|unlikely)\b"
    r"|(?:can|could|may|might) be (?:\w+ )?(?:excluded|ruled out|rejected)\b"
    r"|[:=]\s*no\b)"
)
_PRESENT_AFTER = re.compile(
    rf"\s*{_WORDS}(?:{_BE}|can be|has been|have been)\s+(?:\w+ ){{0,2}}?"
    rf"(?:{_PRESENCE}\b|the (?:\w+ )?(?:finding|rhythm|diagnosis|reading)|my reading|in (?:this|your)|on (?:this|your))"
)
_GENERAL_AFTER = re.compile(
    rf"\s*{_WORDS}(?:means?|refers?|describes?|defines?|would|could|may|might|must|should|can(?! be seen"
    rf"| be found| be recogni)|occurs?|happens?|develops?"
    rf"|requires?|needs?|tends?|(?:is|are) (?:defined|called|diagnosed|usually|often|sometimes|typically"
    rf"|generally|normally|commonly|common|caused|when|when the|treated|named)"
    r"|usually|often|sometimes|typically|generally|normally)\b"
)
_IS_A_KIND = re.compile(
    rf"\s*{_WORDS}(?:is|are) (?:an? |the |not |one |only )?(?:\w+[ -]){{0,4}}?(?:rhythm|delay|condition|term"
    rf"|pattern|kind|type|form|sign|problem|variant|disease"
    r"|emergency|disturbance|harmless|dangerous|benign|word|name|change|block in|interval|time|measure|reason"
    r"|cause|number)\b"
)
_CRITERIA_BEFORE = re.compile(
    r"\b(?P<meets>meets?|fulfils?|fulfills?|satisf(?:y|ies)|fits?)?\s*(?:all |the "
    r"|any )*(?:diagnostic )?criteri(?:a|on) (?:for|of) (?:an? |the |complete |incomplete |acute )*$"
)
_CRITERIA_AFTER = re.compile(
    rf"\s*{_WORDS}(?:is|are) (?P<not>not |n't )?(?:all |both |clearly )?(?:met|fulfilled|satisfied)\b"
    rf"|\s*{_WORDS}aren't (?P<isnt>met|fulfilled|satisfied)\b"
)
_IN_SUCH = re.compile(r"\W*(?:in|with|during) (?:an? |complete |incomplete |acute |the presence of )?")
_SUCH_ALWAYS = re.compile(
    r"\b(?:or (?:more|longer|wider|less)|usually|often|typically|always|never|must|should|cannot|can|may|tends?"
    r"|(?:is|are) (?:longer|wider|shorter|absent|prolonged|normal)(?: than)?)\b"
)
_SOMETHING_IS_A = re.compile(
    r"\W*(?!(?:this|that|it|the|your|here|there|rhythm|my|i|you|we|ecg|ekg|leads?|strip|tracing|recording"
    r"|interpretation|summary|conclusion|result|diagnosis|analysis|finding)\b)"
    r"[a-z][a-z0-9 -]{2,50} (?:is|are|shows?|has|have|gives?) (?:an? |the )?"
)
_OF_ITS_KIND = re.compile(
    r"\s*(?:alone |itself )?(?:does|do|doesn't|don't|cannot|can|never|alone|has|have|increases?|leads?|begins?"
    r"|comes?|arises?|includes?|shows?|lasts?|imitates?|mimics?|hides?|masks?|causes?|raises?)\b"
)
_BARE_START = re.compile(r"[\s:\"'-]*(?:an? )?")
_REFERS_HERE = re.compile(
    r"\b(?:this (?:ecg|ekg|recording|tracing|trace|strip)|your (?:ecg|ekg|heart|recording|tracing)|here|you have"
    r"|on this|in this)\b"
)
_VERB = re.compile(r"\b(?:is|are|was|were|shows?|has|have|meets?|lasts?|measures?)\b")
_COMES_ANEW = re.compile(
    r"(?:,|\band\b)\s+(?:the|a|an|this|there|it|your|normal|sinus|regular|irregular|rate|ventricular rate"
    r"|heart rate|[0-9]|pr |qrs |qt)|\band\s+(?:marked|clear|acute|new|wide|broad|prolonged|deep|significant"
    r"|complete|there)\b"
)
_ONLY_PRESENCE_VERBS = re.compile(
    r"\b(?:show|have|meet|see|find|support|suggest|fulfil|fulfill|fit|indicate|reveal|be|point to|prove"
    r"|demonstrate|contain|look like)\b"
)


def stance(where: Sentence, start: int, stop: int) -> Stance:
    """Judge what the sentence says about its characters `start` to `stop`."""
    if where.is_question or is_general(where):
        return "unclaimed"
    before = _scope_before(where.text, start)
    after = _scope_after(where.text, stop)
    by_criteria = _of_criteria(before, after)
    if by_criteria is not None and not _conditional(where.text, start):
        return by_criteria
    if _of_such_cases(where.text, start, stop):
        return "unclaimed"
    if (
        _MODAL_AFTER.match(after)
        or _IF_AFTER.match(after)
        or (_WOULD_LATER.match(after) and not _PRESENT_AFTER.match(after))
    ):
        return "unclaimed"
    if _NOT_THE_CASE.search(before):
        return "negated"
    if _NOT_EXCLUDED.match(after) or _UNSURE_BEFORE.search(before) or _GENERAL_BEFORE.search(before):
        return "unclaimed"
    if _conditional(where.text, start):
        return "unclaimed"
    if _ABSENT_AFTER.match(after):
        return "negated"
    negated = _negated_before(before, where.text[start:stop], after)
    if negated is not None:
        return negated
    if _general_after(where.text, start, after):
        return "unclaimed"
    return "asserted"


def _of_criteria(before: str, after: str) -> Stance | None:
    """Judge "criteria for X are (not) met" and "meets the criteria for X"; None where neither is said."""
    named = _CRITERIA_BEFORE.search(before)
    if named is None:
        return None
    told = _CRITERIA_AFTER.match(after)
    if told:
        no = re.search(r"\b(?:no|none of the|neither)\b", before[: named.end()]) is not None
        return "negated" if told["not"] or told["isnt"] or no else "asserted"
    if re.search(r"\b(?:meet|fulfil|fulfill|satisfy|meets)\b", before):
        denied = re.search(r"\b(?:not|n't|no|never|fails? to|without)\b|n't\b", before) is not None
        return "negated" if denied else "asserted" if named["meets"] else None
    return None


def _of_such_cases(text: str, start: int, stop: int) -> bool:
    """Whether "in X, …" or "… is an X rhythm" speaks of all such cases."""
    if _REFERS_HERE.search(text):
        return False
    if _IN_SUCH.fullmatch(text, 0, start):
        return _SUCH_ALWAYS.search(text, stop) is not None
    return _SOMETHING_IS_A.fullmatch(text, 0, start) is not None and re.search(r"\ban? $", text[:start]) is not None


def is_general(where: Sentence) -> bool:
    """Whether the whole sentence speaks of ECGs at large, or of what would be, not of this one."""
    return _STARTS_GENERAL.match(where.text) is not None


def is_of_a_kind(where: Sentence, start: int, stop: int) -> bool:
    """Whether the sentence begins with the bare phrase and then says what such things are like."""
    if _BARE_START.fullmatch(where.text[:start]) is None or _REFERS_HERE.search(where.text):
        return False
    after = _scope_after(where.text, stop)
    if _PRESENT_AFTER.match(after) or _ABSENT_AFTER.match(after) or _NOT_EXCLUDED.match(after):
        return False
    return any(pattern.match(after) for pattern in (_GENERAL_AFTER, _OF_ITS_KIND, _IS_A_KIND))


def conditional(where: Sentence, start: int) -> bool:
    """Whether a condition ("if", "would") governs the character `start`."""
    return is_general(where) or where.is_question or _conditional(where.text, start)


def scope_before(where: Sentence, start: int) -> str:
    """Return the words before `start` that belong to the same clause."""
    return _scope_before(where.text, start)


def scope_after(where: Sentence, stop: int) -> str:
    """Return the words after `stop` that belong to the same clause."""
    return _scope_after(where.text, stop)


def _scope_before(text: str, start: int) -> str:
    begin = 0
    for stop, scope_begin, _, _ in _terminators(text):
        if stop > start:
            break
        begin = scope_begin
    return text[begin:start]


@lru_cache(maxsize=64)
def _terminators(text: str) -> tuple[tuple[int, int, int, str], ...]:
    """End, begin of the scope after it, start and words of each terminator; a sentence is asked many times."""
    found = []
    for match in _TERMINATOR.finditer(text):
        keeps = match[0][0] == "," and not match[0].rstrip().endswith(("but", "and"))
        found.append((match.end(), match.start() + 1 if keeps else match.end(), match.start(), match[0]))
    return tuple(found)


def _scope_after(text: str, stop: int) -> str:
    aside = _ASIDE.match(text, stop)  # "LVH (Sokolow-Lyon 2.4 mV) is not present"
    if aside:
        return " " * (aside.end(1) - stop) + _scope_after(text, aside.end(1))
    for _, _, start, words in _terminators(text):
        if start < stop or (words in ":(" and start - stop < 3):  # "LBBB: absent", "LBBB (rejected)"
            continue
        return text[stop:start].replace("(", " ")
    return text[stop:].replace("(", " ")


def _conditional(text: str, start: int) -> bool:
    return _IF.search(text, 0, start) is not None


def _general_after(text: str, start: int, after: str) -> bool:
    if _PRESENT_AFTER.match(after):
        return False
    if _GENERAL_AFTER.match(after):
        return True
    bare = _BARE_START.fullmatch(text[:start]) is not None
    if bare and _OF_ITS_KIND.match(after) and not _REFERS_HERE.search(text):
        return True
    return bare and _IS_A_KIND.match(after) is not None and not _REFERS_HERE.search(text)


def _negated_before(before: str, phrase: str, after: str) -> Stance | None:
    """Return what the last negation word before the phrase makes of it; None if there is none in reach."""
    last = None
    for last in _NEGATION_BEFORE.finditer(before):  # noqa: B007 (the last one counts)
        pass
    if last is None:
        return None
    gap = before[last.end() :]
    if last[0] in ("excluded", "ruled out", "rejected", "absent", "unlikely") and _VERB.search(before[: last.start()]):
        return None  # "LBBB is excluded and RBBB …": it belonged to what came before
    verbs = _VERB.search(gap)
    if (verbs and not _ONLY_PRESENCE_VERBS.search(gap)) or _COMES_ANEW.search(gap + phrase):
        return None
    if re.match(r"\s*new(?:ly)?\b", gap):
        return "unclaimed"
    if " and " in gap and _VERB.match(after.lstrip()):
        return None
    if "," in gap and not re.search(r"\b(?:or|nor)\b", gap + after):
        return "unclaimed"
    return "negated"
