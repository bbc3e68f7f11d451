"""WFDB header files, parsed and checked before any other program sees them.

Nothing of an uploaded header reaches the `wfdb` package as it is: names, numbers and paths are taken apart here,
checked against what was uploaded, and written anew (`canonical_text`). Format: PhysioNet, header(5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ecg_chat.errors import UnreadableFile

NAME = re.compile(r"[A-Za-z0-9_.~-]+")
MAX_HEADER_BYTES = 1_000_000
MAX_SIGNALS = 64
MAX_SEGMENTS = 10_000
BITS = {
    "8": 8.0,
    "16": 16.0,
    "24": 24.0,
    "32": 32.0,
    "61": 16.0,
    "80": 8.0,
    "160": 16.0,
    "212": 12.0,
    "310": 32 / 3,
    "311": 32 / 3,
}
"""Bits per sample of each uncompressed signal format."""
COMPRESSED = {"508", "516", "524"}

_FORMAT = re.compile(r"(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?")
_GAIN = re.compile(r"([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?|[-+]?\d+\.(?:[eE][-+]?\d+)?)(?:\(([-+]?\d+)\))?(?:/(\S+))?")
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_AGE = re.compile(r"<?\bage\b>?\s*[:=]\s*(\d{1,3}(?:\.\d+)?)\b", re.IGNORECASE)
_SEX = re.compile(r"<?\b(?:sex|gender)\b>?\s*[:=]\s*(male|female|m|f)\b", re.IGNORECASE)


@dataclass(frozen=True)
class SignalLine:
    """One signal as the header describes it; ``gain`` in ADC units per ``unit``, None where the header states none."""

    file: str
    format: str
    samples_per_frame: int
    skew: int
    byte_offset: int
    gain: float | None
    baseline: int
    unit: str
    adc_resolution: int
    adc_zero: int
    initial_value: int
    checksum: int | None
    name: str


@dataclass(frozen=True)
class Header:
    """One header file; ``segments`` is empty for an ordinary record, else (name, samples) pairs."""

    fs_hz: float
    samples: int | None
    signals: tuple[SignalLine, ...]
    segments: tuple[tuple[str, int], ...]
    start: datetime | None
    age_years: float | None
    sex: str | None
    unusual: str
    """What was against the format and read nevertheless, for a note."""


def parse_header(data: bytes, file_name: str) -> Header:
    """Parse a ``.hea`` file.

    Raises
    ------
    UnreadableFile
        With a sentence that names the line and what was expected there.
    """
    if len(data) > MAX_HEADER_BYTES:
        raise UnreadableFile(f"{file_name} has {len(data)} bytes; a WFDB header has at most {MAX_HEADER_BYTES}.")
    lines = [line.strip() for line in data.decode("utf-8", errors="replace").splitlines()]
    comments = [line.lstrip("#").strip() for line in lines if line.startswith("#")]
    content = [line for line in lines if line and not line.startswith("#")]
    if not content:
        raise UnreadableFile(
            f"{file_name} is empty; a WFDB header names the record, its signals and its sampling rate."
        )
    record = content[0].split()
    name, _, n_segments = record[0].partition("/")
    if (
        not NAME.fullmatch(name)
        or (n_segments and not n_segments.isdigit())
        or len(record) < 2
        or not _is_count(record[1])
    ):
        raise UnreadableFile(f"{file_name} is not a WFDB header: its first line is not “record signals rate samples”.")
    if len(record) < 3:
        raise UnreadableFile(
            f"{file_name} states no sampling rate; a WFDB header has it as the third word of its first line."
        )
    fs_text = record[2].split("/")[0].split("(")[0]
    if not _NUMBER.fullmatch(fs_text):
        raise UnreadableFile(f"{file_name} states the sampling rate “{record[2][:24]}”, expected a number of Hz.")
    samples = int(record[3]) if len(record) > 3 and _is_count(record[3]) else None
    text = " ".join(comments)
    age, sex = _AGE.search(text), _SEX.search(text)
    unusual = "the record name has a dot" if "." in name else ""
    common = {
        "fs_hz": float(fs_text),
        "samples": samples or None,
        "start": _start(record[4:]),
        "age_years": float(age[1]) if age and 0 < float(age[1]) <= 120 else None,
        "sex": {"m": "male", "f": "female"}[sex[1][0].lower()] if sex else None,
        "unusual": unusual,
    }
    if n_segments:
        return Header(signals=(), segments=_segments(content[1:], int(n_segments), file_name), **common)  # type: ignore[arg-type]
    return Header(signals=_signals(content[1:], int(record[1]), file_name), segments=(), **common)  # type: ignore[arg-type]


def canonical_text(
    record: str, header: Header, signals: Sequence[SignalLine], files: dict[str, str], samples: int
) -> str:
    """Write a header that holds only checked numbers and our own file names (`files` maps the upload's to ours)."""
    lines = [f"{record} {len(signals)} {header.fs_hz:.10g} {samples}"]
    for k, s in enumerate(signals):
        frame = f"x{s.samples_per_frame}" if s.samples_per_frame != 1 else ""
        skew = f":{s.skew}" if s.skew else ""
        offset = f"+{s.byte_offset}" if s.byte_offset else ""
        lines.append(
            f"{files[s.file]} {s.format}{frame}{skew}{offset} 1({s.baseline})/NU {s.adc_resolution} {s.adc_zero} "
            f"{s.initial_value} 0 0 s{k}"
        )
    return "\n".join(lines) + "\n"


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _segments(lines: Sequence[str], count: int, file_name: str) -> tuple[tuple[str, int], ...]:
    if count > MAX_SEGMENTS or count < 1 or len(lines) < count:
        raise UnreadableFile(
            f"{file_name} announces {count} segments and names {len(lines)}; at most {MAX_SEGMENTS} are read."
        )
    segments = []
    for line in lines[:count]:
        words = line.split()
        if len(words) < 2 or not NAME.fullmatch(words[0]) or not _is_count(words[1]):
            raise UnreadableFile(
                f"{file_name} names a segment as “{line[:40]}”; expected a plain record name and a number of samples."
            )
        segments.append((words[0], int(words[1])))
    return tuple(segments)


def _signals(lines: Sequence[str], count: int, file_name: str) -> tuple[SignalLine, ...]:
    if count > MAX_SIGNALS:
        raise UnreadableFile(f"{file_name} announces {count} signals; at most {MAX_SIGNALS} are read.")
    if len(lines) < count:
        raise UnreadableFile(
            f"{file_name} announces {count} signals and describes {len(lines)}; the header is cut off."
        )
    return tuple(_signal(line, file_name) for line in lines[:count])


def _signal(line: str, file_name: str) -> SignalLine:
    words = line.split(None, 8)
    if not NAME.fullmatch(words[0]) or words[0] in {".", "..", "-"}:
        raise UnreadableFile(
            f"{file_name} names the data file “{words[0][:40]}”; expected a plain file name without folders."
        )
    form = _FORMAT.fullmatch(words[1]) if len(words) > 1 else None
    if form is None or not (form[1] in BITS or form[1] in COMPRESSED):
        raise UnreadableFile(
            f"{file_name} states a signal format that is not read; expected one of {', '.join([*BITS, *COMPRESSED])}."
        )
    gain = _GAIN.fullmatch(words[2]) if len(words) > 2 else None
    numbers = [int(w) if re.fullmatch(r"[-+]?\d{1,12}", w) else 0 for w in words[3:8]]
    numbers += [0] * (5 - len(numbers))
    adc_zero = numbers[1]
    return SignalLine(
        file=words[0],
        format=form[1],
        samples_per_frame=max(1, min(int(form[2] or 1), 10_000)),
        skew=int(form[3] or 0) if len(form[3] or "") < 7 else 0,
        byte_offset=int(form[4] or 0) if len(form[4] or "") < 12 else 10**12,
        gain=(abs(float(gain[1])) and float(gain[1])) or None if gain else None,
        baseline=int(gain[2]) if gain and gain[2] and len(gain[2]) < 13 else adc_zero,
        unit=(gain[3] or "mV") if gain else "mV",
        adc_resolution=max(0, min(numbers[0], 32)),
        adc_zero=adc_zero,
        initial_value=numbers[2],
        checksum=numbers[3] if len(words) > 6 else None,
        name=words[8].strip() if len(words) > 8 else "",
    )


def _start(words: Sequence[str]) -> datetime | None:
    """Return base time and date, in either order; None unless both are there."""
    time = date = None
    for word in words:
        time = time or _parsed(word.strip("[]"), ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M"))
        date = date or _parsed(word.strip("[]"), ("%d/%m/%Y", "%d-%b-%Y", "%d.%m.%Y"))
    return datetime.combine(date.date(), time.time()) if time and date else None


def _parsed(text: str, patterns: Sequence[str]) -> datetime | None:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None
