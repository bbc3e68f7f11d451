"""PTB-XL in its publisher's layout: labels, folds and signals.

``folder`` holds ``ptbxl_database.csv``, ``scp_statements.csv`` and ``records100/`` (Wagner et al. 2020,
doi 10.13026/kfzx-aw45).
"""

from __future__ import annotations

import ast
import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl_files import read_microvolts, record_fault
from ecg_chat.datasets.signal_cache import store_signals, stored_signals
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, FilePatient, Sex, Source

N_FOLDS = 10
ADULT_AGE_CAP = 89  # PTB-XL writes 300 for everybody older than 89
NOISE_COLUMNS = ("baseline_drift", "static_noise", "burst_noise", "electrodes_problems")


@dataclass(frozen=True)
class Record:
    """One row of ``ptbxl_database.csv``.

    The last four hold the publisher's text without outer blanks, empty where the column is absent or says nothing:
    ``heart_axis`` such as ``"LAD"``, ``infarction_stadium`` of a first and a second infarction such as
    ``("Stadium II", "")``, ``noise`` by column name (only columns that say something) and ``extra_beats``.
    """

    ecg_id: int
    patient_id: int
    age_years: float | None
    sex: Sex | None
    height_cm: float | None
    weight_kg: float | None
    codes: Mapping[str, float]
    fold: int
    filename: str
    report: str
    row_source: str
    ecgqa_split: str
    heart_axis: str = ""
    infarction_stadium: tuple[str, str] = ("", "")
    noise: Mapping[str, str] = field(default_factory=dict)
    extra_beats: str = ""


def read_database(folder: Path, *, bad: BadRows | None = None) -> list[Record]:
    """Read every row.

    Parameters
    ----------
    folder : Path
    bad : BadRows, optional
        What happens to rows that cannot be read; they are refused unless it says skip.

    Raises
    ------
    InvalidInput
        When the file is missing or a column is absent; when bad rows are refused, also for a repeated id, codes that
        are no mapping of code to likelihood, or an id, fold, age or sex that is none.
    """
    bad = bad or BadRows()
    path = folder / "ptbxl_database.csv"
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {folder}; expected PTB-XL in its publisher's layout")
    records: dict[int, Record] = {}
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        wanted = {"ecg_id", "patient_id", "age", "sex", "scp_codes", "strat_fold", "filename_lr"}
        missing = wanted - set(reader.fieldnames or ())
        if missing:
            raise InvalidInput(f"{path.name} lacks the columns {sorted(missing)}")
        for row in reader:
            name = f"{path.name} line {reader.line_num} (ecg_id {row['ecg_id']})"
            try:
                record = _record(row)
            except _Fault as fault:
                bad.found(fault.kind, name, str(fault))
                continue
            if record.ecg_id in records:
                bad.found("id repeated", name, f"repeats the ecg_id {record.ecg_id}, expected each once")
                continue
            records[record.ecg_id] = record
    return list(records.values())


def with_signals(folder: Path, records: Sequence[Record], *, bad: BadRows | None = None) -> list[Record]:
    """Keep the records whose signal files are there and whole, without decoding them.

    `read_signals` keeps one row a record, so what is to be skipped has to be skipped before.

    Raises
    ------
    InvalidInput
        When bad records are refused: the first one, with its file.
    """
    bad = bad or BadRows()
    kept = []
    for record in records:
        fault = record_fault(folder, record.filename)
        if fault is None:
            kept.append(record)
        else:
            bad.found(fault[0], f"ecg_id {record.ecg_id}", fault[1])
    return kept


def training_records(records: Sequence[Record], *, of_tested_patients: bool = False) -> list[Record]:
    """Keep what one model may be trained on that is also tested on ECG-QA.

    Folds 1-8, without the ECGs of ECG-QA's valid and test lists, and without any other record of a patient in folds
    9 or 10 or of one whose ECG is in those lists.

    Parameters
    ----------
    records : sequence of Record
    of_tested_patients : bool
        Keep other records of patients of ECG-QA's lists. That was the rule before, and is there to tell which records
        an earlier model was trained on (`ecg_chat.training.work_records`): a model that is laid out as a work folder
        goes on with the very list it has, since its parts were left out by their rows in it.
    """
    tested = ("test", "valid")
    held_out = {r.patient_id for r in records if r.fold >= 9 or (r.ecgqa_split in tested and not of_tested_patients)}
    return [r for r in records if r.fold <= 8 and r.ecgqa_split not in tested and r.patient_id not in held_out]


def read_signals(folder: Path, records: Sequence[Record], cache: Path | None = None) -> NDArray[np.int16]:
    """Read the 100 Hz signals.

    Parameters
    ----------
    folder : Path
        Publisher's layout.
    records : sequence of Record
    cache : Path, optional
        ``.npy`` file that is written once, with the ids of its records, and mapped into memory from then on.

    Returns
    -------
    ndarray of int16, shape (records, 12, 1000)
        Microvolts, leads in `STANDARD_LEADS` order whatever the file's order.

    Raises
    ------
    InvalidInput
        When a record is missing, cut off or not of 12 leads and 1000 samples at 100 Hz (see `with_signals`), or the
        cache is damaged or of other records.
    """
    ecg_ids = [record.ecg_id for record in records]
    if cache is not None and (stored := stored_signals(cache, ecg_ids)) is not None:
        return stored
    signals = np.zeros((len(records), len(STANDARD_LEADS), 1000), np.int16)
    for n, record in enumerate(tqdm(records, desc="reading PTB-XL", unit="record")):
        signals[n] = read_microvolts(folder, record.filename)
    if cache is not None:
        store_signals(cache, ecg_ids, signals)
    return signals


def as_ecg(record: Record, microvolts: NDArray[np.int16]) -> Ecg:
    """Wrap one cached signal as the `Ecg` that reading its file would give."""
    patient = FilePatient(record.age_years, record.sex, record.height_cm, record.weight_kg)
    return Ecg(
        microvolts.astype(np.float32) / 1000.0,
        100.0,
        STANDARD_LEADS,
        Source(record.filename, "WFDB", ""),
        patient=patient,
    )


class _Fault(Exception):
    """What is wrong with a row; `kind` groups rows of the same fault."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def _record(row: Mapping[str, str]) -> Record:
    ecg_id = _whole(row, "ecg_id")
    age = _number(row, "age")
    return Record(
        ecg_id=ecg_id,
        patient_id=_whole(row, "patient_id") if _text(row, "patient_id") else -ecg_id,
        age_years=min(age, ADULT_AGE_CAP) if age is not None else None,
        sex=_sex(row),
        height_cm=_number(row, "height"),
        weight_kg=_number(row, "weight"),
        codes=_codes(row),
        fold=_fold(row),
        filename=_text(row, "filename_lr"),
        report=row.get("report") or "",
        row_source=row.get("row_source") or "original",
        ecgqa_split=row.get("ecgqa_split") or "",
        heart_axis=_text(row, "heart_axis"),
        infarction_stadium=(_text(row, "infarction_stadium1"), _text(row, "infarction_stadium2")),
        noise={column: text for column in NOISE_COLUMNS if (text := _text(row, column))},
        extra_beats=_text(row, "extra_beats"),
    )


def _fold(row: Mapping[str, str]) -> int:
    fold = _whole(row, "strat_fold")
    if not 1 <= fold <= N_FOLDS:
        raise _Fault("strat_fold wrong", f"has the strat_fold {fold}, expected 1 to {N_FOLDS}")
    return fold


def _text(row: Mapping[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _codes(row: Mapping[str, str]) -> dict[str, float]:
    text = _text(row, "scp_codes")
    try:
        codes = ast.literal_eval(text)
        return {str(code): float(likelihood) for code, likelihood in codes.items()}
    except (ValueError, SyntaxError, TypeError, AttributeError) as error:
        wanted = "expected such as {'NORM': 100.0}"
        raise _Fault("codes unreadable", f"has the scp_codes {text[:60]!r}, {wanted}") from error


def _sex(row: Mapping[str, str]) -> Sex | None:
    text = _text(row, "sex")
    known: dict[str, Sex | None] = {"": None, "0": "male", "0.0": "male", "1": "female", "1.0": "female"}
    if text not in known:
        raise _Fault("sex unknown", f"has the sex {text!r}, expected 0 (male), 1 (female) or nothing")
    return known[text]


def _whole(row: Mapping[str, str], column: str) -> int:
    number = _number(row, column)
    if number is None or not number.is_integer():
        raise _Fault(f"{column} not a number", f"has the {column} {_text(row, column)!r}, expected a whole number")
    return int(number)


def _number(row: Mapping[str, str], column: str) -> float | None:
    text = _text(row, column)
    try:
        number = float(text) if text else None
    except ValueError as error:
        raise _Fault(f"{column} not a number", f"has the {column} {text!r}, expected a number or nothing") from error
    return None if number is None or not math.isfinite(number) else number
