"""Symptoms in what a person wrote that need the emergency number now, whatever the ECG shows.

Sources of the list: American Heart Association and NHS/BHF patient pages on heart attack signs, UK patient advice on
palpitations, the FAST signs of stroke, the Royal Children's Hospital on ECGs in children. A small model cannot be
relied on to warn always, so this is done by rule. When in doubt it warns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecg_chat.chat.sentences import sentence, split


@dataclass(frozen=True)
class RedFlag:
    """A name for the log and the words for the person."""

    key: str
    words: str


_PAIN = (
    r"(?:pains?|pressure|tight(?:ness)?|heav(?:y|iness)|squeez(?:ing|ed|e)|crush(?:ing|ed)|burning|discomfort"
    r"|ach(?:e|es|ing)|hurts?|hurting|weight|cramps?|stabbing|constrict(?:ion|ing|ed)|clutch(?:es|ing|ed)|vi[cs]e)"
)
_CHEST = (
    r"(?:chest|breast ?bone|sternum|thora(?:x|cic)|retrosternal|substernal|precordial|heart(?! (?:rate|beat|attack"
    r"|disease)))"
)
_FAINT = (
    r"(?:faint(?:ed|ing|s|ly)?(?! (?:line|trace|signal))|passe?d? out|passing out|black(?:ed|ing)? out|blackouts?"
    r"|black-?outs?|syncop(?:e|al|es)|presyncope|near-syncope|los[tes]+ consciousness|loss of consciousness"
    r"|unconscious|collaps(?:e|ed|ing|es)|keel(?:ed|ing) over"
    r"|everything (?:is |was |keeps )?(?:going|goes|went|turn(?:s|ed|ing)) black|(?:barely|hardly) rous(?:e)?able)"
)
_BREATH = (
    r"(?:breathless(?:ness)?|short(?:ness)? of breath|short of breath|dyspn(?:o?ea|oeic|eic)|can(?:'?t"
    r"| ?not)(?: even| really| hardly| barely)? (?:breathe|(?:catch|get) (?:(?:my|his|her|enough|any) )?(?:breath|air))"
    r"|out of breath|trouble breathing|(?:hardly|barely|scarcely) (?:breathe|get (?:any |enough )?(?:air|breath))"
    r"|no air|could(?:n'?t| not) breathe|difficulty breathing|hard to breathe|struggl\w+ (?:to breathe|for breath)"
    r"|gasping|hard time breathing"
    r"|breathing (?:is )?(?:hard|difficult))"
)
_PALPITATION = (
    r"(?:palpitations?|heart (?:is )?(?:racing|pounding|fluttering|skipping|races|flutters)|racing heart"
    r"|pounding heart|rapid heartbeat)"
)

_FLAGS: tuple[tuple[RedFlag, re.Pattern[str]], ...] = tuple(
    (RedFlag(key, words), re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])"))
    for key, words, pattern in (
        (
            "chest pain",
            "chest pain or pressure",
            rf"{_CHEST}[a-z ,'-]{{0,24}}?(?<![a-z]){_PAIN}|{_PAIN}[a-z ,'-]{{0,30}}?(?<![a-z]){_CHEST}|angina"
            rf"|elephant (?:sitting |is )*on (?:my|the|his|her) chest"
            r"|(?:pain|ache|aching|numbness|tingling)[a-z ,'-]{0,24}(?:(?:left|both|right|my|the|his"
            r"|her) (?:arms?|jaw|shoulders?)|jaw)|(?:left|both) arms?[a-z ,'-]{0,16}(?:pains?|hurts?|aches?|numb"
            r"|heavy)"
            r"|(?:jaw)[a-z ,'-]{0,16}(?:pains?|hurts?|aches?)",
        ),
        (
            "heart attack",
            "signs you take for a heart attack",
            r"(?:having|have|had|get(?:ting)?|think|feels? like|afraid)[a-z ',]{0,32}heart attack"
            r"|heart attack (?:now|right now|happening)"
            r"|i(?: am|'m| might be| could be)? having (?:a |an )?(?:myocardial infarction|infar[ck]t(?:ion)?|mi)"
            r"|(?:having|had) (?:a|another) coronary|having the big one",
        ),
        ("breathlessness", "breathlessness", _BREATH),
        (
            "fainting",
            "fainting or near-fainting",
            rf"{_FAINT}|(?:about|going|nearly|almost) to (?:faint|pass out|collapse)",
        ),
        (
            "stroke",
            "signs of a stroke",
            r"(?:face|mouth|smile|eyelid)[a-z ,'-]{0,24}(?:droop\w*|dropp\w+|sagg?\w*|hang\w*|numb\w*|crooked"
            r"|paraly[sz]\w*|lopsided)|droop\w*[a-z ,'-]{0,16}(?:face|mouth|smile)|slurr(?:ed"
            r"|ing)[a-z ]{0,12}(?:speech|words|speak\w*)|speech[a-z ,'-]{0,16}slurr\w*"
            r"|(?:arm|leg|side|hand|half (?:of )?(?:my|his|her|the) body)"
            r"[a-z ,'-]{0,24}(?:gone weak|gave way|weak(?:ness)?|numb(?:ness)?|paraly[sz]\w*)"
            r"|(?:weak(?:ness)?|numb(?:ness)?|paraly[sz]\w*)[a-z ,'-]{0,24}(?:arm|leg|(?:one|left|right) side"
            r"|half of)"
            r"|(?:can(?:'?t| ?not)|unable to) (?:move[a-z ]{0,16}(?:arm|leg|hand|side)"
            r"|get (?:my|his|her|the) words out)"
            r"|seeing double|double vision"
            r"|(?:can(?:'?t| ?not)|trouble|difficulty|unable to) (?:speak(?:ing)?|talk(?:ing)?|find words"
            r"|finding words|lift (?:my|his|her|an|one) arm)|sudden(?:ly)? (?:confus\w+|blind\w*|loss of vision"
            r"|vision loss|lost (?:my )?vision|severe headache)",
        ),
        (
            "palpitations with symptoms",
            "palpitations with dizziness, pain or during exertion",
            rf"{_PALPITATION}[^.;!?]{{0,60}}?(?:dizz\w+|light-?headed\w*|faint\w*|pain|exercis\w+|exertion"
            rf"|running|sport|weak|sweat\w*|nause\w+)|(?:dizz\w+|light-?headed\w*|exercis\w+|exertion|running"
            rf"|sport)[^.;!?]{{0,60}}?{_PALPITATION}",
        ),
        (
            "cold sweat",
            "a cold sweat",
            r"cold sweats?|(?:sweating|clammy|drenched in sweat)[^.;!?]{0,40}(?:nause\w+|vomit\w*|sick|pale|grey"
            r"|gray)|(?:nause\w+|vomit\w*|pale|grey|gray)[^.;!?]{0,40}(?:sweat\w*|clammy)",
        ),
        (
            "unresponsive",
            "a person who does not respond",
            r"unresponsive|not (?:responding|breathing|waking|reacting)|no pulse|does(?:n'?t| not) (?:respond|wake"
            r"|breathe|react)|lost (?:the|his|her|a) pulse|pulseless"
            r"|cardiac arrest|stopped breathing|won'?t wake|blue lips|lips (?:are |turning "
            r"|turned )*blue|(?:hardly|barely|scarcely|no longer) (?:answer|respond|react|wak)(?:s|es|ing)?\b"
            r"|(?:gr[ae]y|blue) and cold|cold and (?:gr[ae]y|blue)",
        ),
        (
            "defibrillator",
            "shocks from a defibrillator",
            r"(?:defib\w*|icd)(?! no\b)[a-z0-9 '-]{0,24}(?:shock(?:s|ed|ing)?|fir(?:e|es|ed|ing)|went off"
            r"|gone off|go(?:es|ing) off)"
            r"|shock(?:s|ed)? (?:from|by) (?:my|the|his|her|an) (?:defib\w*|icd)",
        ),
        (
            "overdose",
            "too much of a medicine taken",
            r"(?:took|taken|swallowed|ate|eaten)[a-z ]{0,16} (?:whole|entire|full|all) (?:of )?(?:the |a )?"
            r"(?:strip|blister)s?(?! of (?:the |an? )?(?:ecg|ekg|rhythm|paper|tape))"
            r"|(?:took|taken|swallowed) (?:about |around |over |nearly |some )?"
            r"(?:[0-9]{2,3}|ten|twelve|fifteen|twenty|thirty|forty|fifty|dozens)(?! ?(?:m?g|mcg|ml|milligrams?)\b)"
            r"(?: of)? [a-z ]{0,30}"
            r"(?:pills|tablets|capsules|blockers)",
        ),
        (
            "self-harm",
            "thoughts of harming yourself",
            r"kill (?:myself|himself|herself)|suicid\w+|want to die|end my life|overdos\w+|to end it|end it all"
            r"|(?:took|taken|swallowed) (?:too many|(?:a|the) (?:whole )?(?:bottle|box|pack|handful) of)[a-z ]{0,24}"
            r"(?:pills|tablets|medicines?|capsules|blockers)",
        ),
    )
)
_DENIED = re.compile(
    r"\b(?:no(?! longer (?:able|can))|not (?:any|have|having|had|felt|feel|feeling|complain\w*)|without(?: any)?"
    r"|den(?:ies|ied|y|ying)|never(?: had)?|absence of|free of|negative for|none of|nor|(?:don't|do not|doesn't"
    r"|does not"
    r"|didn't|did not|haven't|hasn't|has not|have not|isn't|wasn't) (?:have|feel|had|get|experience|any"
    r"|complain of|suffer from|really have)?)\b(?: any| the| further| current)?[a-z ,/'-]{0,48}$"
)
_SCOPE_END = re.compile(
    r"[.;!?:]|\bbut\b|\bhowever\b|\bexcept\b|\balthough\b|\bthough\b|\byet\b|\bnow\b|\bonly\b|,\s*(?:i|he|she|my"
    r"|his|her|just|and)\b|\band (?:i|he|she|my|his|her|now|then|have|has|had|feel|is|am)\b"
)
_PAST = re.compile(
    r"\b(?:[0-9]+|a|one|two|three|four|five|six|seven|eight|nine|ten|several|some|many|few|couple of) (?:years?"
    r"|months?|decades?) (?:ago|before|back|earlier)|\bin (?:19|20)[0-9]{2}\b|\bsince (?:19|20)[0-9]{2}\b"
    r"|\blast year\b"
    r"|\byears ago\b|\bas a (?:child|teenager|boy|girl|young)|\bhistory of\b|\bprevious(?:ly)?\b|\bin the past\b"
    r"|\bin my (?:twenties|thirties|forties|fifties|youth)\b|\bused to\b|\bmy (?:father|mother|brother|sister"
    r"|uncle|aunt|grand\w+)\b|\bfamily history\b"
)
_STILL = re.compile(
    r"\b(?:now|again|today|tonight|still|currently|at the moment|right now|since (?:this|yesterday|last night"
    r"|an hour|morning|[0-9]+ (?:min|hour|day))|this (?:morning|evening|afternoon|week)|yesterday|ongoing"
    r"|constant(?:ly)?"
    r"|minutes?|hours?|just|keeps?|worse|came back|come back|coming back|return(?:s|ed)|recurr\w+|recently|lately"
    r"|days?|for the last|(?:does(?:n'?t| not)|is(?:n't| not)|won'?t|hardly|barely|scarcely)"
    r" (?:answer|respond|wak|breath|react|mov)(?:s|e|es|ing)?"
    r"|(?:is|are|looks?|turned|gone) (?:all |very |quite )?(?:gr[ae]y|blue))\b"
)
_IN_GENERAL = re.compile(
    r"^\W*(?:what|why|how|which|when|can|could|does|do|is|are|would|should)\b(?!.*\b(?:i|i'm|i've|my|me|he|she"
    r"|his|her|patient)\b)"
)
_IF = re.compile(r"\b(?:if|in case|when should|should i (?:ever )?(?:get|have|feel))\b[^.;!?]{0,40}$")


def red_flags(text: str, *, past: bool = False) -> tuple[str, ...]:
    """Name the emergencies that a text describes as present.

    Parameters
    ----------
    text : str
        A question, or a field of the patient context.
    past : bool
        True for the history field: a symptom counts only if something says that it is there now.

    Returns
    -------
    tuple of str
        Words for the person ("chest pain or pressure"), without repeats, in the order of the list.
    """
    return tuple(dict.fromkeys(flag.words for flag in find(text, past=past)))


def find(text: str, *, past: bool = False) -> tuple[RedFlag, ...]:
    """Find the red flags of a text, as `red_flags` does."""
    found: list[RedFlag] = []
    for part in split(text):
        lowered = sentence(part.raw).text
        for flag, pattern in _FLAGS:
            if flag not in found and any(_is_present(lowered, match, past=past) for match in pattern.finditer(lowered)):
                found.append(flag)
    return tuple(found)


def _is_present(text: str, match: re.Match[str], *, past: bool) -> bool:
    before = text[: match.start()]
    clause = before[max((m.end() for m in _SCOPE_END.finditer(before)), default=0) :]
    still = _STILL.search(text) is not None
    if (denial := _DENIED.search(clause)) and not _new_after_comma(text, denial, match, still=still):
        return False
    if (past or _PAST.search(text)) and not still:
        return False
    if _IF.search(clause) and not still:
        return False
    return not (_IN_GENERAL.match(text) and not still)


def _new_after_comma(text: str, denial: re.Match[str], match: re.Match[str], *, still: bool) -> bool:
    """Whether a comma ends the denial: "no fever, chest pain since noon", unlike "no fever, chest pain or cough"."""
    if "," not in denial[0]:
        return False
    listed = re.search(r"\b(?:or|nor)\b", denial[0] + text[match.end() :]) is not None
    return still or not (listed or denial[0].startswith("den"))
