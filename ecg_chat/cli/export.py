"""``export``: the log as JSON lines."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from ecg_chat.cli.output_file import writing_to
from ecg_chat.records.export import export_jsonl
from ecg_chat.records.store import open_store
from ecg_chat.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--format", choices=("jsonl",), default="jsonl", help="one JSON object a line")
    parser.add_argument("--out", metavar="FILE", type=Path, help="where to write (default: stdout)")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    parser.add_argument(
        "--include-context",
        action="store_true",
        help="also write symptoms, history, medication, prompts and times; without it the export is de-identified",
    )


def run(args: argparse.Namespace) -> int:
    """Write every logged answer."""
    settings = Settings.from_environment(os.environ)
    with open_store(settings.resolved_database_url) as store:
        lines = export_jsonl(store, include_context=args.include_context)
        counted = tqdm(lines, total=store.answer_count(), desc="answers", delay=2, disable=None, leave=False)
        if args.out is None:
            _write(counted)
        else:
            with writing_to(args.out, force=args.force) as file:
                file.writelines(line.encode() for line in counted)
    return 0


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line)
