"""Symptoms in what a person wrote that need the emergency number now, whatever the ECG shows.

Sources of the list: American Heart Association and NHS/BHF patient pages on heart attack signs, UK patient advice on
palpitations, the FAST signs of stroke, the Royal Children's Hospital on ECGs in children; the NHS page on shortness of
breath (gasping, choking, no words, blue or grey lips, blood coughed up), the HSE page on aortic dissection (tearing or
ripping pain, upper back, through to the back), Harvard Health on the worst headache of one's life, and nidirect on
crisis and despair. The rest are lay wordings of the same. A small model cannot be relied on to warn always, so this is
done by rule. When in doubt it warns.
"""

from __future__ import annotations

import re

from ecg_chat.chat.red_flag_patterns import RULES, RedFlag, Rule
from ecg_chat.chat.red_flag_words import plain
from ecg_chat.chat.sentences import split

_DENIED = re.compile(
    r"\b(?:no(?! longer (?:able|can))|not (?:any|have|having|had|felt|feel|feeling|complain\w*|got|been)"
    r"|without(?: any)?|den(?:ies|ied|y|ying)|never(?: had)?|absence of|free of|negative for|none of|nor"
    r"|(?:dont|do not|doesnt|does not|didnt|did not|havent|hasnt|has not|have not|isnt|wasnt|arent|am not|im not)"
    r"(?: (?:have|feel|had|get|got|experience|any|complain of|suffer from|really have))?)\b"
    r"(?: any| the| further| current)?[a-z ,/]{0,48}$"
)
_NO_INSIDE = re.compile(r"\b(?:not|no|never|nor|without|isnt|arent|doesnt|dont|didnt|hasnt|havent|wasnt|free of)\b")
_SCOPE_END = re.compile(
    r"[.;!?:]|\bbut\b|\bhowever\b|\bexcept\b|\balthough\b|\bthough\b|\byet\b|\bnow\b|\bonly\b"
    r"|\bbecause\b|,\s*(?:i|im|ive|he|hes|she|shes|my|his|her|just|and)\b"
    r"|\band (?:i|im|ive|he|hes|she|shes|my|his|her|now|then|have|has|had|feel|is|am)\b"
)
_PAST = re.compile(
    r"\b(?:[0-9]+|a|one|two|three|four|five|six|seven|eight|nine|ten|several|some|many|few|couple of) (?:years?"
    r"|months?|decades?) (?:ago|before|back|earlier)|\bin (?:19|20)[0-9]{2}\b|\bsince (?:19|20)[0-9]{2}\b"
    r"|\blast year\b"
    r"|\byears ago\b|\bas a (?:child|teenager|boy|girl|young)|\bhistory of\b|\bprevious(?:ly)?\b|\bin the past\b"
    r"|\bin my (?:twenties|thirties|forties|fifties|youth)\b|\bused to\b|\bfamily history\b"
)
_FAMILY = re.compile(r"\bmy (?:father|mother|brother|sister|uncle|aunt|grand\w+)s?\b")
_HAS_NOW = re.compile(
    r"\b(?:is(?: all| so| very)* (?:(?!being|getting|feeling better)[a-z]+ing|short|breathless|pale|gr[ae]y|blue|purple"
    r"|cold|clammy|not|hardly|barely|unconscious|unresponsive|in (?:pain|agony)|out cold|on the floor)|cant|cannot|wont"
    r"|doesnt|says|wants|keeps|looks|feels|hes|shes|has (?:gone|turned|just|collapsed|fainted|passed|taken|swallowed"
    r"|stopped|dropped|(?:got )?(?:an? )?(?:bad |severe |terrible |awful |crushing |strong )*(?:chest|pain"
    r"|pressure)))\b"
)
_STILL = re.compile(
    r"\b(?:now|again|today|tonight|still|currently|at the moment|right now|since (?:this|yesterday|last night"
    r"|an hour|morning|[0-9]+ (?:min|hour|day))|this (?:morning|evening|afternoon|week|second|minute)|yesterday"
    r"|ongoing|constant(?:ly)?"
    r"|minutes?|hours?|seconds|just|keeps?|worse|came back|come back|coming back|return(?:s|ed)|recurr\w+|recently"
    r"|lately|days?|for the last|(?:does(?:nt| not)|is(?:nt| not)|wont|hardly|barely|scarcely)"
    r" (?:answer|respond|wak|breath|react|mov)(?:s|e|es|ing)?"
    r"|(?<=\w )(?:is|are|looks?|turned|gone) (?:all |very |quite )?(?:gr[ae]y|blue))\b"
)
_IN_GENERAL = re.compile(
    r"^\W*(?:what|why|how|which|when|can|could|does|do|is|are|would|should|tell me|explain)\b"
    r"(?! (?:not|only|just|hardly|barely|hard|difficult|very|strong|much|big|bad|hurting)\b)"
    r"(?!.*\b(?:i|im|ive|ill|my|me|myself|he|hes|she|shes|his|her|patient)\b)"
)
_IF = re.compile(r"\b(?:(?<!as )if|in case|when should|should i (?:ever )?(?:get|have|feel))\b[^.;!?]{0,40}$")
_DENIES_FIRST = re.compile(
    r"^\W*(?:no|not|none|never|without|nothing|i (?:do not|dont|have no|have not|havent|am not)|im not)\b"
)


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
    for part in _parts(text):
        for rule in RULES:
            if rule.flag not in found and any(
                _is_present(part, match, rule, past=past) for match in rule.pattern.finditer(part)
            ):
                found.append(rule.flag)
    return tuple(found)


def leaves_open(text: str) -> bool:
    """Whether a text may tell of an emergency in words that no rule knows.

    It does not where a rule knows the words, present or not, and where something is denied, long past or asked in
    general: a denied symptom must not become a warning by another way.
    """
    return not any(
        _DENIES_FIRST.match(part)
        or _IN_GENERAL.match(part)
        or ((_PAST.search(part) or _FAMILY.search(part)) and not _STILL.search(part))
        or any(rule.pattern.search(part) for rule in RULES)
        for part in _parts(text)
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(plain(part.raw) for part in split(text))


def _is_present(text: str, match: re.Match[str], rule: Rule, *, past: bool) -> bool:
    clause = _last_clause(text[: match.start()])
    still = _STILL.search(text) is not None
    if (denial := _DENIED.search(clause)) and not _new_after_comma(text, denial, match, still=still):
        return False
    if not rule.holds_no and _NO_INSIDE.search(_last_clause(match[0])):
        return False
    if _is_past(text, past=past) and not still:
        return False
    if _IF.search(clause) and not still:
        return False
    return not (_IN_GENERAL.match(text) and not still)


def _last_clause(text: str) -> str:
    return text[max((end.end() for end in _SCOPE_END.finditer(text)), default=0) :]


def _is_past(text: str, *, past: bool) -> bool:
    if past or _PAST.search(text):
        return True
    family = _FAMILY.search(text)
    return family is not None and not _HAS_NOW.search(text, family.end())


def _new_after_comma(text: str, denial: re.Match[str], match: re.Match[str], *, still: bool) -> bool:
    """Whether a comma ends the denial: "no fever, chest pain since noon", unlike "no fever, chest pain or cough"."""
    if "," not in denial[0]:
        return False
    listed = re.search(r"\b(?:or|nor)\b", denial[0] + text[match.end() :]) is not None
    return still or not (listed or denial[0].startswith("den"))
