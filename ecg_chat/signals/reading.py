"""The one door: uploaded bytes become an `Ecg`, or an `UnreadableFile` with one sentence for the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.array_files import is_mat, is_npy, read_mat, read_npy
from ecg_chat.signals.channels import Channels
from ecg_chat.signals.conversion import to_ecg
from ecg_chat.signals.device_files import device_format, read_device_file
from ecg_chat.signals.ecg import Ecg, Source
from ecg_chat.signals.schiller_xml import is_schiller, read_schiller
from ecg_chat.signals.tables import TableDescription, describe, read_text_table, table_of_array
from ecg_chat.signals.upload import MAX_BYTES, bare_name, checked_files, sha256_of, shown
from ecg_chat.signals.wfdb_header import parse_header
from ecg_chat.signals.wfdb_record import read_wfdb

KNOWN_FORMATS = (
    "WFDB (all files of the record together, or a zip), DICOM, SCP-ECG, HL7 aECG, GE MUSE, Philips "
    "Sierra, ISHNE, Mortara, MFER, EDF, "
    "CSV, TSV, NPY and MAT"
)


def read_ecg(
    files: Mapping[str, bytes], description: TableDescription | None = None, *, max_bytes: int = MAX_BYTES
) -> Ecg:
    """Read one recording from its bytes.

    Parameters
    ----------
    files : mapping of name to bytes
        As uploaded: one file, the files of one WFDB record, or one zip.
    description : TableDescription, optional
        Rate, unit and leads of a table of numbers; ignored for formats that state them.
    max_bytes : int
        Limit of the upload, and of what a zip unpacks to.

    Raises
    ------
    NeedsDescription
        A table of numbers without description; its fields pre-fill the form.
    UnreadableFile
        Everything else that prevents reading. No other exception leaves this function for any bytes.
    """
    contents = checked_files(files, max_bytes)
    label, read = _read(contents, description)
    return to_ecg(read, Source(name=shown(label), format=read.format, sha256=sha256_of(files)))


def read_ecg_path(path: Path, description: TableDescription | None = None) -> Ecg:
    """Read one recording from disk; for a WFDB file the other files of the record are read from the same folder.

    Raises
    ------
    UnreadableFile, NeedsDescription
        As `read_ecg`, and where the file cannot be opened.
    """
    path = Path(path)
    try:
        names = [path.name]
        if path.suffix.lower() not in {".hea", ".zip"} and path.with_suffix(".hea").is_file():
            names = [path.with_suffix(".hea").name]
        files = {name: _file_bytes(path.with_name(name)) for name in names}
        if names[0].lower().endswith(".hea"):
            _add_siblings(files, path.parent)
    except OSError as error:
        raise UnreadableFile(
            f"{shown(path.name)} cannot be opened: {error.strerror or 'the system refused'}."
        ) from error
    return read_ecg(files, description)


def _file_bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableFile(
            f"{shown(path.name)} has {size / 1048576:.0f} MB; at most {MAX_BYTES / 1048576:.0f} MB are read."
        )
    return path.read_bytes()


def _add_siblings(files: dict[str, bytes], folder: Path) -> None:
    """Add the files that the headers name, as far as they exist; `parse_header` has checked that names are bare."""
    pending = list(files)
    while pending:
        header = parse_header(files[pending.pop()], "The header")
        for segment, _ in header.segments:
            name = f"{segment}.hea"
            if segment != "~" and name not in files and (folder / name).is_file():
                files[name] = _file_bytes(folder / name)
                pending.append(name)
        for signal in header.signals:
            if signal.file not in files and (folder / signal.file).is_file():
                files[signal.file] = _file_bytes(folder / signal.file)


def _read(files: Mapping[str, bytes], description: TableDescription | None) -> tuple[str, Channels]:
    headers = [name for name in files if name.lower().endswith(".hea")]
    if headers:
        return headers[0], read_wfdb(files)
    if len(files) > 1:
        listed = ", ".join(shown(name) for name in sorted(files)[:4])
        raise UnreadableFile(
            f"{len(files)} files were given ({listed}) without a WFDB header (.hea); expected one "
            "file, or a whole WFDB record."
        )
    (name, data), *_ = files.items()
    return name, _read_single(name, data, description)


def _read_single(name: str, data: bytes, description: TableDescription | None) -> Channels:
    if is_npy(data):
        return describe(table_of_array(read_npy(data, name), name), description, name, "NPY")
    if is_mat(data):
        return describe(table_of_array(read_mat(data, name), name), description, name, "MAT")
    if is_schiller(data):
        return read_schiller(name, data)
    known = None if _is_plain_text(data) else device_format(data)
    if known:
        return read_device_file(name, data, known)
    if not _is_markup(data):
        table = read_text_table(data, name)
        if table is not None:
            return describe(table, description, name, "TSV" if name.lower().endswith(".tsv") else "CSV")
    if bare_name(name).lower().endswith((".dat", ".atr", ".qrs")):
        raise UnreadableFile(f"{shown(name)} is one file of a WFDB record; choose its header (.hea) together with it.")
    raise UnreadableFile(f"{shown(name)} is not an ECG file that can be read; expected {KNOWN_FORMATS}.")


def _is_markup(data: bytes) -> bool:
    return data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in (b"<", b"{")


def _is_plain_text(data: bytes) -> bool:
    """Whether the beginning is text that is neither XML nor JSON: no device writes its recordings so."""
    return not _is_markup(data) and re.search(rb"[\x00-\x08\x0e-\x1f]", data[:4096]) is None and data[:8] != b"0       "
