"""What speaks for the statement that a question is about, worded by the program where the model refers to it.

The line after the question says how likely the encoder finds the statement and how its criteria came out
(`ecg_chat.chat.looked_up`); a language model that put this into words from memory could say "the criteria are not met"
of an infarct whose criteria were met, which nothing on the page can notice.
"""

from __future__ import annotations

import re

from ecg_chat.conversation.named_in_facts import found_among, rhythm_code
from ecg_chat.conversation.sentence_parts import in_words
from ecg_chat.conversation.types import Message
from ecg_chat.statements.catalogue import load_catalogue

MET, MET_WITHOUT_REASON = "criteria met", "the measured criteria are met"
SPOKEN_FOR = ("likely", "possible")
MAX_LEADS = 3
_ITEM = re.compile(
    r"(?P<name>.+?): (?P<level>[a-z ]+?)(?:, (?P<criteria>criteria (?:not )?met)\b.*)?(?:, stands out)?$"
)


def evidence_of(question: Message, facts: str) -> str:
    """Say what speaks for the asked statement: its met conditions, or the learned pattern alone; "" if none is asked.

    Parameters
    ----------
    question : Message
        With its note.
    facts : str
        Of the prompt; they hold the met conditions.
    """
    statement = load_catalogue().get(question.asked_code)
    if statement is None:
        return ""
    level, criteria = _looked_up(question.note, statement.name)
    if criteria == MET:
        reason = re.search(rf"^met \d+ {re.escape(statement.code)}: (.+)$", facts, re.MULTILINE)
        return reason[1] if reason else MET_WITHOUT_REASON
    if level not in SPOKEN_FOR:
        return f"the learned pattern does not show it{', and the measured criteria are not met' if criteria else ''}"
    where = f" in leads such as {in_words(list(statement.leads[:MAX_LEADS]))}" if statement.leads else ""
    if criteria:
        return f"the learned pattern speaks for it{where}, but the measured criteria are not met"
    return f"the learned pattern speaks for it{where}; measurements alone cannot decide it"


def in_this_recording(question: Message, facts: str) -> str:
    """Say to a patient whether the asked statement, whose meaning was told, is there; "" if none is asked."""
    code = question.asked_code
    if code not in load_catalogue() or not facts:
        return ""
    found = found_among(facts, [code])
    if found.stated or code == rhythm_code(facts):
        return "Your recording shows signs of it."
    if found.possible:
        return "In your recording it is possible, but not certain."
    if _looked_up(question.note, load_catalogue()[code].name)[1] == MET:
        return "In your recording its measured criteria are met, but the overall pattern does not show it."
    return "It was not found in your recording."


def _looked_up(note: str, name: str) -> tuple[str, str]:
    """Return how likely the line calls a statement, and what it says of the criteria."""
    for part in note.split("; "):
        match = _ITEM.match(part)
        if match and (match["name"].endswith(f"({name})") or match["name"].lower() == name.lower()):
            return match["level"], match["criteria"] or ""
    return "", ""
