"""From which probability on naming a label gives the best F1, on records that the encoder was not trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FEWEST = 5
"""A label that fewer records have gets no threshold of its own."""
LOWEST, HIGHEST = 0.02, 0.7


def best_f1_thresholds(
    names: Sequence[str], labels: NDArray[np.floating], probabilities: NDArray[np.floating]
) -> dict[str, float]:
    """Return the threshold of each label that has at least `FEWEST` records.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    labels, probabilities : ndarray, shape (records, names)
        Rows without a known label hold NaN among the labels and do not count.

    Returns
    -------
    dict of str to float
        Between `LOWEST` and `HIGHEST`, the middle between the two probabilities that it parts.
    """
    found = {}
    for k, name in enumerate(names):
        known = ~np.isnan(labels[:, k])
        truth, score = labels[known, k] > 0, probabilities[known, k]
        if truth.sum() >= FEWEST:
            found[name] = round(float(np.clip(_best(truth, score), LOWEST, HIGHEST)), 4)
    return found


def _best(truth: NDArray[np.bool_], score: NDArray[np.floating]) -> float:
    order = np.argsort(-score, kind="stable")
    sorted_scores = score[order]
    right = np.cumsum(truth[order])
    named = np.arange(1, len(order) + 1)
    f1 = 2 * right / (named + truth.sum())
    last_of_equal = np.append(sorted_scores[1:] < sorted_scores[:-1], True)
    best = int(np.argmax(np.where(last_of_equal, f1, -1)))
    following = sorted_scores[best + 1] if best + 1 < len(sorted_scores) else 0.0
    return float((sorted_scores[best] + following) / 2)
