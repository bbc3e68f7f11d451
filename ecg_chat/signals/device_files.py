"""Files of electrocardiographs (DICOM, SCP-ECG, aECG, MUSE, Sierra, ISHNE, Mortara, MFER, EDF) through `ecgdatakit`."""

from __future__ import annotations

import re
import warnings
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.channels import Channel, Channels
from ecg_chat.signals.ecg import FilePatient, Note, Sex
from ecg_chat.signals.upload import shown
from ecg_chat.signals.xml_safety import require_harmless_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS: Mapping[str, str] = {
    "DICOMWaveformParser": "DICOM waveform",
    "SCPECGParser": "SCP-ECG",
    "HL7aECGParser": "HL7 aECG",
    "GEMuseXMLParser": "GE MUSE XML",
    "SierraXMLParser": "Philips Sierra XML",
    "ISHNEHolterParser": "ISHNE",
    "MortaraEL250Parser": "Mortara XML",
    "MFERParser": "MFER",
    "EDFParser": "EDF",
    "AliveCorKardiaParser": "AliveCor Kardia JSON",
}
"""Parsers of ecgdatakit that are used. Its WFDB reader follows paths in headers; its EDAN and XLE readers guess."""
READ_ERRORS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RuntimeError, MemoryError)
"""Besides its own error class, what ecgdatakit lets through while scaling damaged numbers."""


def device_format(data: bytes) -> str | None:
    """Return the name of the format that the bytes have, None if it is none of `FORMATS`."""
    from ecgdatakit import FileParser  # noqa: PLC0415 - only device files need it

    with TemporaryDirectory(prefix="ecg-") as folder:
        path = Path(folder) / "recording"
        path.write_bytes(data[:65536])
        try:
            found = FileParser.detect_format(path)
        except READ_ERRORS:
            return None  # a sniffer that stumbles over the bytes does not know them
    return FORMATS.get(found["parser"]) if found else None


def read_device_file(name: str, data: bytes, format_name: str) -> Channels:
    """Read one file of a known format.

    Raises
    ------
    UnreadableFile
        Damaged, hostile, without samples, or without a scale to millivolts.
    """
    if data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] == b"<":
        require_harmless_xml(name, data)
    record = _parse(name, data, format_name)
    with_samples = [lead for lead in record.leads if len(lead.samples)]
    unscaled = [lead.label for lead in with_samples if lead.is_raw]
    if unscaled:
        raise UnreadableFile(
            f"{shown(name)} ({format_name}) states no scale for {_plain(', '.join(unscaled))}; "
            "samples cannot become millivolts without it."
        )
    voltages = [lead for lead in with_samples if lead.units == "mV"]
    others = [f"{lead.label} ({lead.units or 'no unit'})" for lead in with_samples if lead.units != "mV"]
    if not voltages:
        got = f"its channels are {_plain(', '.join(others))}" if others else "it has no waveform"
        raise UnreadableFile(
            f"{shown(name)} ({format_name}) holds no ECG lead: {got}; a lead in nV, uV, mV or V is expected."
        )
    notes = (
        [Note("warning", f"Left out, because the unit is not a voltage: {_plain(', '.join(others))}.")]
        if others
        else []
    )
    notes += _warning_notes(record)
    channels = tuple(
        Channel(lead.label, np.array(lead.samples, dtype=np.float64), float(lead.sampling_rate)) for lead in voltages
    )
    start = record.recording.date if isinstance(record.recording.date, datetime) else None
    return Channels(format_name, channels, start, _patient(record.patient), tuple(notes))


def _parse(name: str, data: bytes, format_name: str) -> Any:
    from ecgdatakit import ECGDataKitError, FileParser  # noqa: PLC0415 - only device files need it

    with TemporaryDirectory(prefix="ecg-") as folder:
        path = Path(folder) / "recording"
        path.write_bytes(data)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                record = FileParser.parse(path)
        except (ECGDataKitError, *READ_ERRORS) as error:
            raise UnreadableFile(
                f"{shown(name)} looks like {format_name} but cannot be decoded: it is damaged, cut "
                "off, or uses a part of the format that is not read."
            ) from error
    record.raw_metadata["reader_warnings"] = [str(w.message) for w in caught]
    return record


def _warning_notes(record: Any) -> list[Note]:
    """Turn the reader's warnings into notes: which matter to the person, without the file's own text."""
    notes = []
    texts = " ".join(record.raw_metadata["reader_warnings"]).lower()
    for word, sentence in _WARNING_SENTENCES.items():
        if word in texts:
            notes.append(Note("warning", sentence))
    return notes


_WARNING_SENTENCES = {
    "checksum": "A checksum in the file does not fit: it may be damaged.",
    "multiplex group": "The file holds further groups of waveforms; only the first rhythm recording was read.",
    "truncat": "The file ends early; what is there was read.",
}


def _patient(patient: Any) -> FilePatient:
    sex: Sex | None = {"M": "male", "F": "female"}.get(str(patient.sex).upper()[:1])  # type: ignore[assignment]
    return FilePatient(
        age_years=_within(patient.age, 0, 120),
        sex=sex,
        height_cm=_within(patient.height, 20, 260),
        weight_kg=_within(patient.weight, 0.3, 500),
        identifier=_plain(str(patient.patient_id))[:64] or None,
    )


def _within(value: object, low: float, high: float) -> float | None:
    """Return a number in a believable range, else None: devices write 0 or 999 for "unknown"."""
    if not isinstance(value, (int, float)):
        return None
    return float(value) if low < value <= high else None


def _plain(text: str) -> str:
    return re.sub(r"[^\w .,:;()/+\-]", "", text)[:120].strip()
