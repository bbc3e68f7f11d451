"""``bench``: times the main job on this machine and prints each figure beside its goal. It never fails on time."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydicom.data import get_testdata_file

from ecg_chat.cli.bench_measuring import DURATIONS_S, MeasuringTimes, time_measuring
from ecg_chat.cli.bench_reading import ReadingTimes, time_reading
from ecg_chat.cli.bench_startup import StartTimes, time_start
from ecg_chat.cli.model_loading import load_model
from ecg_chat.cli.peak_memory import peak_memory_mb
from ecg_chat.cli.progress import stages
from ecg_chat.cli.terminal import print_json, print_lines, table
from ecg_chat.evaluation.answering_times import ModelTimes, time_model
from ecg_chat.evaluation.machine import machine
from ecg_chat.settings import REPOSITORY, Settings

CONVERSATIONS = (1, 4, 8)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="recording to open (default: a DICOM sample)"
    )
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="how often a file is opened (default 5)")
    parser.add_argument("--skip-start", action="store_true", help="do not start the page")
    parser.add_argument("--skip-model", action="store_true", help="do not load the model")
    parser.add_argument("--measure", action="store_true", help="time measuring alone, on synthetic ECGs of 10 to 600 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    """Time everything and print it."""
    if args.measure:
        return _run_measuring(args)
    settings = Settings.from_environment(os.environ)
    with stages(3) as stage:
        stage("Opening a file")
        reading = time_reading(args.file or _sample(), max(1, args.runs))
        stage("Starting the page")
        start = None if args.skip_start else _start(settings)
        stage("Asking the model")
        model = None if args.skip_model else _model(settings)
    peak_mb = peak_memory_mb()
    if args.json:
        parts = {"reading": reading, "start": start, "model": model}
        print_json({"machine": machine(), "peak_mb": peak_mb} | {k: v.as_dict() for k, v in parts.items() if v})
    else:
        print_lines(bench_lines(reading, start, model, peak_mb))
    return 0


def _run_measuring(args: argparse.Namespace) -> int:
    with stages(len(DURATIONS_S)) as stage:
        times = time_measuring(DURATIONS_S, max(1, args.runs), lambda s: stage(f"Measuring {s:g} s"))
    if args.json:
        print_json({"machine": machine(), "measuring": [row.as_dict() for row in times]})
    else:
        print_lines([machine(), "", *table(measuring_rows(times))])
    return 0


def measuring_rows(times: Sequence[MeasuringTimes]) -> list[tuple[str, ...]]:
    """Return a heading and one row for each length of recording; the last but one column is 1.0 for linear growth."""
    heading: tuple[str, ...] = ("recording", "measured in", "a second of it", "against the first", "peak memory so far")
    base = times[0].per_second_ms
    rows = [heading]
    for row in times:
        name = f"{row.duration_s:g} s, {row.n_leads} leads"
        growth = f"{row.per_second_ms / base:.2f}"
        rows.append((name, f"{row.median_s:.3f} s", f"{row.per_second_ms:.1f} ms", growth, f"{row.peak_mb:.0f} MB"))
    return rows


def bench_lines(reading: ReadingTimes, start: StartTimes | None, model: ModelTimes | None, peak_mb: float) -> list[str]:
    """Return the figures as lines: what, value, goal."""
    rows = [
        ("file to strip and measurements", f"{reading.median_s:.2f} s", "1 s or less"),
        ("  as a new process (python -m ecg_chat measure)", f"{reading.process_s:.2f} s", ""),
        *((f"  {name}", f"{seconds:.3f} s", "") for name, seconds in reading.steps_s.items()),
        ("strip, as JSON", f"{reading.strip_kb:.0f} kB", "300 kB or less at 500 Hz"),
    ]
    if start:
        rows += [("start-up to the first page", f"{start.page_s:.1f} s", "15 s or less")]
        rows += [("  memory of the page's process", f"{start.memory_mb:.0f} MB", "")]
    if model:
        rows += [("loading the model", f"{model.load_s:.2f} s", "")]
        rows += [("first token", f"{model.first_token_s:.2f} s", "0.6 s or less")]
        rows += [("tokens a second", f"{model.tokens_per_s:.0f}", "60 or more")]
    rows += [("peak memory of this process", f"{peak_mb:.0f} MB", "")]
    lines = [machine(), "", *table([("", "measured", "goal"), *rows])]
    if model:
        heading = ("conversations at once", "last first token", "all done", "tokens a second together")
        crowd = [
            (str(c.n), f"{c.slowest_first_token_s:.2f} s", f"{c.all_done_s:.2f} s", f"{c.tokens_per_s:.0f}")
            for c in model.crowds
        ]
        lines += ["", *table([heading, *crowd])]
    return lines


def _sample() -> Path:
    return Path(str(get_testdata_file("waveform_ecg.dcm", download=False)))


def _start(settings: Settings) -> StartTimes:
    with tempfile.TemporaryDirectory(prefix="ecg_chat_bench_") as folder:
        return time_start([sys.executable, str(REPOSITORY / "app.py")], settings, Path(folder))


def _model(settings: Settings) -> ModelTimes:
    return time_model(lambda: load_model(settings), CONVERSATIONS)
