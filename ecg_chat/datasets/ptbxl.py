"""PTB-XL in its publisher's layout: labels, folds and signals.

``folder`` holds ``ptbxl_database.csv``, ``scp_statements.csv`` and ``records100/`` (Wagner et al. 2020,
doi 10.13026/kfzx-aw45).
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray
from tqdm import tqdm

from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, FilePatient, Sex, Source

SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
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


@dataclass(frozen=True)
class Labels:
    """Multi-hot labels of records, and which records have a superclass at all."""

    superclasses: NDArray[np.float32]
    codes: NDArray[np.float32]
    has_superclass: NDArray[np.bool_]


def read_database(folder: Path) -> list[Record]:
    """Read every row.

    Raises
    ------
    InvalidInput
        When the file is missing, a column is absent, or ids repeat.
    """
    path = folder / "ptbxl_database.csv"
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {folder}; expected PTB-XL in its publisher's layout")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        wanted = {"ecg_id", "patient_id", "age", "sex", "scp_codes", "strat_fold", "filename_lr"}
        missing = wanted - set(reader.fieldnames or ())
        if missing:
            raise InvalidInput(f"{path.name} lacks the columns {sorted(missing)}")
        records = [_record(row) for row in reader]
    ids = [r.ecg_id for r in records]
    if len(set(ids)) != len(ids):
        raise InvalidInput(f"{path.name} repeats {len(ids) - len(set(ids))} ecg_id values, expected each once")
    return records


def read_statement_table(folder: Path) -> dict[str, dict[str, str]]:
    """Read ``scp_statements.csv`` as code → row."""
    with (folder / "scp_statements.csv").open(newline="", encoding="utf-8") as file:
        return {row[""]: row for row in csv.DictReader(file)}


def training_records(records: Sequence[Record]) -> list[Record]:
    """Keep what one model may be trained on that is also tested on ECG-QA.

    Folds 1-8, without the ECGs of ECG-QA's valid and test lists, and without any other record of a patient in folds
    9 or 10.
    """
    held_out = {r.patient_id for r in records if r.fold >= 9}
    return [
        r for r in records if r.fold <= 8 and r.ecgqa_split not in ("test", "valid") and r.patient_id not in held_out
    ]


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


def read_signals(folder: Path, records: Sequence[Record], cache: Path | None = None) -> NDArray[np.int16]:
    """Read the 100 Hz signals.

    Parameters
    ----------
    folder : Path
        Publisher's layout.
    records : sequence of Record
    cache : Path, optional
        ``.npy`` file that is written once and read the next time; its rows must be the same records.

    Returns
    -------
    ndarray of int16, shape (records, 12, 1000)
        Microvolts, leads in `STANDARD_LEADS` order whatever the file's order.
    """
    if cache is not None and cache.is_file():
        stored = np.load(cache, mmap_mode="r")
        if stored.shape[0] != len(records):
            raise InvalidInput(f"{cache} holds {stored.shape[0]} records, expected {len(records)}; delete it")
        return stored  # type: ignore[no-any-return]
    signals = np.zeros((len(records), len(STANDARD_LEADS), 1000), np.int16)
    for n, record in enumerate(tqdm(records, desc="reading PTB-XL", unit="record")):
        signals[n] = _microvolts(folder, record)
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, signals)
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


def _microvolts(folder: Path, record: Record) -> NDArray[np.int16]:
    signal, fields = wfdb.rdsamp(str(folder / record.filename))
    names = {name.upper(): k for k, name in enumerate(fields["sig_name"])}
    if fields["fs"] != 100 or signal.shape[0] != 1000:
        raise InvalidInput(
            f"{record.filename} has {signal.shape[0]} samples at {fields['fs']} Hz, expected 1000 at 100 Hz"
        )
    ordered = signal[:, [names[lead.upper()] for lead in STANDARD_LEADS]]
    microvolts: NDArray[np.int16] = np.clip(np.round(np.nan_to_num(ordered) * 1000), -32768, 32767).astype(np.int16)
    return microvolts.T


def _record(row: Mapping[str, str]) -> Record:
    age = _number(row["age"])
    codes = ast.literal_eval(row["scp_codes"])
    return Record(
        ecg_id=int(row["ecg_id"]),
        patient_id=int(float(row["patient_id"] or -int(row["ecg_id"]))),
        age_years=min(age, ADULT_AGE_CAP) if age is not None else None,
        sex={"0": "male", "1": "female"}.get(row["sex"].split(".")[0]),  # type: ignore[arg-type]
        height_cm=_number(row.get("height", "")),
        weight_kg=_number(row.get("weight", "")),
        codes={str(code): float(likelihood) for code, likelihood in codes.items()},
        fold=int(float(row["strat_fold"])),
        filename=row["filename_lr"],
        report=row.get("report", ""),
        row_source=row.get("row_source", "original"),
        ecgqa_split=row.get("ecgqa_split", ""),
        heart_axis=_text(row, "heart_axis"),
        infarction_stadium=(_text(row, "infarction_stadium1"), _text(row, "infarction_stadium2")),
        noise={column: text for column in NOISE_COLUMNS if (text := _text(row, column))},
        extra_beats=_text(row, "extra_beats"),
    )


def _text(row: Mapping[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _number(text: str) -> float | None:
    return float(text) if text.strip() else None
