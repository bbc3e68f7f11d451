"""PTB-XL+ in its publisher's layout: what three programs measured on the records of PTB-XL.

``folder`` holds ``features/12sl_features.csv``, ``ecgdeli_features.csv`` and ``unig_features.csv``, and
``labels/12sl_statements.csv`` (Strodthoff et al. 2023, doi 10.1038/s41597-023-02153-8; data doi 10.13026/m5qc-8m53).
The tables are not sorted, and the id stands in the middle of the 12SL table: rows are found by the name of the column.
"""

from __future__ import annotations

import ast
import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS

Program = Literal["12sl", "ecgdeli", "unig"]
GLOBAL_12SL: Mapping[str, str] = {
    "ventricular_rate_bpm": "HR_Ventr_Global",
    "atrial_rate_bpm": "HR_Atrial_Global",
    "rr_ms": "RR_Mean_Global",
    "p_ms": "P_Dur_Global",
    "pr_ms": "PR_Int_Global",
    "qrs_ms": "QRS_Dur_Global",
    "qt_ms": "QT_Int_Global",
    "qtc_bazett_ms": "QT_IntBazett_Global",
    "qtc_fridericia_ms": "QT_IntFridericia_Global",
    "p_axis_deg": "P_AxisFront_Global",
    "qrs_axis_deg": "R_AxisFrontal_Global",
    "t_axis_deg": "T_AxisFront_Global",
}
"""Our name and unit → column of the 12SL table, for the whole ECG."""
LEAD_12SL: Mapping[str, str] = {
    "p_mv": "P_Amp",
    "q_mv": "Q_Amp",
    "r_mv": "R_Amp",
    "s_mv": "S_Amp",
    "st_mv": "ST_Amp",
    "t_mv": "T_Amp",
    "q_ms": "Q_Dur",
    "r_ms": "R_Dur",
    "s_ms": "S_Dur",
}
"""Our name and unit → beginning of the column, which ends in ``_`` and the lead; amplitudes keep the file's sign."""
NOT_MEASURED = -3276.0
"""Values at or below this mark what 12SL did not measure."""
PLAUSIBLE_MEDIAN: Mapping[str, tuple[float, float]] = {"qrs_ms": (40, 250), "qt_ms": (200, 700), "rr_ms": (300, 2000)}
"""Medians over a table in milliseconds lie here; other units (seconds, samples) do not."""
PLAUSIBLE_R_MV = (0.05, 10.0)
"""So does the median R wave of V5 in millivolts; in microvolts it is about a thousand."""


@dataclass(frozen=True)
class Features12sl:
    """What 12SL measured on one record; a value is absent where the program has none.

    `whole` has the names of `GLOBAL_12SL`, each mapping of `leads` those of `LEAD_12SL`.
    """

    ecg_id: int
    whole: Mapping[str, float]
    leads: Mapping[str, Mapping[str, float]]


def has_features(folder: Path, program: Program = "12sl") -> bool:
    """Whether the table of a program is there."""
    return _feature_file(folder, program).is_file()


def read_12sl(folder: Path, *, bad: BadRows | None = None) -> dict[int, Features12sl]:
    """Read the 12SL table, by PTB-XL's ecg_id.

    Raises
    ------
    InvalidInput
        When the table is absent, a column is absent, the units are not those of the publication (see
        `PLAUSIBLE_MEDIAN`), or bad rows are refused.
    """
    bad = bad or BadRows()
    path = _feature_file(folder, "12sl")
    wanted = [*GLOBAL_12SL.values(), *(f"{start}_{lead}" for start in LEAD_12SL.values() for lead in STANDARD_LEADS)]
    found: dict[int, Features12sl] = {}
    for ecg_id, row in _rows(path, wanted, bad):
        try:
            whole = _values(row, GLOBAL_12SL, "")
            leads = {lead: _values(row, LEAD_12SL, f"_{lead}") for lead in STANDARD_LEADS}
        except ValueError as error:
            bad.found("value not a number", f"{path.name} ecg_id {ecg_id}", f"{error}, expected a number or nothing")
            continue
        found[ecg_id] = Features12sl(ecg_id, whole, leads)
    _refuse_other_units(path, list(found.values()))
    return found


def read_columns(
    folder: Path, program: Program, columns: Sequence[str], *, bad: BadRows | None = None
) -> dict[int, dict[str, float]]:
    """Read columns of any program's table under the publisher's names; cells that say nothing are absent.

    Raises
    ------
    InvalidInput
        When the table or a column is absent, or bad rows are refused.
    """
    bad = bad or BadRows()
    path = _feature_file(folder, program)
    found: dict[int, dict[str, float]] = {}
    for ecg_id, row in _rows(path, columns, bad):
        try:
            found[ecg_id] = _values(row, {column: column for column in columns}, "")
        except ValueError as error:
            bad.found("value not a number", f"{path.name} ecg_id {ecg_id}", f"{error}, expected a number or nothing")
    return found


def read_12sl_statements(folder: Path, *, bad: BadRows | None = None) -> dict[int, tuple[str, ...]]:
    """Read the 12SL statements of each record, as ``labels/12sl_statements.csv`` abbreviates them.

    Raises
    ------
    InvalidInput
        When the table or its column ``statements`` is absent, or bad rows are refused.
    """
    bad = bad or BadRows()
    path = folder / "labels" / "12sl_statements.csv"
    found: dict[int, tuple[str, ...]] = {}
    for ecg_id, row in _rows(path, ["statements"], bad):
        try:
            listed = ast.literal_eval(row["statements"])
        except (ValueError, SyntaxError):
            listed = None
        if not isinstance(listed, list):
            reason = f"has the statements {row['statements'][:40]!r}, expected a list"
            bad.found("statements unreadable", f"{path.name} ecg_id {ecg_id}", reason)
            continue
        found[ecg_id] = tuple(str(one) for one in listed)
    return found


def _feature_file(folder: Path, program: Program) -> Path:
    return folder / "features" / f"{program}_features.csv"


def _rows(path: Path, columns: Sequence[str], bad: BadRows) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        raise InvalidInput(
            f"{path.name} is not in {path.parent}; PTB-XL+ is a set of its own, beside PTB-XL, and is not here"
        )
    seen: set[int] = set()
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        absent = {"ecg_id", *columns} - set(reader.fieldnames or ())
        if absent:
            raise InvalidInput(f"{path.name} lacks the columns {sorted(absent)[:5]} ({len(absent)} in all)")
        for row in reader:
            name = f"{path.name} line {reader.line_num}"
            number = (row["ecg_id"] or "").removesuffix(".0")
            if not (number.isascii() and number.isdigit()):
                bad.found("ecg_id not a number", name, f"has the ecg_id {row['ecg_id']!r}, expected a whole number")
            elif int(number) in seen:
                bad.found("id repeated", name, f"repeats the ecg_id {number}, expected each once")
            else:
                seen.add(int(number))
                yield int(number), {column: row[column] or "" for column in columns}


def _values(row: Mapping[str, str], columns: Mapping[str, str], ending: str) -> dict[str, float]:
    values = {}
    for name, column in columns.items():
        text = row[column + ending].strip()
        number = float(text) if text and text != "None" else math.nan
        if math.isfinite(number) and number > NOT_MEASURED:
            values[name] = number
    return values


def _refuse_other_units(path: Path, rows: Sequence[Features12sl]) -> None:
    for name, (low, high) in PLAUSIBLE_MEDIAN.items():
        values = [row.whole[name] for row in rows if name in row.whole]
        if values and not low <= median(values) <= high:
            raise InvalidInput(
                f"{path.name} has a median {GLOBAL_12SL[name]} of {median(values):g}, expected {low:g} to {high:g} ms; "
                "its units are not those of PTB-XL+ 1.0.1"
            )
    r_v5 = [row.leads["V5"]["r_mv"] for row in rows if "r_mv" in row.leads["V5"]]
    if r_v5 and not PLAUSIBLE_R_MV[0] <= median(r_v5) <= PLAUSIBLE_R_MV[1]:
        raise InvalidInput(
            f"{path.name} has a median R_Amp_V5 of {median(r_v5):g}, expected {PLAUSIBLE_R_MV[0]:g} to "
            f"{PLAUSIBLE_R_MV[1]:g} mV; its units are not those of PTB-XL+ 1.0.1"
        )
