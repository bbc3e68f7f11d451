"""``doctor``: what is installed, which model and database are used, and what is missing."""

from __future__ import annotations

import argparse
import os

from ecg_chat.cli.checkup import Check, checkup
from ecg_chat.cli.progress import stages
from ecg_chat.cli.terminal import print_json, print_lines
from ecg_chat.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    """Print every check; the exit code is 1 if one of them failed."""
    settings = Settings.from_environment(os.environ)
    with stages(1) as stage:
        stage("Looking")
        checks = checkup(settings)
    if args.json:
        print_json({"ok": all(c.ok for c in checks), "checks": [vars(c) for c in checks]})
    else:
        print_lines(_line(check) for check in checks)
    return 0 if all(check.ok for check in checks) else 1


def _line(check: Check) -> str:
    return f"{'ok   ' if check.ok else 'FAULT'}  {check.name}: {check.text}"
