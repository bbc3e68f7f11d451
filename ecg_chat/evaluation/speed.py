"""How large a model's weights are and how fast it answers on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.answering_times import time_model
from ecg_chat.evaluation.machine import machine
from ecg_chat.evaluation.provenance import model_provenance, source_line
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.network.assistant import load_assistant
from ecg_chat.network.config import load_config
from ecg_chat.settings import Settings

CROWDS = (1, 4)
RUNS = 5
WEIGHTS = ".safetensors"
HOW = (
    "Weights: the files of the encoders, the trees, the projection and the language model (million bytes). Times: a "
    "synthetic ECG, four questions, each asked so often by itself in a fresh conversation; median, and the fastest and "
    "the slowest. The first token counts from the question on, so the reading of the prompt is in it."
)


def evaluate_speed(model_dir: Path, runs: int = RUNS) -> Result:
    """Weigh the files and time the answers.

    Parameters
    ----------
    model_dir : Path
    runs : int
        How often each question is asked.

    Raises
    ------
    InvalidInput
        When nothing is to be asked.
    """
    if runs < 1:
        raise InvalidInput(f"--runs is {runs}, expected at least one")
    config = load_config(model_dir)
    times = time_model(lambda: load_assistant(model_dir), CROWDS, runs)
    size = sum((model_dir / name).stat().st_size for name in config.files if name.endswith(WEIGHTS))
    return {
        **model_provenance(config),
        "machine": machine(),
        "weights_mb": round(size / 1e6, 1),
        "runs": runs,
        "times": times.as_dict(),
        "how": HOW,
    }


def as_markdown(result: Result) -> str:
    """Tabulate size and times."""
    times = result["times"]
    lines = [
        source_line(result),
        f"{result['machine']}.",
        "",
        "| | measured | fastest to slowest |",
        "| --- | --- | --- |",
        f"| weights | {result['weights_mb']:.1f} MB | |",
        f"| loading | {times['load_s']:.1f} s | |",
        _row("first token", times["first_token_s"], times["first_token_range_s"], ".2f", " s"),
        _row("tokens a second", times["tokens_per_s"], times["tokens_per_s_range"], ".0f", ""),
    ]
    lines += [
        f"| {crowd['n']} at once: last first token | {crowd['slowest_first_token_s']:.2f} s | |"
        for crowd in times["crowds"]
        if crowd["n"] > 1
    ]
    return "\n".join([*lines, "", result["how"]])


def _row(name: str, value: float, between: list[float], form: str, unit: str) -> str:
    low, high = between
    return f"| {name} | {value:{form}}{unit} | {low:{form}}-{high:{form}}{unit} |"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this evaluation takes."""
    parser.add_argument("--model", type=Path, default=Settings().model_dir, metavar="DIR", help="model folder")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help=f"times each question is asked ({RUNS})")


COMMAND = SubCommand(
    "size of the weights, time to the first token, tokens a second, on this machine",
    add_arguments,
    lambda args: evaluate_speed(args.model, args.runs),
    as_markdown,
)
