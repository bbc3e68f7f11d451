"""CODE-15% in its publisher's layout: exams of Brazilian telehealth with six diagnoses, and their tracings.

``folder`` holds ``exams.csv`` and ``exams_part0.hdf5`` … ``exams_part17.hdf5`` with the data sets ``exam_id`` and
``tracings`` (exams x 4096 samples x 12 leads at 400 Hz), exams of 7 or 10 seconds padded with zeros on both sides
(Ribeiro et al. 2021, doi 10.5281/zenodo.4916206).

The publication states no unit, and what is said of it elsewhere contradicts itself ("scale 1e-4 V", "multiply by
1000"). Tracings are therefore handed over in the file's own unit; who makes an `Ecg` of one says how many mV that is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, FilePatient, Sex, Source

FS_HZ = 400.0
TRACING_SHAPE = (4096, 12)
DIAGNOSES = ("1dAVb", "RBBB", "LBBB", "SB", "ST", "AF")
_PART = re.compile(r"exams_part\d+\.hdf5")
_TRUTH = {"true": True, "false": False, "1": True, "0": False}
Tracing = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Exam:
    """One row of ``exams.csv``; `diagnoses` are those of `DIAGNOSES` that hold."""

    exam_id: int
    patient_id: int
    age_years: float
    sex: Sex
    diagnoses: tuple[str, ...]
    normal: bool
    trace_file: str


def read_exams(folder: Path, *, bad: BadRows | None = None) -> list[Exam]:
    """Read ``exams.csv``.

    Raises
    ------
    InvalidInput
        When the table or a column is absent; when bad rows are refused, also for a cell that is not what its column
        holds or a repeated exam.
    """
    bad = bad or BadRows()
    path = folder / "exams.csv"
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {folder}; expected CODE-15% in its publisher's layout")
    exams: dict[int, Exam] = {}
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        wanted = {"exam_id", "patient_id", "age", "is_male", "normal_ecg", "trace_file", *DIAGNOSES}
        absent = wanted - set(reader.fieldnames or ())
        if absent:
            raise InvalidInput(f"{path.name} lacks the columns {sorted(absent)}")
        for row in reader:
            name = f"{path.name} line {reader.line_num}"
            try:
                exam = _exam(row)
            except (ValueError, KeyError, AttributeError) as error:
                bad.found("row unreadable", name, f"has a cell that is not what its column holds ({error})")
                continue
            if exam.exam_id in exams:
                bad.found("id repeated", name, f"repeats the exam {exam.exam_id}, expected each once")
                continue
            exams[exam.exam_id] = exam
    return list(exams.values())


def read_tracings(folder: Path, exams: Sequence[Exam], *, bad: BadRows | None = None) -> Iterator[tuple[Exam, Tracing]]:
    """Go through the tracings of exams, part by part.

    Yields
    ------
    exam : Exam
    tracing : ndarray of float32, shape (12, samples)
        Leads in `STANDARD_LEADS` order, the file's unit, without the zeros before and behind; 400 Hz.

    Raises
    ------
    InvalidInput
        When bad input is refused: a part that is missing or no such file, an exam without tracing, a tracing of zeros
        or with values that are no numbers.
    """
    bad = bad or BadRows()
    for part in sorted({exam.trace_file for exam in exams}):
        wanted = [exam for exam in exams if exam.trace_file == part]
        if not (folder / part).is_file():
            bad.found("file missing", part, f"is not in {folder}, though {len(wanted)} exams are in it")
            continue
        try:
            with h5py.File(folder / part, "r") as file:
                yield from _of_part(part, file, wanted, bad)
        except (OSError, KeyError) as error:  # what h5py raises for no HDF5 and for an absent data set
            bad.found("file unreadable", part, f"is not a file of exam_id and tracings ({error})")


def as_ecg(exam: Exam, tracing: Tracing, *, mv_per_unit: float) -> Ecg:
    """Make an `Ecg` of a tracing.

    Parameters
    ----------
    exam : Exam
    tracing : ndarray of float32, shape (12, samples)
    mv_per_unit : float
        How many mV one unit of the file is; see the top of this file.
    """
    patient = FilePatient(age_years=exam.age_years, sex=exam.sex)
    source = Source(f"{exam.trace_file}:{exam.exam_id}", "HDF5", "")
    return Ecg(tracing * np.float32(mv_per_unit), FS_HZ, STANDARD_LEADS, source, patient=patient)


def _exam(row: dict[str, str]) -> Exam:
    if not _PART.fullmatch(row["trace_file"]):
        raise ValueError(f"trace_file is {row['trace_file']!r}")
    return Exam(
        exam_id=int(row["exam_id"]),
        patient_id=int(row["patient_id"]),
        age_years=float(row["age"]),
        sex="male" if _TRUTH[row["is_male"].lower()] else "female",
        diagnoses=tuple(name for name in DIAGNOSES if _TRUTH[row[name].lower()]),
        normal=_TRUTH[row["normal_ecg"].lower()],
        trace_file=row["trace_file"],
    )


def _of_part(part: str, file: h5py.File, exams: Sequence[Exam], bad: BadRows) -> Iterator[tuple[Exam, Tracing]]:
    tracings, ids = file["tracings"], file["exam_id"]
    if tracings.shape[1:] != TRACING_SHAPE or tracings.shape[0] != ids.shape[0]:
        reason = f"holds tracings of shape {tracings.shape} for {ids.shape[0]} exams, expected (exams, 4096, 12)"
        bad.found("shape wrong", part, reason)
        return
    row_of = {int(exam_id): row for row, exam_id in enumerate(ids[()])}
    for exam in exams:
        name = f"exam {exam.exam_id}"
        if exam.exam_id not in row_of:
            bad.found("no tracing", name, f"is not in {part}, which exams.csv names")
            continue
        whole = np.asarray(tracings[row_of[exam.exam_id]], np.float32)
        present = np.flatnonzero(whole.any(axis=1))  # NaN counts as something
        if not len(present):
            bad.found("no signal", name, "has a tracing of zeros only")
        elif not np.isfinite(whole).all():
            bad.found("value not a number", name, "has a tracing with values that are no numbers")
        else:
            yield exam, np.ascontiguousarray(whole[present[0] : present[-1] + 1].T)
