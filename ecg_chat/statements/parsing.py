"""The catalogue's TOML becomes conditions; whatever it contradicts is refused with the place of the mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecg_chat.errors import CatalogueError
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.conditions import (
    COMPARISONS,
    WAVE_MV,
    All,
    AnyOf,
    Bound,
    Compare,
    Comparison,
    Condition,
    Criteria,
    Fact,
    LeadCount,
    LeadRule,
    Limit,
    LimitRow,
    NoneMet,
    Not,
    Rule,
    StatementMet,
)
from ecg_chat.statements.facts import FACTS
from ecg_chat.statements.wording import GLOBAL_MEASURES, LEAD_MEASURES

Table = Mapping[str, Any]
SEXES = ("male", "female")


class Parser:
    """Turns TOML tables into conditions; knows the limits, rules and codes that they may name."""

    def __init__(self, limits: Mapping[str, Limit], codes: frozenset[str]) -> None:
        self.limits = limits
        self.codes = codes
        self.rules: dict[str, Rule] = {}
        self.lead_rules: dict[str, LeadRule] = {}

    def criteria(self, table: Table, where: str) -> Criteria:
        """Read a statement's criteria."""
        check_keys(table, {"guards", "all", "adult", "child"}, where)
        guards = tuple(self._named_rule(name, f"{where}.guards") for name in table.get("guards", []))
        if "all" in table:
            if "adult" in table or "child" in table:
                raise CatalogueError(f"{where}: 'all' is for every age, so it cannot stand beside 'adult' or 'child'.")
            every = self._parts(table["all"], f"{where}.all")
            return Criteria(guards, All(every), All(every))
        if "adult" not in table:
            raise CatalogueError(f"{where}: expected 'all' or 'adult', got {sorted(table)}.")
        child = All(self._parts(table["child"], f"{where}.child")) if "child" in table else None
        return Criteria(guards, All(self._parts(table["adult"], f"{where}.adult")), child)

    def rule(self, name: str, table: Table) -> None:
        """Read one named rule; it may use rules read before it."""
        self.rules[name] = Rule(name, self.condition(table, f"rule {name}"))

    def lead_rule(self, name: str, table: Table) -> None:
        """Read one per-lead rule."""
        where = f"lead rule {name}"
        check_keys(table, {"text", "detail", "each", "special"}, where, required={"text", "detail", "each"})
        special = []
        for lead, condition in table.get("special", {}).items():
            _check_lead(lead, where)
            special.append((lead, self._of_lead(condition, where)))
        self.lead_rules[name] = LeadRule(
            name, table["text"], table["detail"], self._of_lead(table["each"], where), tuple(special)
        )

    def condition(self, table: Table, where: str) -> Condition:
        """Read one condition; its first key says which kind it is."""
        if not isinstance(table, Mapping):
            raise CatalogueError(f"{where}: expected a condition in braces, got {table!r}.")
        if "measure" in table:
            return self._compare(table, where)
        if "count" in table or "each" in table:
            return self._count(table, where)
        kinds = [key for key in ("all", "any", "not", "fact", "rule", "statement", "none_met") if key in table]
        if len(kinds) != 1:
            raise CatalogueError(f"{where}: expected one kind of condition, got the keys {sorted(table)}.")
        return self._simple(kinds[0], table, where)

    def _simple(self, kind: str, table: Table, where: str) -> Condition:
        more = {"not": {"text"}, "none_met": {"text", "undecided_passes"}}.get(kind, set())
        check_keys(table, {kind} | more, where, required={"text"} if more else None)
        content = table[kind]
        condition: Condition
        match kind:
            case "all":
                condition = All(self._parts(content, where))
            case "any":
                condition = AnyOf(self._parts(content, where))
            case "fact":
                condition = _fact(content, where)
            case "rule":
                condition = self._named_rule(content, where)
            case "statement":
                condition = StatementMet(self._code(content, where))
            case "not":
                condition = Not(self.condition(content, where), table["text"])
            case _:
                codes = tuple(self._code(code, where) for code in content)
                condition = NoneMet(codes, table["text"], table.get("undecided_passes") is True)
        return condition

    def _parts(self, content: Any, where: str) -> tuple[Condition, ...]:
        if not isinstance(content, list) or not content:
            raise CatalogueError(f"{where}: expected a list of conditions, got {content!r}.")
        return tuple(self.condition(part, f"{where}[{i}]") for i, part in enumerate(content))

    def _named_rule(self, name: str, where: str) -> Rule:
        if name not in self.rules:
            raise CatalogueError(f"{where}: unknown rule {name!r}, expected one of {', '.join(self.rules) or 'none'}.")
        return self.rules[name]

    def _code(self, code: str, where: str) -> str:
        if code not in self.codes:
            raise CatalogueError(f"{where}: unknown code {code!r}.")
        return code

    def _compare(self, table: Table, where: str) -> Compare:
        check_keys(table, {"measure", "lead", "limit", *COMPARISONS}, where)
        measure, lead = table["measure"], table.get("lead")
        if lead is not None:
            _check_lead(lead, where)
        known = GLOBAL_MEASURES if lead is None else LEAD_MEASURES
        if measure not in known:
            place = "a global measure" if lead is None else f"a measure of lead {lead}"
            raise CatalogueError(f"{where}: {measure!r} is not {place}.")
        return Compare(measure, self._bounds(table, where), lead)

    def _of_lead(self, table: Table, where: str) -> Condition:
        for kind, make in (("all", All), ("any", AnyOf)):
            if kind in table:
                check_keys(table, {kind}, where)
                return make(tuple(self._of_lead(part, where) for part in table[kind]))
        check_keys(table, {"measure", "limit", *COMPARISONS}, where, required={"measure"})
        if table["measure"] not in LEAD_MEASURES:
            raise CatalogueError(f"{where}: {table['measure']!r} is not a measure of a lead.")
        return Compare(table["measure"], self._bounds(table, where))

    def _bounds(self, table: Table, where: str) -> Bound | Limit:
        given = [key for key in ("limit", *COMPARISONS) if key in table]
        if len(given) != 1:
            raise CatalogueError(f"{where}: expected one limit for {table['measure']!r}, got {given or 'none'}.")
        if given[0] == "limit":
            if table["limit"] not in self.limits:
                raise CatalogueError(f"{where}: unknown limit {table['limit']!r}.")
            return self.limits[table["limit"]]
        return bound(table, where)

    def _count(self, table: Table, where: str) -> LeadCount:
        check_keys(table, {"count", "contiguous", "of", "each"}, where, required={"count", "of", "each"})
        count, leads, name = table["count"], tuple(table["of"]), table["each"]
        contiguous = bool(table.get("contiguous", False))
        for lead in leads:
            _check_lead(lead, where)
        if len(set(leads)) != len(leads) or not 1 <= count <= len(leads):
            raise CatalogueError(f"{where}: {count} of the leads {', '.join(leads)} cannot be counted.")
        if contiguous and count != 2:
            raise CatalogueError(f"{where}: neighbouring leads are counted in pairs, got a count of {count}.")
        if name not in self.lead_rules:
            raise CatalogueError(f"{where}: unknown lead rule {name!r}.")
        condition = LeadCount(self.lead_rules[name], leads, count, contiguous)
        if contiguous and not condition.pairs:
            raise CatalogueError(f"{where}: no two of {', '.join(leads)} are neighbours.")
        return condition


def limit(name: str, table: Table) -> Limit:
    """Read one limit with its rows."""
    where = f"limit {name}"
    check_keys(table, {"sources", "rows"}, where, required={"sources", "rows"})
    rows = []
    for row in table["rows"]:
        check_keys(row, {"sex", "age_from", "age_below", *COMPARISONS}, where)
        if row.get("sex") not in (None, *SEXES):
            raise CatalogueError(f"{where}: sex is {row['sex']!r}, expected one of {', '.join(SEXES)}.")
        age_from, age_below = float(row.get("age_from", 0.0)), float(row.get("age_below", float("inf")))
        if not 0 <= age_from < age_below:
            raise CatalogueError(f"{where}: ages from {age_from:g} to {age_below:g} are no span.")
        rows.append(LimitRow(bound(row, where), row.get("sex"), age_from, age_below))
    for i, row in enumerate(rows):
        for other in rows[:i]:
            if _overlap(row, other):
                raise CatalogueError(f"{where}: two rows are valid for the same person.")
    return Limit(name, tuple(rows), tuple(table["sources"]))


def bound(table: Table, where: str) -> Bound:
    """Read the one comparison of a table."""
    given: list[Comparison] = [key for key in COMPARISONS if key in table]
    if len(given) != 1:
        raise CatalogueError(f"{where}: expected one of {', '.join(COMPARISONS)}, got {given or 'none'}.")
    value = table[given[0]]
    if given[0] in ("present", "absent"):
        if value is not True:
            raise CatalogueError(f"{where}: '{given[0]}' is written as '{given[0]} = true', got {value!r}.")
        return Bound(given[0], WAVE_MV)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CatalogueError(f"{where}: the limit is {value!r}, expected a number.")
    return Bound(given[0], float(value))


def check_keys(table: Table, allowed: set[str], where: str, required: set[str] | None = None) -> None:
    """Refuse unknown keys and missing ones."""
    unknown = sorted(set(table) - allowed)
    if unknown:
        raise CatalogueError(f"{where}: unknown key {unknown[0]!r}, expected some of {', '.join(sorted(allowed))}.")
    missing = sorted((required or set()) - set(table))
    if missing:
        raise CatalogueError(f"{where}: {missing[0]!r} is missing.")


def _fact(name: str, where: str) -> Fact:
    if name not in FACTS:
        raise CatalogueError(f"{where}: unknown fact {name!r}, expected one of {', '.join(FACTS)}.")
    return Fact(name)


def _check_lead(lead: str, where: str) -> None:
    if lead not in STANDARD_LEADS:
        raise CatalogueError(f"{where}: unknown lead {lead!r}, expected one of {', '.join(STANDARD_LEADS)}.")


def _overlap(a: LimitRow, b: LimitRow) -> bool:
    same_sex = a.sex is None or b.sex is None or a.sex == b.sex
    return same_sex and a.age_from < b.age_below and b.age_from < a.age_below
