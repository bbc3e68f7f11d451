"""Which records a work folder trains on: those that its list names, so that every stage means the same rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ecg_chat.datasets.ptbxl import Record, training_records
from ecg_chat.datasets.splits import refuse_shared_patients
from ecg_chat.datasets.trained_ids import FILE_NAME, FIRST_SET, read_trained_ids, write_trained_ids
from ecg_chat.errors import InvalidInput


def work_records(work: Path, records: Sequence[Record]) -> list[Record]:
    """Return the training records of a work folder in the table's order; today's rule decides where no list is.

    Raises
    ------
    InvalidInput
        When these data do not give the records that the folder's list names.
    """
    if not (work / FILE_NAME).is_file():
        return training_records(records)
    return records_like(records, listed_ids(work), str(work))


def records_like(records: Sequence[Record], ids: Collection[int], whose: str) -> list[Record]:
    """Return training records by the rule that gives exactly these ids: today's, or the one before it.

    Rows are counted in the whole list (`ecg_chat.training.held_out`), so that a part of it would be other rows. Models
    that were made by the earlier rule can be trained on; of 14,138 records of theirs, 32 are of patients of whom
    ECG-QA tests another ECG.

    Raises
    ------
    InvalidInput
        When neither rule does.
    """
    by_rule = [training_records(records), training_records(records, of_tested_patients=True)]
    for train in by_rule:
        if {record.ecg_id for record in train} == set(ids):
            return train
    raise InvalidInput(
        f"{whose} was trained on {len(set(ids))} records, these data would give {len(by_rule[0])} or others"
    )


def listed_ids(folder: Path) -> frozenset[int]:
    """Return the PTB-XL ids of the list in a work or model folder."""
    return frozenset(int(one) for one in read_trained_ids(folder).get(FIRST_SET, frozenset()))


def list_training_records(work: Path, records: Sequence[Record]) -> list[Record]:
    """Choose what encoders are trained on, and write its list into the work folder.

    Parameters
    ----------
    work : Path
    records : sequence of Record
        All that are usable.

    Raises
    ------
    InvalidInput
        When a patient is both trained on and tested, or the folder has a list of other records, such as one that was
        made by the earlier rule: encoders of two lists do not belong together.
    """
    train = training_records(records)
    tested = [record for record in records if record.fold >= 9 or record.ecgqa_split in ("test", "valid")]
    refuse_shared_patients({"the training records": train, "the records that are tested": tested})
    ids = {record.ecg_id for record in train}
    if not (work / FILE_NAME).is_file():
        write_trained_ids(work, {FIRST_SET: ids})
    elif (listed := listed_ids(work)) != ids:
        raise InvalidInput(
            f"{work} lists {len(listed)} training records, these data give {len(ids)}, of which "
            f"{len(ids & listed)} are the same; choose an empty folder"
        )
    return train


def refuse_finished(work: Path, members: Sequence[int]) -> None:
    """Refuse to train encoders anew over finished ones whose checkpoints are gone, as in a model opened again.

    Raises
    ------
    InvalidInput
        Naming the first of them.
    """
    for member in members:
        weights = work / f"encoder_{member}.pt"
        if weights.is_file() and not (work / f"encoder_{member}" / "checkpoint.pt").is_file():
            raise InvalidInput(f"{weights} is finished and has no checkpoint; delete it to train that encoder anew")
