"""95 % intervals by resampling records: the beats and leads of one record are not independent of one another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 1000


def interval_by_record(
    statistic: Callable[[Floats], Floats], sums: Floats, *, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float] | None:
    """Percentile bootstrap of something that follows from sums over records.

    Parameters
    ----------
    statistic : callable
        Array of totals, shape (draws, k), to values, shape (draws,); NaN where a draw does not allow it.
    sums : ndarray, shape (records, k)
        What each record adds to the totals.
    seed, draws : int

    Returns
    -------
    tuple of float or None
        2.5th and 97.5th percentile; None with fewer than two records or nothing to compute.
    """
    n_records = len(sums)
    if n_records < 2:
        return None
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(n_records, np.full(n_records, 1.0 / n_records), size=draws).astype(np.float64)
    values = statistic(weights @ sums)
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
