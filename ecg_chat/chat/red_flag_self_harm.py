"""The words in which people tell of a medicine taken in excess, and of thoughts of harming themselves."""

from __future__ import annotations

from ecg_chat.chat.red_flag_words import OWN, SELF, TABLETS

SELF_HARM: tuple[tuple[str, str, str, bool], ...] = (
    (
        "overdose",
        "too much of a medicine taken",
        r"(?:took|taken|swallowed|ate|eaten)[a-z ]{0,16} (?:whole|entire|full|all) (?:of )?(?:the |a )?"
        r"(?:strip|blister)s?(?! of (?:the |an? )?(?:ecg|ekg|rhythm|paper|tape))"
        r"|(?:took|taken|swallowed|necked|downed) (?:about |around |over |nearly |some )?"
        r"(?:[0-9]{2,3}|ten|twelve|fifteen|twenty|thirty|forty|fifty|dozens)(?! ?(?:m?g|mcg|ml|milligrams?)\b)"
        r"(?: of)? [a-z ]{0,30}(?:pills|tablets|capsules|blockers)"
        r"|(?:took|taken|swallowed|necked|downed) (?:every (?:last |single )?(?:pill|tablet)|the lot\b"
        rf"|(?:a )?(?:loads?|bunch|handful|heap|ton) of[a-z ]{{0,20}} {TABLETS}"
        r"|(?:ten|twelve|fifteen|twenty|thirty|forty|fifty|dozens of) (?:digoxin|warfarin|paracetamol|flecainide"
        r"|sotalol"
        r"|aspirins?|amiodarone|diltiazem|verapamil|[a-z]+(?:olol|pril|pine|sartan|zepam|codeine))s?"
        rf"|all (?:of )?(?:{OWN} |them )[a-z ]{{0,16}}(?:tablets|pills|meds)? ?(?:at once|in one go))",
        False,
    ),
    (
        "overdose",
        "too much of a medicine taken",
        rf"(?:swallowed|necked|downed) (?:all|every one|the rest) (?:of )?(?:{OWN}|the|them)",
        False,
    ),
    (
        "self-harm",
        "thoughts of harming yourself",
        rf"(?:kill|hang|drown|shoot|harm|top)(?:s|ed|ing|ping)? {SELF}|suicid\w+|overdos\w+|self ?harm\w*"
        rf"|(?:want|wanted|going|gonna|might|will|could|about|urge|thinking|thoughts?|tempted|afraid|scared)"
        rf"(?: i| ill| will| to| of| about| may)* (?:hurt|cut|injure)(?:ting|ing)? {SELF}|do(?:ing)? away with {SELF}"
        r"|(?:wants?|wanted|wanting|ready|rather|prefer|wish(?:es)?|hope) (?:to |i (?:could )?|just )*die\b"
        r"(?! of)|(?:wish|rather|better off|prefer)(?: to| i| he| she| was| were| be| being| just)* (?:dead|gone)"
        r"|wish i (?:had never|hadnt|was never|were never) (?:been )?born|better off without (?:me|him|her)"
        rf"|(?:dont|do not|didnt|doesnt|does not|no longer|not|never)(?: really| even| just)* (?:want(?:s|ed|ing)?"
        rf"|wanna"
        rf"|wish|care)(?: to)? (?:live(?! (?:with|in|near|on|alone|at|here|there)\b)|be alive|exist\b"
        r"|be here(?=(?: any ?more)?(?: tomorrow)?(?:\W*$|,))|be (?:here|around) any ?more|be in this world"
        r"|wake up(?= (?:any ?more|again|tomorrow)|\W*$|,)|go on(?= (?:any ?more|like this|living)|\W*$|,)"
        r"|carry on(?= (?:any ?more|like this|living)|\W*$|,))"
        r"|(?:dont|do not|cant|cannot|no longer|doesnt) see (?:the |any |a )?(?:point|reason|future|way out)\b"
        rf"|(?:do|doing) something (?:stupid|silly|terrible|bad|drastic|to {SELF})"
        r"|tired of (?:living|life|being alive)|(?:no|any|what) (?:reason|point)(?: left)?(?: to| in| for| of)"
        r" (?:live|living|go(?:ing)? on|carry(?:ing)? on|be(?:ing)? (?:alive|here))|(?:no|not|isnt)(?: longer)? worth"
        r" living|nothing (?:left )?to live for"
        r"|end(?:ing|ed|s)? (?:it all|(?:my|his|her|their) (?:own )?life|everything)|(?:to|gonna|wanna|ill|might|will"
        r"|could|of|about) end(?:ing)? (?:it|things)|tak(?:e|ing|en) (?:my|his|her) (?:own )?life|took (?:my|his|her)"
        r" own life"
        r"|(?:nobody|no ?one|they|everyone|everybody|family|kids|world|none of them)(?: \w+){0,2} (?:would|d|will"
        r"|wouldnt"
        r"|wont)(?: even)? (?:miss|notice|care)[a-z ]{0,8} (?:me|if i)|(?:if|when|once) i(?:m| am| was| were) (?:dead"
        r"|gone"
        r"|no longer (?:here|alive))|plan(?:s|ned|ning)?(?: \w+)? (?:to|how to|on|for)(?: \w+)? (?:die|dying"
        r"|end(?:ing)?"
        r" (?:it|my|things))"
        rf"|(?:might|want|wants|feel like|thinking|thought|tempted|about|going|gonna|could)(?: of| to| about| just| i"
        rf"| may)* (?:tak(?:e|ing)|swallow(?:ing)?) (?:all|every|the whole|a whole|the entire|the lot|a handful)[a-z ]"
        rf"{{0,30}}(?:{TABLETS}|lot|them)?(?: \w+)? ?(?:at once|in one go|tonight|and (?:be done|end|sleep|never|go to"
        rf" sleep))|(?:saved|saving|hoard\w*|stockpil\w*)(?: up)?[a-z ]{{0,16}} {TABLETS}"
        rf"|(?:not|dont|do not|doesnt|never|nt)(?: feel(?:ing)?)?(?: very| really)? safe (?:from|with|around) {SELF}"
        r"|(?:not|dont|do not)(?: feel)? safe (?:on my own|being alone|alone)|(?:cant|cannot)"
        r" (?:trust myself|keep myself safe)|danger to myself"
        r"|(?:cant|cannot|can not) (?:go on|take (?:it|this|much more|any ?more)|do this|live like this)(?: any ?more"
        r"| like"
        r" this|\W*$|,)|(?:said|saying|say) (?:my |our )?(?:final )?goodbyes?(?: to (?:everyone|the world|my (?:kids"
        r"|family)))|(?:suicide|goodbye|farewell) (?:note|letter)|(?:jump|step|throw myself)(?:ing)? (?:off"
        r"|in front of)"
        r" (?:a |the )?(?:\w+ )?(?:bridge|roof|building|train|balcony|cliff|bus|lorry|car)"
        r"|want (?:it all|everything|all this)(?: just)? to (?:be over|end|stop)|(?:not|never) wak(?:e|ing) up again"
        r"|sleep and (?:not|never) wake"
        r"|(?:took|taken|swallowed) (?:far |way )?(?:too many|(?:a|the) (?:whole )?(?:bottle|box|pack|handful) of)"
        r"[a-z ]{0,24}(?:pills|tablets|medicines?|capsules|blockers)",
        True,
    ),
)
"""Key, words for the person, pattern, and whether "no" inside the pattern belongs to it."""
