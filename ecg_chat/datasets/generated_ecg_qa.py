"""Questions in ECG-QA's wording with answers from PTB-XL's labels (Oh et al. 2023, version 1.0.2, CC BY 4.0).

The rules are ECG-QA's: a single diagnostic code is present at likelihood 100 and "not sure" from 1 to 99; a superclass
is present at any likelihood; form and rhythm codes are present at likelihood 0. Columns of PTB-XL that a rebuilt row
does not have give no question about it. Not generated, because the labels do not tell it: what a form statement says
about a single lead (templates 17-19), and numeric features (39-42), whose official answers come from PTB-XL+. Template
2 ("Is this a normal ECG?") is left to the conversation, where people ask the same words and want a sentence.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ecg_chat.conversation import ecg_qa_names as names
from ecg_chat.conversation.tasks import list_answer
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.datasets.ptbxl_attributes import attributes_of
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue

Kind = Literal["single-verify", "single-choose", "single-query"]
YES, NO, NOT_SURE = "yes", "no", "not sure"
CERTAIN = 100.0

VERIFY = (
    "Does this ECG show {0}?",
    "Does this ECG show symptoms of {0}?",
    "Is {0} present in this ECG?",
    "Are there signs of {0} in this ECG?",
)
CHOOSE = ("Which {kind} {shows}{where}, {0} or {1}{tail}?", "Does this ECG show {0} or {1}{where}{tail}?")


@dataclass(frozen=True)
class Question:
    """One question, ECG-QA's number of its template, and the set of right answers (empty: "none")."""

    template_id: int
    question_type: Kind
    question: str
    answer: frozenset[str]
    classes: tuple[str, ...]
    nothing: str = ""
    """The class that says that there is nothing of the kind, where an open question has one."""

    @property
    def answer_text(self) -> str:
        """The answer as the model is to write it."""
        return self.written(self.answer)

    def written(self, answer: Iterable[str]) -> str:
        """Write a set of classes as an answer."""
        return list_answer(answer, self.classes)


@dataclass(frozen=True)
class Topic:
    """One family of templates: what may be named, and what of it is there.

    Attributes
    ----------
    verify, choose, query : int
        Template numbers; 0 where ECG-QA has none.
    kind : str
        What the choice is called in the question.
    asked : tuple of str
        Wordings of the query.
    tail : str
        Added to questions, for instance ", including uncertain symptoms".
    where : str
        Added to what is asked for, for instance " in lead II".
    shows : str
        How a choice asks.
    """

    verify: int
    choose: int
    query: int
    kind: str
    names: tuple[str, ...]
    present: frozenset[str]
    asked: tuple[str, ...]
    unsure: frozenset[str] = frozenset()
    tail: str = ""
    nothing: str = ""
    where: str = ""
    shows: str = "does this ECG show"


def topics(record: Record) -> list[Topic]:
    """Return what may be asked about a record."""
    codes, catalogue = record.codes, load_catalogue()
    diagnostic = {code: codes[code] for code in names.DIAGNOSTIC_NAMES if code in codes}
    superclasses = {catalogue[code].superclass for code in codes if code in catalogue}
    certain = _named(names.DIAGNOSTIC_NAMES, [c for c, likelihood in diagnostic.items() if likelihood >= CERTAIN])
    uncertain = _named(names.DIAGNOSTIC_NAMES, [c for c, likelihood in diagnostic.items() if likelihood < CERTAIN])
    diagnoses = tuple(names.DIAGNOSTIC_NAMES.values())
    form = _named(names.FORM_NAMES, codes)
    rhythm = _named(names.RHYTHM_NAMES, codes)
    superclass_names, forms = tuple(names.SUPERCLASS_NAMES.values()), tuple(names.FORM_NAMES.values())
    rhythms = tuple(names.RHYTHM_NAMES.values())
    asked = ("What diagnostic symptoms does this ECG show{tail}?",)
    without, including = ", excluding uncertain symptoms", ", including uncertain symptoms"
    form_asked = ("What form-related symptoms does this ECG show?",)
    rhythm_asked = ("What rhythm-related symptoms does this ECG show?",)
    superclass = _named(names.SUPERCLASS_NAMES, superclasses)
    found = [
        Topic(1, 3, 0, "symptom", superclass_names, superclass, ()),
        Topic(1, 5, 9, "diagnostic symptom", diagnoses, certain, asked, uncertain, without),
        Topic(0, 4, 8, "diagnostic symptom", diagnoses, certain | uncertain, asked, frozenset(), including),
        Topic(1, 6, 11, "form-related symptom", forms, form, form_asked),
        Topic(1, 7, 10, "rhythm-related symptom", rhythms, rhythm, rhythm_asked),
    ]
    return found + _column_topics(record)


def _column_topics(record: Record) -> list[Topic]:
    attributes = attributes_of(record)
    if attributes is None:
        return []
    axis, stage = _named(names.AXIS_NAMES, attributes), _named(names.STAGE_NAMES, attributes)
    noise = frozenset(name for kind, name in names.NOISE_NAMES.items() if f"{kind} any" in attributes)
    extra = frozenset(name for name in names.EXTRA_SYSTOLE_NAMES if name in attributes)
    stages = tuple(names.STAGE_NAMES.values())
    found = [
        Topic(
            23,
            24,
            25,
            "stage of infarction",
            stages,
            stage,
            ("What stage of infarction is this ECG at?",),
            nothing=names.NO_STAGE,
            shows="is this ECG at",
        ),
        Topic(
            27, 30, 32, "noise", tuple(names.NOISE_NAMES.values()), noise, ("What kind of noises does this ECG show?",)
        ),
        Topic(
            36,
            37,
            38,
            "kind of extra systole",
            names.EXTRA_SYSTOLE_NAMES,
            extra,
            ("What kind of extra systole does this ECG show?",),
        ),
    ]
    if axis:  # an empty heart_axis says nothing
        asked = ("What direction is this ECG deviated to?",)
        found.append(Topic(20, 21, 22, "cardiac axis", tuple(names.AXIS_NAMES.values()), axis, asked))
    return found


def lead_noise_topic(record: Record, rng: random.Random) -> Topic | None:
    """Noise in one lead, drawn among the noisy ones half of the time; None for a rebuilt row."""
    attributes = attributes_of(record)
    if attributes is None:
        return None
    noisy = [lead for lead in STANDARD_LEADS if any(f"{kind} {lead}" in attributes for kind in names.NOISE_NAMES)]
    lead = rng.choice(noisy) if noisy and rng.random() < 0.5 else rng.choice(STANDARD_LEADS)
    present = frozenset(name for kind, name in names.NOISE_NAMES.items() if f"{kind} {lead}" in attributes)
    asked = (f"What kind of noises does this ECG show in lead {lead}?",)
    kinds = tuple(names.NOISE_NAMES.values())
    return Topic(26, 31, 33, "noise", kinds, present, asked, where=f" in lead {lead}")


def questions_of(record: Record, rng: random.Random, n: int = 6) -> list[Question]:
    """Draw questions about one record.

    Parameters
    ----------
    record : Record
    rng : random.Random
    n : int
        How many.
    """
    found = topics(record)
    questions = []
    for _ in range(n):
        roll = rng.random()
        if roll < 0.04:
            questions.append(_any_question(record))
            continue
        # ECG-QA draws its questions by attribute, so that "none" is one answer among many.
        topic = rng.choices(found, [3.0 if topic.present else 1.0 for topic in found])[0]
        if topic.kind == "noise" and rng.random() < 0.7:
            topic = lead_noise_topic(record, rng) or topic
        questions.append(_question(topic, rng))
    return questions


def _question(topic: Topic, rng: random.Random) -> Question:
    """Draw a kind of question; an open one whose answer is "none" is rarer."""
    kinds = [kind for kind in ("verify", "choose", "query") if getattr(topic, kind)]
    if not topic.present and len(kinds) > 1 and rng.random() < 0.9:
        kinds = [kind for kind in kinds if kind != "query"]
    kind = rng.choice(kinds)
    if kind == "verify":
        return verify_question(topic, rng)
    return choose_question(topic, rng) if kind == "choose" else query_question(topic, rng)


def verify_question(topic: Topic, rng: random.Random, name: str = "") -> Question:
    """Ask about one name; a third of those drawn are present, as in ECG-QA, where any is."""
    if not name:
        present, absent = _split(topic)
        name = rng.choice(present) if present and (not absent or rng.random() < 0.45) else rng.choice(absent or present)
    answer = YES if name in topic.present else NOT_SURE if name in topic.unsure else NO
    wording = VERIFY[1] if topic.verify == 1 and rng.random() < 0.5 else rng.choice((VERIFY[0], *VERIFY))
    classes = (YES, NO, NOT_SURE)
    return Question(topic.verify, "single-verify", wording.format(name + topic.where), frozenset({answer}), classes)


def choose_question(topic: Topic, rng: random.Random, pair: tuple[str, str] | None = None) -> Question:
    """Ask which of two names is present: one, both or none."""
    if pair is None:
        present = [name for name in topic.names if name in topic.present]
        absent = [name for name in topic.names if name not in topic.present]
        n_present = rng.choice((0, 1, 1, 2))
        drawn = rng.sample(present, min(n_present, len(present), 2))
        drawn += rng.sample(absent, min(2 - len(drawn), len(absent)))
        drawn += rng.sample([name for name in present if name not in drawn], 2 - len(drawn))
        rng.shuffle(drawn)
        pair = (drawn[0], drawn[1])
    wording = CHOOSE[0] if rng.random() < 0.75 else CHOOSE[1]
    question = wording.format(*pair, kind=topic.kind, tail=topic.tail, where=topic.where, shows=topic.shows)
    return Question(topic.choose, "single-choose", question, topic.present & set(pair), topic.names)


def query_question(topic: Topic, rng: random.Random) -> Question:
    """Ask for everything of a kind."""
    classes = (*topic.names, topic.nothing) if topic.nothing else topic.names
    answer = topic.present or (frozenset({topic.nothing}) if topic.nothing else frozenset())
    question = rng.choice(topic.asked).format(tail=topic.tail)
    return Question(topic.query, "single-query", question, answer, classes, topic.nothing)


def _any_question(record: Record) -> Question:
    """Ask whether it shows any diagnostic symptom (template 13)."""
    any_found = any(code in record.codes for code in names.DIAGNOSTIC_NAMES)
    question = "Does this ECG show any diagnostic symptoms, including uncertain symptoms?"
    return Question(13, "single-verify", question, frozenset({YES if any_found else NO}), (YES, NO))


def _split(topic: Topic) -> tuple[list[str], list[str]]:
    there = topic.present | topic.unsure
    return [n for n in topic.names if n in there], [n for n in topic.names if n not in there]


def _named(
    table: Mapping[str, str], keys: Sequence[str] | Mapping[str, float] | frozenset[str] | set[str]
) -> frozenset[str]:
    return frozenset(table[key] for key in keys if key in table)
