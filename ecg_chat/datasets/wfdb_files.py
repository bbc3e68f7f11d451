"""Whether the files of a WFDB record are whole, without decoding its signal."""

from __future__ import annotations

from pathlib import Path

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.wfdb_header import BITS, Header, parse_header

Fault = tuple[str, str]
"""Kind and sentence of what is wrong with a record."""
MISSING = "record file missing"


def header_of(path: Path) -> Header | Fault:
    """Read the header of a record, or say why that cannot be done.

    Parameters
    ----------
    path : Path
        Of the record, without suffix.
    """
    header_file = path.with_name(f"{path.name}.hea")
    if not header_file.is_file():
        return MISSING, f"{header_file.name} is not in {path.parent}"
    try:
        return parse_header(header_file.read_bytes(), header_file.name)
    except UnreadableFile as error:
        return "header unreadable", str(error)


def size_fault(header: Header, path: Path) -> Fault | None:
    """Compare the size of each uncompressed signal file with what its header promises."""
    for name in sorted({signal.file for signal in header.signals}):
        file = path.with_name(name)
        if not file.is_file():
            return MISSING, f"{name} is not beside {path.name}.hea"
        signals = [signal for signal in header.signals if signal.file == name]
        bits = sum(BITS.get(s.format, 0) * s.samples_per_frame for s in signals)
        wanted = int(bits * (header.samples or 0) / 8) + signals[0].byte_offset
        if file.stat().st_size < wanted:
            return "record cut off", f"{name} has {file.stat().st_size} bytes, its header promises {wanted}"
    return None


def files_fault(path: Path) -> Fault | None:
    """Find what keeps a record from being read: a file that is missing, cut off, or a header that makes no sense."""
    header = header_of(path)
    return size_fault(header, path) if isinstance(header, Header) else header
