"""Metrics with intervals; the metrics themselves are scikit-learn's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

Array = NDArray[np.float32]


def macro_auc(truth: Array, scores: Array) -> float:
    """Mean area under the ROC curve over the columns that have both classes.

    Parameters
    ----------
    truth : ndarray, shape (records, classes)
        0 or 1.
    scores : ndarray, shape (records, classes)
    """
    columns = [k for k in range(truth.shape[1]) if 0 < truth[:, k].sum() < len(truth)]
    return float(np.mean([roc_auc_score(truth[:, k], scores[:, k]) for k in columns]))


def bootstrap_interval(
    metric: Callable[[Array, Array], float], truth: Array, scores: Array, *, n: int = 500, seed: int = 0
) -> tuple[float, float]:
    """95 % percentile interval of a metric over resampled records."""
    rng = np.random.default_rng(seed)
    values = [metric(truth[rows], scores[rows]) for rows in (rng.integers(0, len(truth), len(truth)) for _ in range(n))]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
