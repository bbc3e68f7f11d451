"""How likely the ECG encoder finds something, in words.

A small language model cannot weigh probabilities, and a probability alone says little: .05 is much for a finding that
one record in two hundred has and nothing for one that every fifth has. Both comparisons are made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecg_chat.statements.types import Verdict

Level = Literal["likely", "possible", "much raised", "raised", "unlikely"]
LIKELY_FROM, POSSIBLE_FROM, CLASS_FROM = 0.35, 0.15, 0.35
"""Probabilities of the encoder, near those with the best F1 on fold 9 of PTB-XL, on which nothing was trained."""
RAISED_ODDS_RATIO, MUCH_RAISED_ODDS_RATIO = 2.0, 10.0
"""Below "possible", something is raised if its odds are so many times those of any ECG. Up to 2, yes/no
questions of fold 9, of which a third are right, are answered about equally well, above it worse (docs/lab-notes.md)."""


@dataclass(frozen=True)
class NetworkEvidence:
    """What an encoder and the criteria say of one ECG.

    Attributes
    ----------
    probabilities : mapping of str to float
        By code, by `class_name` of a superclass, and by attribute.
    usual : mapping of str to float
        Share of the training records that have it.
    verdicts : mapping of code to verdict
        Of the criteria.
    """

    probabilities: Mapping[str, float] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    def level(self, name: str) -> Level | None:
        """Return the word for one thing; None if the encoder does not speak of it."""
        probability = self.probabilities.get(name)
        return None if probability is None else level_of(probability, self.usual.get(name))


def level_of(probability: float, usual: float | None) -> Level:
    """Return the word for a probability of something that a share `usual` of all ECGs have."""
    if probability >= LIKELY_FROM:
        return "likely"
    if probability >= POSSIBLE_FROM:
        return "possible"
    if usual is None or not 0 < usual < 1:
        return "unlikely"
    ratio = probability / (1 - probability) / (usual / (1 - usual))
    if ratio >= MUCH_RAISED_ODDS_RATIO:
        return "much raised"
    return "raised" if ratio >= RAISED_ODDS_RATIO else "unlikely"


def class_name(superclass: str) -> str:
    """Return what a superclass is called beside codes, one of which is NORM as well."""
    return f"class {superclass}"
