"""How people ask.

By intent (``phrases.json``), for a finding without its name (``lay_findings.json``), and for one that is not known here
(``other_findings.json``).

``{name}`` stands for a statement, ``{lead}`` for a lead, ``{term}`` for a word about ECGs, ``{topic}`` for anything else
(`TOPICS`). A test keeps the phrases apart from those that `ecg_chat.evaluation.wordings` asks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TOPICS = (
    "pizza", "the moon", "football", "France", "cats", "sorting a list", "the stock market", "bread", "Germany", "history", "music", "Paris",
    "the ocean", "cars", "politics", "Brazil", "rice", "mountains", "computers", "flowers", "tennis", "space travel", "chocolate", "trains",
    "dinosaurs", "tea", "London", "chess", "soup", "painting", "Mars", "a house", "bitcoin", "dogs", "the sun", "gardening", "Japan", "movies",
    "the sea", "love", "spring", "summer", "my garden", "my wife", "a dragon", "friendship", "the war", "ships", "birds", "Shakespeare",
    "a castle", "the king", "my dog", "autumn leaves", "the night sky", "a river", "cheese", "climate change", "philosophy", "Italy", "China",
    "quantum physics", "the weather", "taxes", "my neighbour", "a bicycle", "video games", "airplanes", "a holiday", "the mountains", "wine",
    "school", "stars", "snow", "horses", "mathematics", "fashion", "guitars", "a job interview", "elephants", "Rome", "the desert", "robots",
)  # fmt: skip
"""Things to talk about that are not an ECG."""


@cache
def questions() -> Mapping[str, tuple[str, ...]]:
    """Return the phrases of each intent; ``…_patient`` and ``…_clinician`` are those of one audience alone."""
    stored = json.loads((Path(__file__).parent / "phrases.json").read_text(encoding="utf-8"))
    return {intent: tuple(phrases) for intent, phrases in stored.items()}


@cache
def lay_questions() -> Mapping[str, tuple[str, ...]]:
    """Return questions in lay words by the finding that they ask for: a code, or a superclass as encoders call it."""
    stored = json.loads((Path(__file__).parent / "lay_findings.json").read_text(encoding="utf-8"))
    return {finding: tuple(phrases) for finding, phrases in stored.items()}


@cache
def other_questions() -> tuple[str, ...]:
    """Return questions for findings that are none of the catalogue's ("is it ventricular tachycardia?")."""
    return tuple(json.loads((Path(__file__).parent / "other_findings.json").read_text(encoding="utf-8")))
