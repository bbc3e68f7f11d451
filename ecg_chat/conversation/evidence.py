"""How likely the network finds something, in words.

A small language model cannot weigh probabilities, and a probability alone says little: .05 is much for a finding that
one record in two hundred has and nothing for one that every fifth has. All comparisons are made here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from ecg_chat.statements.types import Judgement, Verdict

Level = Literal["likely", "possible", "much raised", "raised", "unlikely"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""The highest first."""
LIKELY_FROM, POSSIBLE_FROM, CLASS_FROM = 0.5, 0.15, 0.35
"""Likely: more likely than not, which is also what an answer's claim needs to be supported
(`ecg_chat.chat.tolerances`). From the last one a superclass is written in the facts."""
RAISED_ODDS_RATIO, MUCH_RAISED_ODDS_RATIO = 1.5, 8.0
"""Something is raised if its odds are so many times those of any ECG. Chosen where yes/no questions and choices of
training records and of fold 9 came out best (docs/lab-notes.md)."""
NUMBERS_AGAINST: Mapping[str, str] = {
    "pr_ms": "PR interval",
    "qrs_ms": "QRS duration",
    "qtc_fridericia_ms": "QTc",
    "heart_rate_bpm": "heart rate",
}
"""Measures whose value stands in every prompt, so that an answer may refer to it against a statement."""
_SMALLEST = 1e-4
"""Probabilities are taken as at least this far from 0 and 1 when odds are compared."""


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
    thresholds : mapping of str to float
        Probability from which naming it gives the best F1 on records that no encoder was trained on.
    against : mapping of code to str
        The number that its criteria fail on, by the word of `NUMBERS_AGAINST`.
    """

    probabilities: Mapping[str, float] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    against: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        probabilities: Mapping[str, float],
        judgements: Mapping[str, Judgement],
        usual: Mapping[str, float],
        thresholds: Mapping[str, float],
    ) -> NetworkEvidence:
        """Put what an encoder says beside how the criteria came out."""
        verdicts = {code: judgement.verdict for code, judgement in judgements.items()}
        against = {code: number for code, judgement in judgements.items() if (number := number_against(judgement))}
        return cls(probabilities, usual, verdicts, thresholds, against)

    def level(self, name: str) -> Level | None:
        """Return the word for one thing; None if the encoder does not speak of it."""
        probability = self.probabilities.get(name)
        return None if probability is None else level_of(probability, self.usual.get(name))

    def stands_out(self, name: str) -> bool:
        """Whether one thing reaches its threshold; without one, whether it is likely."""
        return self.over_threshold(name) >= 0

    def over_threshold(self, name: str) -> float:
        """Return by how much the logarithm of its odds is above that of its threshold."""
        return _log_odds(self.probabilities.get(name, 0)) - _log_odds(self.thresholds.get(name, LIKELY_FROM))

    def rank(self, name: str) -> tuple[int, float]:
        """Return what sorts things by their level, and within one by how much they are raised; the first is least."""
        level = self.level(name)
        return (0, 0.0) if level is None else (len(LEVELS) - LEVELS.index(level), self.raised_by([name]))

    def raised_by(self, names: Iterable[str]) -> float:
        """Return how much the log odds of the most raised of some things are above those of any ECG."""
        return max((self._raised(name) for name in names if name in self.probabilities), default=-math.inf)

    def weight(self, name: str) -> float:
        """Return what ranks things for an open question: half the log odds and half what they are raised by."""
        return (_log_odds(self.probabilities.get(name, 0)) + self._raised(name)) / 2

    def _raised(self, name: str) -> float:
        usual = self.usual.get(name, 0.5)
        if not 0 < usual < 1:  # a label that no training record has, or all have, was not learnt
            return -math.inf
        return _log_odds(self.probabilities.get(name, 0)) - _log_odds(usual)


def level_of(probability: float, usual: float | None) -> Level:
    """Return the word for a probability of something that a share `usual` of all ECGs have."""
    if probability >= LIKELY_FROM:
        return "likely"
    if usual is None or not 0 < usual < 1:
        return "possible" if probability >= POSSIBLE_FROM else "unlikely"
    raised = _log_odds(probability) - _log_odds(usual)
    if probability >= POSSIBLE_FROM and raised >= 0:  # .2 is little for something that three records in four have
        return "possible"
    if raised >= math.log(MUCH_RAISED_ODDS_RATIO):
        return "much raised"
    return "raised" if raised >= math.log(RAISED_ODDS_RATIO) else "unlikely"


def number_against(judgement: Judgement) -> str:
    """Return which number speaks against a statement; "" if its criteria do not fail on one that is in the prompt."""
    failed = (NUMBERS_AGAINST.get(item.measure, "") for item in judgement.failed)
    return next(filter(None, failed), "") if judgement.verdict == "rejected" else ""


def class_name(superclass: str) -> str:
    """Return what a superclass is called beside codes, one of which is NORM as well."""
    return f"class {superclass}"


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _SMALLEST), 1 - _SMALLEST)
    return math.log(kept / (1 - kept))
