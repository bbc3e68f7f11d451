"""Areas under the ROC curve, with intervals over resampled records."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Array = NDArray[np.float32]


def macro_auc(truth: Array, scores: Array) -> float:
    """Mean area under the ROC curve over the columns that have both classes; NaN if none has.

    The area of a column is the Mann-Whitney statistic of its scores divided by the number of pairs (Hanley and McNeil
    1982), computed for all columns at once, because intervals need it thousands of times.

    Parameters
    ----------
    truth : ndarray, shape (records, classes)
        0 or 1.
    scores : ndarray, shape (records, classes)
    """
    positives = truth.sum(axis=0, dtype=np.float64)
    both = (positives > 0) & (positives < len(truth))
    if not both.any():
        return float("nan")
    n = positives[both]
    rank_sums = (rankdata(scores[:, both], axis=0) * truth[:, both]).sum(axis=0, dtype=np.float64)
    return float(np.mean((rank_sums - n * (n + 1) / 2) / (n * (len(truth) - n))))


def bootstrap_interval(
    metric: Callable[[Array, Array], float], truth: Array, scores: Array, *, n: int = 500, seed: int = 0
) -> tuple[float, float]:
    """95 % percentile interval of a metric over resampled records; draws on which it is not defined are left out."""
    rng = np.random.default_rng(seed)
    draws = (rng.integers(0, len(truth), len(truth)) for _ in range(n))
    values = np.array([metric(truth[rows], scores[rows]) for rows in draws])
    low, high = np.percentile(values[np.isfinite(values)], [2.5, 97.5])
    return float(low), float(high)
