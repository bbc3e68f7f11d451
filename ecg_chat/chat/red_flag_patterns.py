"""The words in which people tell of an emergency, one rule for each thing told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecg_chat.chat.red_flag_self_harm import SELF_HARM
from ecg_chat.chat.red_flag_words import (
    BELT,
    BREATH,
    CHEST,
    COLOUR,
    FAINT,
    GAP,
    LOAD,
    OWN,
    PAIN,
    PALPITATION,
    PERSON,
    PLACE,
    SEVERE,
    SKIN,
    TRUNK,
    UNWELL,
)


@dataclass(frozen=True)
class RedFlag:
    """A name for the log and the words for the person."""

    key: str
    words: str


@dataclass(frozen=True)
class Rule:
    """What tells of a red flag.

    ``holds_no`` is true where "not" and "no" are part of what is told ("not breathing", "no pulse"); elsewhere they
    deny it ("my chest does not hurt").
    """

    flag: RedFlag
    pattern: re.Pattern[str]
    holds_no: bool


_WRITTEN: tuple[tuple[str, str, str, bool], ...] = (
    (
        "chest pain",
        "chest pain or pressure",
        rf"{CHEST}{GAP}{{0,24}}?(?<![a-z]){PAIN}|{PAIN}{GAP}{{0,30}}?(?<![a-z]){CHEST}|angina"
        rf"|{LOAD}{GAP}{{0,30}}?\b(?:on|upon|onto|over)(?: top of)?(?: {OWN})? (?:{TRUNK}|ribs)"
        rf"|{TRUNK}{GAP}{{0,40}}?(?:like|as if|as though){GAP}{{0,20}}?\b(?:{LOAD}|{BELT})\b"
        rf"|(?:like|as if|as though){GAP}{{0,24}}?\b{BELT}{GAP}{{0,30}}?\b{TRUNK}"
        r"|(?:sits|sat|sitting|stands|stood|standing|kneels|knelt|kneeling|leans|leaning|stamp(?:s|ed|ing)|parked"
        rf"|trampling|push(?:es|ing))(?: down| hard)* (?:up)?on(?: top of)?(?: {OWN})? {TRUNK}"
        rf"|{TRUNK}{GAP}{{0,40}}?(?:sat|sitting|stands|standing|kneeling|stamping|leaning|pushing|parked)"
        r" (?:up)?on (?:it|me|top)"
        rf"|(?:pain|ache|aching|numbness|tingling){GAP}{{0,24}}(?:(?:left|both|right|{OWN}) (?:arms?|jaw|shoulders?)"
        rf"|jaw)|(?:left|both) arms?{GAP}{{0,16}}(?:pains?|hurts?|aches?|numb|heavy|tingl\w+)"
        rf"|jaw{GAP}{{0,16}}(?:pains?|hurts?|aches?)",
        False,
    ),
    (
        "tearing pain",
        "a sudden, severe or tearing pain",
        r"(?:tearing|ripping|shearing|ripped|torn|rips|tears)(?: \w+){0,2} (?:pains?|feeling|sensation|ache|apart)"
        r"|pains?(?: \w+){0,3} (?:tearing|ripping|tears|rips|shearing)"
        r"|(?:back|inside|insides|body|chest|me|ribs)[a-z ,]{0,30}?(?:torn|ripped|ripping|split|tearing|splitting)"
        r" (?:in two|apart|open|in half)|worst pain|pain[a-z ,]{0,30} from (?:the )?front to (?:the )?back"
        rf"|something(?: \w+){{0,2}} (?:tore|torn|ripped|rips|burst|snapped|popped)(?: \w+)? (?:in|inside)\b"
        rf"|(?:{PAIN}|it is) ?{GAP}{{0,40}}?\bbetween (?:{OWN} |both |two )*shoulder ?blades?"
        rf"|between (?:{OWN} |both |two )*shoulder ?blades?{GAP}{{0,40}}?(?<![a-z]){PAIN}"
        r"|(?:pains?|aches?|aching|hurts?|stabbing|tearing|ripping|agony)[a-z ,]{0,30}?(?:through(?: to| into)?"
        rf"|(?:spread\w*|radiat\w*|shoot\w*|mov\w+|go\w*|went|bor\w+)(?: right| straight| down| up| out)* (?:in)?to"
        rf"|down) (?:{OWN} )?(?:upper |mid |middle of (?:{OWN} )?)?(?:back|spine|shoulder ?blades?)"
        rf"|{SEVERE}(?: \w+){{0,2}} (?:pains?|ache|agony){GAP}{{0,24}}?\b{PLACE}"
        rf"|{SEVERE}(?: \w+)? {PLACE} ?(?:pains?|ache|agony)",
        False,
    ),
    (
        "tearing pain",
        "a sudden, severe or tearing pain",
        r"never (?:had|felt|known)(?: \w+){0,3} pain like|never felt anything like (?:it|this)",
        True,
    ),
    (
        "heart attack",
        "signs you take for a heart attack",
        rf"(?:(?:im|am|was|are|is) not |wasnt |isnt )?(?:having|have|had|get(?:ting)?|think|feels? like"
        rf"|afraid){GAP}{{0,32}}heart attack"
        r"|heart attack (?:now|right now|happening)"
        r"|i(?: am|m| might be| could be)? having (?:a |an )?(?:myocardial infarction|infar[ck]t(?:ion)?|mi)"
        r"|(?:having|had) (?:a|another) coronary|having the big one",
        True,
    ),
    ("breathlessness", "breathlessness", BREATH, True),
    (
        "swelling",
        "a swelling of the face, mouth or throat",
        rf"(?:throat|tongue|lips|face|mouth|airway)s?{GAP}{{0,20}}?\b(?:swell\w*|swollen|clos(?:es|ing|ed)(?: up)?)"
        rf"|(?:swell\w*|swollen){GAP}{{0,16}}?\b(?:throat|tongue|lips|face|mouth)|anaphyla\w+",
        False,
    ),
    ("fainting", "fainting or near-fainting", FAINT, True),
    (
        "blue",
        "a blue or grey colour of lips, face or fingers",
        rf"{SKIN}{GAP}{{0,30}}?\b{COLOUR}|{COLOUR} (?:(?:round|around|in|at|on|about)(?: {OWN})? )?"
        rf"(?:and (?:cold|pale|cool) )?{SKIN}"
        rf"|{PERSON} (?:has |have |is |just |all |suddenly |keeps |did )*(?:gone|went|turned|turning|turns|going|goes"
        r"|looks?|looking)(?: all| very| quite| a bit| really| completely| so)* (?:blu(?:e|ish)|purple|gr[ae]y|ashen)"
        r"(?! (?:at|in my|in his|in her|hair|early|when i was|too early|young)\b)"
        r"|(?:^|, ?)(?:went|gone|going|turned) (?:all )?(?:gr[ae]y|blue|ashen|purple)|cyanos\w+|cyanotic"
        r"|(?:baby|child|son|daughter|toddler|infant|newborn) is (?:all )?(?:blue|gr[ae]y|purple|limp|floppy)\b(?!-)",
        False,
    ),
    (
        "blood",
        "blood that is coughed or brought up",
        r"cough\w*(?: (?!and\b|but\b|my\b)[a-z]+){0,6}? (?:blood\w*|pink (?:froth|foam|spit|sputum|phlegm|stuff))"
        r"|blood[a-z ,]{0,30}?(?:when|as|whenever|(?:every|each) time|while|if|what) (?:i|he|she|we"
        r"|they)[a-z ]{0,8} cough\w*"
        r"|blood[a-z ]{0,16} in (?:my|the|his|her) (?:spit|sputum|phlegm|mucus|saliva|hanky|handkerchief|tissue|vomit"
        r"|sick)|(?:spit\w*|spat|vomit\w*|throw\w* up|threw up|thrown up|puk\w+|bring\w* up|brought up|hack\w+ up)"
        r"(?: (?!and\b|but\b|my\b)[a-z]+){0,5}? blood\w*"
        r"|(?:pink|bloody|blood ?stained|frothy|foamy)(?: \w+){0,2} (?:spit|froth|foam|sputum|phlegm|stuff)"
        r"|ha?emoptysis"
        r"|blood(?: \w+){0,2} (?:coming|came|comes) (?:up|out of (?:my|his|her) mouth)",
        False,
    ),
    (
        "bleeding",
        "heavy bleeding",
        r"(?:wont|does ?nt|will not|cant) stop (?:the )?bleeding|bleeding (?:heavily|badly)"
        r"|bleeding[a-z ]{0,8} wont stop",
        True,
    ),
    ("weak pulse", "a weak pulse", r"(?:faint|thready) pulse|pulse (?:is )?(?:very )?(?:faint|thready)", False),
    ("seizure", "a fit", r"convuls\w+|(?:having|had) (?:a |another )?(?:fit|seizure)s?", False),
    (
        "headache",
        "a sudden or severe headache",
        r"thunder ?clap|(?:worst|sudden(?:ly)?|blinding|explosive|excruciating|unbearable|agoni[sz]ing|horrific)"
        r"(?: (?!slight|mild|little)\w+){0,3} (?:head ?aches?|migraine|head pain|pain in (?:my|his|her|the) head)"
        r"|(?:head ?aches?|migraine|pain in (?:my|his|her|the) head)[^.;!?]{0,50}(?:thunder\w*|\bworst|out of"
        r" (?:nowhere|the blue)|(?:came|come|hit|struck|started)(?: \w+){0,2} (?:at once|suddenly|in (?:a |one )?"
        r"(?:second|instant|flash|moment)s?|instantly|out of nowhere)|(?:hit|struck|kicked|whacked|hammer|explo\w+"
        r"|stiff neck|neck is (?:so )?stiff)|never had|ever had|worse than (?:any|ever))"
        r"|(?:like|as if|as though)[a-z ]{0,24} (?:hit|struck|kicked|clubbed|shot|hammered|axed?|whacked)[a-z ]{0,20}"
        r" (?:head|skull)|head (?:is |feels )*(?:like it (?:is |will )?)?(?:about to |going to |gonna )?(?:explod\w+"
        r"|burst\w*|split open)"
        r"|(?:popped|burst|exploded|snapped) (?:in|inside) my head"
        r"|never (?:had|felt|known)(?: \w+){0,2} (?:head ?ache|migraine) like",
        True,
    ),
    (
        "stroke",
        "signs of a stroke",
        rf"(?:face|mouth|smile|eyelid|eye){GAP}{{0,24}}(?:droop\w*|dropp\w+|sagg?\w*|hang\w*|numb\w*|crooked"
        rf"|paraly[sz]\w*|lopsided|slid\w*|uneven)|droop\w*{GAP}{{0,16}}(?:face|mouth|smile)"
        rf"|half (?:of )?(?:my|his|her) (?:smile|face) (?:is|has|s) (?:gone|dropped)"
        rf"|slurr(?:ed|ing)[a-z ]{{0,12}}(?:speech|words|speak\w*)|(?:speech|words|talking){GAP}{{0,16}}(?:slurr\w*"
        r"|jumbled|garbled|gibberish|rubbish|nonsense|gone funny)|words(?: are| keep| kept| is| all| just)* (?:com\w+"
        r"|get\w*)(?: out)?(?: all)? (?:wrong|mixed|muddled|funny|backwards)"
        r"|talk(?:ing|s) (?:rubbish|gibberish|nonsense|funny)"
        rf"|(?:arm|leg|side|(?<!other )hand|half (?:of )?(?:my|his|her|the) body){GAP}{{0,24}}(?:gone weak"
        r"|g[ai]v\w+ way|weak(?:ness)?|numb(?:ness)?|paraly[sz]\w*|gone dead|went dead|limp|floppy|useless|wont move)"
        rf"|(?:weak(?:ness)?|numb(?:ness)?|paraly[sz]\w*|loss of strength){GAP}{{0,24}}(?:arm|leg|hand|(?:one|left"
        r"|right) side|half of)"
        r"|(?:can(?:t| ?not)|unable to) (?:move[a-z ]{0,16}(?:arm|leg|hand|side)|get (?:my|his|her|the) words out)"
        r"|seeing double|double vision"
        r"|(?:can(?:t| ?not)|trouble|difficulty|unable to) (?:speak(?:ing)?|talk(?:ing)?|find (?:my |the )?words"
        r"|finding (?:my |the )?words|lift (?:my|his|her|an|one) arm)|(?:gone|went|going) blind|lost (?:my "
        r"|the )?(?:sight|vision)"
        r"|(?:can(?:t| ?not)) see (?:out of|from|with) (?:my|one)|sudden(?:ly)? (?:confus\w+|blind\w*"
        r"|loss of vision|vision loss|lost (?:my )?vision)|(?:confus\w+) (?:all of a sudden|suddenly)",
        False,
    ),
    (
        "palpitations with symptoms",
        "palpitations with dizziness, pain or during exertion",
        rf"{PALPITATION}[^.;!?]{{0,60}}?(?:{UNWELL}|exercis\w+|exertion|running|sport)"
        rf"|(?:{UNWELL}|exercis\w+|exertion|running|sport)[^.;!?]{{0,60}}?{PALPITATION}",
        False,
    ),
    (
        "racing heart",
        "a very fast heartbeat that does not settle",
        r"(?:heart|pulse|heartbeat)[a-z0-9 ,]{0,40}?(?:cant count|cannot count|too fast to count"
        r"|(?:wont|will not|does ?nt|does not|isnt|is not|not|cant) (?:slow\w*|calm\w*|settl\w+))"
        r"|(?:rac\w+|pound\w+|fast|mad|hammering)[a-z ,]{0,16} (?:wont|will not|does ?nt|does not) stop",
        True,
    ),
    (
        "cold sweat",
        "a cold sweat",
        r"cold sweats?|sweat(?:ing|s|y)? cold|(?:cold|clammy),? (?:and )?(?:wet|sweaty|clammy|pale)"
        r"|(?:sweat\w*|clammy)[^.;!?]{0,40}(?:nause\w+|vomit\w*|sick|pale|gr[ae]y|pains?|hurts?|ach(?:e|es|ing))"
        r"|(?:nause\w+|vomit\w*|pale|gr[ae]y|pains?|hurts?|ach(?:e|es|ing)|agony)[^.;!?]{0,40}(?:sweat\w*|clammy)",
        False,
    ),
    (
        "dying",
        "a feeling of dying",
        r"(?:feel(?:s|ing)?|think|feels|sure|convinced|scared|afraid)(?: like| as if| as though| that)* (?:im|i am)"
        r" (?:going to die|dying|about to die|gonna die)|impending doom|(?:i am|im|hes|shes|he is"
        r"|she is) dying(?! to\b)",
        False,
    ),
    (
        "unresponsive",
        "a person who does not respond",
        r"unresponsive|not (?:responding|breathing|waking|reacting)|no pulse|(?:does|is)(?:nt| not) (?:respond|wak"
        r"|breath|react)(?:e|ing)?|lost (?:the|his|her|a) pulse|pulseless"
        r"|cardiac arrest|stopped breathing|(?:could ?nt|could not|cant|cannot|can not) (?:rouse|wake|waken|revive"
        r"|be (?:woken|roused))"
        r"|wo(?:nt|nt not|n not) wake|(?:hardly|barely|scarcely|no longer)"
        r" (?:answer|respond|react|wak)(?:s|es|ing)?\b"
        r"|(?:gr[ae]y|blue) and cold|cold and (?:gr[ae]y|blue)",
        True,
    ),
    (
        "defibrillator",
        "shocks from a defibrillator",
        r"(?:defib\w*|icd)(?! no\b)[a-z0-9 ]{0,24}(?:shock(?:s|ed|ing)?|fir(?:e|es|ed|ing)|went off|gone off"
        r"|go(?:es|ing) off)|shock(?:s|ed)? (?:from|by) (?:my|the|his|her|an) (?:defib\w*|icd)",
        False,
    ),
    (
        "help",
        "a call for help",
        r"(?:send|call|get)(?:ing)? (?:me |us |him |her )?(?:an|the) ambulance|send (?:somebody|someone|help)",
        True,
    ),
    (
        "very unwell",
        "feeling very unwell",
        r"(?:wont|will not|not going to|not gonna) make it (?:through|to|till|until)|life (?:is )?slipping away"
        r"|something(?: is|s) (?:very|terribly|seriously|badly|horribly|really) wrong"
        r"(?! (?:with|on|in) (?:the|this|your|that|my) (?:e[ck]g|recording|tracing|trace|strip|result|report|machine))"
        r"|(?:cant|cannot|can not) (?:even )?stand(?: up)?(?= any ?more|\W*$|, | and )",
        True,
    ),
)

RULES: tuple[Rule, ...] = tuple(
    Rule(RedFlag(key, words), re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])"), holds_no)
    for key, words, pattern, holds_no in (*_WRITTEN, *SELF_HARM)
)
