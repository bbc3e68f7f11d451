"""Splits in which no patient is in two parts.

PTB-XL has its own rule (`ecg_chat.datasets.ptbxl.training_records`) and ECG-QA its own lists. Sets without official
folds are split here by a hash of the patient: the same patient falls into the same part on every machine and in every
version of the set, whatever else is in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ecg_chat.errors import InvalidInput

N_FOLDS = 10
VALID_FOLD = 9
TEST_FOLD = 10


class OfPatient(Protocol):
    """A record that says whose it is."""

    @property
    def patient_id(self) -> int | str:
        """The patient's number or name within the data set."""
        ...


R = TypeVar("R", bound=OfPatient)


@dataclass(frozen=True)
class PatientSplit(Generic[R]):
    """Records to train on, to choose by and to report on; no patient is in two of them."""

    train: tuple[R, ...]
    valid: tuple[R, ...]
    test: tuple[R, ...]

    def __post_init__(self) -> None:
        refuse_shared_patients({"train": self.train, "valid": self.valid, "test": self.test})


def refuse_shared_patients(parts: Mapping[str, Sequence[OfPatient]]) -> None:
    """Refuse parts of a split that share a patient.

    Parameters
    ----------
    parts : mapping of part name to records
        In the order in which they are compared.

    Raises
    ------
    InvalidInput
        Naming the first patient that appears in two parts, the parts, and how many such patients there are.
    """
    part_of: dict[int | str, str] = {}
    shared: dict[int | str, tuple[str, str]] = {}
    for name, records in parts.items():
        for record in records:
            first = part_of.setdefault(record.patient_id, name)
            if first != name:
                shared.setdefault(record.patient_id, (first, name))
    if shared:
        patient, (one, other) = next(iter(shared.items()))
        raise InvalidInput(
            f"patient {patient} is in {one} and in {other}, expected in one part; so are {len(shared) - 1} others"
        )


def patient_fold(data_set: str, patient_id: int | str) -> int:
    """Draw the fold of a patient, 1 to 10, from SHA-256 of the set's name and the patient.

    Parameters
    ----------
    data_set : str
        Such as ``"code15"``; part of the hash, so that equal numbers of two sets are independent.
    patient_id : int or str
    """
    digest = hashlib.sha256(f"{data_set}:{patient_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % N_FOLDS + 1


def split_by_patient(data_set: str, records: Sequence[R]) -> PatientSplit[R]:
    """Split a set without official folds: folds 1-8 train, 9 validates, 10 tests, as in PTB-XL."""
    parts: dict[str, list[R]] = {"train": [], "valid": [], "test": []}
    for record in records:
        fold = patient_fold(data_set, record.patient_id)
        parts[{VALID_FOLD: "valid", TEST_FOLD: "test"}.get(fold, "train")].append(record)
    return PatientSplit(tuple(parts["train"]), tuple(parts["valid"]), tuple(parts["test"]))
