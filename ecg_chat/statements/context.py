"""One recording under judgement: its measurements, the person's age and sex, and what was worked out already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecg_chat.measurements.types import Measurements, Value
from ecg_chat.statements.conditions import Bound, Limit
from ecg_chat.statements.types import Evidence, Judgement, Statement

# Adult limits hold from 16 years: the conduction statement (AHA/ACCF/HRS 2009 part III) and the Chicago table
# end childhood there.
ADULT_FROM_YEARS = 16.0

Outcome = tuple[bool | None, tuple[Evidence, ...]]


@dataclass
class Context:
    """What the evaluation of one recording needs and remembers.

    ``age_years`` None is judged by adult limits (each text says so); ``sex`` None leaves a limit that
    differs between the sexes undecided only where the two would decide differently.
    """

    measurements: Measurements
    age_years: float | None
    sex: str | None
    catalogue: Mapping[str, Statement]
    judgements: dict[str, Judgement] = field(default_factory=dict)
    rules: dict[str, Outcome] = field(default_factory=dict)
    lead_rules: dict[tuple[str, str], bool | None] = field(default_factory=dict)
    values: dict[tuple[str, str | None], Value] = field(default_factory=dict)
    bounds: dict[str, tuple[Bound, ...]] = field(default_factory=dict)

    @property
    def is_child(self) -> bool:
        """Whether child limits are needed."""
        return self.age_years is not None and self.age_years < ADULT_FROM_YEARS

    def possible_bounds(self, limit: Bound | Limit) -> tuple[Bound, ...]:
        """Return every bound that may be valid for this person.

        Several where sex or age is not known and the limit depends on it; none where no norm was published.
        """
        if isinstance(limit, Bound):
            return (limit,)
        known = self.bounds.get(limit.name)
        if known is None:
            known = self.bounds[limit.name] = self._rows(limit)
        return known

    def _rows(self, limit: Limit) -> tuple[Bound, ...]:
        rows = []
        for row in limit.rows:
            if row.sex is not None and self.sex is not None and row.sex != self.sex:
                continue
            if self.age_years is None:
                if row.age_below <= ADULT_FROM_YEARS:
                    continue
            elif not row.age_from <= self.age_years < row.age_below:
                continue
            if row.bound not in rows:
                rows.append(row.bound)
        return tuple(rows)
