"""The records of PTB-XL that an evaluation can use, with a printed report of those it cannot."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from ecg_chat.datasets.bad_rows import BadRows, OnBad
from ecg_chat.datasets.ptbxl import Record, read_database, with_signals
from ecg_chat.datasets.ptbxl_statements import TABLE_FILE, read_statement_table, with_listed_codes


def add_on_bad(parser: argparse.ArgumentParser) -> None:
    """Add the option that says what happens to bad rows and records."""
    parser.add_argument(
        "--on-bad",
        choices=get_args(OnBad),
        default="refuse",
        help="refuse the first bad row or record of PTB-XL, or skip and count them",
    )


def fold_records(ptbxl: Path, fold: int, on_bad: OnBad = "refuse") -> list[Record]:
    """Read the rows of a fold whose signals are there, and print what was skipped.

    Raises
    ------
    InvalidInput
        When the table is missing, or a bad row or record is refused.
    """
    bad = BadRows(on_bad)
    return usable_records(ptbxl, [r for r in read_database(ptbxl, bad=bad) if r.fold == fold], bad)


def usable_records(ptbxl: Path, records: Sequence[Record], bad: BadRows) -> list[Record]:
    """Keep the records whose signals are there and whose codes are listed, and print what was skipped, rows among it.

    Raises
    ------
    InvalidInput
        When a bad record is refused.
    """
    kept = with_signals(ptbxl, records, bad=bad)
    if (ptbxl / TABLE_FILE).is_file():  # not every evaluation needs it; those that do refuse to go without
        kept = with_listed_codes(kept, read_statement_table(ptbxl), bad=bad)
    if bad.on_bad == "skip":
        print(bad.as_text())
    return kept
