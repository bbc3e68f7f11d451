"""What can be opened with one click: synthetic ECGs and a sample recording, as the files a person would upload."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydicom import examples as pydicom_examples

from ecg_chat.errors import NotFound
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.synthetic import EXAMPLES, make_ecg
from ecg_chat.signals.synthetic_arrhythmia import ARRHYTHMIAS, make_arrhythmia

SAMPLE = "sample"
UNITS_PER_MV = 1000
SHOWN_ARRHYTHMIAS = ("flutter_4to1", "mobitz_2", "complete_block")


@dataclass(frozen=True)
class Example:
    """One entry of the list; ``origin`` says plainly whether a person's heart made it."""

    kind: str
    label: str
    origin: str


def examples() -> tuple[Example, ...]:
    """Return all examples, the synthetic ones first."""
    labels = {**EXAMPLES, **{kind: ARRHYTHMIAS[kind] for kind in SHOWN_ARRHYTHMIAS}}
    synthetic = tuple(Example(kind, label.removeprefix("Synthetic: "), "synthetic") for kind, label in labels.items())
    return (*synthetic, Example(SAMPLE, "DICOM sample recording (pydicom)", "sample"))


def example_files(kind: str) -> dict[str, bytes]:
    """Return the files of an example.

    Raises
    ------
    NotFound
        If there is none of this kind.
    """
    if kind == SAMPLE:
        return {"sample.dcm": pydicom_examples.get_path("waveform").read_bytes()}
    name = f"synthetic-{kind.replace('_', '-')}"
    if kind in EXAMPLES:
        return wfdb_files(name, make_ecg(kind, noise_mv=0.005).ecg)
    if kind in SHOWN_ARRHYTHMIAS:
        return wfdb_files(name, make_arrhythmia(kind, noise_mv=0.005).ecg)
    raise NotFound("There is no such example.")


def wfdb_files(name: str, ecg: Ecg) -> dict[str, bytes]:
    """Write a recording without gaps as a WFDB record: a header and 16-bit samples of 1 µV."""
    units = np.round(ecg.signal.T * UNITS_PER_MV).astype("<i2")
    lines = [f"{name} {len(ecg.leads)} {ecg.fs_hz:g} {ecg.n_samples}"]
    for column, lead in zip(units.T, ecg.leads, strict=True):
        checksum = int(column.astype(np.int64).sum()) & 0xFFFF
        lines.append(f"{name}.dat 16 {UNITS_PER_MV}/mV 16 0 {column[0]} {checksum} 0 {lead}")
    lines.append("# Synthetic ECG, computed from formulas; it is not the recording of a person.")
    return {f"{name}.hea": "\n".join([*lines, ""]).encode(), f"{name}.dat": units.tobytes()}
