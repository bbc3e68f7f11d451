"""How well a model classifies unseen PTB-XL records: the encoder's heads, and the language model when asked."""

from __future__ import annotations

import argparse
import importlib.metadata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.ptbxl import Record, read_signals
from ecg_chat.datasets.ptbxl_statements import read_statement_table
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.asking import asker_for, measurements_of
from ecg_chat.evaluation.choice_scores import HOW_ALL, HOW_ONE
from ecg_chat.evaluation.classification_tables import as_markdown, plot
from ecg_chat.evaluation.head_scores import LEAD_SETS, Predicted, areas, head_scores, predicted
from ecg_chat.evaluation.label_scores import HOW
from ecg_chat.evaluation.label_sets import Table
from ecg_chat.evaluation.prompt_scores import prompt_scores
from ecg_chat.evaluation.provenance import provenance
from ecg_chat.evaluation.ptbxl_fold import fold_records
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.unseen import Trial, add_trial, refuse_trained, sample, unseen_records
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.checkpoint import LoadedModel, load_model

THRESHOLD_FOLD = 9
ALONE = ("superclass", "form", "rhythm", "all codes")
"""What the encoders are scored on without the reader of measured values."""


def evaluate_classification(
    trial: Trial, *, encoder: bool = True, prompts: bool = True, prompt_records: int | None = None
) -> Result:
    """Score the encoder's heads and the answers to the classification prompts.

    Parameters
    ----------
    trial : Trial
        With ``no_ecg`` the encoder is left out.
    encoder, prompts : bool
        What is scored.
    prompt_records : int, optional
        Size of the sample of the records that the language model is asked about; all of them without it.

    Raises
    ------
    InvalidInput
        When a record was trained on, or a fold is not there, or the test fold is the one for thresholds.
    """
    if trial.fold == THRESHOLD_FOLD:
        raise InvalidInput(f"fold {THRESHOLD_FOLD} is the one that thresholds are chosen on; test on another")
    records = unseen_records(trial)
    table = read_statement_table(trial.ptbxl)
    model = load_model(trial.model_dir)
    result: Result = {
        **provenance(trial.ptbxl, model.config),
        "torch": importlib.metadata.version("torch"),
        "fold": trial.fold,
        "records": len(records),
        "no_ecg": trial.no_ecg,
        "reader of measured values": model.reader is not None,
        "how": {"labels": HOW, "one": HOW_ONE, "all": HOW_ALL},
    }
    full: Predicted | None = None
    if encoder and not trial.no_ecg:
        full, result["encoder"] = _encoder(trial, model, records, table)
    if prompts:
        asked = sample(records, prompt_records, trial.seed)
        asker = asker_for(trial, asked, LocalAssistant(model))
        result["prompt records"] = len(asked)
        result["prompts"] = prompt_scores(asker, asked, table, _part(full, asked), model.config.codes)
    return result


def _part(full: Predicted | None, records: Sequence[Record]) -> Predicted | None:
    """Keep what the encoder makes of some of the records."""
    if full is None:
        return None
    place = {record.ecg_id: k for k, record in enumerate(full.records)}
    rows = [place[record.ecg_id] for record in records]
    return Predicted(records, full.superclass[rows], full.codes[rows])


def _encoder(trial: Trial, model: LoadedModel, records: list[Record], table: Table) -> tuple[Predicted, Result]:
    before = fold_records(trial.ptbxl, THRESHOLD_FOLD, trial.on_bad)
    if not before:
        raise InvalidInput(f"no record of fold {THRESHOLD_FOLD} is in {trial.ptbxl}; thresholds are chosen on it")
    refuse_trained(before, trial.model_dir)
    before = sample(before, trial.n_records, trial.seed)
    codes = model.config.codes
    signals = np.array(read_signals(trial.ptbxl, records))
    full = _full(trial, model, records, signals)
    chosen_on = _full(trial, model, before, np.array(read_signals(trial.ptbxl, before)))
    result: Result = {
        "thresholds chosen on": {"fold": THRESHOLD_FOLD, "records": len(before)},
        "12 leads": head_scores(full, chosen_on, table, codes),
    }
    if model.reader is not None:
        result["12 leads, encoders alone"] = areas(predicted(model, records, signals), table, codes, ALONE)
    for name, slots in LEAD_SETS.items():
        if name != "12 leads":
            result[name] = areas(predicted(model, records, signals, slots), table, codes, ("superclass", "all codes"))
    return full, result


def _full(trial: Trial, model: LoadedModel, records: Sequence[Record], signals_uv: NDArray[np.int16]) -> Predicted:
    """Return what a model says of whole records; they are measured where it reasons from that."""
    measured = None
    if model.reader is not None:
        measured = measurements_of(records, signals_uv, trial.readings, trial.workers)
    return predicted(model, records, signals_uv, measured=measured)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    add_trial(parser)
    parser.add_argument("--skip-encoder", action="store_true", help="only ask the language model")
    parser.add_argument(
        "--prompt-records", type=int, metavar="N", help="ask about a sample of the records (default all)"
    )
    parser.add_argument("--skip-prompts", action="store_true", help="only score the encoder's heads")


COMMAND = SubCommand(
    "encoder on PTB-XL: macro AUC, accuracy, precision, recall, F1; language model on the classification prompts",
    add_arguments,
    lambda args: evaluate_classification(
        Trial.of(args),
        encoder=not args.skip_encoder,
        prompts=not args.skip_prompts,
        prompt_records=args.prompt_records,
    ),
    as_markdown,
    plot,
)
