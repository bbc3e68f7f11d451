"""``measure FILE``: read, measure, judge, print."""

from __future__ import annotations

import argparse
import os

from ecg_chat.cli.measured_json import measured_object
from ecg_chat.cli.measured_text import measured_lines
from ecg_chat.cli.opening import add_file_arguments, age_and_sex, open_recording
from ecg_chat.cli.progress import share_bar, stages
from ecg_chat.cli.terminal import print_json, print_lines
from ecg_chat.measurements.measure import measure
from ecg_chat.settings import Settings
from ecg_chat.statements.judge import judge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_file_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    """Measure one recording and print it."""
    settings = Settings.from_environment(os.environ)
    with stages(3) as stage:
        stage("Reading")
        opened = open_recording(args, settings)
        age_years, sex = age_and_sex(args, opened.recording)
        stage("Measuring")
        with share_bar("measuring") as progress:
            measurements = measure(opened.window, progress=progress)
        stage("Judging")
        judgements = judge(measurements, age_years=age_years, sex=sex)
    result = measured_object(opened, measurements, judgements, age_years, sex)
    if args.json:
        print_json(result)
    else:
        print_lines(measured_lines(result))
    return 0
