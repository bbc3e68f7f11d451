"""The limits of single leads, read from ``lead_limits.toml`` with their sources."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ecg_chat.errors import CatalogueError
from ecg_chat.measurements.types import LEAD_UNITS
from ecg_chat.signals.ecg import STANDARD_LEADS, Sex

FILE = Path(__file__).parent / "lead_limits.toml"
ADULT_YEARS = 16.0
"""The limits were published for adults; nothing is said of younger people."""
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}
_KEYS = {"text", "measure", "leads", "source", "sex", "age_from", "age_below", "and_measure", "and_at_most"}

Numbers = Mapping[tuple[str, str | None], float]
"""Measure and lead (None: of the whole ECG) → number in the unit that the measure's name ends with."""


@dataclass(frozen=True)
class LeadRule:
    """One limit; ages in years, ``age_from`` included and ``age_below`` not."""

    text: str
    measure: str
    leads: tuple[str, ...]
    comparison: str
    limit: float
    source: str
    sex: str | None = None
    age_from: float = ADULT_YEARS
    age_below: float = float("inf")
    and_measure: str = ""
    and_at_most: float = 0.0

    def decides(self, numbers: Numbers, lead: str, age_years: float, sex: Sex | None) -> bool | None:
        """Say whether the limit is passed; None if it is not meant for this lead or person, or was not measured."""
        meant = lead in self.leads and self.age_from <= age_years < self.age_below and self.sex in (None, sex)
        value = numbers.get((self.measure, lead))
        if not meant or value is None:
            return None
        passed = COMPARISONS[self.comparison](value, self.limit)
        if not self.and_measure or not passed:
            return passed
        other = numbers.get((self.and_measure, lead))
        return None if other is None else other <= self.and_at_most


@cache
def load_lead_rules() -> tuple[LeadRule, ...]:
    """Return the packaged rules, read once.

    Raises
    ------
    CatalogueError
        If the file contradicts itself.
    """
    return build_lead_rules(tomllib.loads(FILE.read_text(encoding="utf-8")))


def build_lead_rules(data: Mapping[str, Any]) -> tuple[LeadRule, ...]:
    """Check parsed TOML and return its rules with the full text of their sources.

    Raises
    ------
    CatalogueError
        For an unknown key, measure, lead or source, or a rule without exactly one comparison.
    """
    return tuple(_rule(entry, data["sources"]) for entry in data["rules"])


def _rule(entry: Mapping[str, Any], sources: Mapping[str, str]) -> LeadRule:
    name = f"lead rule {entry.get('text')!r}"
    comparisons = [key for key in COMPARISONS if key in entry]
    if set(entry) - _KEYS - set(COMPARISONS) or len(comparisons) != 1:
        raise CatalogueError(f"{name}: got the keys {sorted(entry)}, expected one of {', '.join(COMPARISONS)}.")
    measures = [entry["measure"], *([entry["and_measure"]] if "and_measure" in entry else [])]
    unknown = [m for m in measures if m not in LEAD_UNITS] + [x for x in entry["leads"] if x not in STANDARD_LEADS]
    if unknown or entry["source"] not in sources:
        raise CatalogueError(f"{name}: {(unknown or [entry['source']])[0]!r} is no measure, lead or source.")
    rest = {key: entry[key] for key in _KEYS - {"leads", "source"} if key in entry}
    return LeadRule(
        **rest,
        leads=tuple(entry["leads"]),
        comparison=comparisons[0],
        limit=float(entry[comparisons[0]]),
        source=sources[entry["source"]],
    )
