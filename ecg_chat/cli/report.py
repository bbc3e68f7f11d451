"""``report FILE``: strip, measurements and statements as PDF or Markdown."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ecg_chat import __version__
from ecg_chat.cli.opening import Opened, add_file_arguments, age_and_sex, open_recording
from ecg_chat.cli.output_file import writing_to
from ecg_chat.cli.progress import stages
from ecg_chat.cli.terminal import print_lines
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.plotting.layouts import LAYOUT_LABELS
from ecg_chat.plotting.report import report_pdf
from ecg_chat.plotting.report_markdown import report_markdown
from ecg_chat.plotting.report_parts import ReportSection
from ecg_chat.settings import Settings
from ecg_chat.signals.ecg import Ecg, Sex
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding, Judgement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_file_arguments(parser)
    out_help = "where to write, .pdf or .md (default: the recording's name with .pdf, in this folder)"
    parser.add_argument("--out", metavar="REPORT", type=Path, help=out_help)
    parser.add_argument(
        "--layout", choices=tuple(LAYOUT_LABELS), default="3x4", help="arrangement of the leads (default: 3x4)"
    )
    parser.add_argument("--force", action="store_true", help="replace the report if it exists")


def run(args: argparse.Namespace) -> int:
    """Write the report and print where it is."""
    settings = Settings.from_environment(os.environ)
    out: Path = args.out or Path(f"{args.files[0].stem}.pdf")
    write = _writer(out)
    with stages(3) as stage:
        stage("Reading")
        opened = open_recording(args, settings)
        age_years, sex = age_and_sex(args, opened.recording)
        stage("Measuring")
        measurements = measure(opened.window)
        judgements = judge(measurements, age_years=age_years, sex=sex)
        stage("Writing")
        words = _words(opened, measurements, judgements, age_years, sex)
        content = write(opened.window, measurements, words, args.layout)
        with writing_to(out, force=args.force) as file:
            file.write(content)
    print_lines([f"{out} ({len(content) / 1e3:.0f} kB)"])
    return 0


Words = dict[str, Any]
Write = Callable[[Ecg, Measurements, Words, str], bytes]


def _writer(out: Path) -> Write:
    writers: dict[str, Write] = {".pdf": _pdf, ".md": _markdown}
    if out.suffix.lower() not in writers:
        raise InvalidInput(f"the report is to be {out.name}, expected a name that ends in .pdf or .md")
    return writers[out.suffix.lower()]


def _pdf(ecg: Ecg, measurements: Measurements, words: Words, layout: str) -> bytes:
    return report_pdf(ecg, measurements, layout=layout, **words)


def _markdown(ecg: Ecg, measurements: Measurements, words: Words, layout: str) -> bytes:
    return report_markdown(measurements, **words).encode()


def _words(
    opened: Opened,
    measurements: Measurements,
    judgements: Mapping[str, Judgement],
    age_years: float | None,
    sex: Sex | None,
) -> Words:
    return {
        "title": f"ECG report: {opened.recording.source.name}",
        "lines": _head(opened, age_years, sex),
        "findings": tuple(_finding_line(finding) for finding in found(judgements)),
        "sections": _sections(opened, measurements),
        "age_years": age_years,
        "sex": sex,
    }


def _head(opened: Opened, age_years: float | None, sex: Sex | None) -> list[str]:
    recording, window = opened.recording, opened.window
    started = f", recorded {recording.start:%Y-%m-%d %H:%M}" if recording.start else ""
    age = "age not stated" if age_years is None else f"{age_years:.0f} years"
    return [
        f"{recording.source.format}, {recording.fs_hz:g} Hz, {recording.duration_s:g} s{started}",
        f"Measured from {opened.window_start_s:.2f} s for {window.duration_s:.2f} s",
        f"Patient: {age}, {sex or 'sex not stated'}",
        f"sha256 of the file: {recording.source.sha256}",
        f"ecg_chat {__version__}",
    ]


def _finding_line(finding: Finding) -> str:
    evidence = "; ".join(item.text for item in finding.evidence if item.met)
    return f"{finding.code}: {load_catalogue()[finding.code].name}" + (f" ({evidence})" if evidence else "")


def _sections(opened: Opened, measurements: Measurements) -> tuple[ReportSection, ...]:
    flagged = [f"{lead}: {', '.join(flags)}" for lead, flags in measurements.quality.items() if flags]
    quality = [*(flagged or ["No lead is flagged"]), *measurements.warnings]
    notes = [note.text for note in opened.window.notes] or ["The signal is as the file has it"]
    return (ReportSection("Quality", tuple(quality)), ReportSection("Conversions", tuple(notes)))
