"""WFDB records (header, signal files, segments) through the `wfdb` package, which only sees files written here."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.channels import Channel, Channels, millivolts_per
from ecg_chat.signals.conversion import MAX_DURATION_S, MAX_FS_HZ, MIN_FS_HZ
from ecg_chat.signals.ecg import FilePatient, Note
from ecg_chat.signals.wfdb_header import BITS, COMPRESSED, NAME, Header, SignalLine, canonical_text, parse_header

FORMAT = "WFDB"
MAX_SAMPLES = 100_000_000
"""Values decoded at most (leads x samples): 0.8 GB as float64; 12 leads of 10 min at 10 kHz are 72 million."""
# What wfdb and its FLAC reader raise for signal files that contradict their (already checked) header.
WFDB_ERRORS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RuntimeError, MemoryError)

Floats = NDArray[np.float64]


def read_wfdb(files: Mapping[str, bytes]) -> Channels:
    """Read one record from its files.

    Parameters
    ----------
    files : mapping of name to bytes
        Bare names. Exactly one header may be left that no other header names as its segment.

    Raises
    ------
    UnreadableFile
        Header missing or malformed, a named file that was not uploaded, a truncated signal file, no scale, no voltage.
    """
    headers = {name: parse_header(data, name) for name, data in files.items() if name.lower().endswith(".hea")}
    stems = {name: name[: -len(".hea")] for name in headers}
    inner = {segment for header in headers.values() for segment, _ in header.segments}
    outer = [name for name in headers if stems[name] not in inner]
    if len(outer) != 1:
        listed = ", ".join(sorted(outer)[:5]) or "none that is not a segment of another"
        raise UnreadableFile(f"Expected one WFDB record at a time, got {len(outer)} headers: {listed}.")
    header = headers[outer[0]]
    limit = _sample_limit(header, outer[0])
    if header.segments:
        channels, notes = _read_segments(header, {stems[n]: h for n, h in headers.items()}, files, limit)
    else:
        channels, notes = _read_one(header, outer[0], files, limit)
    total = header.samples or 0
    if total > limit:
        notes.append(
            Note(
                "cut",
                f"The recording lasts {total / header.fs_hz / 60:.1f} min; only the first "
                f"{MAX_DURATION_S / 60:g} min were read.",
            )
        )
    if header.unusual:
        notes.append(
            Note(
                "warning",
                f"The header of the file is not quite to the standard ({header.unusual}); its numbers "
                "were read as they stand.",
            )
        )
    patient = FilePatient(age_years=header.age_years, sex=header.sex)  # type: ignore[arg-type]
    return Channels(FORMAT, tuple(channels), header.start, patient, tuple(notes))


def _sample_limit(header: Header, name: str) -> int:
    if not MIN_FS_HZ / 50 <= header.fs_hz <= MAX_FS_HZ:
        raise UnreadableFile(
            f"{name} states a sampling rate of {header.fs_hz:g} Hz; an ECG needs {MIN_FS_HZ:g} to {MAX_FS_HZ:g} Hz."
        )
    return int(MAX_DURATION_S * header.fs_hz)


def _read_segments(
    header: Header, headers: Mapping[str, Header], files: Mapping[str, bytes], limit: int
) -> tuple[list[Channel], list[Note]]:
    pieces: dict[str, list[tuple[int, Floats]]] = {}
    rates: dict[str, float] = {}
    notes: list[Note] = []
    position = 0
    for name, samples in header.segments:
        if position >= limit:
            break
        take = min(samples, limit - position)
        if name != "~" and take:
            if name not in headers:
                raise UnreadableFile(
                    f"The segment {name} is named by the header, but {name}.hea was not uploaded with it."
                )
            if headers[name].segments or headers[name].fs_hz != header.fs_hz:
                raise UnreadableFile(
                    f"The segment {name} does not fit into its record: it has segments of its own or "
                    "another sampling rate."
                )
            channels, found = _read_one(headers[name], f"{name}.hea", files, take)
            notes += [note for note in found if note not in notes]
            for channel in channels:
                rates.setdefault(channel.name, channel.fs_hz)
                if rates[channel.name] != channel.fs_hz:
                    raise UnreadableFile(
                        f"{channel.name} changes its sampling rate between the segments of the record."
                    )
                pieces.setdefault(channel.name, []).append(
                    (round(position * channel.fs_hz / header.fs_hz), channel.signal_mv)
                )
        position += take
    result = []
    for name, parts in pieces.items():
        signal = np.full(round(position * rates[name] / header.fs_hz), np.nan)
        for first, part in parts:
            signal[first : first + part.size] = part[: max(0, signal.size - first)]
        result.append(Channel(name, signal, rates[name]))
    return result, notes


def _read_one(header: Header, name: str, files: Mapping[str, bytes], limit: int) -> tuple[list[Channel], list[Note]]:
    for signal in header.signals:
        if signal.file not in files:
            raise UnreadableFile(
                f"{name} says that the samples are in {signal.file}, which was not uploaded with it; "
                "choose both files together."
            )
    if not header.signals:
        raise UnreadableFile(f"{name} describes no signal; at least one lead is needed.")
    samples = _samples(header, name, files)
    take = min(samples, limit)
    values = sum(s.samples_per_frame for s in header.signals) * take
    if values > MAX_SAMPLES:
        raise UnreadableFile(f"{name} announces {values} values; at most {MAX_SAMPLES} are read.")
    counts = _decode(header, name, files, samples, take)
    notes: list[Note] = []
    if take == samples:
        wrong = [s.name for s, c in zip(header.signals, counts, strict=True) if _checksum_differs(s, c)]
        if wrong:
            notes.append(
                Note(
                    "warning",
                    f"The checksum of {', '.join(wrong[:12])} does not fit: the signal file may be damaged.",
                    (),
                )
            )
    channels, left_out = [], []
    for k, (signal, raw) in enumerate(zip(header.signals, counts, strict=True)):
        factor = millivolts_per(signal.unit)
        label = signal.name or f"signal {k + 1}"
        if factor is None:
            left_out.append(f"{label} ({signal.unit[:12]})")
            continue
        if signal.gain is None:
            raise UnreadableFile(
                f"{name} states no scale for {label[:24]} (gain missing or 0); samples cannot become "
                "millivolts without it."
            )
        rate = header.fs_hz * signal.samples_per_frame
        channels.append(Channel(label, (raw - signal.baseline) / signal.gain * factor, rate))
    if left_out:
        notes.append(Note("warning", f"Left out, because the unit is not a voltage: {', '.join(left_out)}."))
    if not channels:
        raise UnreadableFile(
            f"No signal of {name} has a voltage as its unit (got {', '.join(left_out)[:80]}; expected nV, uV, mV or V)."
        )
    return channels, notes


def _samples(header: Header, name: str, files: Mapping[str, bytes]) -> int:
    """Return samples per lead, checked against the size of each signal file (frames, where leads differ in rate)."""
    samples = header.samples
    for file in dict.fromkeys(s.file for s in header.signals):
        group = [s for s in header.signals if s.file == file]
        if len({s.format for s in group}) > 1 or len({s.byte_offset for s in group}) > 1:
            raise UnreadableFile(f"{name} gives the signals of {file} different formats; one file has one format.")
        if group[0].format in COMPRESSED:
            if samples is None:
                raise UnreadableFile(f"{name} states no number of samples; a compressed signal file needs it.")
            continue
        bits = BITS[group[0].format] * sum(s.samples_per_frame for s in group)
        held = int(max(0, len(files[file]) - group[0].byte_offset) * 8 // bits)
        samples = held if samples is None else samples
        if held < samples:
            raise UnreadableFile(
                f"{file} is cut off: it holds {held} of the {samples} samples per lead that {name} announces."
            )
    return samples or 0


def _decode(header: Header, name: str, files: Mapping[str, bytes], samples: int, take: int) -> list[Floats]:
    """Return the ADC values of each signal as float64, NaN where the format marks a sample as absent."""
    import wfdb  # noqa: PLC0415 - takes a second or more, and only WFDB files need it

    if take == 0:
        return [np.empty(0) for _ in header.signals]
    own_names = {file: f"d{k}.dat" for k, file in enumerate(dict.fromkeys(s.file for s in header.signals))}
    with TemporaryDirectory(prefix="ecg-") as folder:
        root = Path(folder)
        for file, own in own_names.items():
            (root / own).write_bytes(files[file])
        (root / "r.hea").write_text(canonical_text("r", header, header.signals, own_names, samples), encoding="ascii")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # overflow of damaged differences; the values are checked afterwards
                record = wfdb.rdrecord(str(root / "r"), sampto=take, physical=False, smooth_frames=False)
                decoded = [np.asarray(row, dtype=np.float64) for row in record.e_d_signal]
        except WFDB_ERRORS as error:
            raise UnreadableFile(
                f"The signal file of {name} cannot be decoded; it is damaged or not in the format "
                "that the header states."
            ) from error
    if len(decoded) != len(header.signals):
        raise UnreadableFile(f"{name} describes {len(header.signals)} signals, the signal file holds {len(decoded)}.")
    for values, signal in zip(decoded, header.signals, strict=True):
        values[values == _absent(signal)] = np.nan
    return decoded


def _absent(signal: SignalLine) -> float:
    """Return the value by which a format says "no sample": its most negative one (header(5), signal(5))."""
    bits = {"212": 12, "310": 10, "311": 10, "80": 8, "160": 16, "61": 16, "508": 8, "516": 16, "524": 24}.get(
        signal.format
    )
    if signal.format == "8":
        return np.nan  # differences have no such mark
    return -float(2 ** ((bits or int(signal.format)) - 1))


def _checksum_differs(signal: SignalLine, counts: Floats) -> bool:
    """Whether the header's checksum (sum of all samples modulo 65536) contradicts the samples."""
    if signal.checksum is None or signal.checksum == 0 or not np.isfinite(counts).all():
        return False
    return (int(counts.sum()) - signal.checksum) % 65536 != 0


def is_bare_name(name: str) -> bool:
    """Whether a file name has no folder and only harmless characters."""
    return bool(NAME.fullmatch(name)) and name not in {".", ".."}


__all__ = ["FORMAT", "is_bare_name", "read_wfdb"]
