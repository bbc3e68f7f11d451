"""Scores of yes/no labels, each with its interval over records; thresholds are chosen on other records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_chat.evaluation.resampling import Floats, interval_by_record

Flags = NDArray[np.bool_]
DEFAULT_THRESHOLD = 0.5
"""For a class that has no positive record among those that thresholds are chosen on."""

HOW = (
    "Precision, recall and F1 are computed for each class over all records and averaged over the classes that occur "
    "(macro); a class that is never predicted has precision 0. Accuracy is the mean over classes of the share of "
    "right yes/no decisions; exact match is the share of records with every decision right."
)


def choose_thresholds(truth: Flags, scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """For each class, the lowest score that counts as "yes" so that F1 is highest.

    Parameters
    ----------
    truth : ndarray of bool, shape (records, classes)
    scores : ndarray, shape (records, classes)

    Returns
    -------
    ndarray, shape (classes,)
        A score at or above it is a yes. `DEFAULT_THRESHOLD` where no record has the class.
    """
    return np.array([_best_threshold(truth[:, k], scores[:, k]) for k in range(truth.shape[1])])


def _best_threshold(truth: Flags, scores: NDArray[np.floating]) -> float:
    if not truth.any():
        return DEFAULT_THRESHOLD
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order].astype(np.float64)
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + truth.sum())
    last_of_equal = np.append(ranked[1:] != ranked[:-1], True)  # equal scores fall on the same side
    return float(ranked[int(np.argmax(np.where(last_of_equal, f1, -1.0)))])


def label_scores(truth: Flags, predicted: Flags) -> dict[str, object]:
    """Score predictions of several labels at once; `HOW` says how.

    Parameters
    ----------
    truth, predicted : ndarray of bool, shape (records, classes)

    Returns
    -------
    dict
        ``n`` records, ``classes`` that occur, and for accuracy, exact match, precision, recall and F1 the value with
        its 95 % interval.
    """
    right = truth == predicted
    parts = [truth & predicted, ~truth & predicted, truth & ~predicted]
    counts = np.concatenate(parts, axis=1).astype(np.float64)
    result: dict[str, object] = {"n": len(truth), "classes": int(truth.any(axis=0).sum())}
    result["accuracy"] = mean_with_interval(right.mean(axis=1))
    result["exact match"] = mean_with_interval(right.all(axis=1))
    return result | macro_scores(counts)


def macro_scores(counts: Floats) -> dict[str, object]:
    """Macro precision, recall and F1 with 95 % intervals by record.

    Parameters
    ----------
    counts : ndarray, shape (records, 3 classes)
        What each record adds to the true positives of every class, then to the false positives, then to the false
        negatives.
    """
    values = {}
    for name, statistic in (("precision", _precision), ("recall", _recall), ("F1", _f1)):
        value = float(statistic(counts.sum(axis=0, keepdims=True))[0]) if len(counts) else float("nan")
        values[name] = shown(value, interval_by_record(statistic, counts))
    return dict(values)


def mean_with_interval(per_record: Flags | Floats) -> dict[str, object]:
    """Mean over records with its 95 % interval."""
    column = np.asarray(per_record, np.float64)[:, None]
    sums = np.concatenate([column, np.ones_like(column)], axis=1)
    value = float(column.mean()) if len(column) else float("nan")
    return shown(value, interval_by_record(lambda totals: totals[:, 0] / totals[:, 1], sums))


def cell(score: dict[str, object] | None) -> str:
    """Write a score with its interval for a table."""
    if score is None or score["value"] is None:
        return "-"
    interval = score["interval"]
    if not isinstance(interval, Sequence):
        return f"{score['value']:.3f}"
    return f"{score['value']:.3f} ({interval[0]:.3f}-{interval[1]:.3f})"


def shown(value: float, interval: tuple[float, float] | None) -> dict[str, object]:
    """Round a value and its interval for a result; None where there is no number."""
    return {
        "value": round(value, 4) if np.isfinite(value) else None,
        "interval": [round(v, 4) for v in interval] if interval is not None else None,
    }


def _split(totals: Floats) -> tuple[Floats, Floats, Floats]:
    true_positives, false_positives, false_negatives = np.split(totals, 3, axis=1)
    return true_positives, false_positives, false_negatives


def _over_occurring(values: Floats, occurs: Flags) -> Floats:
    """Mean over the classes that occur; NaN where none does."""
    n = occurs.sum(axis=1)
    total = np.where(occurs, values, 0.0).sum(axis=1)
    mean: Floats = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return mean


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _precision(totals: Floats) -> Floats:
    tp, fp, fn = _split(totals)
    return _over_occurring(_ratio(tp, tp + fp), tp + fn > 0)


def _recall(totals: Floats) -> Floats:
    tp, _, fn = _split(totals)
    return _over_occurring(_ratio(tp, tp + fn), tp + fn > 0)


def _f1(totals: Floats) -> Floats:
    tp, fp, fn = _split(totals)
    return _over_occurring(_ratio(2 * tp, 2 * tp + fp + fn), tp + fn > 0)
