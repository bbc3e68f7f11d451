"""How well the encoder's heads find the labels of PTB-XL; thresholds come from fold 9, scores from the test fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.evaluation.label_scores import choose_thresholds, label_scores
from ecg_chat.evaluation.label_sets import Array, LabelSet, Table, label_sets, scores_of
from ecg_chat.evaluation.metrics import bootstrap_interval, macro_auc
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.checkpoint import LoadedModel
from ecg_chat.network.measured_reader import measured_row
from ecg_chat.network.prediction import probabilities_of

LEAD_SETS = {"12 leads": tuple(range(12)), "I and II": (0, 1), "I": (0,)}
AUC_DRAWS = 200
WITH_ANY = ("superclass", "sub-class", "diagnostic", "form", "rhythm")
"""Sets whose areas are taken over the records that have any of the labels, as in the benchmark."""


@dataclass(frozen=True)
class Predicted:
    """Records and what the network makes of them: probabilities of superclasses and of codes."""

    records: Sequence[Record]
    superclass: Array
    codes: Array


def predicted(
    model: LoadedModel,
    records: Sequence[Record],
    signals_uv: NDArray[np.int16],
    slots: Sequence[int] = range(12),
    *,
    measured: Mapping[int, Measurements] | None = None,
) -> Predicted:
    """Return what a model says of records with only the leads of `slots`.

    Parameters
    ----------
    model : LoadedModel
    records : sequence of Record
    signals_uv : ndarray, shape (records, 12, samples)
    slots : sequence of int
    measured : mapping of ecg_id to Measurements, optional
        For the model's reader of measured values, which speaks only where all leads are there; without it, or without
        all leads, the encoders speak alone.
    """
    presence = np.zeros(12, np.float32)
    presence[list(slots)] = 1
    _, probabilities = probabilities_of(model.encoder, signals_uv, presence, config=model.config.preprocess)
    if measured is not None and model.reader is not None and len(slots) == len(presence):
        rows = np.stack([measured_row(measured[record.ecg_id]) for record in records])
        probabilities = model.reader.join_probabilities(probabilities, rows)
    n, n_codes = len(model.config.superclasses), len(model.config.codes)
    return Predicted(records, probabilities[:, :n], probabilities[:, n : n + n_codes])


def head_scores(test: Predicted, chosen_on: Predicted, table: Table, codes: Sequence[str]) -> dict[str, object]:
    """Score every label set.

    Parameters
    ----------
    test, chosen_on : Predicted
        Records to score, and those that thresholds are chosen on.
    table : mapping
        ``scp_statements.csv``.
    codes : sequence of str
        What the columns of ``codes`` mean.

    Returns
    -------
    dict
        For each set its macro area with interval, ``yes/no`` scores and the ``thresholds`` by class.
    """
    result: dict[str, object] = {}
    for labels in label_sets(table, codes):
        scores, truth = _rows(labels, test, codes)
        before, known = _rows(labels, chosen_on, codes)
        thresholds = choose_thresholds(known, before)
        result[labels.name] = {
            **area(truth, scores),
            "yes/no": label_scores(truth, scores >= thresholds),
            "thresholds": dict(zip(labels.classes, (round(float(t), 6) for t in thresholds), strict=True)),
        }
    return result


def areas(test: Predicted, table: Table, codes: Sequence[str], names: Sequence[str]) -> dict[str, object]:
    """Macro areas of some label sets, by name."""
    found = {}
    for labels in label_sets(table, codes):
        if labels.name in names:
            scores, truth = _rows(labels, test, codes)
            found[labels.name] = area(truth, scores)
    return dict(found)


def area(truth: NDArray[np.bool_], scores: Array) -> dict[str, object]:
    """Macro area under the ROC curve over the classes with both kinds of records, with its interval."""
    if not any(0 < column.sum() < len(column) for column in truth.T):
        return {"n": len(truth), "auc": None, "interval": None}
    low, high = bootstrap_interval(macro_auc, truth.astype(np.float32), scores.astype(np.float32), n=AUC_DRAWS)
    value = macro_auc(truth.astype(np.float32), scores.astype(np.float32))
    return {"n": len(truth), "auc": round(value, 4), "interval": [round(low, 4), round(high, 4)]}


def _rows(labels: LabelSet, made: Predicted, codes: Sequence[str]) -> tuple[Array, NDArray[np.bool_]]:
    """Scores and labels of the records that the set is scored on."""
    truth = labels.truth(made.records)
    kept = truth.any(axis=1) if labels.name in WITH_ANY else np.ones(len(truth), bool)
    return scores_of(labels, made.superclass, made.codes, codes)[kept], truth[kept]
