"""Pieces that several rules for red flags share, and the text as the rules read it.

Texts are matched as `plain` makes them: small letters, no apostrophes, blanks for hyphens, so that "can't", "cant" and
"light-headed", "light headed" are the same.
"""

from __future__ import annotations

import re

from ecg_chat.chat.sentences import sentence

GAP = r"[a-z ,]"
OWN = r"(?:my|his|her|the|their|your)"
PAIN = (
    r"(?:pains?|painful|(?<!blood )pressure|tight(?:ness|en\w*|er|ly)?|heav(?:y|iness)|squeez(?:ing|ed|es?)|squash\w*"
    r"|crush(?:ing|ed|es)|burn(?:s|ing)|discomfort|ach(?:e|es|ing|ed|y)|hurts?|hurting|weight|cramps?|stab(?:s|bing)"
    r"|constrict(?:ion|ing|ed)|clutch(?:es|ing|ed)|vi[cs]e|agony|press(?:es|ing)|tearing|ripping|ripped|torn"
    r"|shearing|splitting|knife|killing|on fire|gripp(?:ing|ed)|clamp\w*|caving in|burst(?:ing)?\b|explod\w*"
    r"|clos(?:es?|ed|ing) (?:up|in))"
)
TRUNK = r"(?:chest|breast ?bone|breasts?|sternum|thora(?:x|cic)|retrosternal|substernal|precordial|rib ?cage)"
CHEST = rf"(?:{TRUNK}|heart(?! (?:rate|beat|attack|disease|failure|trace|tracing|rhythm)))"
LOAD = (
    r"(?:elephants?|anvil|bricks?|boulder|rocks?|stones?|concrete|horse|piano|car|truck|lorry|ton(?:ne)?s?"
    r"|sand ?bags?|sumo\w*)"
)
BELT = r"(?:band|belt|strap|rope|corset|hoop|girdle|wire|chain|clamp|vi[cs]e|fist|iron ring|knife|dagger|poker)"
SEVERE = (
    r"(?:severe|sudden(?:ly)?|terrible|unbearable|excruciating|agoni[sz]ing|awful|so much|worst|dreadful|horrific"
    r"|horrendous|violent|massive|intense|incredible|searing)"
)
PLACE = r"(?:back|stomach|tummy|belly|abdomen|throat|neck|ribs|jaws?|teeth|shoulders?|shoulder ?blades?|side)"
CONSCIOUS = r"con(?:sci|sc|ci|c|shi|sh|si|s|ch)[eiou]{1,3}s{1,2}(?:n?ess?|nis)?"
PERSON = (
    r"(?:i|he|she|him|they|husband|wife|partner|mum|mom|mam|dad|father|mother|baby|child|son|daughter|nan|gran\w*"
    r"|brother|sister|uncle|aunt|boyfriend|girlfriend|friend|patient|pt|man|woman|boy|girl)(?:s|m|ve|d)?"
)
GO_DOWN = (
    r"(?:faint|pass out|collapse|black ?out|keel over|go down(?! (?:to|the|in|with|for|by|stairs)\b)"
    rf"|drop(?! (?:dead|the|my|off|a|an|out|in|by)\b)|fall(?:ing)? (?:over|down)|fall(?=\W*$|,| and\b)|topple over"
    rf"|go under|conk out|lose {CONSCIOUS})"
)
FAINT = (
    r"(?:fainted|fainting|faints|(?<!\ba )(?<!\bthe )faint"
    r"|(?:had|have|having) a faint(?= (?:this|today|yesterday|in|at|on|just|and|while|when|after|again)\b| ?[,.!?;]|$)"
    r"|faint (?:spell|turn|feeling|attack|episode|fit)s?"
    r"|passe?d? out|passing out|black(?:ed|ing)? ?out|black ?outs?|zon(?:ed|ing) out and fell"
    rf"|syncop(?:e|al|es)|presyncope|lo+[st]+(?:ing|e|ed)? (?:my |his |her |all )?{CONSCIOUS}|loss of {CONSCIOUS}"
    rf"|un{CONSCIOUS}|collaps(?:e|ed|ing|es)|keel(?:ed|ing|s)? over|(?:barely|hardly) rous(?:e)?able"
    r"|(?:everything|all|things|the world|it all|the room)s? (?:is |was |keeps? |has |then |just |suddenly )*"
    r"(?:going|goes|go|went|gone|turn(?:s|ed|ing)|getting|fad\w+ to) (?:all )?(?:black|dark|dim|gr[ae]y)"
    r"|(?:vision|sight|eyesight)[a-z ,]{0,24}(?:black|dark|tunnel\w*|narrow\w*|closing in|clos\w+|fading|faded"
    r"|fades|gr[ae]y(?:ing)?)|tunnel vision|black (?:spots )?(?:before|in front of) (?:my|his|her) eyes"
    r"|(?:world|everything|darkness|blackness)(?: is| was| keeps)* closing in"
    r"|(?:i am|im|feel like im) going (?:over|under|down)(?= (?:and|any|now|again|soon)\b|\W*$|[,.!])"
    r"|seeing (?:black|stars)|(?:keep|am|im|i) gr[ae]y(?:ing|ed) out"
    r"|(?:out|knocked) cold|(?:was|were) (?:completely |totally )?(?:out|gone) for (?:a|an|some|several|about|[0-9]+"
    r"|two|five)\b"
    r"|lights (?:just |suddenly )*(?:went|go|going|gone) (?:right )?out|lights out(?: for)? (?:me|him|her)?"
    rf"|{PERSON} (?:just |suddenly |simply |nearly |almost |have |has |has just |keep |keeps |then )*"
    r"(?:went|gone|going|goes) down(?! (?:to|the|in|with|by|stairs|from|on|a|well|badly|for|as)\b)"
    r"|(?:^|, ?)(?:and |then |just |suddenly )*went down(?! (?:to|the|in|with|by|stairs|from|on|a|well|badly|for)\b)"
    r"|(?:drop(?:ped|s)?|crumpl\w+|slump\w*|fell|hit|sank|slid)(?: straight| right| down)* (?:to |on |onto |over )?"
    r"(?:the |my )?(?:\w+ )?(?:floor|ground|deck|pavement)|drop(?:ped|s) like a (?:stone|sack|log)"
    r"|(?:woke(?: up)?|waking(?: up)?|came (?:to|round|around)|found (?:myself|him|her|me)"
    r"|next thing[a-z ]{0,16}|ended up)[a-z ,]{0,20} (?:on|at) the (?:[a-z]+ )?(?:floor|ground|carpet|pavement|tiles)"
    r"|came to(?= ?(?:[,.!?;]|$)| (?:on|lying|again|with|after|and)\b)|regain\w* con\w+"
    rf"|(?:legs|knees) (?:just |keep |suddenly |have |are )*(?:g[ai]v\w+ (?:way|out)|buckl\w+|going from under)"
    r"|(?:dont|do not|cant|cannot) remember (?:falling|going down|hitting the floor)"
    rf"|(?:about|going|ready|close|near|gonna|nearly|almost|will|ill|might|may)(?: to| gonna| have)? {GO_DOWN}"
    r"|(?:nearly|almost) (?:went|gone) (?:down|over|under))"
)
ADVERB = r"(?:even |really |hardly |barely |properly |fully |at all |actually |seem to |just )"
BREATH = (
    r"(?:breathless(?:ness)?|short(?:ness)? (?:of|on) (?:breath|air)|dyspn(?:o?ea|oeic|eic)"
    rf"|(?:can(?:t| ?not)|could ?n(?:o|)t|unable to|not able to) {ADVERB}*(?:breathe?\b"
    r"|(?:catch|get|draw|take|find)[a-z ]{0,20} ?(?:breath|air|oxygen)\b)"
    r"|(?:unable|not able)(?: to)? breath\w*|breath\w*(?: \w+)? through a (?:straw|pillow|wet)"
    r"|lungs?(?: are| is| feel| feels| have| keep)*(?: full| filling| filled)(?: up)? (?:of|with)|im drowning(?! in\b)"
    r"|(?:out of|no|losing my|lost my) breath(?! tests?)|no air|air hunger|hungry for air"
    r"|(?:trouble|difficulty|problems?|hard time|hard work|hard|difficult) (?:with |in |to )?(?:my |his |her )?"
    r"breath(?:e|ing)?"
    r"|(?:hardly|barely|scarcely)(?: able to)? (?:breathe?|breathing|(?:get|draw|catch|take)[a-z ]{0,14}"
    r"(?:air|breath))"
    r"|(?:struggl|fight|fought|battl|gasp|gulp|suck|strain)\w*(?: (?:to|for|with|getting|get|in|hard|at|and"
    r"|every|each|any|my|his|her|some|more|enough|a))+ (?:breath\w*|air)"
    r"|gasping|chok(?:ing|es)|suffocat\w+|smother(?:ing|ed)|strangl(?:ed|ing)"
    r"|like (?:im |i am |being |i was )?(?:drowning|under ?water)"
    r"|breathing(?: has| is| s| gets?| getting| got| becomes?| feels?| became| very| so| really| more and more"
    r"| too| quite)* (?:hard|difficult|labou?red|terrible|awful|worse|stops|stopped|shallow|noisy|rattl\w+|failing)"
    r"|breath (?:has |is |s |keeps |just )*(?:gone|going|failing|stopping|wont come|wont go in)"
    r"|(?:air|nothing|breath) (?:is ?nt|is not|is ?hardly|not|wont|will not|doesnt|hardly)? ?(?:going|getting|goes"
    r"|gets|go|get|coming|come) in"
    r"|not getting (?:enough |any |much )?(?:air|breath|oxygen)"
    r"|(?:can(?:t| ?not)|unable to|hardly|barely|too \w+ to) (?:even |really )?(?:finish|complete|get through|manage"
    r"|say|speak|string)[a-z ]{0,12} ?(?:sentences?|words?)"
    r"|only (?:say|speak|manage|get|talk)[a-z ]{0,16} (?:words?|gasps)"
    r"|(?:sit|sat|sitting|prop|propped|sleep|slept|sleeping|stay|lean|leaning)[a-z ]{0,16} ?(?:upright|up|forward"
    rf"|in (?:a|the|my) (?:arm ?)?chair){GAP}{{0,30}}(?:breath\w*|air\b)"
    r"|breath\w*[^.;!?]{0,40}(?:bolt upright|sit(?:ting)? upright|sat upright|sleep(?:ing)? upright)"
    r"|(?:can(?:t| ?not)|couldnt|unable to) (?:lie|lay)(?: down)?(?: flat)"
    r"|(?:lie|lay|lying)(?: down)? flat[a-z ,]{0,24}(?:breath|air|drown)"
    r"|wheez\w+(?: so| really| very| too| that)* (?:hard|bad\w*|terribl\w*|severe\w*|awful\w*|much)"
    r"|(?:bad\w*|terribl\w*|severe\w*|hard|awful\w*)(?: \w+)? wheez\w+|stridor"
    r"|pant(?:s|ing) (?:at rest|like a|for (?:air|breath)))"
)
PALPITATION = (
    r"(?:palpitations?|rac(?:ing|y) heart|pounding heart|rapid heart ?beat"
    r"|(?:heart|pulse|heartbeat)(?: is| s| was| keeps?| just| has been| suddenly)*"
    r" (?:rac(?:ing|es|ed)|pounding|pounds|flutter(?:ing|s)|skipping|hammering|thumping|thudding|galloping|pumping"
    r"|thrashing|sprinting|leaping)"
    r"|(?:heart|pulse|heartbeat)(?: is| s| was| keeps?| just)* (?:going|beating|beats|goes|running|flying)"
    r"(?: so| really| too| very| extremely| at)* (?:fast|quick\w*|crazy|mad|wild\w*|nuts|bananas|berserk|haywire"
    r"|a (?:crazy|mad) \w+|like (?:mad|crazy|hell|the clappers|(?:a )?\w+(?: \w+)?)|[12][0-9]{2}))"
)
UNWELL = (
    r"(?:dizz\w+|light ?headed\w*|woozy|giddy|faint(?:ing)?|pain|spinning|weak|sweat\w*|nause\w+|pass(?:ing)? out"
    r"|black(?:ing)? ?out|keel\w*|collaps\w+|breathless\w*|go down|(?:near|about|going) to (?:fall|drop))"
)
COLOUR = (
    r"(?:blu(?:e|ey|ish|eish)|purpl(?:e|ish)|violet|mauve|gr[ae]y(?:ish)?|dusky|ashen)"
    r"(?! (?:line|lines|paper|ink|pen|curve|trace|band|bar|button|box|dots?|cable|electrodes?|wire|leads?|clip"
    r"|stickers?|grid|squares?|marker|gloves?|nails?|polish|varnish|eyes?|hair|jumper|cuff|bruis\w+|mark\w*|spot"
    r"|screen|background|light)\b)"
)
SKIN = (
    r"(?:lips?|mouth|face|tongue|fingers?|finger ?tips?|finger ?nails?|nails?|nail ?beds?|toes|skin|cheeks|ear ?lobes?)"
)
TABLETS = r"(?:pills|tablets|medicines?|medication|meds|capsules|blockers|box|bottle|packet|strip)"
SELF = r"(?:my|him|her|them)sel(?:f|ves)"

_HARMLESS = re.compile(
    r"\b(?:elephants? in the room|tearing (?:hurry|rush|about|along|up)|tear(?:s|ing)? (?:gas|off)"
    r"|blood (?:pressure|tests?|thinn\w+|sugar|group|results?|count|work|vessels?|samples?|donor)"
    r"|(?:breast|chest) ?(?:feed\w*|cancer|screening|milk|lump|implants?|straps?|leads?|electrodes?)"
    r"|heart ?(?:broken|breaking|warming|throb)|chok(?:ed|ing) up|breath tests?|chok(?:ed|ing) with laughter"
    r"|(?:blue|purple|gr[ae]y|black)(?: \w+)? (?:lipstick|nail polish|nail varnish|ink|paper)|lip(?:stick| balm)"
    r"|(?:nails?|face|lips)(?: \w+)? (?:painted|dyed|polished)|paint\w*[a-z ]{0,16}(?:nails?|lips?|face)[a-z ]{0,8}"
    r"(?:blue|purple|gr[ae]y|black)"
    r"|(?:line|lines|trace|tracing|print|printout|ink|paper|signal|waves?|writing|recording|copy|scan|image|photo"
    r"|picture|grid|ringing|numbers?|letters?)(?: in \w+| of \w+| here)?(?: is| are| was| were| looks?| seems?| so"
    r"| too| very| a bit| rather"
    r"| quite| only| just| really)* faint"
    r"|faint(?:ly)? (?:lines?|trace|tracing|signals?|print\w*|ink|ringing|noise|sound|hum\w*|buzz\w*|smell|hope|idea"
    r"|marks?|pattern|grid|memor\w+|chance|murmur|glow|light|colou?r|image|waves?|p waves?|outline|copy|scan|rash"
    r"|spots?|tick\w*)|faint (?:of|at) heart(?:ed)?|faint ?hearted"
    r"|lights (?:\w+ )?(?:went|go|going) out (?:in|at) (?:the|our|this|my) (?!head|eyes)\w+"
    r"|vi[cs]e (?:versa|president|captain|chair\w*))\b"
)


def plain(text: str) -> str:
    """Return a text as the rules read it, without the phrases that only sound like an emergency."""
    lowered = sentence(text).text.replace("'", "").replace("-", " ")
    return _HARMLESS.sub("~", re.sub(r"\s+", " ", lowered).strip())
