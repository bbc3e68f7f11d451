"""From the channels of a file to an `Ecg`: limits, names, one rate, order, derived leads; every change is a note."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.channels import Channel, Channels
from ecg_chat.signals.device_marks import rails_as_gaps, without_calibration_pulse, without_empty_ends
from ecg_chat.signals.ecg import Ecg, Note, Source
from ecg_chat.signals.filters import resample
from ecg_chat.signals.lead_arithmetic import derive_missing
from ecg_chat.signals.lead_names import display_order, unique_names

MIN_DURATION_S = 2.5
"""One column of a 3×4 strip; less holds too few beats to name a rhythm."""
MAX_DURATION_S = 600.0
MIN_FS_HZ, MAX_FS_HZ = 50.0, 10_000.0
"""Below 50 Hz a QRS complex has five samples or fewer; above 10 kHz no electrocardiograph records
(front ends sample at 1000-2000 Hz, thresholds Q1; 10 kHz leaves room for research amplifiers)."""
KEPT_FS_HZ = 1000.0
"""Faster recordings are brought to this rate: four times the 250-Hz edge that children need (thresholds Q3)."""
MAX_CHANNELS = 64
LARGEST_MV = 20.0
"""Peak to peak within a second, in the middle lead. The tallest QRS are below 10 mV; µV read as mV give 1000."""
UNUSUAL_MV = 4.0
"""Above this the person is told. Two records of the 2020 PhysioNet challenge whose headers state a fifth of the gain of
PTB-XL, where they come from, reach 4.9 and 6.5 mV; the 100 PTB-XL records at hand stay below 2.4 mV."""
SMALLEST_MV = 0.02
"""Peak to peak of the largest lead; a fifth of a millimetre. mV read as V, or V as mV, stay below it."""

Floats = NDArray[np.float64]


def to_ecg(read: Channels, source: Source) -> Ecg:
    """Apply the common rules.

    Raises
    ------
    UnreadableFile
        Where the recording is empty, too short, sampled too slowly or too fast, flat, or of impossible size.
    """
    channels = read.channels
    _require_channels(channels, read.format)
    _require_rates(channels)
    notes = list(read.notes)
    channels = _cut(channels, notes)
    names, repeated = unique_names([c.name for c in channels])
    notes += _name_notes([c.name for c in channels], names, repeated)
    fs_hz, signals = _one_rate(channels, names, notes)
    signal = _one_length(signals, names, fs_hz, notes)
    signal = _without_device_marks(signal, names, fs_hz, notes)
    duration_s = signal.shape[1] / fs_hz
    if duration_s < MIN_DURATION_S:
        raise UnreadableFile(f"The recording lasts {duration_s:.2f} s; at least {MIN_DURATION_S} s are needed.")
    notes += _require_plausible(signal, fs_hz)
    notes += _gap_notes(signal, names, fs_hz)
    order = display_order(names)
    if order != list(range(len(names))):
        notes.append(Note("renamed", "Leads are shown in the standard order, which is not the order in the file."))
    ecg = Ecg(
        signal=signal[order].astype(np.float32),
        fs_hz=fs_hz,
        leads=tuple(names[k] for k in order),
        source=source,
        start=read.start,
        patient=read.patient,
        notes=tuple(notes),
    )
    return derive_missing(ecg)


def _require_channels(channels: Sequence[Channel], format_name: str) -> None:
    if not channels or all(c.signal_mv.size == 0 for c in channels):
        raise UnreadableFile(
            f"The {format_name} file holds no ECG samples; at least one lead of {MIN_DURATION_S} s is needed."
        )
    if len(channels) > MAX_CHANNELS:
        raise UnreadableFile(f"The file holds {len(channels)} channels; at most {MAX_CHANNELS} are read.")


def _require_rates(channels: Sequence[Channel]) -> None:
    for channel in channels:
        if not MIN_FS_HZ <= channel.fs_hz <= MAX_FS_HZ:
            raise UnreadableFile(
                f"The sampling rate is {channel.fs_hz:g} Hz; an ECG needs {MIN_FS_HZ:g} to {MAX_FS_HZ:g} Hz."
            )


def _cut(channels: Sequence[Channel], notes: list[Note]) -> tuple[Channel, ...]:
    longest = max(c.signal_mv.size / c.fs_hz for c in channels)
    if longest <= MAX_DURATION_S:
        return tuple(channels)
    notes.append(
        Note(
            "cut", f"The recording lasts {longest / 60:.1f} min; only the first {MAX_DURATION_S / 60:g} min were kept."
        )
    )
    return tuple(Channel(c.name, c.signal_mv[: round(MAX_DURATION_S * c.fs_hz)], c.fs_hz) for c in channels)


def _name_notes(texts: Sequence[str], names: Sequence[str], repeated: Sequence[int]) -> list[Note]:
    changed = [
        (t.strip(), n)
        for k, (t, n) in enumerate(zip(texts, names, strict=True))
        if t.strip() != n and k not in repeated
    ]
    notes = []
    # A different case ("AVR") is no change that anybody needs to know of.
    told = [(old, new) for old, new in changed if old.lower() != new.lower()]
    if told:
        listed = ", ".join(f"“{old[:24]}” is {new}" for old, new in told[:12])
        notes.append(
            Note("renamed", f"Lead names were understood as follows: {listed}.", tuple(new for _, new in told))
        )
    if repeated:
        taken = tuple(names[k] for k in repeated)
        notes.append(
            Note(
                "warning",
                f"The file uses a lead name more than once; the later ones are called {', '.join(taken)}.",
                taken,
            )
        )
    return notes


def _one_rate(channels: Sequence[Channel], names: Sequence[str], notes: list[Note]) -> tuple[float, list[Floats]]:
    rates = sorted({c.fs_hz for c in channels})
    target = min(rates[-1], KEPT_FS_HZ)
    changed = tuple(n for c, n in zip(channels, names, strict=True) if c.fs_hz != target)
    if changed:
        before = " and ".join(f"{r:g}" for r in rates if r != target)
        whose = "" if len(changed) == len(names) else f" ({', '.join(changed)})"
        notes.append(Note("resampled", f"Resampled from {before} Hz to {target:g} Hz{whose}.", changed))
    return target, [
        c.signal_mv if c.fs_hz == target else np.asarray(resample(c.signal_mv, c.fs_hz, target), dtype=np.float64)
        for c in channels
    ]


def _one_length(signals: Sequence[Floats], names: Sequence[str], fs_hz: float, notes: list[Note]) -> Floats:
    longest = max(s.size for s in signals)
    short = tuple(n for s, n in zip(signals, names, strict=True) if s.size < longest)
    if short:
        shortest = min(s.size for s in signals)
        notes.append(
            Note(
                "padded",
                f"{', '.join(short)} end up to {(longest - shortest) / fs_hz:.2f} s earlier; the rest stays empty.",
                short,
            )
        )
    result = np.full((len(signals), longest), np.nan)
    for row, signal in zip(result, signals, strict=True):
        row[: signal.size] = signal
    return result


def _without_device_marks(signal: Floats, names: Sequence[str], fs_hz: float, notes: list[Note]) -> Floats:
    signal, pulse = without_calibration_pulse(signal, fs_hz)
    signal, rails = rails_as_gaps(signal, names, fs_hz)
    signal, ends = without_empty_ends(signal, fs_hz)
    notes += [note for note in (pulse, rails, ends) if note]
    return signal


def _require_plausible(signal: Floats, fs_hz: float) -> list[Note]:
    """Refuse what cannot be an ECG; return a note on what can hardly be one."""
    if np.isinf(signal).any():
        raise UnreadableFile("The recording holds infinite values; a voltage in mV is expected for each sample.")
    finite = np.isfinite(signal)
    if not finite.any():
        raise UnreadableFile("No sample of the recording is a number; a voltage in mV is expected for each sample.")
    sizes = [_typical_range_mv(row[good], fs_hz) for row, good in zip(signal, finite, strict=True) if good.any()]
    if max(float(np.ptp(row[good])) for row, good in zip(signal, finite, strict=True) if good.any()) == 0.0:
        raise UnreadableFile(
            f"All {signal.shape[0]} leads are flat: every sample has the same value, so there is no ECG in it."
        )
    middle = float(np.median(sizes))
    if middle > LARGEST_MV:
        raise UnreadableFile(
            f"The signal swings by {middle:.4g} mV, an ECG stays below {LARGEST_MV:g} mV: the unit or "
            "the scale is probably wrong."
        )
    if max(sizes) < SMALLEST_MV:
        raise UnreadableFile(
            f"The signal swings by {max(sizes):.2g} mV only, an ECG by {SMALLEST_MV} mV or more: "
            "the unit or the scale is probably wrong, or no electrode was connected."
        )
    if middle > UNUSUAL_MV:
        return [
            Note(
                "warning",
                f"The deflections are unusually tall ({middle:.1f} mV in the middle lead); the scale "
                "in the file may be wrong.",
            )
        ]
    return []


def _typical_range_mv(row: Floats, fs_hz: float) -> float:
    """Peak to peak within a second, median over the seconds: neither offset nor drift nor one artefact counts."""
    length = ceil(fs_hz)
    count = max(1, row.size // length)
    parts = np.array_split(row, count)
    return float(np.median([np.ptp(part) for part in parts]))


def _gap_notes(signal: Floats, names: Sequence[str], fs_hz: float) -> list[Note]:
    missing = np.isnan(signal).sum(axis=1) / fs_hz
    if (missing == missing[0]).all() and missing[0]:
        return [Note("gap", f"{missing[0]:.2f} s are missing in all leads.", tuple(names))]
    affected = [(n, s) for n, s in zip(names, missing, strict=True) if s > 0]
    if not affected:
        return []
    listed = ", ".join(f"{n} {s:.2f} s" for n, s in affected)
    return [Note("gap", f"Samples are missing: {listed}.", tuple(n for n, _ in affected))]
