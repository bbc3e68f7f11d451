"""How often the numbers of ECGs that readers called normal lie outside the norms.

``python -m ecg_chat evaluate norms --ptbxl DIR --code NORM --fold 9 --json OUT``, where DIR holds PTB-XL in its
publisher's layout (100 Hz).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from ecg_chat.datasets.ptbxl import Record, read_database
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.measurements.against_norm import against_norm
from ecg_chat.measurements.derived import derived_for
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.number_text import unit_of
from ecg_chat.signals.reading import read_ecg_path
from ecg_chat.statements.context import ADULT_FROM_YEARS

Shares = dict[str, dict[str, float]]


def norm_shares(folder: Path, *, code: str, fold: int, limit: int | None = None) -> Shares:
    """Measure the adults with a statement.

    Returns
    -------
    dict
        Per measure with a norm: ``n`` held against it, and the shares ``low`` and ``high`` in per cent; per yes/no:
        ``n`` and ``yes``.

    Raises
    ------
    InvalidInput
        When the fold has no adult of known age and sex with this statement.
    """
    chosen = [r for r in read_database(folder) if r.fold == fold and code in r.codes and _is_adult(r)][:limit]
    if not chosen:
        raise InvalidInput(f"no adult of known age and sex in fold {fold} has the statement {code}")
    return _shares(folder, tqdm(chosen, desc="measuring", unit="record"))


def _is_adult(record: Record) -> bool:
    return record.age_years is not None and record.age_years >= ADULT_FROM_YEARS and record.sex is not None


def _shares(folder: Path, records: Iterable[Record]) -> Shares:
    counts: dict[str, Counter[str]] = {}
    for record in records:
        found = measure(read_ecg_path(folder / f"{record.filename}.hea"))
        for name, value in {**found.overall, **derived_for(found, record.sex)}.items():
            held = against_norm(name, value, record.age_years, record.sex)
            if value.value is None:
                continue
            if unit_of(name) == "yes/no":
                counts.setdefault(name, Counter()).update(["n", *(["yes"] if value.value else [])])
            elif held.source:
                counts.setdefault(name, Counter()).update(["n", *([held.outside] if held.outside else [])])
    return {name: _percent(name, count) for name, count in sorted(counts.items())}


def _percent(name: str, count: Counter[str]) -> dict[str, float]:
    kinds = ("yes",) if unit_of(name) == "yes/no" else ("low", "high")
    return {"n": count["n"], **{kind: round(100.0 * count[kind] / count["n"], 1) for kind in kinds}}


def as_markdown(result: Result) -> str:
    """Tabulate the shares."""
    lines = ["| measure | n | low % | high % | yes % |", "| --- | --- | --- | --- | --- |"]
    for name, row in result.items():
        lines.append(f"| {name} | {' | '.join(str(row.get(key, '')) for key in ('n', 'low', 'high', 'yes'))} |")
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument("--ptbxl", type=Path, required=True, metavar="DIR", help="PTB-XL in its publisher's layout")
    parser.add_argument("--code", default="NORM", help="statement that the records must have")
    parser.add_argument("--fold", type=int, default=9)
    parser.add_argument("--limit", type=int, help="only the first so many records")


COMMAND = SubCommand(
    "how often the numbers of ECGs that readers called normal lie outside the norms (PTB-XL)",
    add_arguments,
    lambda args: dict(norm_shares(args.ptbxl, code=args.code, fold=args.fold, limit=args.limit)),
    as_markdown,
)
