"""From matched boundaries to sensitivity, PPV, F1 and errors, with intervals by record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_chat.evaluation.resampling import interval_by_record
from ecg_chat.evaluation.wave_matching import Matches

Floats = NDArray[np.float64]
FOUND, MISSED, EXTRA, SUM, SQUARES = range(5)  # columns of what a record adds


def pooled(matches: Iterable[Matches]) -> Matches:
    """Take the boundaries of several leads, waves or records together."""
    rows = list(matches)
    errors = tuple(error for row in rows for error in row.errors_ms)
    return Matches(errors, sum(row.missed for row in rows), sum(row.extra for row in rows))


def scores(by_record: Sequence[Matches], *, intervals: bool = True) -> dict[str, Any]:
    """Score one kind of boundary.

    Parameters
    ----------
    by_record : sequence of Matches
        One a record.
    intervals : bool
        Add 95 % intervals (records resampled, always with the same draws).

    Returns
    -------
    dict
        ``marked``, ``found``, ``extra`` counts; ``sensitivity`` found / marked, ``ppv`` found / (found + extra), ``f1``
        2 found / (2 found + missed + extra), 0 to 1; ``mean_ms`` and ``sd_ms`` of predicted minus marked,
        ``median_abs_ms``; None where nothing was found to compute it from. ``*_interval`` where asked for.
    """
    total = pooled(by_record)
    found = len(total.errors_ms)
    out: dict[str, Any] = {"marked": found + total.missed, "found": found, "extra": total.extra}
    sums = np.array([_sums(row) for row in by_record], dtype=np.float64).reshape(len(by_record), 5)
    overall = sums.sum(axis=0, keepdims=True)
    for name, (statistic, digits) in STATISTICS.items():
        value = float(statistic(overall)[0])
        out[name] = round(value, digits) if np.isfinite(value) else None
        if intervals:
            interval = interval_by_record(statistic, sums)
            out[f"{name}_interval"] = None if interval is None else [round(end, digits) for end in interval]
    out["median_abs_ms"] = round(float(np.median(np.abs(total.errors_ms))), 2) if found else None
    return out


def _sums(row: Matches) -> tuple[float, ...]:
    errors = np.array(row.errors_ms, dtype=np.float64)
    return errors.size, row.missed, row.extra, float(errors.sum()), float((errors**2).sum())


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return ratio


def _sensitivity(t: Floats) -> Floats:
    return _ratio(t[:, FOUND], t[:, FOUND] + t[:, MISSED])


def _ppv(t: Floats) -> Floats:
    return _ratio(t[:, FOUND], t[:, FOUND] + t[:, EXTRA])


def _f1(t: Floats) -> Floats:
    return _ratio(2 * t[:, FOUND], 2 * t[:, FOUND] + t[:, MISSED] + t[:, EXTRA])


def _mean(t: Floats) -> Floats:
    return _ratio(t[:, SUM], t[:, FOUND])


def _sd(t: Floats) -> Floats:
    spread = t[:, SQUARES] - t[:, SUM] * np.nan_to_num(_mean(t))
    deviation: Floats = np.sqrt(_ratio(np.maximum(spread, 0.0), t[:, FOUND] - 1))
    return deviation


STATISTICS: dict[str, tuple[Callable[[Floats], Floats], int]] = {
    "sensitivity": (_sensitivity, 4),
    "ppv": (_ppv, 4),
    "f1": (_f1, 4),
    "mean_ms": (_mean, 2),
    "sd_ms": (_sd, 2),
}
"""Name → statistic of the totals, and decimals."""
