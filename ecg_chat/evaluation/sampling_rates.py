"""How far the intervals of one recording differ between its 500 Hz and its 100 Hz file.

``python -m ecg_chat evaluate sampling-rates --ptbxl DIR --json OUT``, where DIR holds PTB-XL's ``records100`` and
``records500`` (or as much of the second as is at hand).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.reading import read_ecg_path

MEASURES = ("heart_rate_bpm", "p_ms", "pr_ms", "qrs_ms", "qt_ms")


def compare_rates(folder: Path) -> Result:
    """Measure every record that is there at both rates.

    Returns
    -------
    dict
        Per measure: ``n`` records measured at both rates, median and 90th percentile of the absolute difference, and
        how many were measured at one rate only.

    Raises
    ------
    InvalidInput
        When no record is there at both rates.
    """
    pairs = []
    for fast in sorted(folder.glob("records500/*/*_hr.hea")):
        slow = folder / "records100" / fast.parent.name / fast.name.replace("_hr", "_lr")
        if slow.is_file():
            pairs.append((fast, slow))
    if not pairs:
        raise InvalidInput(f"no record is in both records500 and records100 of {folder}")
    both = [
        [measure(read_ecg_path(path)) for path in pair]
        for pair in tqdm(pairs, desc="measuring", unit="record", disable=None)
    ]
    result = {}
    for name in MEASURES:
        values = [(fast.get(name), slow.get(name)) for fast, slow in both]
        differences = [abs(a - b) for a, b in values if a is not None and b is not None]
        result[name] = {
            "n": len(differences),
            "median": round(float(np.median(differences)), 2) if differences else None,
            "90th percentile": round(float(np.percentile(differences, 90)), 2) if differences else None,
            "at one rate only": sum((a is None) != (b is None) for a, b in values),
        }
    return result


def as_markdown(result: Result) -> str:
    """Tabulate the differences."""
    lines = ["| measure | n | median | 90th percentile | at one rate only |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {' | '.join(str(value) for value in row.values())} |" for name, row in result.items()]
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument(
        "--ptbxl", type=Path, required=True, metavar="DIR", help="PTB-XL with records100 and records500"
    )


COMMAND = SubCommand(
    "how far intervals differ between the 500 Hz and the 100 Hz file of a recording (PTB-XL)",
    add_arguments,
    lambda args: compare_rates(args.ptbxl),
    as_markdown,
)
