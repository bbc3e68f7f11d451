"""How long measuring takes, and whether that grows with the length of the recording or faster."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from ecg_chat.cli.peak_memory import peak_memory_mb
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg

DURATIONS_S = (10.0, 60.0, 600.0)
LONG_S = 60.0  # measured once only: the first runs have warmed everything up


@dataclass(frozen=True)
class MeasuringTimes:
    """One length of recording; the memory is the most that the process had until then."""

    duration_s: float
    n_leads: int
    median_s: float
    per_second_ms: float
    peak_mb: float

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def time_measuring(
    durations_s: Sequence[float], runs: int, begin: Callable[[float], None] | None = None
) -> list[MeasuringTimes]:
    """Measure synthetic 500 Hz twelve-lead recordings, after one that is not counted.

    Parameters
    ----------
    durations_s : sequence of float
        Shortest first, because memory is a high-water mark.
    runs : int
        How often each is measured; those longer than a minute once.
    begin : callable, optional
        Told each length before its turn.
    """
    measure(make_ecg("normal").ecg)
    rows = []
    for duration_s in durations_s:
        if begin is not None:
            begin(duration_s)
        ecg = make_ecg("normal", duration_s=duration_s).ecg
        laps = []
        for _ in range(1 if duration_s > LONG_S else runs):
            started = time.perf_counter()
            measure(ecg)
            laps.append(time.perf_counter() - started)
        median_s = statistics.median(laps)
        per_second_ms = 1000 * median_s / ecg.duration_s
        rows.append(MeasuringTimes(ecg.duration_s, len(ecg.leads), median_s, per_second_ms, peak_memory_mb()))
    return rows
