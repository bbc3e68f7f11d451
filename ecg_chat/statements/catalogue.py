"""The catalogue of statements: data in ``codes/*.toml``, loaded once and checked for contradictions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from ecg_chat.errors import CatalogueError
from ecg_chat.measurements.normal_limits import load_limits
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.conditions import All, AnyOf, Condition, Criteria, NoneMet, Not, Rule, StatementMet
from ecg_chat.statements.normal_rows import with_normal_rows
from ecg_chat.statements.parsing import Parser, Table, check_keys, limit
from ecg_chat.statements.types import Statement, StatementKind, Urgency

FOLDER = Path(__file__).parent / "codes"
SHARED_FILES = ("limits", "rules", "sources", "advice")
SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP", "")
REQUIRED = {"name", "plain", "meaning", "urgency", "kinds", "superclass", "leads", "mimics", "sources", "aliases"}
OPTIONAL = {"mimics_other", "differs", "no_criteria", "criteria", "covered_by"}
EMERGENCY_WORDS = "emergency number"


@cache
def load_catalogue() -> Mapping[str, Statement]:
    """Return the packaged catalogue: code to statement, read once.

    Raises
    ------
    CatalogueError
        If the files contradict themselves.
    """
    return read_catalogue(FOLDER)


def read_catalogue(folder: Path) -> Mapping[str, Statement]:
    """Read and check a folder of TOML files: limits, rules, sources, advice, and any number of files of statements.

    Raises
    ------
    CatalogueError
        If a file cannot be parsed, or names what does not exist, or says something twice.
    """
    shared = {name: _toml(folder / f"{name}.toml") for name in SHARED_FILES}
    shared["sources"] = {**load_limits().sources, **shared["sources"]}
    shared["limits"] = {name: with_normal_rows(name, table) for name, table in shared["limits"].items()}
    files = sorted(path for path in folder.glob("*.toml") if path.stem not in SHARED_FILES)
    return build_catalogue(shared, [_toml(path) for path in files])


def build_catalogue(shared: Mapping[str, Table], groups: Iterable[Table]) -> Mapping[str, Statement]:
    """Build the catalogue from parsed TOML: the four shared tables and the groups of statements.

    Raises
    ------
    CatalogueError
        As `read_catalogue`.
    """
    entries: dict[str, Table] = {}
    for group in groups:
        for code, table in group.items():
            if code in entries:
                raise CatalogueError(f"The code {code} is in the catalogue twice.")
            entries[code] = table
    limits = {name: limit(name, table) for name, table in shared["limits"].items()}
    for entry in limits.values():
        for key in entry.sources:
            _check_source(key, shared["sources"], f"limit {entry.name}")
    parser = Parser(limits, frozenset(entries))
    for name, table in shared["rules"].get("lead", {}).items():
        parser.lead_rule(name, table)
    for name, table in shared["rules"].get("rule", {}).items():
        parser.rule(name, table)
    catalogue = {code: _statement(code, table, parser, shared) for code, table in entries.items()}
    _check_aliases(catalogue)
    _check_no_cycle(catalogue)
    return MappingProxyType(catalogue)


def _toml(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(f"The catalogue needs {path.name}, which is not in {path.parent.name}.") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name} is not valid TOML: {error}.") from error


def _statement(code: str, table: Table, parser: Parser, shared: Mapping[str, Table]) -> Statement:
    check_keys(table, REQUIRED | OPTIONAL, code, required=REQUIRED)
    _check_texts(code, table)
    if ("criteria" in table) == ("no_criteria" in table):
        raise CatalogueError(f"{code}: expected either 'criteria' or 'no_criteria' (why there are none).")
    criteria = parser.criteria(table["criteria"], f"{code}.criteria") if "criteria" in table else None
    for mimic in table["mimics"]:
        if mimic not in parser.codes or mimic == code:
            raise CatalogueError(f"{code}: the mimic {mimic!r} is not another code of the catalogue.")
    for other in table.get("covered_by", []):
        if other not in parser.codes or other == code:
            raise CatalogueError(f"{code}: covered_by names {other!r}, which is not another code of the catalogue.")
    for lead in table["leads"]:
        if lead not in STANDARD_LEADS:
            raise CatalogueError(f"{code}: unknown lead {lead!r}.")
    for key in table["sources"]:
        _check_source(key, shared["sources"], code)
    return Statement(
        code=code,
        name=table["name"],
        plain=table["plain"],
        meaning=table["meaning"],
        urgency=table["urgency"],
        kinds=tuple(table["kinds"]),
        superclass=table["superclass"],
        leads=tuple(table["leads"]),
        mimics=tuple(table["mimics"]),
        source="; ".join(f"{key}: {shared['sources'][key]['reference']}" for key in table["sources"]),
        aliases=tuple(table["aliases"]),
        has_criteria=criteria is not None,
        mimics_other=tuple(table.get("mimics_other", ())),
        differs=table.get("differs", ""),
        no_criteria=table.get("no_criteria", ""),
        advice=shared["advice"][table["urgency"]],
        criteria=criteria,
        covered_by=tuple(table.get("covered_by", ())),
    )


def _check_texts(code: str, table: Table) -> None:
    for key in ("name", "plain", "meaning", "differs", "no_criteria"):
        if key in table and not (isinstance(table[key], str) and table[key].strip()):
            raise CatalogueError(f"{code}: {key!r} is {table[key]!r}, expected a text.")
    if table["urgency"] not in get_args(Urgency):
        raise CatalogueError(f"{code}: urgency {table['urgency']!r}, expected one of {', '.join(get_args(Urgency))}.")
    kinds = get_args(StatementKind)
    if not table["kinds"] or any(kind not in kinds for kind in table["kinds"]):
        raise CatalogueError(f"{code}: kinds {table['kinds']!r}, expected some of {', '.join(kinds)}.")
    if table["superclass"] not in SUPERCLASSES:
        raise CatalogueError(f"{code}: superclass {table['superclass']!r} is not one of PTB-XL's.")
    if not table["sources"]:
        raise CatalogueError(f"{code}: a statement needs a source.")
    if table["urgency"] == "emergency" and EMERGENCY_WORDS not in table["plain"]:
        raise CatalogueError(f"{code}: the plain wording of an emergency says when to call the {EMERGENCY_WORDS}.")


def _check_source(key: str, sources: Mapping[str, Any], where: str) -> None:
    if key not in sources:
        raise CatalogueError(f"{where}: unknown source {key!r}.")


def _check_aliases(catalogue: Mapping[str, Statement]) -> None:
    owner: dict[str, str] = {}
    for statement in catalogue.values():
        if not statement.aliases:
            raise CatalogueError(f"{statement.code}: needs at least one alias.")
        for alias in statement.aliases:
            if alias != alias.lower().strip() or not re.search(r"[a-z]", alias):
                raise CatalogueError(f"{statement.code}: the alias {alias!r} is not a lower-case phrase.")
            if alias in owner:
                raise CatalogueError(f"The alias {alias!r} names both {owner[alias]} and {statement.code}.")
            owner[alias] = statement.code


def _check_no_cycle(catalogue: Mapping[str, Statement]) -> None:
    """Refuse statements that wait for each other: judging them would never end."""
    done: set[str] = set()

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            raise CatalogueError(f"These statements wait for each other: {' → '.join((*path, code))}.")
        if code in done:
            return
        criteria = catalogue[code].criteria
        for other in () if criteria is None else sorted(set(_codes_of(criteria))):
            visit(other, (*path, code))
        done.add(code)

    for code in catalogue:
        visit(code, ())


def _codes_of(criteria: Criteria) -> Iterator[str]:
    for condition in (*criteria.guards, criteria.adult, criteria.child):
        if condition is not None:
            yield from _codes_in(condition)


def _codes_in(condition: Condition) -> Iterator[str]:
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _codes_in(part)
        case Not(part=part) | Rule(condition=part):
            yield from _codes_in(part)
        case StatementMet(code=code):
            yield code
        case NoneMet(codes=codes):
            yield from codes
        case _:
            return
