"""``evaluate measurements``: intervals and rate against what follows from the marks of LUDB's cardiologists."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from ecg_chat.datasets.ludb import find_records, read_marks, read_signals
from ecg_chat.evaluation.bland_altman_plot import plot_agreement
from ecg_chat.evaluation.interval_agreement import agreement
from ecg_chat.evaluation.measurement_tables import as_markdown
from ecg_chat.evaluation.neurokit_marks import NeuroKitMarker
from ecg_chat.evaluation.our_marks import GROUPS, group_of, our_measurements
from ecg_chat.evaluation.reference_intervals import KEYS, RULES, in_seconds, intervals_of
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.wave_matching import Marker
from ecg_chat.signals.ecg import Ecg

WORST = 10
OURS, BASELINE = "ecg_chat", "NeuroKit2"
Numbers = Mapping[str, float | None]


class Measured(Protocol):
    """Something that gives one number by name, or None."""

    def get(self, name: str, /) -> float | None:
        """Return the number."""
        ...


def evaluate_measurements(
    folder: Path,
    measurer: Callable[[Ecg, str], Measured],
    *,
    baseline: Marker | None = None,
    limit: int | None = None,
    group: Callable[[str], str] = group_of,
) -> Result:
    """Measure every LUDB record and compare with its marks.

    Parameters
    ----------
    folder : Path
        LUDB, see `ecg_chat.datasets.ludb`.
    measurer : callable
        Recording and record number → measurements.
    baseline : Marker, optional
        Another program; its marks become intervals by the same rule as the cardiologists'.
    limit : int, optional
        Only the first records.
    group : callable
        Record → how the program knows it; groups are tabulated separately.

    Returns
    -------
    dict
        ``tables``: group → program → rule of `reference_intervals` → interval → `agreement`; ``worst``: group →
        interval → [record, measured, marked (robust)]; ``values``: record → what was measured and marked.
    """
    records = find_records(folder, limit)
    values: dict[str, dict[str, Any]] = {}
    for record in tqdm(records, desc="measuring", unit="record", disable=None):
        ecg = read_signals(record)
        marks = read_marks(record, n_samples=ecg.n_samples)
        measured = measurer(ecg, record.name)
        row: dict[str, Any] = {"measured": _short({key: measured.get(key) for key in KEYS})}
        row |= {rule: _short(numbers) for rule, numbers in intervals_of(in_seconds(marks, ecg.fs_hz)).items()}
        if baseline is not None:
            other = intervals_of(baseline(ecg, record.name))
            row |= {f"{BASELINE} {rule}": _short(numbers) for rule, numbers in other.items()}
        values[record.name] = row
    groups: dict[str, list[str]] = {}
    for record in records:
        groups.setdefault(group(record.name), []).append(record.name)
    return {
        "data": "LUDB",
        "records": len(records),
        "groups": groups,
        "tables": {name: _tables([values[r] for r in members]) for name, members in groups.items()},
        "worst": {name: _worst({r: values[r] for r in members}) for name, members in groups.items()},
        "values": values,
    }


def _short(numbers: Numbers) -> dict[str, float | None]:
    return {key: None if value is None else round(value, 1) for key, value in numbers.items()}


def _tables(rows: Sequence[Mapping[str, Numbers]]) -> dict[str, Any]:
    def compare(source: str, rule: str) -> dict[str, Any]:
        return {key: agreement([row[source][key] for row in rows], [row[rule][key] for row in rows]) for key in KEYS}

    out = {OURS: {rule: compare("measured", rule) for rule in RULES}}
    if rows and f"{BASELINE} {RULES[0]}" in rows[0]:
        out[BASELINE] = {rule: compare(f"{BASELINE} {rule}", rule) for rule in RULES}
    return out


def _worst(values: Mapping[str, Mapping[str, Numbers]]) -> dict[str, list[list[Any]]]:
    """Return the records whose measured value is furthest from the robust reference, per interval."""
    out = {}
    for key in KEYS:
        both = []
        for name, row in values.items():
            got, true = row["measured"][key], row["robust"][key]
            if got is not None and true is not None:
                both.append((abs(got - true), name, got, true))
        both.sort(key=lambda entry: -entry[0])
        out[key] = [[name, got, true] for _, name, got, true in both[:WORST]]
    return out


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument("--ludb", type=Path, required=True, metavar="DIR", help="LUDB in its publisher's layout")
    parser.add_argument("--skip-neurokit", action="store_true", help="leave the comparison with NeuroKit2 out")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N records")


def _evaluate(args: argparse.Namespace) -> Result:
    baseline = None if args.skip_neurokit else NeuroKitMarker()
    result = evaluate_measurements(args.ludb, our_measurements, baseline=baseline, limit=args.limit)
    about = {name: GROUPS[name] for name in result["groups"]}
    return result | {"about_groups": about, "neurokit_failed": sorted(baseline.failed) if baseline else []}


COMMAND = SubCommand(
    "intervals and heart rate against the marks of cardiologists (LUDB)",
    add_arguments,
    _evaluate,
    as_markdown,
    plot_agreement,
)
