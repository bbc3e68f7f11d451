"""LUDB in its publisher's layout: twelve-lead records, and what cardiologists marked in every lead.

A folder holds ``1.hea``, ``1.dat`` and one annotation file a lead (``1.i``, ``1.ii`` … ``1.v6``), with the symbols
``p``, ``N`` and ``t`` for the waves and brackets for their limits (Kalyakulina et al. 2020,
doi 10.1109/ACCESS.2020.3029211).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import wfdb

from ecg_chat.errors import InvalidInput, UnreadableFile
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg
from ecg_chat.signals.reading import read_ecg_path

WaveName = Literal["p", "qrs", "t"]
WAVES: tuple[WaveName, ...] = get_args(WaveName)
SYMBOLS: Mapping[str, WaveName] = {"p": "p", "N": "qrs", "t": "t"}
INSIDE = ("data", "ludb/data", "ludb", ".")
"""Where the records may lie within the folder that a person names."""


@dataclass(frozen=True)
class LudbRecord:
    """One record: its number as text, and its path without suffix."""

    name: str
    path: Path


@dataclass(frozen=True)
class MarkedWave:
    """One wave of one lead in samples; ``None`` where its onset or end is not marked."""

    wave: WaveName
    on: int | None
    peak: int
    off: int | None


Marks = Mapping[str, tuple[MarkedWave, ...]]
"""Lead → its waves in time."""


def find_records(folder: Path, limit: int | None = None) -> list[LudbRecord]:
    """List the records by number.

    Parameters
    ----------
    folder : Path
        Holds the records, or ``data/``, ``ludb/`` or ``ludb/data/`` with them.
    limit : int, optional
        Only the first so many.

    Raises
    ------
    InvalidInput
        When no record is there, or the limit is not positive.
    """
    if limit is not None and limit < 1:
        raise InvalidInput(f"the limit is {limit}, expected at least one record")
    for inside in INSIDE:
        headers = (folder / inside).glob("*.hea")
        records = [LudbRecord(header.stem, header.with_suffix("")) for header in headers if header.stem.isdigit()]
        if records:
            return sorted(records, key=lambda record: int(record.name))[:limit]
    raise InvalidInput(f"no LUDB record is in {folder}; expected data/1.hea, data/1.dat, data/1.i and so on")


def read_signals(record: LudbRecord) -> Ecg:
    """Read the twelve leads.

    Raises
    ------
    InvalidInput
        When the record cannot be read, is shorter than its header says, or lacks a lead.
    """
    header = record.path.with_suffix(".hea")
    try:
        ecg = read_ecg_path(header)
    except UnreadableFile as error:
        raise InvalidInput(f"LUDB record {record.name} cannot be read: {error}") from error
    stated = int(wfdb.rdheader(str(record.path)).sig_len or ecg.n_samples)
    if ecg.n_samples < stated or np.isnan(ecg.signal[:, -1]).all():
        present = int(np.isfinite(ecg.signal).any(axis=0).sum())
        raise InvalidInput(f"LUDB record {record.name} is cut off: {present} samples, its header says {stated}")
    lacking = [lead for lead in STANDARD_LEADS if lead not in ecg.leads]
    if lacking:
        raise InvalidInput(f"LUDB record {record.name} lacks {', '.join(lacking)}; expected the twelve leads")
    return ecg


def read_marks(record: LudbRecord, leads: Sequence[str] = STANDARD_LEADS, *, n_samples: int | None = None) -> Marks:
    """Read the marks of each lead.

    Parameters
    ----------
    record : LudbRecord
    leads : sequence of str
    n_samples : int, optional
        Length of the record; marks behind its end are refused.

    Raises
    ------
    InvalidInput
        When an annotation file is missing, cannot be read, holds no wave, or marks samples that are not there.
    """
    return {lead: _lead_marks(record, lead, n_samples) for lead in leads}


def _lead_marks(record: LudbRecord, lead: str, n_samples: int | None) -> tuple[MarkedWave, ...]:
    suffix = lead.lower()
    file = f"{record.name}.{suffix}"
    if not (record.path.parent / file).is_file():
        raise InvalidInput(f"LUDB record {record.name} has no annotation file {file}; expected one for each lead")
    try:
        notes = wfdb.rdann(str(record.path), suffix)
    except (ValueError, IndexError, KeyError, TypeError) as error:  # what wfdb raises for bytes that are no annotation
        raise InvalidInput(f"the annotation file {file} cannot be read; get it again from the publisher") from error
    symbols, samples = list(notes.symbol), [int(sample) for sample in notes.sample]
    if n_samples is not None and samples and max(samples) >= n_samples:
        raise InvalidInput(f"{file} marks sample {max(samples)}, but the record ends after {n_samples} samples")
    waves = []
    for k, symbol in enumerate(symbols):
        if symbol in SYMBOLS:
            on = samples[k - 1] if k and symbols[k - 1] == "(" else None
            off = samples[k + 1] if k + 1 < len(symbols) and symbols[k + 1] == ")" else None
            waves.append(MarkedWave(SYMBOLS[symbol], on, samples[k], off))
    if not waves:
        raise InvalidInput(f"the annotation file {file} marks no wave, expected P, QRS and T")
    return tuple(waves)
