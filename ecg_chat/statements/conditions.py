"""The language of the criteria: conditions over measurements, as a tree that the catalogue's TOML spells out.

A condition is one of::

    { measure = "qrs_ms", at_least = 120 }                    a comparison; also above, at_most, below, present, absent
    { measure = "r_mv", lead = "aVL", above = 1.1 }           … of one lead
    { measure = "qtc_fridericia_ms", limit = "qtc_long" }     … with a limit of limits.toml that depends on sex or age
    { fact = "pr_constant" }                                  a yes/no fact about the rhythm or the recording
    { all = [...] }, { any = [...] }                          conjunction, disjunction
    { not = {...}, text = "no right ventricular hypertrophy" }
    { rule = "unpaced" }                                      a named condition of rules.toml
    { statement = "CLBBB" }                                   another statement's criteria are met
    { none_met = ["CLBBB", ...], text = "..." }               none of these statements' criteria are met;
                                                              undecided_passes = true: an undecided one is no hindrance
    { count = 2, contiguous = true, of = ["II", "III", "aVF"], each = "st_elevation" }
                                                              a named per-lead rule holds in so many leads

Truth is three-valued: a condition whose measurement is missing is undecided (None), not false.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Comparison = Literal["at_least", "above", "at_most", "below", "present", "absent"]
COMPARISONS: tuple[Comparison, ...] = ("at_least", "above", "at_most", "below", "present", "absent")

# A deflection counts as a wave from 30 µV on: IEC 60601-2-51 Annex GG, as quoted by a maker (thresholds M4).
WAVE_MV = 0.03

# Leads that look at neighbouring walls: I-aVL, II-III-aVF, V1 to V6 in order (4th Universal Definition of MI 2018).
CONTIGUOUS_PAIRS: tuple[tuple[str, str], ...] = (
    ("I", "aVL"),
    ("II", "III"),
    ("II", "aVF"),
    ("III", "aVF"),
    ("V1", "V2"),
    ("V2", "V3"),
    ("V3", "V4"),
    ("V4", "V5"),
    ("V5", "V6"),
)


@dataclass(frozen=True)
class Bound:
    """One number with the way it limits: ``at_least`` 120."""

    comparison: Comparison
    value: float

    def holds(self, value: float) -> bool:
        """Return whether `value` is on the right side of the limit."""
        match self.comparison:
            case "at_least":
                return value >= self.value
            case "above":
                return value > self.value
            case "at_most":
                return value <= self.value
            case "below":
                return value < self.value
            case "present":
                return abs(value) >= self.value
            case "absent":
                return abs(value) < self.value


@dataclass(frozen=True)
class LimitRow:
    """The bound for one sex (None: both) and one span of ages (years, ``age_from`` included, ``age_below`` not)."""

    bound: Bound
    sex: str | None = None
    age_from: float = 0.0
    age_below: float = float("inf")


@dataclass(frozen=True)
class Limit:
    """A limit that depends on sex or age, with where it comes from."""

    name: str
    rows: tuple[LimitRow, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Compare:
    """A measured number against a limit; ``lead`` None means a global measure or, in a lead rule, the lead at hand."""

    measure: str
    bounds: Bound | Limit
    lead: str | None = None


@dataclass(frozen=True)
class Fact:
    """A yes/no fact of `ecg_chat.statements.facts`."""

    name: str


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold; ``text`` says what that means ("no bundle branch block")."""

    part: Condition
    text: str


@dataclass(frozen=True)
class Rule:
    """A named condition, evaluated once a recording."""

    name: str
    condition: Condition


@dataclass(frozen=True)
class StatementMet:
    """Another statement's criteria are met."""

    code: str


@dataclass(frozen=True)
class NoneMet:
    """None of these statements' criteria are met; ``undecided_passes`` lets one that is undecided count as not met."""

    codes: tuple[str, ...]
    text: str
    undecided_passes: bool = False


@dataclass(frozen=True)
class LeadRule:
    """A condition on one lead; ``special`` replaces it for some leads.

    ``text`` names it ("ST depression"), ``detail`` says what it takes ("at least 0.05 mV at J and J+80 ms").
    """

    name: str
    text: str
    detail: str
    condition: Condition
    special: tuple[tuple[str, Condition], ...] = ()

    def for_lead(self, lead: str) -> Condition:
        """Return the condition that is valid for this lead."""
        for name, condition in self.special:
            if name == lead:
                return condition
        return self.condition


@dataclass(frozen=True)
class LeadCount:
    """A lead rule holds in at least ``count`` of the leads; ``contiguous`` asks for two neighbours among them."""

    rule: LeadRule
    leads: tuple[str, ...]
    count: int
    contiguous: bool

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The neighbouring pairs among the leads."""
        return tuple(pair for pair in CONTIGUOUS_PAIRS if pair[0] in self.leads and pair[1] in self.leads)


Condition = Compare | Fact | All | AnyOf | Not | Rule | StatementMet | NoneMet | LeadCount


@dataclass(frozen=True)
class Criteria:
    """What must hold for a statement.

    ``guards`` say when the criteria may be applied at all: where one fails, the statement is undecided, not rejected.
    ``adult`` and ``child`` (None: no published norm that this catalogue uses) are the criteria from and below 16 years.
    """

    guards: tuple[Condition, ...]
    adult: Condition
    child: Condition | None
