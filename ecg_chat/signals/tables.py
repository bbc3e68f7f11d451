"""Tables of numbers (CSV, TSV, NPY, MAT): the person states rate, unit and lead names, a header row pre-fills them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np
from numpy.typing import NDArray

from ecg_chat.errors import NeedsDescription, UnreadableFile
from ecg_chat.signals.channels import Channel, Channels, millivolts_per
from ecg_chat.signals.lead_names import standard_name
from ecg_chat.signals.upload import shown

MAX_COLUMNS = 64
MAX_TEXT_BYTES = 80 * 1024 * 1024
"""Ten minutes of twelve leads at 1 kHz, eight characters a value, are 58 MB."""
_UNIT = re.compile(r"[\[(_ ]\s*([nuµμm]?v)\s*[\])]?\s*$", re.IGNORECASE)
_TIME = re.compile(
    r"^\s*(t|time|zeit|temps|tiempo|seconds?|sec|elapsed time|timestamp)"
    r"\s*[\[(_ ]?\s*(s|sec|seconds?|ms|msec|milliseconds?)?\s*[\])]?\s*$",
    re.IGNORECASE,
)
_NOT_A_NUMBER = {"", "nan", "na", "n/a", "null", "none", "-", "inf", "-inf"}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TableDescription:
    """What the person says of a table of numbers.

    Attributes
    ----------
    fs_hz : float
        Sampling rate in Hz.
    unit : str
        "nV", "uV", "mV" or "V".
    leads : tuple of str
        One name for each column that `NeedsDescription.columns` listed, in that order; an empty name, or "-", leaves
        the column out (a time or index column).
    """

    fs_hz: float
    unit: str
    leads: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of numbers and what their header row says."""

    columns: tuple[str, ...]
    values: Floats
    """Shape (rows, columns)."""
    named: bool
    """Whether `columns` come from the file itself."""


def describe(table: Table, description: TableDescription | None, name: str, format_name: str) -> Channels:
    """Make channels of a table, or ask for what it does not say.

    Raises
    ------
    NeedsDescription
        Without a description; carries the column names and what the header row states.
    UnreadableFile
        A description that does not fit the table.
    """
    if table.values.shape[1] > MAX_COLUMNS:
        raise UnreadableFile(
            f"{shown(name)} has {table.values.shape[1]} columns; at most {MAX_COLUMNS} leads are read."
        )
    if description is None:
        raise NeedsDescription(
            f"{shown(name)} is a table of {table.values.shape[0]} rows and {table.values.shape[1]} columns: "
            "please state its sampling rate, its unit and which column is which lead.",
            columns=table.columns,
            guess=stated_by_header(table),
        )
    factor = millivolts_per(description.unit)
    if factor is None:
        raise UnreadableFile(f"The unit “{description.unit[:20]}” is not a voltage; expected nV, uV, mV or V.")
    if not np.isfinite(description.fs_hz) or description.fs_hz <= 0:
        raise UnreadableFile(f"The sampling rate {description.fs_hz} is not a number of Hz above 0.")
    if len(description.leads) != table.values.shape[1]:
        raise UnreadableFile(
            f"{len(description.leads)} lead names were given for {table.values.shape[1]} columns; "
            "expected one for each column (“-” leaves a column out)."
        )
    chosen = [k for k, lead in enumerate(description.leads) if lead.strip() not in {"", "-"}]
    if not chosen:
        raise UnreadableFile("No column was named as a lead; at least one is needed.")
    channels = tuple(
        Channel(description.leads[k].strip(), table.values[:, k] * factor, description.fs_hz) for k in chosen
    )
    return Channels(format_name, channels)


def stated_by_header(table: Table) -> dict[str, object]:
    """Return what the header row states for certain: ``leads`` (names, "-" for a time column), ``unit``, ``fs_hz``."""
    if not table.named:
        return {}
    guess: dict[str, object] = {}
    times = [k for k, column in enumerate(table.columns) if _TIME.match(column)]
    known = [standard_name(column) for column in table.columns]
    if any(known):
        guess["leads"] = tuple("-" if k in times else known[k] or table.columns[k] for k in range(len(table.columns)))
    units = {
        match[1].replace("µ", "u").replace("μ", "u").lower()
        for column in table.columns
        if (match := _UNIT.search(column))
    }
    if len(units) == 1:
        guess["unit"] = {"nv": "nV", "uv": "uV", "mv": "mV", "v": "V"}[units.pop()]
    if len(times) == 1:
        match = _TIME.match(table.columns[times[0]])
        scale = _seconds(match[2] if match else None)
        steps = np.diff(table.values[:, times[0]])
        if scale and steps.size and np.isfinite(steps).all() and float(np.median(steps)) > 0:
            step = float(np.mean(steps)) * scale
            if np.ptp(steps) * scale < 0.5 * step:
                guess["fs_hz"] = round(1 / step, 3)
    return guess


def _seconds(unit: str | None) -> float | None:
    if unit is None:
        return None
    return 1e-3 if unit.lower().startswith(("ms", "milli")) else 1.0


def read_text_table(data: bytes, name: str) -> Table | None:
    """Read comma-, semicolon-, tab- or blank-separated numbers; None if the bytes are not such a table."""
    text = _text(data)
    if text is None:
        return None
    if len(data) > MAX_TEXT_BYTES:
        raise UnreadableFile(
            f"{shown(name)} is a {len(data) / 1048576:.0f}-MB table; at most {MAX_TEXT_BYTES // 1048576} MB are read."
        )
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    del text
    if len(lines) < 2:
        return None
    delimiter = _delimiter(lines[1])
    first = _cells(lines[0], delimiter)
    header = not all(_is_number(cell, delimiter) for cell in first)
    body = lines[1:] if header else lines
    width = len(_cells(body[0], delimiter))
    if not any(
        _is_number(cell, delimiter) and cell.strip().lower() not in _NOT_A_NUMBER for cell in _cells(body[0], delimiter)
    ):
        return None
    named = header and len(first) == width
    columns = tuple(c.strip().strip('"')[:40] for c in first) if named else _numbered(width)
    return Table(columns, _values(body, delimiter, width, 2 if header else 1, name), named)


def _values(body: Sequence[str], delimiter: str, width: int, first_row: int, name: str) -> Floats:
    separator = None if delimiter == " " else delimiter
    for prepare in (None, _plain_cells):
        lines = body if prepare is None else prepare(body, delimiter)
        try:
            return np.loadtxt(lines, delimiter=separator, comments=None, ndmin=2)
        except ValueError:
            continue  # empty cells or decimal commas; then words or rows of unequal length
    return _values_cell_by_cell(body, delimiter, width, first_row, name)


def _plain_cells(body: Sequence[str], delimiter: str) -> list[str]:
    """Write "nan" into empty cells and points for decimal commas."""
    if delimiter != ",":
        body = [line.replace(",", ".") for line in body]
    if delimiter == " ":
        return list(body)
    filled = (f"{delimiter}{line}{delimiter}".replace(delimiter * 2, f"{delimiter}nan{delimiter}") for line in body)
    return [line.replace(delimiter * 2, f"{delimiter}nan{delimiter}")[1:-1] for line in filled]


def _values_cell_by_cell(body: Sequence[str], delimiter: str, width: int, first_row: int, name: str) -> Floats:
    rows = []
    for number, line in enumerate(body, start=first_row):
        cells = _cells(line, delimiter)
        if len(cells) != width:
            raise UnreadableFile(
                f"Row {number} of {shown(name)} has {len(cells)} values, the first one has {width}; "
                "all rows need the same."
            )
        rows.append([_number(cell, delimiter, number, name) for cell in cells])
    return np.array(rows, dtype=np.float64)


def table_of_array(array: NDArray[np.generic], name: str) -> Table:
    """Turn a one- or two-dimensional array into a table; the longer side is time."""
    squeezed = np.squeeze(array)
    if squeezed.ndim == 1:
        squeezed = squeezed[:, None]
    if squeezed.ndim != 2 or squeezed.dtype.kind not in "iuf" or not squeezed.size:
        raise UnreadableFile(
            f"{shown(name)} holds an array of shape {array.shape} and type {array.dtype}; expected "
            "numbers, leads × samples."
        )
    values = (squeezed.T if squeezed.shape[0] < squeezed.shape[1] else squeezed).astype(np.float64)
    return Table(_numbered(values.shape[1]), values, named=False)


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(f"column {k + 1}" for k in range(width))


def _text(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data[:65536]:
        return None
    else:
        encoding = "utf-8-sig"
    if not _begins_as_text(data, encoding):
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            return None
    return text or None


def _begins_as_text(data: bytes, encoding: str) -> bool:
    start = data[:4096].decode(encoding, errors="ignore")
    return bool(start) and sum(c.isprintable() or c in "\r\n\t" for c in start) > 0.98 * len(start)


def _delimiter(line: str) -> str:
    for delimiter in ("\t", ";", ","):
        if delimiter in line:
            return delimiter
    return " "


def _cells(line: str, delimiter: str) -> Sequence[str]:
    if delimiter == " ":
        return line.split()
    try:
        return next(csv.reader(StringIO(line), delimiter=delimiter))
    except (csv.Error, StopIteration):
        return line.split(delimiter)


def _is_number(cell: str, delimiter: str) -> bool:
    try:
        _parse(cell, delimiter)
    except ValueError:
        return False
    return True


def _parse(cell: str, delimiter: str) -> float:
    text = cell.strip()
    if text.lower() in _NOT_A_NUMBER:
        return float("nan")
    if delimiter != "," and "," in text and "." not in text:
        text = text.replace(",", ".")  # decimal comma
    return float(text)


def _number(cell: str, delimiter: str, row: int, name: str) -> float:
    try:
        return _parse(cell, delimiter)
    except ValueError as error:
        raise UnreadableFile(f"Row {row} of {shown(name)} holds “{cell.strip()[:20]}”, expected a number.") from error
