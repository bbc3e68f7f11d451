"""Doses and changes of medicine: never given in an answer, and said so when asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecg_chat.chat.sentences import Sentence, sentence, split
from ecg_chat.chat.stance import is_general

_UNIT = (
    r"(?:mg|milligrams?|mcg|micrograms?|ug|g|grams?|ml|milliliters?|millilitres?|units?|i\.?u\.?|tablets?|pills?"
    r"|capsules?|puffs?|drops?|sprays?|mg/kg|mcg/kg|ug/kg|mg/h|mg/min|mmol|meq|joules?|j)"
)
_NUMBER = r"(?:[0-9]{1,5}(?:[.,][0-9]{1,3})?|half an?|an?|one|two|three|four|five)"
_DOSE = re.compile(
    rf"(?<![a-z0-9.]){_NUMBER}(?: ?(?:-|to) ?[0-9]{{1,5}}(?:[.,][0-9]+)?)?[ -]?{_UNIT}(?![a-z0-9/]|/d?l\b|/mol|/m)"
)
_REGIMEN = re.compile(
    r"\b(?:once|twice|three times|thrice|[0-9]x?) ?(?:a|per|times|daily|/)? ?(?:day|daily)\b|\bdaily\b"
    r"|\bevery (?:[0-9]+ )?(?:hours?|h|minutes|days?|morning|evening)\b|\b(?:iv|i\.v\.|po|orally|by mouth"
    r"|intravenous(?:ly)?|sublingual(?:ly)?"
    r"|subcutaneous(?:ly)?|bolus|infusion|bid|tid|qid|prn|loading dose|maintenance)\b"
)
_GIVE = re.compile(
    r"\b(?:take|taking|give|giving|given|administer(?:ed|ing)?|inject|start(?:ing)?|begin|prescribe|use|dos(?:e"
    r"|age|ing)|increase|reduce|lower|double|halve|raise|swallow|chew|treat(?:ed)? with|recommend(?:ed)?"
    r"|should (?:get|receive|have)|titrate|maximum|up to)\b"
)
_DRUG = (
    r"(?:aspirin|amiodarone|adenosine|atropine|adrenaline|epinephrine|metoprolol|bisoprolol|carvedilol"
    r"|propranolol|atenolol|esmolol|verapamil|diltiazem|digoxin|flecainide|propafenone|sotalol|dronedarone"
    r"|lidocaine|procainamide|warfarin"
    r"|apixaban|rivaroxaban|dabigatran|edoxaban|heparin|enoxaparin|clopidogrel|ticagrelor|prasugrel|nitroglycerin"
    r"|glyceryl trinitrate|gtn|morphine|furosemide|spironolactone|ramipril|lisinopril|potassium|magnesium|insulin"
    r"|statins?|atorvastatin|citalopram|escitalopram|amitriptyline|quetiapine|haloperidol|ondansetron|methadone|lithium"
    r"|clarithromycin|erythromycin|azithromycin|ciprofloxacin|hydroxychloroquine|donepezil|ivabradine|nifedipine"
    r"|amlodipine|losartan|sacubitril|ibuprofen|paracetamol"
    r"|beta[ -]?blockers?|blood thinners?|anticoagulants?|anticoagulation|water tablets?|diuretics?|(?:your |the "
    r"|this |any |these )?(?:medicines?|medications?|drugs?|tablets|pills|dose|treatment|prescription))"
)
_CHANGE = re.compile(
    rf"(?:^\W*|\b(?:you (?:should|can|could|may|must|need to|have to|ought to)|please|then|and|or|simply|just"
    rf"|i (?:recommend|suggest|advise)(?: that you| to)?|it is (?:safe|fine|ok|best) to|safely|better to)\s+)"
    rf"(?:now |also |immediately |safely |simply )?(?:stop(?:ping)?|start(?:ing)?|skip(?:ping)?|increas(?:e|ing)"
    rf"|reduc(?:e|ing)|doubl(?:e|ing)|halv(?:e|ing)|chang(?:e|ing)|discontinu(?:e|ing)|pause|quit|tak(?:e|ing)"
    rf"|restart|switch(?: to)?|continue)\s+(?:to take |taking |using |with )?(?:\w+ ){{0,3}}?{_DRUG}\b"
)
_NOT = re.compile(r"\b(?:not|never|n't|no one should|nobody should|without)\b[^.;]{0,30}$")
_REFERRED = re.compile(
    r"\b(?:ask|talk to|speak (?:to|with)|discuss|consult|tell|before you|unless your|your (?:doctor|clinician"
    r"|cardiologist|physician)|prescribed|only (?:after|if|on|with))\b"
)
_TAKEN_ALREADY = re.compile(
    r"\b(?:you (?:are|already|currently|told|said|wrote|mention\w*|take|state\w*)|(?:the )?patient (?:is|takes"
    r"|already|reports)|is on|are on|on the list|listed|entered|as stated|medication:|he takes|she takes)\b"
)
_ASKS = re.compile(
    rf"\b(?:dos(?:e|es|age|ing)|how (?:much|many)[^.;?]{{0,40}}(?:{_UNIT}|{_DRUG}|take|give|need)|how many (?:mg"
    rf"|tablets|pills)|(?:should|can|may|must|do|could) (?:i|we|he|she|the patient)[^.;?]{{0,40}}(?:take|stop"
    rf"|start|increase|reduce|double|skip|change|give|inject|switch|have)[^.;?]{{0,40}}{_DRUG})"
)
_ASKS_TO_CHANGE = re.compile(
    r"\b(?:stop|cut|halve|double|leave out|come off|carry on|switch|swap|how much|give what"
    r"|is (?:it|this|that) (?:right|enough|ok(?:ay)?|safe|too (?:much|little|high|low)))\b"
    r"|^\W*(?:hold|reduce|increase|continue)\b[^.?]{0,24}\?"
)
"""Questions that may leave out the medicine, where another sentence names it ("QTc 510 on citalopram. Stop?")."""

WITHHELD = (
    "[The rest of this answer is not shown: it named a dose or told to change a medicine, which this program "
    "does not do. "
    "Please ask a clinician or pharmacist.]"
)
NO_DOSES = (
    "This program gives no doses and no advice to start, stop or change a medicine; "
    "please ask a clinician or pharmacist."
)


@dataclass(frozen=True)
class Instruction:
    """A sentence that tells what to take; offsets into the text."""

    start: int
    stop: int


def asks_for_dose(text: str) -> bool:
    """Whether a question asks for a dose or for a change of medicine."""
    parts = list(split(text))
    if any(_ASKS.search(part.text) for part in parts):
        return True
    named = any(re.search(rf"\b{_DRUG}\b", part.text) or _DOSE.search(part.text) for part in parts)
    return named and any(part.is_question and _ASKS_TO_CHANGE.search(part.text) for part in parts)


def first_instruction(text: str, *, complete: bool = True) -> Instruction | None:
    """Find the first sentence that names a dose or tells to change a medicine.

    The last, unfinished sentence is looked at as well, so that a growing answer is stopped as early as it can be.
    """
    position = 0
    for part in split(text, complete=complete):
        position = part.start + len(part.raw)
        if is_instruction(part):
            return Instruction(part.start, position)
    rest = sentence(text[position:], position)
    return Instruction(position, len(text)) if rest.raw.strip() and is_instruction(rest) else None


def is_instruction(where: Sentence) -> bool:
    """Whether a sentence names a dose to take or tells to change a medicine."""
    if where.is_question:
        return False
    text = where.text
    for dose in _DOSE.finditer(text):
        context = text[max(0, dose.start() - 80) : dose.end() + 60]
        named = (
            re.search(rf"\b{_DRUG}\b", context) is not None or re.search(r"(?:mg|mcg|ug|units)\b", dose[0]) is not None
        )
        if (
            named
            and (_GIVE.search(context) or _REGIMEN.search(context))
            and not _TAKEN_ALREADY.search(text[: dose.start()])
        ):
            return True
    for change in _CHANGE.finditer(text):
        before = text[: change.start()]
        if not _NOT.search(before + change[0]) and not _REFERRED.search(text) and not is_general(where):
            return True
    return False
