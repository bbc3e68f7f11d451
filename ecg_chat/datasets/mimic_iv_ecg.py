"""MIMIC-IV-ECG in its publisher's layout: records, the cart's measurements and its report lines.

``folder`` holds ``record_list.csv``, ``machine_measurements.csv`` and ``files/p1000/p10000032/s40689238/40689238.hea``
with its ``.dat`` (Gow et al. 2023, doi 10.13026/4nqg-sb35). Age and sex are not in this set.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.errors import InvalidInput, UnreadableFile
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg
from ecg_chat.signals.reading import read_ecg_path

_PATH = re.compile(r"files/p\d{4}/p(\d{8})/s(\d{8})/(\d{8})")
BOUNDARIES = ("rr_interval", "p_onset", "p_end", "qrs_onset", "qrs_end", "t_end")
AXES = ("p_axis", "qrs_axis", "t_axis")
LONGEST_MS = 5000
"""A boundary or RR interval lies within half of the ten seconds; larger numbers stand for “not measured”."""
N_REPORT_LINES = 18


@dataclass(frozen=True, slots=True)
class MimicRecord:
    """One row of ``record_list.csv``; `path` is below the folder, without suffix."""

    study_id: int
    patient_id: int
    ecg_time: str
    path: str


@dataclass(frozen=True, slots=True)
class CartReading:
    """What the cart measured and wrote.

    Attributes
    ----------
    boundaries_ms : mapping
        RR interval and wave limits from the start of the cart's average beat, by the names of `BOUNDARIES`.
    axes_deg : mapping
        By the names of `AXES`.
    report : tuple of str
        The lines of the cart's own report; no physician wrote them.
    """

    study_id: int
    patient_id: int
    boundaries_ms: Mapping[str, float]
    axes_deg: Mapping[str, float]
    report: tuple[str, ...]

    @property
    def qrs_ms(self) -> float | None:
        """QRS duration, None unless both limits were measured in order."""
        return self._between("qrs_onset", "qrs_end")

    @property
    def pr_ms(self) -> float | None:
        """PR interval, likewise."""
        return self._between("p_onset", "qrs_onset")

    @property
    def qt_ms(self) -> float | None:
        """QT interval, likewise."""
        return self._between("qrs_onset", "t_end")

    def _between(self, on: str, off: str) -> float | None:
        first, last = self.boundaries_ms.get(on), self.boundaries_ms.get(off)
        return last - first if first is not None and last is not None and last > first else None


def read_records(folder: Path, *, bad: BadRows | None = None) -> list[MimicRecord]:
    """Read ``record_list.csv``.

    Raises
    ------
    InvalidInput
        When the table or a column is absent; when bad rows are refused, also for ids that are no numbers, a path that
        is not the publisher's or names another patient or study, or a repeated study.
    """
    bad = bad or BadRows()
    records: dict[int, MimicRecord] = {}
    for line, row in _rows(folder / "record_list.csv", {"subject_id", "study_id", "ecg_time", "path"}):
        study, patient = _whole(row["study_id"]), _whole(row["subject_id"])
        path = _PATH.fullmatch(row["path"] or "")
        if study is None or patient is None:
            reason = f"has study {row['study_id']!r} of patient {row['subject_id']!r}, expected two whole numbers"
            bad.found("id not a number", line, reason)
        elif path is None or (int(path[1]), int(path[2]), int(path[3])) != (patient, study, study):
            bad.found("path wrong", line, f"has the path {row['path']!r}, expected that of study {study} of {patient}")
        elif study in records:
            bad.found("id repeated", line, f"repeats the study {study}, expected each once")
        else:
            records[study] = MimicRecord(study, patient, row["ecg_time"], path[0])
    return list(records.values())


def read_cart(folder: Path, *, bad: BadRows | None = None) -> dict[int, CartReading]:
    """Read ``machine_measurements.csv``, by study.

    Raises
    ------
    InvalidInput
        When the table or a column is absent; when bad rows are refused, also for cells that are no numbers or a
        repeated study.
    """
    bad = bad or BadRows()
    readings: dict[int, CartReading] = {}
    wanted = {"subject_id", "study_id", "report_0", *BOUNDARIES, *AXES}
    for line, row in _rows(folder / "machine_measurements.csv", wanted):
        study, patient = _whole(row["study_id"]), _whole(row["subject_id"])
        try:
            limits, axes = _measured(row, BOUNDARIES, LONGEST_MS), _measured(row, AXES, 360)
        except ValueError as error:
            bad.found("value not a number", line, f"{error}, expected numbers")
            continue
        if study is None or patient is None:
            bad.found("id not a number", line, f"has study {row['study_id']!r} of patient {row['subject_id']!r}")
        elif study in readings:
            bad.found("id repeated", line, f"repeats the study {study}, expected each once")
        else:
            report = (row.get(f"report_{k}") or "" for k in range(N_REPORT_LINES))
            readings[study] = CartReading(study, patient, limits, axes, tuple(t.strip() for t in report if t.strip()))
    return readings


def read_signals(folder: Path, record: MimicRecord) -> Ecg:
    """Read the twelve leads.

    Raises
    ------
    InvalidInput
        When the record is missing or cannot be read, or lacks a lead.
    """
    try:
        ecg = read_ecg_path(folder / f"{record.path}.hea")
    except UnreadableFile as error:
        raise InvalidInput(f"study {record.study_id} cannot be read: {error}") from error
    lacking = [lead for lead in STANDARD_LEADS if lead not in ecg.leads]
    if lacking:
        raise InvalidInput(f"study {record.study_id} lacks {', '.join(lacking)}; expected the twelve leads")
    return ecg


def _rows(path: Path, wanted: set[str]) -> Iterator[tuple[str, dict[str, str]]]:
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {path.parent}; expected MIMIC-IV-ECG in its publisher's layout")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        absent = wanted - set(reader.fieldnames or ())
        if absent:
            raise InvalidInput(f"{path.name} lacks the columns {sorted(absent)}")
        for row in reader:
            yield f"{path.name} line {reader.line_num}", row


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _measured(row: Mapping[str, str], columns: tuple[str, ...], largest: float) -> dict[str, float]:
    values = {column: float(row[column]) for column in columns if row[column]}
    return {column: value for column, value in values.items() if abs(value) <= largest}
