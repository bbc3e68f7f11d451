"""Measure training records once and keep the result, because measuring 10,000 records takes minutes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from ecg_chat.datasets.ptbxl import Record, as_ecg
from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import Ecg

BLOCK = 1 << 16
Job = tuple[Record, NDArray[np.int16]]


def measure_records(records: Sequence[Record], signals_uv: NDArray[np.int16], out: Path, workers: int = 2) -> None:
    """Write one JSON line a record (``ecg_id`` and its measurements); lines that are there are kept."""
    _drop_cut_line(out)
    done = measured_ids(out)
    jobs = [(r, signals_uv[k]) for k, r in enumerate(records) if r.ecg_id not in done]
    with out.open("a", encoding="utf-8") as file, _pool(workers) as pool:
        for line in tqdm(pool.map(_measure, jobs, chunksize=16), total=len(jobs), desc="measuring", unit="record"):
            file.write(line + "\n")


def measure_ecgs(ecgs: Sequence[Ecg], workers: int = 2) -> list[Measurements]:
    """Measure recordings and keep nothing; with one worker in this process."""
    if workers <= 1:
        return [measure(ecg) for ecg in ecgs]
    with _pool(workers) as pool:
        return list(tqdm(pool.map(measure, ecgs, chunksize=16), total=len(ecgs), desc="measuring", unit="record"))


def _pool(workers: int) -> ProcessPoolExecutor:
    # New processes, not forks: a fork inherits the locks of torch's threads. One thread each: they share the cores.
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,))


def load_readings(path: Path, only: Collection[int] | None = None) -> dict[int, Measurements]:
    """Read what `measure_records` wrote, or `only` some records of it; a last line cut off by a kill is left out."""
    chosen = (line for ecg_id, line in _lines(path) if only is None or ecg_id in only)
    return {int(ecg_id): from_dict(data) for ecg_id, data in map(json.loads, chosen)}


def measured_ids(path: Path) -> set[int]:
    """Return which records `measure_records` has written; none without the file."""
    return {ecg_id for ecg_id, _ in _lines(path)} if path.is_file() else set()


def _drop_cut_line(path: Path) -> None:
    """Take back a line that a kill cut off, so that the next one does not continue it."""
    if not path.is_file() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        whole = path.stat().st_size
        while whole > 0:  # from the end, in blocks: the file may hold hundreds of megabytes
            start = max(0, whole - BLOCK)
            file.seek(start)
            place = file.read(whole - start).rfind(b"\n")
            if place >= 0:
                whole = start + place + 1
                break
            whole = start
        file.truncate(whole)


def _measure(job: Job) -> str:
    record, microvolts = job
    return json.dumps([record.ecg_id, to_dict(measure(as_ecg(record, microvolts)))])


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield whole lines with their ids; taking all of them apart to find one id took a minute and a half for PTB-XL."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield int(line[1 : line.index(",")]), line
