"""How the criteria of the statements agree with PTB-XL's readers.

``python -m ecg_chat evaluate criteria --ptbxl DIR --json OUT [--fold 9] [--limit N] [--measured FILE]``

The criteria are guideline limits and are not fitted to the readers: a low sensitivity says that the readers used the
word differently, that measuring at 100 Hz is too coarse, or that the criterion is strict, and the page of results says
which.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ecg_chat.datasets.bad_rows import OnBad
from ecg_chat.datasets.ptbxl import Record, read_signals
from ecg_chat.datasets.readings import load_readings, measure_records
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.ptbxl_fold import add_on_bad, fold_records
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.measurements.types import Measurements
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import judge

Z_95 = 1.959964  # two-sided 95 % of the normal distribution
Outcomes = Counter[tuple[bool, str]]


@dataclass(frozen=True)
class Agreement:
    """One code: how its verdicts meet the labels. Undecided records count as not met."""

    code: str
    labelled: int
    unlabelled: int
    met_labelled: int
    met_unlabelled: int
    undecided_labelled: int
    undecided_unlabelled: int
    sensitivity: float | None
    sensitivity_interval: tuple[float, float] | None
    specificity: float | None
    specificity_interval: tuple[float, float] | None
    positive_predictive_value: float | None


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion (Wilson, J Am Stat Assoc 1927;22:209).

    Raises
    ------
    ValueError
        If there is nothing to divide by.
    """
    if n <= 0 or not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no proportion")
    share = hits / n
    centre = share + Z_95**2 / (2 * n)
    half = Z_95 * ((share * (1 - share) + Z_95**2 / (4 * n)) / n) ** 0.5
    scale = 1 + Z_95**2 / n
    # Rounding may leave the ends a hair outside 0-1, or past the proportion itself.
    return max(0.0, min(share, (centre - half) / scale)), min(1.0, max(share, (centre + half) / scale))


def agreement(code: str, outcomes: Outcomes) -> Agreement:
    """Count one code's verdicts against its labels."""
    labelled = sum(n for (label, _), n in outcomes.items() if label)
    unlabelled = sum(n for (label, _), n in outcomes.items() if not label)
    hits, false = outcomes[True, "met"], outcomes[False, "met"]
    return Agreement(
        code=code,
        labelled=labelled,
        unlabelled=unlabelled,
        met_labelled=hits,
        met_unlabelled=false,
        undecided_labelled=outcomes[True, "undecided"],
        undecided_unlabelled=outcomes[False, "undecided"],
        sensitivity=hits / labelled if labelled else None,
        sensitivity_interval=wilson_interval(hits, labelled) if labelled else None,
        specificity=1 - false / unlabelled if unlabelled else None,
        specificity_interval=wilson_interval(unlabelled - false, unlabelled) if unlabelled else None,
        positive_predictive_value=hits / (hits + false) if hits + false else None,
    )


def evaluate_criteria(readings: Iterable[tuple[Record, Measurements]]) -> list[Agreement]:
    """Judge every recording and compare with its labels, for each statement that has criteria.

    PTB-XL gives likelihoods to diagnostic statements only; every stated code counts as labelled.
    """
    outcomes: Mapping[str, Outcomes] = {
        code: Counter() for code, statement in load_catalogue().items() if statement.has_criteria
    }
    for record, measurements in readings:
        judgements = judge(measurements, age_years=record.age_years, sex=record.sex)
        for code, counts in outcomes.items():
            counts[code in record.codes, judgements[code].verdict] += 1
    table = [agreement(code, counts) for code, counts in outcomes.items()]
    return sorted(table, key=lambda row: -row.labelled)


def markdown_table(rows: Sequence[Agreement]) -> str:
    """Write the results as a Markdown table, the frequent statements first."""
    lines = [
        "| code | labelled | sensitivity (95 %) | specificity (95 %) | PPV | undecided |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        ppv = "–" if row.positive_predictive_value is None else f"{row.positive_predictive_value:.2f}"
        lines.append(
            f"| {row.code} | {row.labelled} | {_share(row.sensitivity, row.sensitivity_interval)}"
            f" | {_share(row.specificity, row.specificity_interval)} | {ppv}"
            f" | {row.undecided_labelled + row.undecided_unlabelled} |"
        )
    return "\n".join(lines)


def _share(value: float | None, interval: tuple[float, float] | None) -> str:
    return "–" if value is None or interval is None else f"{value:.2f} ({interval[0]:.2f}–{interval[1]:.2f})"


def chosen_records(records: Sequence[Record], fold: int, limit: int | None) -> list[Record]:
    """Return the records of one fold, or a random part of it that is always the same.

    Raises
    ------
    InvalidInput
        If the fold has no records or the limit is not positive.
    """
    chosen = [record for record in records if record.fold == fold]
    if not chosen:
        raise InvalidInput(f"PTB-XL's fold {fold} has no records here, expected a fold from 1 to 10.")
    if limit is None:
        return chosen
    if limit < 1:
        raise InvalidInput(f"The limit is {limit}, expected at least one record.")
    random.Random(0).shuffle(chosen)  # a fixed sample
    return chosen[:limit]


def run(
    ptbxl: Path, *, fold: int, limit: int | None, measured: Path | None, workers: int, on_bad: OnBad = "refuse"
) -> list[Agreement]:
    """Measure the records of a fold (or take what was measured before) and compare criteria with labels."""
    records = chosen_records(fold_records(ptbxl, fold, on_bad), fold, limit)
    with tempfile.TemporaryDirectory() as folder:
        out = measured if measured is not None else Path(folder) / "measured.jsonl"
        measure_records(records, read_signals(ptbxl, records), out, workers)
        readings = load_readings(out)
    return evaluate_criteria((record, readings[record.ecg_id]) for record in records)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument("--ptbxl", type=Path, required=True, metavar="DIR", help="PTB-XL in its publisher's layout")
    parser.add_argument("--fold", type=int, default=9)
    parser.add_argument("--limit", type=int, metavar="N", help="only so many records, a fixed random sample")
    parser.add_argument("--measured", type=Path, metavar="FILE",
                        help="JSON lines of measurements, written once and read again")  # fmt: skip
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that measure")
    add_on_bad(parser)


def _evaluate(args: argparse.Namespace) -> Result:
    rows = run(
        args.ptbxl, fold=args.fold, limit=args.limit, measured=args.measured, workers=args.workers, on_bad=args.on_bad
    )
    return {"data": "PTB-XL", "fold": args.fold, "statements": [asdict(row) for row in rows]}


COMMAND = SubCommand(
    "how the criteria of the statements agree with PTB-XL's readers",
    add_arguments,
    _evaluate,
    lambda result: markdown_table([Agreement(**row) for row in result["statements"]]),
)
