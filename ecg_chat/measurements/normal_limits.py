"""What is normal for a person of an age and sex, with the source; "no norm" where none was published.

Data: ``normal_limits.toml``, read once and checked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from ecg_chat.errors import CatalogueError
from ecg_chat.measurements.number_text import number_text, rounded, unit_text
from ecg_chat.measurements.types import DERIVED_UNITS, GLOBAL_UNITS
from ecg_chat.signals.ecg import Sex

FILE = Path(__file__).parent / "normal_limits.toml"
INFINITE = float("inf")
Outside = Literal["low", "high", ""]
Table = Mapping[str, Any]


@dataclass(frozen=True)
class LimitsRow:
    """What is normal for one sex (None: both) and one span of ages in years (``age_from`` included, the end not).

    ``high`` belongs to the norm if ``high_included``; ``low`` always does.
    """

    low: float | None
    high: float | None
    high_included: bool
    sources: tuple[str, ...]
    sex: str | None = None
    age_from: float = 0.0
    age_below: float = INFINITE


@dataclass(frozen=True)
class LimitsTable:
    """The rows of one table of the file; ``names`` are the measures that it holds for."""

    key: str
    names: tuple[str, ...]
    sources: tuple[str, ...]
    rows: tuple[LimitsRow, ...]
    shown_only: str = ""


@dataclass(frozen=True)
class NormalLimits:
    """All tables, and the sources by key: what they are, and their grade (P, D, T or O)."""

    tables: Mapping[str, LimitsTable]
    sources: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Limits:
    """The norm of one measure for one person; numbers in the unit of the measure."""

    name: str
    low: float | None
    high: float | None
    high_included: bool
    source: str
    shown_only: str = ""  # what the limit holds for, where it must not judge the number

    @property
    def text(self) -> str:
        """The norm in words: ``120-200 ms``, ``below 450 ms``, ``up to 110 ms``."""
        return f"{self._range} {self.shown_only}".rstrip()

    @property
    def _range(self) -> str:
        unit = unit_text(self.name)
        low = "" if self.low is None else number_text(self.name, self.low)
        high = "" if self.high is None else number_text(self.name, self.high)
        if low and high and self.high_included:
            return f"{low} to {high}{unit}" if "−" in low + high else f"{low}-{high}{unit}"
        parts = [f"from {low}{unit}"] if low else []
        parts += [f"{'up to' if self.high_included else 'below'} {high}{unit}"] if high else []
        return ", ".join(parts)

    def outside(self, value: float) -> Outside:
        """Say on which side of the norm a value lies, "" if within; the value is taken as it is printed."""
        if self.shown_only:
            return ""
        shown = rounded(self.name, value)
        if self.low is not None and shown < self.low:
            return "low"
        if self.high is not None and (shown > self.high or (shown == self.high and not self.high_included)):
            return "high"
        return ""


@dataclass(frozen=True)
class NoNorm:
    """There is no norm for this person; why."""

    reason: str


def normal_range(name: str, age_years: float | None, sex: Sex | None) -> Limits | NoNorm:
    """Return what is normal.

    Parameters
    ----------
    name : str
        Key of `GLOBAL_UNITS` or `DERIVED_UNITS`.
    age_years : float or None
        Without an age there is no norm: limits of adults are not those of children.
    sex : {"male", "female"} or None
        Needed only where the norm depends on it.
    """
    tables = [table for table in load_limits().tables.values() if name in table.names]
    rows = [row for table in tables for row in table.rows]
    if not rows:
        return NoNorm("no norm for this measure")
    if age_years is None:
        return NoNorm("no norm without the age")
    rows = [row for row in rows if row.age_from <= age_years < row.age_below]
    if not rows:
        return NoNorm("no norm for this age")
    fitting = [row for row in rows if row.sex is None or row.sex == sex]
    if not fitting:
        return NoNorm("no norm without the sex" if sex is None else "no norm for this sex")
    row = fitting[0]
    references = [load_limits().sources[key]["reference"] for key in row.sources]
    shown_only = next(table.shown_only for table in tables if row in table.rows)
    return Limits(name, row.low, row.high, row.high_included, "; ".join(references), shown_only)


@cache
def load_limits() -> NormalLimits:
    """Return the packaged limits, read once.

    Raises
    ------
    CatalogueError
        If the file contradicts itself.
    """
    return build_limits(tomllib.loads(FILE.read_text(encoding="utf-8")))


def build_limits(data: Table) -> NormalLimits:
    """Check parsed TOML and return its limits.

    Raises
    ------
    CatalogueError
        For an unknown measure, key or source, a row without a limit, or two rows for the same person.
    """
    sources = data["sources"]
    tables = {key: _table(key, table, sources) for key, table in data.items() if key != "sources"}
    for name in {name for table in tables.values() for name in table.names}:
        rows = [row for table in tables.values() if name in table.names for row in table.rows]
        for i, row in enumerate(rows):
            if any(_same_person(row, other) for other in rows[:i]):
                raise CatalogueError(f"The normal limits of {name} hold two rows for the same person.")
    return NormalLimits(MappingProxyType(tables), MappingProxyType(sources))


def _table(key: str, table: Table, sources: Table) -> LimitsTable:
    _check_keys(table, {"names", "sources", "rows", "shown_only"}, key)
    for name in table["names"]:
        if name not in GLOBAL_UNITS and name not in DERIVED_UNITS:
            raise CatalogueError(f"Normal limits {key}: {name!r} is not a measure.")
    rows = tuple(_row(key, row, tuple(table["sources"])) for row in table["rows"])
    named = {source for row in rows for source in row.sources} | set(table["sources"])
    unknown = sorted(named - set(sources))
    if unknown or not table["sources"]:
        raise CatalogueError(f"Normal limits {key}: the source {unknown[0] if unknown else ''!r} is not in the list.")
    return LimitsTable(key, tuple(table["names"]), tuple(table["sources"]), rows, table.get("shown_only", ""))


def _row(key: str, row: Table, sources: tuple[str, ...]) -> LimitsRow:
    _check_keys(row, {"sex", "age_from", "age_below", "at_least", "at_most", "below", "source"}, key)
    if not {"at_least", "at_most", "below"} & set(row) or {"at_most", "below"} <= set(row):
        raise CatalogueError(f"Normal limits {key}: a row needs at_least, and at_most or below, got {sorted(row)}.")
    if row.get("sex") not in (None, "male", "female"):
        raise CatalogueError(f"Normal limits {key}: sex is {row['sex']!r}, expected male or female.")
    age_from, age_below = float(row.get("age_from", 0.0)), float(row.get("age_below", INFINITE))
    if not 0 <= age_from < age_below:
        raise CatalogueError(f"Normal limits {key}: ages from {age_from:g} to {age_below:g} are no span.")
    high = row.get("at_most", row.get("below"))
    return LimitsRow(
        low=None if "at_least" not in row else float(row["at_least"]),
        high=None if high is None else float(high),
        high_included="below" not in row,
        sources=(row["source"],) if "source" in row else sources,
        sex=row.get("sex"),
        age_from=age_from,
        age_below=age_below,
    )


def _check_keys(table: Table, allowed: set[str], key: str) -> None:
    unknown = sorted(set(table) - allowed)
    if unknown:
        raise CatalogueError(f"Normal limits {key}: unknown key {unknown[0]!r}, expected {', '.join(sorted(allowed))}.")


def _same_person(a: LimitsRow, b: LimitsRow) -> bool:
    same_sex = a.sex is None or b.sex is None or a.sex == b.sex
    return same_sex and a.age_from < b.age_below and b.age_from < a.age_below
