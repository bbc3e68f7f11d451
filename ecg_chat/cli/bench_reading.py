"""How long it takes from a file to everything that the page shows before anybody asks."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ecg_chat.cli.opening import WINDOW_S
from ecg_chat.measurements.measure import measure
from ecg_chat.plotting.strip import strip_payload
from ecg_chat.settings import REPOSITORY
from ecg_chat.signals.quality import best_window
from ecg_chat.signals.reading import read_ecg_path
from ecg_chat.statements.judge import judge


@dataclass(frozen=True)
class ReadingTimes:
    """Seconds: medians over the runs; `process_s` is one ``measure`` as a process of its own, with its imports."""

    file: str
    median_s: float
    steps_s: dict[str, float]
    process_s: float
    strip_kb: float

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def time_reading(path: Path, runs: int) -> ReadingTimes:
    """Open a file as often as asked, after once that is not counted."""
    _open(path)
    laps: list[dict[str, float]] = []
    size = 0
    for _ in range(runs):
        lap, size = _open(path)
        laps.append(lap)
    steps = {name: statistics.median(lap[name] for lap in laps) for name in laps[0]}
    total = statistics.median(sum(lap.values()) for lap in laps)
    return ReadingTimes(path.name, total, steps, _process_s(path), size / 1e3)


def _open(path: Path) -> tuple[dict[str, float], int]:
    marks = [time.perf_counter()]
    ecg = read_ecg_path(path)
    if ecg.duration_s > WINDOW_S:
        ecg = ecg.window(best_window(ecg, WINDOW_S), WINDOW_S)
    marks.append(time.perf_counter())
    measurements = measure(ecg)
    marks.append(time.perf_counter())
    judge(measurements, age_years=None, sex=None)
    marks.append(time.perf_counter())
    strip = json.dumps(strip_payload(ecg, measurements), separators=(",", ":")).encode()
    marks.append(time.perf_counter())
    names = ("reading", "measuring", "judging", "strip")
    steps = {name: stop - start for name, start, stop in zip(names, marks, marks[1:], strict=False)}
    return steps, len(strip)


def _process_s(path: Path) -> float:
    command = [sys.executable, "-m", "ecg_chat", "measure", str(path.resolve()), "--json"]
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=REPOSITORY, check=True)  # noqa: S603 - our own
    return time.perf_counter() - started
