"""Measure training records once and keep the result, because measuring 10,000 records takes minutes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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

Job = tuple[Record, NDArray[np.int16]]


def measure_records(records: Sequence[Record], signals_uv: NDArray[np.int16], out: Path, workers: int = 2) -> None:
    """Write one JSON line a record (``ecg_id`` and its measurements); lines that are there are kept."""
    done = {ecg_id for ecg_id, _ in _lines(out)} if out.is_file() else set()
    jobs = [(r, signals_uv[k]) for k, r in enumerate(records) if r.ecg_id not in done]
    # New processes, not forks: a fork inherits the locks of torch's threads. One thread each: they share the cores.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,))
    with out.open("a", encoding="utf-8") as file, pool:
        for line in tqdm(pool.map(_measure, jobs, chunksize=16), total=len(jobs), desc="measuring", unit="record"):
            file.write(line + "\n")


def load_readings(path: Path) -> dict[int, Measurements]:
    """Read what `measure_records` wrote; a last line cut off by a kill is left out."""
    return {ecg_id: from_dict(data) for ecg_id, data in _lines(path)}


def _measure(job: Job) -> str:
    record, microvolts = job
    return json.dumps([record.ecg_id, to_dict(measure(as_ecg(record, microvolts)))])


def _lines(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                ecg_id, data = json.loads(line)
                yield int(ecg_id), data
