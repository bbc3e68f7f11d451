"""The word lists of `stance`: triggers of negation, doubt, generality and condition, and what ends their scope."""

from __future__ import annotations

import re

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
TERMINATOR = re.compile(
    _WITH + "|"
    r"[;\[\]:]|\((?!complete\))|(?<!\(complete)\)"  # "third-degree (complete) AV block" is a name
    r"|,? \bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bwhereas\b|\bwhile\b|\byet\b|\bexcept\b|\bapart from\b"
    r"|\bbecause\b|\bsince\b|\btherefore\b|\bso\b|\bwhich\b| - |\binstead\b|\bthus\b|\bhence\b|, \band\b"
    r"|,\s+(?:the|there|it|this|these|your|i|you|we|here|each|all|every|both|only|just)\b"
)
IF = re.compile(r"\b(?:if|when|whenever|unless|suppose|provided that|in case|should (?:you|the|it|there))\b")
STARTS_GENERAL = re.compile(
    r"\W*(?:if|when|whenever|unless|suppose|should you|had you|what (?:an? |the )?[a-z0-9 -]{2,60} (?:is|means|are)\b"
    r"|an? normal [a-z ]{1,30}? (?:is|lasts|ranges|measures|has|would|should)\b|in general|generally|normally"
    r"|usually|typically|by definition|the definition"
    r"|in (?:healthy|most|many|some|people|patients|adults|children|athletes|general)"
    r"|(?:people|patients|someone|a person|persons|those|athletes) with)\b"
)
OPENS_UNSURE = re.compile(r"\s*(?:possibly|perhaps|maybe)\s*:")
"""Everything that the colon opens is then no more than possible."""
UNSURE_BEFORE = re.compile(
    r"\b(?:possibl[ey]|perhaps|maybe|may|might|could|can(?! see\b)|would|whether|either|question of|suspicion of"
    r"|consider|cannot exclude"
    r"|can't exclude|cannot rule out|can't rule out|not exclude|not rule out|not ruled out|not excluded"
    r"|cannot (?:tell|say|judge|decide|confirm)"
    r"|to (?:exclude|rule out|look for|check for|find|detect|diagnose|confirm|judge|call it|speak of)"
    r"|differential|borderline"
    r"|unclear|uncertain|not (?:certain|sure|clear|necessarily|enough))\b"
)
GENERAL_BEFORE = re.compile(
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
NEGATION_BEFORE = re.compile(
    r"\b(?:no(?! (?:doubt|wonder|longer|change|increase|matter|more than|less than|later))|not(?! (?:only|just"
    r"|because|due))|without(?! (?:a )?doubt)"
    r"|none of|nothing|neither|nor|never|absence of|absent|lack of|lacks|lacking|free of|negative for|excludes?"
    r"|excluded|rules? out|ruled out"
    r"|rejects?|rejected|denies|against|argues? against|rather than|instead of|unlikely|cannot see|can't see"
    r"|cannot find"
    r"|cannot be|fails?(?: to)?|isn't|aren't|doesn't|don't|didn't|wasn't|hasn't|haven't|does not|do not)\b"
)
NOT_THE_CASE = re.compile(
    r"\b(?:(?:unlikely|improbable|not (?:likely|probable|the case|true)) that|(?:do not|don't|cannot|can't"
    r"|would not|wouldn't) (?:think|believe|say|call)|doubt(?: that| whether)?)\b"
)
MODAL_AFTER = re.compile(r"\s*(?:[a-z]+ ){0,2}?(?:would|could|may|might|must|should|ought)\b")
WOULD_LATER = re.compile(r"[^,;.]*\bwould\b")
IF_AFTER = re.compile(r"[^,]*\b(?:if|when|only when|whenever|unless)\b")
_PRESENCE = (
    r"(?:present|seen|found|there|visible|met|fulfilled|satisfied|detected|detectable|shown|evident|identified"
    r"|supported"
    r"|confirmed|recogni[sz]able|recogni[sz]ed|apparent|suggested|likely|probable|diagnosed|demonstrated|noted"
    r"|recorded|observed|obvious|clear|given)"
)
_BE = r"(?:is|are|was|were|be|been|being|seems?|appears?|looks?|remains?)"
ASIDE = re.compile(
    r"(\s*\([^()]{1,80}\))\s*(?:is|are|was|were|has|have|can|cannot|could|may|might|means|would|does|do)\b"
)
_WORDS = r"(?:(?!and\b|which\b|that\b|but\b|with\b|while\b)[a-z0-9'/()-]+\s+){0,4}?"
NOT_EXCLUDED = re.compile(
    rf"\s*{_WORDS}(?:(?:cannot|can't|can not|could not|couldn't|is not|are not|isn't|not) (?:be )?(?:\w+ ){{0,2}}?"
    r"(?:certain|sure|definite|proven|excluded|ruled out|judged|assessed|determined|decided|told|measured"
    r"|distinguished|confirmed or excluded)"
    r"|(?:is|are|remains?) (?:possible|uncertain|unclear|conceivable|borderline|undecided|open|questionable)"
    r"|possible\b|\?)"
)
ABSENT_AFTER = re.compile(
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
PRESENT_AFTER = re.compile(
    rf"\s*{_WORDS}(?:{_BE}|can be|has been|have been)\s+(?:\w+ ){{0,2}}?"
    rf"(?:{_PRESENCE}\b|the (?:\w+ )?(?:finding|rhythm|diagnosis|reading)|my reading|in (?:this|your)|on (?:this|your))"
)
GENERAL_AFTER = re.compile(
    rf"\s*{_WORDS}(?:means?|refers?|describes?|defines?|would|could|may|might|must|should|can(?! be seen"
    rf"| be found| be recogni)|occurs?|happens?|develops?"
    rf"|requires?|needs?|tends?|(?:is|are) (?:defined|called|diagnosed|usually|often|sometimes|typically"
    rf"|generally|normally|commonly|common|caused|when|when the|treated|named)"
    r"|usually|often|sometimes|typically|generally|normally)\b"
)
IS_A_KIND = re.compile(
    rf"\s*{_WORDS}(?:is|are) (?:an? |the |not |one |only )?(?:\w+[ -]){{0,4}}?(?:rhythm|delay|condition|term"
    rf"|pattern|kind|type|form|sign|problem|variant|disease"
    r"|emergency|disturbance|harmless|dangerous|benign|word|name|change|block in|interval|time|measure|reason"
    r"|cause|number)\b"
)
CRITERIA_BEFORE = re.compile(
    r"\b(?P<meets>meets?|fulfils?|fulfills?|satisf(?:y|ies)|fits?)?\s*(?:all |the "
    r"|any )*(?:diagnostic )?criteri(?:a|on) (?:for|of) (?:an? |the |complete |incomplete |acute )*$"
)
CRITERIA_AFTER = re.compile(
    rf"\s*{_WORDS}(?:is|are) (?P<not>not |n't )?(?:all |both |clearly )?(?:met|fulfilled|satisfied)\b"
    rf"|\s*{_WORDS}aren't (?P<isnt>met|fulfilled|satisfied)\b"
)
IN_SUCH = re.compile(r"\W*(?:in|with|during) (?:an? |complete |incomplete |acute |the presence of )?")
SUCH_ALWAYS = re.compile(
    r"\b(?:or (?:more|longer|wider|less)|usually|often|typically|always|never|must|should|cannot|can|may|tends?"
    r"|(?:is|are) (?:longer|wider|shorter|absent|prolonged|normal)(?: than)?)\b"
)
SOMETHING_IS_A = re.compile(
    r"\W*(?!(?:this|that|it|the|your|here|there|rhythm|my|i|you|we|ecg|ekg|leads?|strip|tracing|recording"
    r"|interpretation|summary|conclusion|result|diagnosis|analysis|finding)\b)"
    r"[a-z][a-z0-9 -]{2,50} (?:is|are|shows?|has|have|gives?) (?:an? |the )?"
)
OF_ITS_KIND = re.compile(
    r"\s*(?:alone |itself )?(?:does|do|doesn't|don't|cannot|can|never|alone|has|have|increases?|leads?|begins?"
    r"|comes?|arises?|includes?|shows?|lasts?|imitates?|mimics?|hides?|masks?|causes?|raises?)\b"
)
BARE_START = re.compile(r"[\s:\"'-]*(?:an? )?")
REFERS_HERE = re.compile(
    r"\b(?:this (?:ecg|ekg|recording|tracing|trace|strip)|your (?:ecg|ekg|heart|recording|tracing)|here|you have"
    r"|on this|in this)\b"
)
VERB = re.compile(r"\b(?:is|are|was|were|shows?|has|have|meets?|lasts?|measures?)\b")
COMES_ANEW = re.compile(
    r"(?:,|\band\b)\s+(?:the|a|an|this|there|it|your|normal|sinus|regular|irregular|rate|ventricular rate"
    r"|heart rate|[0-9]|pr |qrs |qt)|\band\s+(?:marked|clear|acute|new|wide|broad|prolonged|deep|significant"
    r"|complete|there)\b"
)
ONLY_PRESENCE_VERBS = re.compile(
    r"\b(?:show|have|meet|see|find|support|suggest|fulfil|fulfill|fit|indicate|reveal|be|point to|prove"
    r"|demonstrate|contain|look like)\b"
)
