"""The signal files of PTB-XL: reading one in microvolts, and finding out without decoding whether it is whole."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg_chat.datasets.wfdb_files import MISSING, Fault, header_of, size_fault
from ecg_chat.errors import InvalidInput, UnreadableFile
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg
from ecg_chat.signals.reading import read_ecg_path
from ecg_chat.signals.wfdb_header import Header

FS_HZ = 100
FAST_HZ = 500
N_SAMPLES = 1000


def record_fault(folder: Path, filename: str) -> Fault | None:
    """Find what keeps a record from being read, without decoding its signal.

    Parameters
    ----------
    folder : Path
        PTB-XL's folder.
    filename : str
        Path of the record below it, without suffix.

    Returns
    -------
    (kind, sentence) or None
        None for a record of 12 leads and 1000 samples at 100 Hz whose signal file is whole.
    """
    path = folder / filename
    if not filename:
        return MISSING, f"no file name is given; expected a record in {folder}"
    header = header_of(path)
    if not isinstance(header, Header):
        return header
    return _header_fault(header, filename) or size_fault(header, path)


def _header_fault(header: Header, filename: str) -> Fault | None:
    if header.fs_hz != FS_HZ or header.samples != N_SAMPLES:
        return "wrong rate or length", (
            f"{filename} has {header.samples} samples at {header.fs_hz:g} Hz, expected {N_SAMPLES} at {FS_HZ} Hz"
        )
    names = {signal.name.upper() for signal in header.signals}
    lacking = [lead for lead in STANDARD_LEADS if lead.upper() not in names]
    if lacking:
        return "lead missing", f"{filename} lacks {', '.join(lacking)}; expected the twelve leads"
    return None


def read_500_hz(folder: Path, filename: str) -> Ecg:
    """Read the 500 Hz file of a record, in ``records500``.

    Parameters
    ----------
    folder : Path
        PTB-XL's folder.
    filename : str
        Path of the 100 Hz record below it, as in the column ``filename_lr``.

    Raises
    ------
    InvalidInput
        When the file is not there or cannot be read, or the name is none of a 100 Hz record.
    """
    fast = re.sub(r"^records100/(.+)_lr$", r"records500/\1_hr", filename)
    if fast == filename:
        raise InvalidInput(f"{filename!r} is no 100 Hz record, expected records100/…_lr")
    header = folder / f"{fast}.hea"
    if not header.is_file():
        raise InvalidInput(f"{fast}.hea is not in {folder}; the 500 Hz files come with PTB-XL as a folder of their own")
    try:
        ecg = read_ecg_path(header)
    except UnreadableFile as error:
        raise InvalidInput(f"{fast} cannot be read; get it again from the publisher ({error})") from error
    if ecg.fs_hz != FAST_HZ:
        raise InvalidInput(f"{fast} has {ecg.fs_hz:g} Hz, expected {FAST_HZ}")
    return ecg


def read_microvolts(folder: Path, filename: str) -> NDArray[np.int16]:
    """Read one record.

    Returns
    -------
    ndarray of int16, shape (12, 1000)
        Microvolts, leads in `STANDARD_LEADS` order whatever the file's order; samples that the file marks as
        missing are 0.

    Raises
    ------
    InvalidInput
        Where `record_fault` finds something, or the signal file contradicts its header.
    """
    fault = record_fault(folder, filename)
    if fault is not None:
        raise InvalidInput(fault[1])
    try:
        signal, fields = wfdb.rdsamp(str(folder / filename))
    except (ValueError, IndexError, TypeError, OSError) as error:  # what wfdb raises for files that fit no header
        raise InvalidInput(f"{filename} cannot be read; get it again from the publisher ({error})") from error
    names = {name.upper(): k for k, name in enumerate(fields["sig_name"])}
    ordered = signal[:, [names[lead.upper()] for lead in STANDARD_LEADS]]
    microvolts: NDArray[np.int16] = np.clip(np.round(np.nan_to_num(ordered) * 1000), -32768, 32767).astype(np.int16)
    return microvolts.T
