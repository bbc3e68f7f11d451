"""What the encoder and the criteria say about the things that a question names, looked up for the language model.

The facts at the head of a prompt list what is found. Whether one of the other things is a little likely or plainly
absent stands in no list, and a small language model is bad at finding a name in one and at comparing. So the program
looks it up and writes a line after the question: ``afib (atrial fibrillation): unlikely, criteria not met``. The model
puts it into words; chat and training call the same function.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ecg_chat.chat.named_findings import (
    OpenList,
    list_asked_for,
    longest,
    named_by_anybody,
    named_in_ecg_qa,
    named_in_lay_words,
)
from ecg_chat.chat.spelling import respelt
from ecg_chat.conversation.evidence import Level, NetworkEvidence, class_name
from ecg_chat.conversation.tasks import CLASSES, LETTERS, TASKS, Task, classification_options
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.types import Verdict

MAX_NAMES = 4
CRITERIA_MET = ", criteria met"
LONGEST_ABBREVIATION = 5
_SENTENCE = re.compile(r"\s*\??[^.!?]+[.!?]*")
_BEGINS_AS_QUESTION = re.compile(
    r"\s*(?:\?|r/?o\b|(?:rule out|exclude|any|query|check|look|confirm|show|see"
    r"|is|are|was|do|does|did|has|have|can|could|would)\b)",
    re.IGNORECASE,
)


Kind = Literal["named", "choice", "classes", "list"]


@dataclass(frozen=True)
class Item:
    """One thing that a question names: in its own words, in the catalogue's, and what encoder and criteria say."""

    name: str
    level: Level | None = None
    full_name: str = ""
    criteria: str = ""
    stands_out: bool = False
    key: str = ""
    """What the encoder calls it."""
    keys: tuple[str, ...] = ()
    """All that its words stand for."""
    stands_for_several: bool = False
    """Whether its words name several statements; ``key`` is the one that speaks loudest."""

    @property
    def text(self) -> str:
        """As it stands in the line."""
        full = f" ({self.full_name})" if self.full_name and self.full_name != self.name else ""
        out = ", stands out" if self.stands_out else ""
        return f"{self.name}{full}: {self.level or 'not judged'}{self.criteria}{out}"


@dataclass(frozen=True)
class LookedUp:
    """What was looked up for a question.

    Attributes
    ----------
    kind : {"named", "choice", "classes", "list"}
        The question names things; names two and asks which; letters classes; or asks for everything of a kind.
    items : tuple of Item
        Of a list only those that are likely.
    strongest : str
        Of a choice the one of the higher level (of equal ones the more raised), of classes the letter farthest above
        its threshold, of a list the one that comes first where none is likely; "" if there is none.
    about : int
        Which item the question is about: the first in a sentence that asks, or else in the last that names any.
    """

    kind: Kind = "named"
    items: tuple[Item, ...] = ()
    strongest: str = ""
    about: int = 0

    @property
    def subject(self) -> Item | None:
        """The statement that the question is about; None if it is about none."""
        item = self.items[self.about] if self.kind == "named" and self.items else None
        return item if item is not None and item.key in load_catalogue() else None

    @property
    def asked(self) -> str:
        """What the statement that the question is about is called in an answer; "" if it is about none.

        Words that stand for several statements ("left bundle branch block") are kept where these are unlikely.
        """
        item = self.subject
        if item is None:
            return ""
        if item.stands_for_several and item.level == "unlikely" and item.criteria != CRITERIA_MET:
            return _as_written(item.name)
        return load_catalogue()[item.key].name

    @property
    def text(self) -> str:
        """The line for the language model; "" if nothing was looked up."""
        if self.kind == "list":
            if self.items:
                return f"likely {'; '.join(item.name for item in self.items)}"
            return f"none likely{f', strongest {self.strongest}' if self.strongest else ''}"
        strongest = (
            [f"{'stronger' if self.kind == 'choice' else 'strongest'} {self.strongest}"] if self.strongest else []
        )
        return "; ".join([*dict.fromkeys(item.text for item in self.items), *strongest])


def look_up(question: str, evidence: NetworkEvidence) -> LookedUp:
    """Look up what a question names; nothing if it names nothing that the encoder speaks of.

    Parameters
    ----------
    question : str
    evidence : NetworkEvidence
        Of the ECG that is asked about.
    """
    if not evidence.probabilities:
        return LookedUp()
    for task in TASKS:
        if classification_options(task) in question:
            return _classes(task, evidence)
    respelled = respelt(question)
    named = named_in_ecg_qa(respelled)
    listed = None if named else list_asked_for(respelled)
    if listed is not None:
        return _list(listed, evidence)
    said = longest(named + named_by_anybody(respelled)) or named_in_lay_words(respelled)
    judged = [one for one in said if any(key in evidence.probabilities for key in one.keys)][:MAX_NAMES]
    items = tuple(_item(one.name, one.keys, evidence, full=one not in named) for one in judged)
    if len(named) == len(judged) == 2 and " or " in respelled and judged[0].name != judged[1].name:
        stronger = max(judged, key=lambda one: max(evidence.rank(key) for key in one.keys))
        return LookedUp("choice", items, stronger.name)
    return LookedUp("named", items, about=_about(respelled, [one.start for one in judged]))


def look_up_code(code: str, evidence: NetworkEvidence) -> LookedUp:
    """Look up one statement under the catalogue's name; nothing if the encoder does not speak of it."""
    if code not in evidence.probabilities:
        return LookedUp()
    return LookedUp("named", (_item(load_catalogue()[code].name, [code], evidence),))


def _about(question: str, starts: Sequence[int]) -> int:
    """Return which of the names at `starts` is asked about: the first in a sentence that ends with a question mark.

    Where none is, it is the first in a sentence that begins as questions do ("rule out AF. known LVH"), or else in the
    last that names something.
    """
    sentences = [match.span() for match in _SENTENCE.finditer(question)]
    marked = [span for span in sentences if question[: span[1]].endswith("?")]
    worded = [span for span in sentences if _BEGINS_AS_QUESTION.match(question, span[0])]
    for first, stop in (*marked, *worded, *reversed(sentences)):
        named = [k for k, start in enumerate(starts) if first <= start < stop]
        if named:
            return named[0]
    return 0


def _as_written(name: str) -> str:
    """Return the words of a question as they stand in a sentence: abbreviations in capitals."""
    capitals = name.isalpha() and len(name) <= LONGEST_ABBREVIATION
    return name.upper() if capitals else re.sub(r"\b(?:av|mi)\b", lambda match: match[0].upper(), name)


def _classes(task: Task, evidence: NetworkEvidence) -> LookedUp:
    keys = [class_name(code) if task == "diagnostic" else code for code in CLASSES[task]]
    items = [
        dataclasses.replace(_item(letter, [key], evidence), stands_out=evidence.stands_out(key))
        for letter, key in zip(LETTERS, keys, strict=True)
    ]
    known = [k for k, key in enumerate(keys) if key in evidence.probabilities]
    if not known:
        return LookedUp()
    strongest = max(known, key=lambda k: evidence.over_threshold(keys[k]))
    return LookedUp("classes", tuple(items), LETTERS[strongest])


def _list(listed: OpenList, evidence: NetworkEvidence) -> LookedUp:
    likely = tuple(Item(name, "likely") for name, key in listed.items.items() if evidence.level(key) == "likely")
    raised = [name for name, key in listed.items.items() if evidence.raised_by([key]) >= 0]
    first = max(raised, key=lambda name: evidence.weight(listed.items[name]), default="")
    return LookedUp("list", likely, "" if likely else first)


def _item(name: str, keys: Sequence[str], evidence: NetworkEvidence, *, full: bool = False) -> Item:
    """Say what is known of something that may be one of several: of the one that speaks loudest."""
    loudest = max(keys, key=lambda key: (evidence.rank(key), evidence.verdicts.get(key) == "met"))
    number = evidence.against.get(loudest, "")
    not_met = f", criteria not met ({number})" if number else ", criteria not met"
    words: Mapping[Verdict | None, str] = {"met": CRITERIA_MET, "rejected": not_met}
    catalogue = load_catalogue()
    full_name = catalogue[loudest].name if full and loudest in catalogue else ""
    criteria = words.get(evidence.verdicts.get(loudest), "")
    several = len([key for key in keys if key in catalogue]) > 1
    level = evidence.level(loudest)
    return Item(name, level, full_name, criteria, key=loudest, keys=tuple(keys), stands_for_several=several)
