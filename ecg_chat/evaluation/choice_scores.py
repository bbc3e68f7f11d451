"""Scores of answers that choose among a few classes: one of them, or all that apply."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecg_chat.evaluation.label_scores import label_scores, macro_scores, mean_with_interval
from ecg_chat.evaluation.resampling import Floats

Chosen = frozenset[str] | None
"""Classes that an answer names; None where it cannot be understood."""

HOW_ONE = (
    "One letter: right if the record has that label. A right answer is a true positive of its class and nothing else; "
    "a wrong one is a false positive of the class it names and a false negative of every class the record has; an "
    "answer that names no class, or several, is wrong and only the latter. Precision, recall and F1 are those of each "
    'class, averaged over the classes that occur (macro). "One label" leaves out the records with more than one of '
    "the five, so that it is ordinary single-label scoring."
)
HOW_ALL = (
    "All that apply: the set of named classes against the set of labels, F1 of each class averaged over the classes "
    "that occur (macro); an answer that cannot be understood counts as naming none, and as no exact match."
)


def score_one(truth: Sequence[frozenset[str]], chosen: Sequence[Chosen], classes: Sequence[str]) -> dict[str, object]:
    """Score answers that are to name one class; `HOW_ONE` says how.

    Parameters
    ----------
    truth : sequence of frozenset of str
        Labels of each record among `classes`, at least one.
    chosen : sequence of frozenset of str or None
    classes : sequence of str

    Returns
    -------
    dict
        ``n``, ``unparsed``, accuracy, precision, recall and F1 with intervals, ``answers`` and ``labels`` per class,
        and ``one label``: the same over the records with exactly one label.
    """
    result = _score_one(truth, chosen, classes)
    single = [k for k, labels in enumerate(truth) if len(labels) == 1]
    result["one label"] = _score_one([truth[k] for k in single], [chosen[k] for k in single], classes)
    return result


def _score_one(truth: Sequence[frozenset[str]], chosen: Sequence[Chosen], classes: Sequence[str]) -> dict[str, object]:
    named = [next(iter(c)) if c is not None and len(c) == 1 else None for c in chosen]
    right = np.array([name in labels for name, labels in zip(named, truth, strict=True)], bool)
    counts = np.stack([_counts(n, t, classes) for n, t in zip(named, truth, strict=True)]) if named else _none(classes)
    return {
        "n": len(truth),
        "unparsed": sum(name is None for name in named),
        "accuracy": mean_with_interval(right),
        **macro_scores(counts),
        "answers": {name: named.count(name) for name in classes},
        "labels": {name: sum(name in labels for labels in truth) for name in classes},
    }


def _none(classes: Sequence[str]) -> Floats:
    return np.zeros((0, 3 * len(classes)))


def _counts(named: str | None, labels: frozenset[str], classes: Sequence[str]) -> Floats:
    """Return true positives, false positives and false negatives that one answer adds to each class."""
    right = named in labels
    said = np.array([name == named for name in classes])
    has = np.array([name in labels for name in classes])
    return np.concatenate([said & right, said & (not right), has & (not right)]).astype(np.float64)


def score_all(truth: Sequence[frozenset[str]], chosen: Sequence[Chosen], classes: Sequence[str]) -> dict[str, object]:
    """Score answers that are to name all classes that apply; `HOW_ALL` says how.

    Parameters
    ----------
    truth, chosen, classes
        As for `score_one`; the labels of a record may be none here.
    """
    labels = _flags(truth, classes)
    said = _flags([c or frozenset() for c in chosen], classes)
    scores = label_scores(labels, said)
    exact = np.array([c is not None and c == t for c, t in zip(chosen, truth, strict=True)], bool)
    return scores | {"exact match": mean_with_interval(exact), "unparsed": sum(c is None for c in chosen)}


def _flags(sets: Sequence[frozenset[str]], classes: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.array([[name in one for name in classes] for one in sets], bool).reshape(len(sets), len(classes))
