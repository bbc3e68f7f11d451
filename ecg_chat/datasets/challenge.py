"""Records of the PhysioNet/CinC challenges of 2020 and 2021: a WFDB header with age, sex and diagnoses each.

The diagnoses stand in the comment ``#Dx``, as SNOMED CT codes or, in the first release of CPSC, as abbreviations
(Perez Alday et al. 2020, doi 10.1088/1361-6579/abc960). Folders may be nested.
The challenges name no patients. Records whose names begin with ``HR`` are PTB-XL's and belong to its folds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl import Record, training_records
from ecg_chat.datasets.splits import TEST_FOLD, VALID_FOLD, PatientSplit, split_by_patient
from ecg_chat.errors import InvalidInput, UnreadableFile
from ecg_chat.signals.ecg import Ecg, Sex
from ecg_chat.signals.reading import read_ecg_path
from ecg_chat.signals.wfdb_header import Header, parse_header

PTBXL_NAME = re.compile(r"HR(\d{5})")
_COMMENT = re.compile(r"^#\s*(Dx)\s*:\s*(.*?)\s*$", re.MULTILINE)
_UNSAID = {"", "Unknown", "NaN", "nan"}


@dataclass(frozen=True)
class ChallengeRecord:
    """One record as its header describes it.

    Attributes
    ----------
    snomed : tuple of str
        SNOMED CT codes in the header's order.
    abbreviations : tuple of str
        Diagnoses that are no codes, such as ``"RBBB"``; they are not translated.
    irregular : str
        What in the header is against the WFDB format and was read nevertheless; the package `wfdb` refuses such
        headers. Empty for a regular one.
    ptbxl_id : int or None
        PTB-XL's ecg_id of the same recording.
    """

    name: str
    path: Path
    age_years: float | None
    sex: Sex | None
    snomed: tuple[str, ...]
    abbreviations: tuple[str, ...]
    fs_hz: float
    n_samples: int
    irregular: str
    ptbxl_id: int | None

    @property
    def patient_id(self) -> str:
        """The record's name: the challenges do not say which records are of one patient."""
        return self.name


def find_records(folder: Path, *, bad: BadRows | None = None) -> list[ChallengeRecord]:
    """Read the headers below a folder, by name.

    Parameters
    ----------
    folder : Path
    bad : BadRows, optional
        What happens to headers that cannot be read, lack diagnoses or signal files, or repeat a name; refused unless
        it says skip.

    Raises
    ------
    InvalidInput
        When there is no header, or bad ones are refused.
    """
    bad = bad or BadRows()
    headers = sorted(folder.rglob("*.hea"), key=lambda path: (path.stem, path))
    if not headers:
        raise InvalidInput(f"no header (.hea) is in {folder}; expected records of a PhysioNet challenge")
    found: dict[str, ChallengeRecord] = {}
    for path in headers:
        try:
            record = _record(path)
        except UnreadableFile as error:
            bad.found("header unreadable", path.name, str(error))
            continue
        if record is None:
            bad.found("no diagnoses", path.name, "has no line #Dx, expected diagnoses")
        elif record.name in found:
            bad.found("name repeated", str(path.relative_to(folder)), f"repeats the record {record.name}")
        elif missing := _missing_files(path):
            bad.found("record file missing", path.name, f"names {missing}, which is not beside it")
        else:
            found[record.name] = record
    return list(found.values())


def split_records(
    records: Sequence[ChallengeRecord], ptbxl: Sequence[Record] = ()
) -> tuple[PatientSplit[ChallengeRecord], int]:
    """Split records by a hash of their names, and those of PTB-XL as PTB-XL is split.

    Parameters
    ----------
    records : sequence of ChallengeRecord
    ptbxl : sequence of Record
        Rows of PTB-XL; a record of PTB-XL that is not among them goes into no part, because its fold is not known.

    Returns
    -------
    split : PatientSplit
    left_out : int
        Records of PTB-XL that go into no part: their row is not given, or they may be neither trained on nor tested
        (other records of tested patients, and ECG-QA's lists).
    """
    trained = {record.ecg_id for record in training_records(ptbxl)}
    folds = {record.ecg_id: record.fold for record in ptbxl}
    own = split_by_patient("challenge", [record for record in records if record.ptbxl_id is None])
    parts = {VALID_FOLD: list(own.valid), TEST_FOLD: list(own.test)}
    train, left_out = list(own.train), 0
    for record in records:
        if record.ptbxl_id is None:
            continue
        if record.ptbxl_id in trained:
            train.append(record)
        elif (fold := folds.get(record.ptbxl_id)) in parts:
            parts[fold].append(record)
        else:
            left_out += 1
    return PatientSplit(tuple(train), tuple(parts[VALID_FOLD]), tuple(parts[TEST_FOLD])), left_out


def irregular_headers(records: Sequence[ChallengeRecord]) -> dict[str, str]:
    """Name the records whose headers the package `wfdb` refuses, with the reason."""
    return {record.name: record.irregular for record in records if record.irregular}


def read_signals(record: ChallengeRecord) -> Ecg:
    """Read the leads.

    Raises
    ------
    InvalidInput
        When the signal file is missing, cut off or has no scale.
    """
    try:
        return read_ecg_path(record.path)
    except UnreadableFile as error:
        raise InvalidInput(f"record {record.name} cannot be read: {error}") from error


def _record(path: Path) -> ChallengeRecord | None:
    data = path.read_bytes()
    header = parse_header(data, path.name)
    line = _COMMENT.search(data.decode("utf-8", errors="replace"))
    if line is None:
        return None
    said = tuple(dict.fromkeys(word.strip() for word in line[2].split(",")))
    said = tuple(word for word in said if word not in _UNSAID)
    ptbxl = PTBXL_NAME.fullmatch(path.stem)
    return ChallengeRecord(
        name=path.stem,
        path=path,
        age_years=header.age_years,
        sex=header.sex,  # type: ignore[arg-type]
        snomed=tuple(word for word in said if word.isascii() and word.isdigit()),
        abbreviations=tuple(word for word in said if not (word.isascii() and word.isdigit())),
        fs_hz=header.fs_hz,
        n_samples=_length(header, path),
        irregular=header.unusual,
        ptbxl_id=int(ptbxl[1]) if ptbxl else None,
    )


def _length(header: Header, path: Path) -> int:
    if header.samples is None:
        raise UnreadableFile(f"{path.name} does not say how many samples the record has.")
    return header.samples


def _missing_files(path: Path) -> str:
    header = parse_header(path.read_bytes(), path.name)
    files = sorted({signal.file for signal in header.signals})
    return ", ".join(name for name in files if not path.with_name(name).is_file())
