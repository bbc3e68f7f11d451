"""References to measured values: what the language model writes instead of digits.

A small language model copies digits badly, and a measurement must come from signal processing alone. So the model
writes ``<|qrs|>`` where the QRS duration belongs, and `resolve` puts the number there while the answer streams. The
numbers are read from the very facts that stand in the prompt. Digits that the model writes by itself stay possible and
are checked like any other claim. ``<|asked|>`` is the name of the statement that the question is about
(`Message.asked`), because the model sometimes wrote a neighbour's name instead; ``<|Asked|>`` begins a sentence.
Others are whole sentences, to a patient (`ecg_chat.conversation.told`) or to a clinician
(`ecg_chat.conversation.concluded`, `ecg_chat.conversation.reported`). ``<|rhythm_named|>`` is the name of the rhythm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from ecg_chat.conversation import concluded, reported, told
from ecg_chat.conversation.asked_evidence import evidence_of, in_this_recording
from ecg_chat.conversation.groups import group_answer
from ecg_chat.conversation.sentence_parts import capital, in_words
from ecg_chat.conversation.types import Conversation
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue

MAX_REASONS = 5
LEAD_LISTS = ("st_raised", "st_lowered", "t_inverted")
MISSING = "(not measurable)"
NOT_MET = "the measured criteria are not met"
NOT_ASKED = "I am not sure which finding you mean."
UNNAMED = "this"
"""Stands for the asked statement where the question names none."""

_PATTERNS: Mapping[str, str] = {
    "rate": r"^rate (\d+)/min",
    "p": r"(?:^|, )P (\d+) ms",
    "pr": r"PR (\d+) ms",
    "qrs": r"QRS (\d+) ms",
    "qt": r"QT (\d+) ms",
    "qtc": r"QTc (\d+) ms",
    "axis": r"^axis .*QRS (-?\d+)",
    "p_share": r"P before (\d+) %",
    "rate_word": r"^rate \d+/min (below|within|above)",
    "pr_word": r"PR \d+ ms (short|normal|prolonged)",
    "qrs_word": r"QRS \d+ ms (wide|slightly wide|normal)",
    "qtc_word": r"QTc \d+ ms (prolonged|not prolonged)",
    "axis_word": r"^axis .*QRS -?\d+ ((?:left|right|extreme) axis deviation|normal)",
    "regularity": r"^rhythm ([^,\n]+)",
    "st_raised": r"^ST raised ([^;\n]+)",
    "st_lowered": r"ST lowered ([^;\n]+)",
    "t_inverted": r"T inverted outside aVR ([^;\n]+)$",
    **{f"why{k}": rf"^met {k} \S+: (.+)$" for k in range(1, MAX_REASONS + 1)},
    **{f"st_{lead}": rf"^ST mV .*\b{lead} ([+-]\d\.\d\d)" for lead in STANDARD_LEADS},
}
_SENTENCES: Mapping[str, Callable[[str], str]] = {
    "rhythm_told": told.rhythm_told, "findings_told": told.findings_told, "rate_told": told.rate_told,
    "regularity_told": told.regularity_told, "infarct_told": told.infarct_told, "shown": told.shown,
    "advice": told.advice, "conclusion": concluded.conclusion, "grounds": concluded.grounds, "st_t": concluded.st_t,
    "infarct": concluded.infarct_named, "rhythm_section": reported.rhythm_section,
    "conduction_section": reported.conduction_section, "chambers_section": reported.chambers_section,
    "myocardium_section": reported.myocardium_section, "st_t_found": reported.st_t_found,
}  # fmt: skip
"""References that stand for sentences; one that has nothing to say leaves no gap."""
_MEANS = re.compile(r"\bmeans: <\|\w+\|>(.*)", re.DOTALL)
"""Behind these words stands what the catalogue says, and whether it is there, whatever the model says."""
HERE = "in this recording"
GROUP_ANSWER = "group answer"
"""What the facts say of the kind of findings that is asked for: no reference, but it takes the place of an answer."""
YES_NO = ("Yes", "No", "Possibly")
_YES_NO = re.compile(rf"(?:{'|'.join(YES_NO)})(?![A-Za-z])")
_ASKS_WHY = "kind: why"
OF_THE_ASKED = ("plain", "meaning")
"""What the catalogue says of the statement that was asked about: to a patient, and to a clinician."""
RHYTHM_NAMES = ("rhythm_named", "Rhythm_named")
"""The name of the rhythm within a sentence, and at its beginning."""
SLOTS = tuple(
    f"<|{name}|>"
    for name in (*_PATTERNS, "age", "asked", "Asked", *_SENTENCES, *OF_THE_ASKED, *RHYTHM_NAMES, "evidence")
)

# Where an earlier answer states a value, so that the model sees its own way of writing in the history.
_STATED: Mapping[str, str] = {
    "rate": r"(?:rate is |at |gives |beat )({})(?=/min| times)",
    "p": r"P wave is ({})(?= ms)",
    "pr": r"PR(?: interval is)? ({})(?= ms)",
    "qrs": r"QRS(?: duration(?: measured here)? is)? ({})(?= ms)",
    "qt": r"QT(?: interval is)? ({})(?= ms)",
    "qtc": r"QTc(?: is)? ({})(?= ms)",
    "axis": r"axis is ({})(?=°)",
    "p_share": r"precedes ({})(?= %)",
    "rate_word": r"(?:/min,|That is) ({})(?= the usual)",
    "pr_word": r"PR interval is \S+ ms, ({})",
    "qrs_word": r"QRS duration is \S+ ms, ({})",
    "qtc_word": r"QTc is \S+ ms \(Fridericia\), ({})",
    "axis_word": r"axis is \S+°, ({})",
    "regularity": r"(?:rhythm is|beats are) ({})(?![a-z])",
    "st_raised": r"ST is raised in ({})(?=[.;])",
    "st_lowered": r"ST is lowered in ({})(?=[.;])",
    "t_inverted": r"T is inverted in ({})(?=[.;])",
    "rhythm_named": r"(?:the rhythm is |was found: )({})(?= at )",
    "Rhythm_named": r"(?:^|[.:] )({})(?= at [^.;]*; the rhythm is )",
}


def values(conversation: Conversation) -> dict[str, str]:
    """Return the text of each slot that this conversation's facts fill."""
    found = {}
    for name, pattern in _PATTERNS.items():
        match = re.search(pattern, conversation.facts, re.MULTILINE)
        if match:
            found[name] = _leads_in_words(match.group(1)) if name in LEAD_LISTS else match.group(1)
    for code, reason in re.findall(r"^met \d+ (\S+): (.+)$", conversation.facts, re.MULTILINE):
        found[f"reason {code}"] = reason
    if conversation.patient.age_years is not None:
        found["age"] = f"{conversation.patient.age_years:.0f}"
    found |= {name: say(conversation.facts) for name, say in _SENTENCES.items()}
    rhythm = concluded.rhythm_named(conversation.facts)
    found |= dict(zip(RHYTHM_NAMES, (rhythm, capital(rhythm)), strict=True))
    question = next((message for message in reversed(conversation.messages) if message.role == "user"), None)
    if question is None:
        return found
    group = group_answer(question, conversation.facts, patient=conversation.audience == "patient")
    found |= {GROUP_ANSWER: group} if group else {}
    if not question.asked:
        return found
    said = _said_of(question.asked_code, question.asked)
    if said and conversation.audience == "patient":
        said["meaning"] = said["plain"]  # whichever the model refers to
    here = in_this_recording(question, conversation.facts)
    said |= {HERE: here} if here else {}
    evidence = evidence_of(question, conversation.facts)
    said |= {"evidence": evidence} if evidence else {}
    if evidence and question.note.startswith(_ASKS_WHY):  # what a finding is in general is no reason for it here
        said |= dict.fromkeys(OF_THE_ASKED, f"{evidence}.")
    return found | {"asked": question.asked, "Asked": capital(question.asked)} | said


def _said_of(code: str, asked: str) -> dict[str, str]:
    """Return what the catalogue says of a statement; under a name of several it is said which of them is told."""
    statement = load_catalogue().get(code)
    if statement is None:
        return {}
    which = "" if asked.lower() == statement.name.lower() else f"for example {statement.name}. "
    return {name: f"{which}{getattr(statement, name)}" for name in OF_THE_ASKED}


def _leads_in_words(leads: str) -> str:
    """Write "II III aVF" as "II, III and aVF", and "none" so that a sentence about it stays true."""
    return "no lead" if leads == "none" else in_words(leads.split())


def resolve(text: str, known: Mapping[str, str]) -> str:
    """Put the values in place of the references; a reference without a value says so.

    A reason belongs to the statement that the sentence names: if the model refers to the reason of another one, the
    right one is put there, and if the named statement's criteria are not met, the answer says that. Where a whole kind
    of findings is asked for, the program answers in place of a yes, a no or a possibly; nothing is shown before.
    """
    if GROUP_ANSWER in known and (_YES_NO.match(text) or any(word.startswith(text) for word in YES_NO)):
        return known[GROUP_ANSWER] if _YES_NO.match(text) else ""
    text = text.replace("<|asked|>", known.get("asked", UNNAMED))
    text = text.replace("<|Asked|>", known.get("Asked", capital(UNNAMED)))
    here = known.get(HERE, "")
    text = _MEANS.sub(rf"means: <|plain|> {here}" if here else r"means: <|plain|>\1", text)
    for name in _SENTENCES:
        if not known.get(name, MISSING):  # nothing to tell, and no second blank
            text = text.replace(f" <|{name}|>", "").removeprefix(f"<|{name}|> ")
    return re.sub(r"<\|(\w+)\|>", lambda m: _value(m, known), text)


def _value(match: re.Match[str], known: Mapping[str, str]) -> str:
    name = match.group(1)
    if name.startswith("why"):
        before = match.string[: match.start()]
        code = _last_named(before.rsplit(". ", 1)[-1])
        reason = known.get(name, MISSING) if code is None else known.get(f"reason {code}", NOT_MET)
        return capital(reason) if before.endswith(". ") else reason
    if name == "evidence" and match.string[: match.start()].endswith(". "):
        return capital(known.get(name, NOT_ASKED))
    return known.get(name, NOT_ASKED if name in (*OF_THE_ASKED, "evidence") else MISSING)


def _last_named(sentence: str) -> str | None:
    """Code of the statement whose name ends last in a sentence; the longest if several end there."""
    ends = [
        (sentence.lower().rfind(statement.name.lower()) + len(statement.name), len(statement.name), code)
        for code, statement in load_catalogue().items()
        if statement.name.lower() in sentence.lower()
    ]
    return max(ends)[2] if ends else None


def refer(text: str, known: Mapping[str, str]) -> str:
    """Put references in place of values that an earlier answer states; the inverse of `resolve` for our own wording."""
    for name in sorted((*_SENTENCES, *OF_THE_ASKED), key=lambda name: -len(known.get(name, ""))):  # they hold values
        if known.get(name):
            text = text.replace(known[name], f"<|{name}|>")
    if known.get("evidence"):
        text = text.replace(known["evidence"], "<|evidence|>").replace(capital(known["evidence"]), "<|evidence|>")
    for k in range(1, MAX_REASONS + 1):  # before values, because a reason states values itself
        reason = known.get(f"why{k}")
        if reason:
            text = text.replace(reason, f"<|why{k}|>").replace(capital(reason), f"<|why{k}|>")
    for name, pattern in _STATED.items():
        if name in known:
            text = re.sub(pattern.format(re.escape(known[name])), partial(_with_slot, name=name), text)
    return refer_to_asked(text, known.get("asked", ""))


def refer_to_asked(text: str, asked: str, code: str = "") -> str:
    """Put references in place of the name of the asked statement, and of what the catalogue says of it."""
    if not asked:
        return text
    for name, said in _said_of(code, asked).items():
        text = text.replace(said, f"<|{name}|>")
    text = re.sub(rf"(?<![\w-]){re.escape(asked)}(?![\w-])", "<|asked|>", text)
    return re.sub(rf"(?<![\w-]){re.escape(capital(asked))}(?![\w-])", "<|Asked|>", text)


def _with_slot(match: re.Match[str], name: str) -> str:
    start, stop = match.start(1) - match.start(), match.end(1) - match.start()
    return f"{match.group()[:start]}<|{name}|>{match.group()[stop:]}"
