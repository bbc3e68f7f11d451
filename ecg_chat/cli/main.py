"""Finds the command, runs it, and turns errors into one sentence and an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from ecg_chat.cli.terminal import printable
from ecg_chat.errors import EcgChatError, NeedsDescription

EXIT_OK = 0
EXIT_REFUSED = 2
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


class CommandModule(Protocol):
    """What a command's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the exit code."""
        ...


@dataclass(frozen=True)
class Command:
    """Where a command lives and what it does, in one line."""

    module: str
    summary: str


COMMANDS: Mapping[str, Command] = {
    "measure": Command("ecg_chat.cli.measure", "read an ECG file, print its measurements and what they meet"),
    "ask": Command("ecg_chat.cli.ask", "ask the model one question about an ECG file and check its answer"),
    "report": Command("ecg_chat.cli.report", "write strip, measurements and statements as PDF or Markdown"),
    "train": Command("ecg_chat.training.command", "train a model from public data"),
    "evaluate": Command("ecg_chat.evaluation.command", "compare a model with labelled recordings"),
    "bench": Command("ecg_chat.cli.bench", "time the main job on this machine"),
    "export": Command("ecg_chat.cli.export", "write the logged answers, claims and ratings as JSON lines"),
    "replay": Command("ecg_chat.cli.replay", "generate a logged answer again and compare it with the log"),
    "doctor": Command("ecg_chat.cli.doctor", "say what is installed, what is used, and what is missing"),
}


def main(argv: Sequence[str]) -> int:
    """Run one command line.

    Parameters
    ----------
    argv : sequence of str
        The arguments after the program's name.

    Returns
    -------
    int
        0 done, 1 the command's own "no" (a replay that differs, a doctor that found a fault), 2 refused with a
        sentence on stderr, 130 interrupted, 141 the reader of stdout went away.
    """
    if not sys.warnoptions:
        # The libraries' warnings are for developers; what concerns the person is a note of the recording.
        warnings.simplefilter("ignore")
    try:
        code = _run(argv)
        sys.stdout.flush()
        return code
    except EcgChatError as error:
        print(f"ecg_chat: {printable(_sentence(error))}", file=sys.stderr)
        return EXIT_REFUSED
    except BrokenPipeError:
        # The interpreter flushes stdout again when it exits; without this it would complain about the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except OSError as error:
        if not error.filename:
            raise
        # A path that the person named; the files of a recording have sentences of their own.
        print(f"ecg_chat: {printable(str(error.filename))}: {error.strerror}", file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print("ecg_chat: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED


def _run(argv: Sequence[str]) -> int:
    chosen = next((word for word in argv if word in COMMANDS), None)
    parser, module = build_parser(chosen)
    args = parser.parse_args(argv)
    if module is None:
        parser.print_help()
        return EXIT_OK
    return module.run(args)


def build_parser(chosen: str | None) -> tuple[argparse.ArgumentParser, CommandModule | None]:
    """Return the parser, with the arguments of the chosen command only, and that command's module."""
    parser = argparse.ArgumentParser(
        prog="python -m ecg_chat",
        description="Read an ECG, measure it, and talk about it with answers that are checked. Not a medical device.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    module: CommandModule | None = None
    for name, command in COMMANDS.items():
        description = f"{command.summary[0].upper()}{command.summary[1:]}."
        sub = commands.add_parser(name, help=command.summary, description=description)
        if name == chosen:
            module = cast(CommandModule, importlib.import_module(command.module))
            module.add_arguments(sub)
    return parser, module


def _sentence(error: EcgChatError) -> str:
    text = str(error)
    if isinstance(error, NeedsDescription):
        text = f"{text.rstrip('.')}. Say it with --fs HZ --unit mV --leads I,II,III,…"
    return text
