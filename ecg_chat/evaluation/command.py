"""``python -m ecg_chat evaluate …``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ecg_chat.evaluation import answers, classification
from ecg_chat.settings import Settings

DEFAULT_MODEL = Settings().model_dir


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the evaluations and their options."""
    kinds = parser.add_subparsers(dest="kind", required=True)
    text = "areas under the ROC curve of the encoder on PTB-XL"
    encoder = kinds.add_parser("classification", help=text, description=text)
    encoder.add_argument("--ptbxl", type=Path, required=True, help="PTB-XL in its publisher's layout")
    encoder.add_argument("--model", type=Path, default=DEFAULT_MODEL, help="model folder")
    encoder.add_argument("--fold", type=int, default=10)
    encoder.add_argument("--json", type=Path, help="file to write the result to")
    text = "what the model says: share of claims supported, contradicted, not checkable; answers per kind of question"
    chat = kinds.add_parser("answers", help=text, description=text)
    chat.add_argument("--ptbxl", type=Path, required=True, help="PTB-XL in its publisher's layout")
    chat.add_argument("--model", type=Path, default=DEFAULT_MODEL, help="model folder")
    chat.add_argument("--fold", type=int, default=9)
    chat.add_argument("--records", type=int, default=60, help="records to ask about")
    chat.add_argument("--json", type=Path, help="file to write the result to")


def run(args: argparse.Namespace) -> int:
    """Run one evaluation, print its table and write its JSON."""
    if args.kind == "classification":
        result = classification.evaluate_classification(args.ptbxl, args.model, args.fold)
        text = classification.as_markdown(result)
    else:
        result = answers.evaluate_answers(args.ptbxl, args.model, args.fold, args.records)
        text = answers.as_markdown(result)
    print(text)
    if args.json is not None:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0
