"""The label sets of PTB-XL that an encoder is scored on, and its scores in the same order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]
Table = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class LabelSet:
    """Labels that belong together.

    Attributes
    ----------
    name : str
    classes : tuple of str
    codes : mapping of class to codes
        The codes whose presence, at any likelihood, makes a record one of the class.
    """

    name: str
    classes: tuple[str, ...]
    codes: Mapping[str, frozenset[str]]

    def truth(self, records: Sequence[Record]) -> Flags:
        """Labels of records, shape (records, classes)."""
        return np.array([[not self.codes[c].isdisjoint(r.codes) for c in self.classes] for r in records], bool).reshape(
            len(records), len(self.classes)
        )


def label_sets(table: Table, known_codes: Sequence[str]) -> tuple[LabelSet, ...]:
    """Build the sets of the PTB-XL benchmark (Strodthoff et al. 2021): superclass, sub-class, form, rhythm, all codes.

    Parameters
    ----------
    table : mapping
        ``scp_statements.csv`` as code → row.
    known_codes : sequence of str
        Codes that the encoder predicts; a class whose codes it does not know at all is left out.
    """
    known = [code for code in known_codes if code in table]
    sets = (
        LabelSet("superclass", SUPERCLASSES, {c: _having(table, "diagnostic_class", c) for c in SUPERCLASSES}),
        _grouped("sub-class", table, known),
        *(_single(kind, [c for c in known if table[c][kind]]) for kind in ("diagnostic", "form", "rhythm")),
        _single("all codes", known),
    )
    return tuple(one for one in sets if one.classes)


def scores_of(labels: LabelSet, superclass: Array, codes: Array, known_codes: Sequence[str]) -> Array:
    """Return the encoder's scores of a set's classes, shape (records, classes).

    A sub-class has the highest probability among its codes; the encoder has no head of its own for them.
    """
    if labels.name == "superclass":
        return superclass
    columns = {code: k for k, code in enumerate(known_codes)}
    return np.stack(
        [
            codes[:, [columns[code] for code in sorted(labels.codes[c]) if code in columns]].max(axis=1)
            for c in labels.classes
        ],
        axis=1,
    )


def _having(table: Table, column: str, value: str) -> frozenset[str]:
    return frozenset(code for code, row in table.items() if row.get(column) == value)


def _grouped(name: str, table: Table, known: Sequence[str]) -> LabelSet:
    classes = tuple(dict.fromkeys(row for code in known if (row := table[code].get("diagnostic_subclass", ""))))
    return LabelSet(name, classes, {c: _having(table, "diagnostic_subclass", c) for c in classes})


def _single(name: str, codes: Sequence[str]) -> LabelSet:
    return LabelSet(name, tuple(codes), {code: frozenset({code}) for code in codes})
