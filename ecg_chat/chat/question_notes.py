"""The line after each question: its kind, what was looked up for it, the measured values that it asks for.

The language model puts the line into words; chat and training call the same functions.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecg_chat.chat.asking_part import asked_kind, asking_part, is_of_the_whole, names_something
from ecg_chat.chat.looked_up import LookedUp, look_up, look_up_code
from ecg_chat.chat.named_findings import ABOUT_A_FINDING, asks_for_something_unknown, named_in_ecg_qa
from ecg_chat.chat.named_measures import is_of_one_lead, measures_asked_for
from ecg_chat.chat.question_kind import UNCLEAR
from ecg_chat.chat.spelling import respelt
from ecg_chat.chat.topic import HEART_RATE, MEASURES_LINE, first_topic, refers_back, topic_after
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.groups import group_of
from ecg_chat.conversation.tasks import TASKS, classification_options
from ecg_chat.conversation.types import Message
from ecg_chat.statements.catalogue import load_catalogue

ST_T_CODES = frozenset({"STE_", "STD_", "NST_", "NDT", "INVT", "LOWT", "NT_", "TAB_"})
MEAN, TERM, WHICH_LEADS, INTERPRET = "mean", "term", "which leads", "interpret"
SAME_AS = {"German report": "report"}
"""What another kind is answered as: reports that the language model wrote in German were those of other ECGs."""
EXPLAINED = ("PR interval", "QRS duration", "QTc", "QRS axis", "ST", "T wave", "P wave")
"""Measured values whose name has a meaning that is told."""
OF_THE_WHOLE = frozenset({"abnormal", "interpret", "normal", "report", "rhythm"})
"""Kinds of question that are about no finding or measured value that the sentences around them name."""
MEASURED = frozenset({HEART_RATE, *EXPLAINED})
WITH_LEADS = ("ST", "T wave")
"""Measured values whose answer tells the leads."""
_ECG_QA_VERIFY = re.compile(r"Does this ECG show |(?:Is|Are there signs of) .+ in this ECG\?$")


@dataclass(frozen=True)
class Understood:
    """What is known of a question by itself: its kind, what it names, the line of the values that it asks for."""

    question: str
    found: LookedUp
    kind: str
    measures: str

    @property
    def names_nothing(self) -> bool:
        """Whether it names neither a finding nor a measured value."""
        return not self.found.items and not self.measures

    @property
    def of_one_lead(self) -> bool:
        """Whether it is about ST or T in one lead, and about no finding but those of ST and T."""
        return is_of_one_lead(self.measures) and all(item.key in ST_T_CODES for item in self.found.items)

    @property
    def line(self) -> str:
        """What stands after the question; one that asks about a single lead asks for what is measured there."""
        text = self.measures if self.of_one_lead else self.found.text or self.measures
        return "; ".join(part for part in (f"kind: {self.kind}" if self.kind else "", text) if part)


def note_for(question: str, evidence: NetworkEvidence) -> str:
    """Return the line for a question that stands alone."""
    return with_notes([Message("user", question)], evidence)[0].note


def with_notes(messages: Sequence[Message], evidence: NetworkEvidence, facts: str = "") -> tuple[Message, ...]:
    """Write beside each question what was looked up for it.

    Parameters
    ----------
    messages : sequence of Message
        A conversation; a question that names nothing may be about what an earlier one was about.
    evidence : NetworkEvidence
        Of the ECG that is asked about.
    facts : str
        Of the prompt; without them a question about everything leaves nothing to come back to.
    """
    noted: list[Message] = []
    topic: str | None = None
    for message in messages:
        if message.role != "user":
            noted.append(message)
            continue
        understood = understand(message.text, evidence)
        about = first_topic(facts) or None if topic is None and understood.kind != MEAN else topic
        noted.append(_noted(message, _with_topic(understood, about, evidence)))
        topic = topic_after(understood.found, understood.kind, understood.measures, facts, topic or "")
    return tuple(noted)


def understand(question: str, evidence: NetworkEvidence) -> Understood:
    """Recognise what a question asks, without what was said before.

    What is named only in the sentences around the one that asks counts where that one names nothing and could be about
    it ("You said LBBB. Why?").
    """
    found = look_up(question, evidence)
    if _is_of_a_test(question, found):
        return Understood(question, found, "", "")
    kind = asked_kind(question)
    kind = SAME_AS.get(kind, kind)
    part = asking_part(question)
    by_itself = names_something(part) or (kind in OF_THE_WHOLE and is_of_the_whole(part))
    about = part if by_itself and look_up(part, evidence).kind == "named" else question
    understood = Understood(question, look_up(about, evidence), kind, measures_asked_for(respelt(about)))
    about_a_value = kind in MEASURED and not understood.measures  # taken for it by words such as "ventricular"
    unknown = asks_for_something_unknown(part) or asks_for_something_unknown(about)
    if unknown and (kind in ABOUT_A_FINDING or about_a_value):
        return dataclasses.replace(understood, kind=UNCLEAR)  # nothing was looked up, a yes or no would be a guess
    return understood


def _with_topic(understood: Understood, topic: str | None, evidence: NetworkEvidence) -> Understood:
    """Let a question that names nothing be about the topic; None for a first question, which has none."""
    if (
        not evidence.probabilities
        or not understood.names_nothing
        or not refers_back(understood.question, understood.kind)
    ):
        return understood
    if topic is None:
        return dataclasses.replace(understood, kind=INTERPRET) if understood.kind == MEAN else understood
    if topic in load_catalogue():
        return dataclasses.replace(understood, found=look_up_code(topic, evidence))
    if understood.kind == MEAN and topic in EXPLAINED:
        return dataclasses.replace(understood, kind=TERM, measures=f"{MEASURES_LINE}{topic}")
    if understood.kind == WHICH_LEADS and topic in WITH_LEADS:
        return dataclasses.replace(understood, kind=topic, measures=f"{MEASURES_LINE}{topic}")
    return dataclasses.replace(understood, kind=UNCLEAR)


def _noted(message: Message, understood: Understood) -> Message:
    found = understood.found
    asked = "" if understood.of_one_lead else found.asked
    code = found.subject.key if asked and found.subject is not None else ""
    group = group_of(found.items[found.about].keys) if found.kind == "named" and found.items else ""
    return dataclasses.replace(message, note=understood.line, asked=asked, asked_code=code, asked_group=group)


def _is_of_a_test(question: str, found: LookedUp) -> bool:
    """Whether a question is one of ECG-QA's or a classification prompt, whose answers have a form of their own."""
    prompt = any(classification_options(task) in question for task in TASKS)
    ecg_qa = _ECG_QA_VERIFY.match(question) is not None and bool(named_in_ecg_qa(question))
    return prompt or ecg_qa or found.kind != "named"
