"""From file arguments to the part of a recording that is measured."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ecg_chat.cli.record_files import record_files
from ecg_chat.errors import InvalidInput
from ecg_chat.settings import Settings
from ecg_chat.signals.ecg import Ecg, Note, Sex
from ecg_chat.signals.quality import best_window
from ecg_chat.signals.reading import read_ecg
from ecg_chat.signals.tables import TableDescription

WINDOW_S = 10.0
"""Length of the part that is measured; the standard length of a resting 12-lead ECG."""


@dataclass(frozen=True)
class Opened:
    """A recording and the part of it that is measured (`window_start_s` counts from the recording's start).

    `files` are the original bytes by name; `description` is what was stated of a table of numbers.
    """

    files: Mapping[str, bytes]
    description: TableDescription | None
    recording: Ecg
    window: Ecg
    window_start_s: float


def finite_number(text: str) -> float:
    """Parse an argument that must be a finite number."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the files, how to read a table of numbers, which part to use, and the patient's age and sex."""
    file_help = "the recording: one file, a zip, or all files of a WFDB record"
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help=file_help)
    numbers = parser.add_argument_group("tables of numbers (CSV, TSV, NPY, MAT)")
    numbers.add_argument("--fs", type=finite_number, metavar="HZ", help="samples per second")
    numbers.add_argument("--unit", metavar="UNIT", help="unit of the samples: mV, uV, V …")
    numbers.add_argument("--leads", metavar="NAMES", help="lead names in column order: I,II,V1 (- leaves a column out)")
    part = parser.add_argument_group("recordings of more than 10 s").add_mutually_exclusive_group()
    start_help = "measure the 10 s from here (default: the best-quality 10 s)"
    part.add_argument("--window-start", type=finite_number, metavar="S", help=start_help)
    part.add_argument("--whole", action="store_true", help="measure the whole recording")
    patient = parser.add_argument_group("patient (default: what the file says)")
    patient.add_argument("--age", type=finite_number, metavar="YEARS")
    patient.add_argument("--sex", choices=("male", "female"))


def open_recording(args: argparse.Namespace, settings: Settings) -> Opened:
    """Read the files that were named and cut the part that is measured.

    Raises
    ------
    UnreadableFile
        When a file is not there, too large, or cannot become an `Ecg`.
    InvalidInput
        When an argument is out of range.
    """
    max_bytes = settings.max_upload_mb * 1_000_000
    description = _description(args)
    files = record_files(args.files, max_bytes)
    ecg = read_ecg(files, description, max_bytes=max_bytes)
    window, start_s = _cut(ecg, args.window_start, args.whole)
    return Opened(files, description, ecg, window, start_s)


def age_and_sex(args: argparse.Namespace, ecg: Ecg) -> tuple[float | None, Sex | None]:
    """Return the patient's age and sex: as stated on the command line, else as the file says."""
    if args.age is not None and not 0 <= args.age <= 130:
        raise InvalidInput(f"the age is {args.age:g} years, expected 0 to 130")
    age = args.age if args.age is not None else ecg.patient.age_years
    return age, args.sex or ecg.patient.sex


def _description(args: argparse.Namespace) -> TableDescription | None:
    stated = {"--fs": args.fs, "--unit": args.unit, "--leads": args.leads}
    missing = [option for option, value in stated.items() if value is None]
    if len(missing) == len(stated):
        return None
    if missing:
        raise InvalidInput(
            f"a table of numbers needs --fs, --unit and --leads together; {' and '.join(missing)} missing"
        )
    leads = tuple(name.strip() for name in args.leads.split(","))
    return TableDescription(fs_hz=args.fs, unit=args.unit, leads=leads)


def _cut(ecg: Ecg, window_start_s: float | None, whole: bool) -> tuple[Ecg, float]:
    if window_start_s is not None and not 0 <= window_start_s < ecg.duration_s:
        raise InvalidInput(f"the window starts at {window_start_s:g} s, expected 0 to less than {ecg.duration_s:g} s")
    if whole or (window_start_s is None and ecg.duration_s <= WINDOW_S):
        return ecg, 0.0
    # Hundredths of a second, as on the page, so that both measure the same samples.
    start_s = round(best_window(ecg, WINDOW_S), 2) if window_start_s is None else window_start_s
    window = ecg.window(start_s, WINDOW_S)
    chosen = "the best-quality part" if window_start_s is None else "the part that was asked for"
    stop_s = start_s + window.duration_s
    note = Note("cut", f"Measured {start_s:.2f} to {stop_s:.2f} s of {ecg.duration_s:.2f} s ({chosen}).")
    return window.with_notes(note), start_s
