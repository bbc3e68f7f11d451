"""What the encoders predict, in the order of their outputs: names, labels of records, and how usual each is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_chat.conversation.evidence import class_name
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.datasets.ptbxl_attributes import attribute_matrix, attribute_names
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES, label_matrix

Table = Mapping[str, Mapping[str, str]]
"""``scp_statements.csv`` as code → row."""


@dataclasses.dataclass(frozen=True)
class Labels:
    """Names of an encoder's outputs, as `ecg_chat.conversation.evidence` has them.

    Attributes
    ----------
    usual : mapping of str to float
        Which share of the training records has each.
    thresholds : mapping of str to float
        Probability from which naming it gives the best F1; see `ecg_chat.training.thresholds`.
    """

    names: tuple[str, ...]
    usual: Mapping[str, float]
    thresholds: Mapping[str, float] = dataclasses.field(default_factory=dict)


def label_names(table: Table) -> tuple[str, ...]:
    """Return the names of the outputs: superclasses, codes, attributes."""
    return (*(class_name(one) for one in SUPERCLASSES), *table, *attribute_names())


def label_columns(records: Sequence[Record], table: Table) -> NDArray[np.float32]:
    """Return what is known of each record in the order of `label_names`; NaN where nothing is noted."""
    known = label_matrix(records, table)
    attributes, noted = attribute_matrix(records)
    attributes[~noted] = np.nan
    known.superclasses[~known.has_superclass] = np.nan
    return np.concatenate([known.superclasses, known.codes, attributes], axis=1)


def logit_labels(train: Sequence[Record], table: Table) -> Labels:
    """Name what the encoders predict, in order, and count which share of the training records has it."""
    names, shares = label_names(table), np.nanmean(label_columns(train, table), axis=0)
    return Labels(names, {name: round(float(share), 6) for name, share in zip(names, shares, strict=True)})
