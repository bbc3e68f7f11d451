"""Sentences that an answer takes over from the statement catalogue.

The catalogue's ``meaning`` and ``advice`` explain: nothing in them is a claim about this ECG, whatever numbers they
name. Its ``plain`` wording, on the other hand, is how a patient is told that a statement holds: its first sentence is
a claim, unless the person asked what something means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ecg_chat.chat.sentences import Sentence, sentence, split
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.types import Statement

SAME_FROM = 0.85
"""Share of common words from which two sentences are the same one, slightly reworded."""
MIN_WORDS = 4

_WORD = re.compile(r"[a-z0-9]+")
_HEADING = re.compile(r"[^:.;]{2,70}:\s+")
_ASKS_MEANING = re.compile(
    r"\b(?:what(?:'s| is| are| does| do| would| did)\b.*|explain|define|definition|tell me (?:about|what)"
    r"|describe)\b.*(?:mean|is|are|\ban?\b|what|about|[a-z]{3,})"
)
_ABOUT_THIS = re.compile(
    r"\b(?:my|this|the) (?:ecg|ekg|rhythm|heart|rate|axis|recording|result|finding|diagnosis|tracing|qrs|pr|qtc?)\b"
)

Words = frozenset[str]


@dataclass(frozen=True)
class CatalogueSentences:
    """Word sets of explaining sentences, and of plain sentences with the codes they speak of."""

    explaining: tuple[Words, ...]
    plain: Mapping[Words, tuple[str, ...]]

    def is_explanation(self, where: Sentence) -> bool:
        """Whether the sentence, or what follows its heading ("Atrial flutter: …"), explains."""
        return any(_is_among(words, self.explaining) for words in _readings(where))

    def codes_of(self, where: Sentence) -> tuple[str, ...]:
        """Return the codes whose plain wording the sentence is; () if it is none."""
        words = _words(where.text)
        if len(words) < MIN_WORDS:
            return ()
        best = max(self.plain, key=lambda other: _overlap(words, other), default=frozenset())
        return self.plain[best] if best and _overlap(words, best) >= SAME_FROM else ()


@cache
def catalogue_sentences() -> CatalogueSentences:
    """Prepare the packaged catalogue, once."""
    return prepare(load_catalogue())


def prepare(catalogue: Mapping[str, Statement]) -> CatalogueSentences:
    """Cut the texts of a catalogue into sentences."""
    explaining: set[Words] = set()
    plain: dict[Words, tuple[str, ...]] = {}
    for code, statement in catalogue.items():
        first, *rest = [_words(part.text) for part in split(statement.plain)]
        plain[first] = (*plain.get(first, ()), code)
        texts = (statement.meaning, statement.advice)
        explaining.update(rest, *([_words(part.text) for part in split(text)] for text in texts))
    return CatalogueSentences(tuple(words for words in explaining if len(words) >= MIN_WORDS), plain)


def asks_for_meaning(question: str) -> bool:
    """Whether a question asks what a word means rather than what this ECG shows."""
    text = sentence(question).text
    if "mean" in text and re.search(r"\bwhat\b|\bexplain\b", text):
        return True
    return _ASKS_MEANING.search(text) is not None and _ABOUT_THIS.search(text) is None


def _readings(where: Sentence) -> tuple[Words, ...]:
    heading = _HEADING.match(where.text)
    texts = (where.text, where.text[heading.end() :]) if heading else (where.text,)
    return tuple(words for words in map(_words, texts) if len(words) >= MIN_WORDS)


def _is_among(words: Words, others: tuple[Words, ...]) -> bool:
    return any(_overlap(words, other) >= SAME_FROM for other in others)


def _overlap(one: Words, other: Words) -> float:
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    if shortest < SAME_FROM * longest:
        return 0.0
    return len(one & other) / len(one | other)


def _words(text: str) -> Words:
    return frozenset(_WORD.findall(text))
