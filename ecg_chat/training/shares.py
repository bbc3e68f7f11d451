"""Which share of a label's log odds the reader of measured values has, beside the ECG encoders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

USUAL = 0.6
"""The share of a label about which the records say little."""
PULL = 60.0
"""How strongly a label keeps to `USUAL`: this times the squared difference is added to its summed cross-entropy."""
GRID = np.arange(0, 17) / 20
FEWEST = 5
"""A label that fewer records have keeps to `USUAL`."""

Array = NDArray[np.floating]


def best_shares(names: Sequence[str], labels: Array, encoder_logits: Array, tree_logits: Array) -> dict[str, float]:
    """Return the share of each label.

    Parameters
    ----------
    names : sequence of str
        Of the columns; those for which there are no trees hold NaN among ``tree_logits`` and are left out.
    labels, encoder_logits, tree_logits : ndarray, shape (records, names)
        Of records that neither encoders nor trees were trained on. Rows without a known label hold NaN among the labels
        and do not count.

    Returns
    -------
    dict of str to float
        Between 0 and .8: from `GRID`, where the cross-entropy of the joint log odds, with the pull, is least.
    """
    shares = {}
    for k, name in enumerate(names):
        if np.isnan(tree_logits[:, k]).any():
            continue
        known = ~np.isnan(labels[:, k])
        truth = labels[known, k] > 0
        if truth.sum() < FEWEST:
            shares[name] = USUAL
            continue
        first, second = encoder_logits[known, k], tree_logits[known, k]
        costs = [_cross_entropy(truth, first + s * (second - first)) + PULL * (s - USUAL) ** 2 for s in GRID]
        shares[name] = float(GRID[int(np.argmin(costs))])
    return shares


def _cross_entropy(truth: NDArray[np.bool_], logits: Array) -> float:
    return float(np.logaddexp(0, np.where(truth, -logits, logits)).sum())
