"""``python -m ecg_chat evaluate …``: the list of evaluations, and what they have in common."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation import (
    classification,
    criteria,
    data_sets,
    delineation,
    grounding,
    measurements,
    norm_shares,
    qa,
    report,
    robustness,
    sampling_rates,
    speed,
    wordings,
)
from ecg_chat.evaluation.card_tables import refresh_card
from ecg_chat.evaluation.collected import collect, entry_name, read_collected
from ecg_chat.evaluation.markdown_block import check_target, write_tables
from ecg_chat.evaluation.sub_command import SubCommand, json_text
from ecg_chat.settings import Settings

EVALUATIONS: Mapping[str, SubCommand] = {
    "delineation": delineation.COMMAND,
    "measurements": measurements.COMMAND,
    "sampling-rates": sampling_rates.COMMAND,
    "criteria": criteria.COMMAND,
    "norms": norm_shares.COMMAND,
    "classification": classification.COMMAND,
    "data": data_sets.COMMAND,
    "qa": qa.COMMAND,
    "report": report.COMMAND,
    "grounding": grounding.COMMAND,
    "robustness": robustness.COMMAND,
    "wordings": wordings.COMMAND,
    "speed": speed.COMMAND,
}


CARD = "card"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the evaluations and their options."""
    kinds = parser.add_subparsers(dest="kind", required=True)
    about = "write the tables of a model's card.md anew from its eval.json"
    kinds.add_parser(CARD, help=about, description=about).add_argument(
        "--model", type=Path, default=Settings().model_dir, metavar="DIR", help="model folder"
    )
    for name, evaluation in EVALUATIONS.items():
        sub = kinds.add_parser(name, help=evaluation.summary, description=evaluation.summary)
        evaluation.add_arguments(sub)
        sub.add_argument("--json", type=Path, metavar="FILE", help="file to write the result to")
        sub.add_argument(
            "--into",
            action="store_true",
            help="keep the results of other evaluations in the --json file and put this one under its name",
        )
        sub.add_argument(
            "--markdown",
            type=Path,
            metavar="FILE",
            help="new file for the printed tables, or a page with a block for them",
        )
        if evaluation.plot is not None:
            sub.add_argument("--plots", type=Path, metavar="DIR", help="folder to write figures to, as PNG and SVG")


def run(args: argparse.Namespace) -> int:
    """Run one evaluation, print its tables and write what was asked for."""
    if args.kind == CARD:
        renderers = {name: evaluation.as_markdown for name, evaluation in EVALUATIONS.items()}
        n = refresh_card(args.model / "card.md", args.model / "eval.json", renderers)
        print(f"{n} table{'' if n == 1 else 's'} of {args.model / 'card.md'} written")
        return 0
    evaluation = EVALUATIONS[args.kind]
    plots: Path | None = getattr(args, "plots", None)
    no_ecg = bool(getattr(args, "no_ecg", False))
    _refuse_lost_results(args.json, args.markdown, plots)
    if args.into and args.json is None:
        raise InvalidInput("--into says how the result is written, but --json does not say where; add --json FILE")
    if args.into:
        read_collected(args.json)
    if args.markdown is not None:
        check_target(args.markdown, args.kind, no_ecg=no_ecg)
    result = evaluation.evaluate(args)
    text = evaluation.as_markdown(result)
    print(text)
    if args.into:
        collect(args.json, entry_name(args.kind, result), result)
    elif args.json is not None:
        write_whole_text(args.json, json_text(result))
    if args.markdown is not None:
        write_tables(args.markdown, args.kind, text, no_ecg=no_ecg)
    if plots is not None and evaluation.plot is not None:
        plots.mkdir(exist_ok=True)
        evaluation.plot(result, plots)
    return 0


def _refuse_lost_results(*paths: Path | None) -> None:
    """Look at the folders before the work, which may take an hour, and not after it."""
    for path in paths:
        if path is not None and not path.parent.is_dir():
            raise InvalidInput(f"{path} cannot be written, because {path.parent} is not a folder; make it first")
