"""Signals of records in one file that is mapped into memory, each row with the id of its record.

A row is ``(ecg_id, uv)``; rows stand in the order in which the records were asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.whole_file import write_whole
from ecg_chat.errors import InvalidInput


def store_signals(path: Path, ecg_ids: Sequence[int], signals_uv: NDArray[np.int16]) -> None:
    """Write signals, shape (records, leads, samples), with the ids of their records.

    Raises
    ------
    InvalidInput
        When they cannot be written; a file that was there before is kept.
    """
    rows = np.zeros(len(ecg_ids), np.dtype([("ecg_id", "<i8"), ("uv", "<i2", signals_uv.shape[1:])]))
    rows["ecg_id"], rows["uv"] = ecg_ids, signals_uv
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, lambda file: np.save(file, rows, allow_pickle=False))


def stored_signals(path: Path, ecg_ids: Sequence[int]) -> NDArray[np.int16] | None:
    """Return what `store_signals` wrote, mapped into memory; None without a file.

    Raises
    ------
    InvalidInput
        When the file is damaged, does not say which records it is of, or is of other records or in another order.
    """
    if not path.is_file():
        return None
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:  # what NumPy raises for a file that is cut or is no array
        raise InvalidInput(f"{path} is damaged: {error}; delete it, and it is made again") from error
    if rows.dtype.names != ("ecg_id", "uv"):
        raise InvalidInput(
            f"{path} does not say which records its signals are of (an earlier version wrote it); "
            "delete it, and it is made again"
        )
    stored, asked = rows["ecg_id"], np.asarray(ecg_ids, np.int64)
    if not np.array_equal(stored, asked):
        raise InvalidInput(f"{path} {_difference(stored, asked)}; delete it, and it is made again")
    return rows["uv"]  # type: ignore[no-any-return]


def _difference(stored: NDArray[np.int64], asked: NDArray[np.int64]) -> str:
    if len(stored) != len(asked):
        return f"holds {len(stored)} records, expected {len(asked)}"
    row = int(np.argmax(stored != asked))
    return f"holds ecg_id {stored[row]} in row {row + 1}, expected {asked[row]}: it is of other records"
