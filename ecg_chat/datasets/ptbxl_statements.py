"""PTB-XL's table of statements (``scp_statements.csv``), and the labels that records have by it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.errors import InvalidInput

TABLE_FILE = "scp_statements.csv"
SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")


@dataclass(frozen=True)
class Labels:
    """Multi-hot labels of records, and which records have a superclass at all."""

    superclasses: NDArray[np.float32]
    codes: NDArray[np.float32]
    has_superclass: NDArray[np.bool_]


def read_statement_table(folder: Path) -> dict[str, dict[str, str]]:
    """Read ``scp_statements.csv`` as code → row.

    Raises
    ------
    InvalidInput
        When the file is missing, or lacks its unnamed first column or the class columns.
    """
    path = folder / TABLE_FILE
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {folder}; expected it beside ptbxl_database.csv")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = {"", "diagnostic", "form", "rhythm", "diagnostic_class"} - set(reader.fieldnames or ())
        if missing:
            raise InvalidInput(f"{path.name} lacks the columns {sorted(missing)}; the unnamed one holds the codes")
        table = {row[""]: row for row in reader}
    for code, row in table.items():
        if row["diagnostic_class"] not in ("", None, *SUPERCLASSES):
            raise InvalidInput(
                f"{path.name} gives {code} the diagnostic_class {row['diagnostic_class']!r}, expected none or one of "
                f"{', '.join(SUPERCLASSES)}"
            )
    return table


def with_listed_codes(
    records: Sequence[Record], table: Mapping[str, Mapping[str, str]], *, bad: BadRows | None = None
) -> list[Record]:
    """Keep the records whose codes all stand in ``scp_statements.csv``.

    Raises
    ------
    InvalidInput
        When bad records are refused: the first one, with its code.
    """
    bad = bad or BadRows()
    kept = []
    for record in records:
        unknown = [code for code in record.codes if code not in table]
        if unknown:
            reason = f"has the code {unknown[0]!r}, which scp_statements.csv does not list"
            bad.found("code not listed", f"ecg_id {record.ecg_id}", reason)
        else:
            kept.append(record)
    return kept


def label_matrix(records: Sequence[Record], table: Mapping[str, Mapping[str, str]]) -> Labels:
    """Multi-hot labels; any likelihood counts, as in the benchmark of Strodthoff et al. 2021."""
    codes = tuple(table)
    by_code = {code: k for k, code in enumerate(codes)}
    superclass = np.zeros((len(records), len(SUPERCLASSES)), np.float32)
    multi = np.zeros((len(records), len(codes)), np.float32)
    for n, record in enumerate(records):
        for code in record.codes:
            if code not in by_code:
                raise InvalidInput(
                    f"record {record.ecg_id} has the code {code!r}, which scp_statements.csv does not list"
                )
            multi[n, by_code[code]] = 1
            name = table[code]["diagnostic_class"]
            if name:
                superclass[n, SUPERCLASSES.index(name)] = 1
    return Labels(superclass, multi, np.asarray(superclass.any(axis=1)))
