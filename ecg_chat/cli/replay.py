"""``replay MESSAGE_ID``: says a logged answer again and compares."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict

from ecg_chat.cli.model_loading import load_model
from ecg_chat.cli.progress import stages
from ecg_chat.cli.terminal import print_json, print_lines
from ecg_chat.records.replay import ReplayResult, replay
from ecg_chat.records.store import open_store
from ecg_chat.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("message_id", metavar="MESSAGE_ID", help="the id that ask, the page and export give an answer")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    """Replay; the exit code is 1 if the texts differ."""
    settings = Settings.from_environment(os.environ)
    with open_store(settings.resolved_database_url) as store, stages(2) as stage:
        store.answer(args.message_id)  # a wrong id is told before the model is loaded
        stage("Loading the model")
        assistant = load_model(settings)
        stage("Answering again")
        result = replay(store, args.message_id, assistant)
    if args.json:
        print_json(asdict(result))
    else:
        print_lines(replay_lines(result))
    return 0 if result.same else 1


def replay_lines(result: ReplayResult) -> list[str]:
    """Return what came out, as lines."""
    lines = ["The same, character for character." if result.same else "Not the same."]
    lines += [f"Now: {text}" for text in [result.text] if not result.same]
    lines += [f"Then: {result.stored_text}"]
    return [*lines, *(f"Difference: {difference}" for difference in result.differences)]
