"""How much encoder and answers lose when recordings are noisy, short, long, wandering, resampled or lack leads."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ecg_chat.conversation.tasks import CLASSES, classification_question, parse_choice
from ecg_chat.datasets.ptbxl import Record, as_ecg, read_signals
from ecg_chat.datasets.ptbxl_statements import read_statement_table
from ecg_chat.datasets.readings import measure_ecgs
from ecg_chat.evaluation.asking import Asked, Asker, asker_about
from ecg_chat.evaluation.choice_scores import score_all
from ecg_chat.evaluation.head_scores import areas, predicted
from ecg_chat.evaluation.label_scores import cell
from ecg_chat.evaluation.label_sets import Table
from ecg_chat.evaluation.perturbations import HOW, Condition, Signals, conditions, slots_of
from ecg_chat.evaluation.prompt_scores import labels_of
from ecg_chat.evaluation.provenance import provenance, source_line
from ecg_chat.evaluation.score_plot import Row, plot_scores
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.unseen import Trial, add_model, add_no_ecg, add_sample, add_workers, unseen_records
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.checkpoint import LoadedModel, load_model

SETS = ("superclass", "all codes")
ALONE = "as recorded, encoders alone"
PRIOR = "without the ECG"
HOW_ALONE = "With fewer leads the encoders speak alone; their change is from the encoders alone with all leads."
OWN = "own answers"
HOW_OWN = (
    "Own answers: the chat model is asked which of the five superclasses the recording shows, all that apply, with "
    "everything measured from the recording as it was changed; macro F1."
)
MAX_NEW_TOKENS = 48


def evaluate_robustness(trial: Trial) -> Result:
    """Take macro areas, and the F1 of the model's own answers, under every condition of `perturbations`.

    Parameters
    ----------
    trial : Trial
        With ``no_ecg`` only the answers of the language prior are scored, to which every condition is the same.

    Raises
    ------
    InvalidInput
        When a record was trained on, or the fold is not there.
    """
    records = unseen_records(trial)
    table = read_statement_table(trial.ptbxl)
    model = load_model(trial.model_dir)
    signals = np.array(read_signals(trial.ptbxl, records))
    assistant = LocalAssistant(model)
    rows: list[dict[str, object]] = []
    for number, condition in enumerate(tqdm(conditions()[: 1 if trial.no_ecg else None], desc="conditions")):
        changed = condition.change(signals, np.random.default_rng([trial.seed, number]))
        ecgs = [as_ecg(r, s).select(condition.leads) for r, s in zip(records, changed, strict=True)]
        ids = [record.ecg_id for record in records]
        measured = dict(zip(ids, measure_ecgs(ecgs, trial.workers), strict=True))
        asker = asker_about(records, dict(zip(ids, ecgs, strict=True)), measured, assistant)
        row: dict[str, object] = {"condition": condition.name, "group": condition.group}
        if not trial.no_ecg:
            scored = _areas(model, records, changed, condition, measured, table)
            rows.append({**row, **scored, OWN: _own_answers(asker, records, table)})
        if number == 0:
            if not trial.no_ecg and model.reader is not None:
                rows.append({**row, "condition": ALONE, **_areas(model, records, changed, condition, None, table)})
            prior = dataclasses.replace(asker, no_ecg=True)
            rows.append({**row, "condition": PRIOR, OWN: _own_answers(prior, records, table)})
    return {
        **provenance(trial.ptbxl, model.config),
        "fold": trial.fold,
        "records": len(records),
        "seed": trial.seed,
        "no_ecg": trial.no_ecg,
        "reader of measured values": model.reader is not None,
        "conditions": rows,
        "how": HOW,
    }


def _areas(
    model: LoadedModel,
    records: Sequence[Record],
    signals_uv: Signals,
    condition: Condition,
    measured: Mapping[int, Measurements] | None,
    table: Table,
) -> dict[str, object]:
    made = predicted(model, records, signals_uv, slots_of(condition.leads), measured=measured)
    return areas(made, table, model.config.codes, SETS)


def _own_answers(asker: Asker, records: Sequence[Record], table: Table) -> dict[str, object]:
    """Return the F1 of what the model answers about the records that have any of the five superclasses."""
    classes = tuple(CLASSES["diagnostic"])
    truth = {r.ecg_id: labels for r in records if (labels := labels_of(r, "diagnostic", table))}
    question = classification_question("diagnostic", "all")
    said = asker.answers([Asked(ecg_id, question) for ecg_id in truth], MAX_NEW_TOKENS, OWN)
    scores = score_all(list(truth.values()), [parse_choice(text, "diagnostic") for text in said], classes)
    return {"n": scores["n"], "F1": scores["F1"]}


def as_markdown(result: Result) -> str:
    """Tabulate the areas and what is lost."""
    clean = result["conditions"][0]
    alone = next((row for row in result["conditions"] if row["condition"] == ALONE), clean)
    beside = ", with 12 leads joined by the trees on measured values" if result.get("reader of measured values") else ""
    ecg = ", **without the ECG**" if result["no_ecg"] else ""
    lines = [
        source_line(result),
        f"Encoder{beside}, and the chat model's own answers; PTB-XL fold {result['fold']}, "
        f"n = {result['records']}{ecg}. Macro AUC and F1 with 95 % intervals by record.",
        "",
        "| | condition | superclass | change | all codes | change | own answers, superclass F1 | change |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    group = ""
    for row in result["conditions"]:
        shown = row["group"] if row["group"] != group else ""
        group = row["group"]
        cells = []
        for name in (*SETS, OWN):
            before = alone if row["group"] == "leads" and name != OWN else clean
            cells += _cells(_score(row, name), _score(before, name), changed=row not in (clean, alone))
        lines.append(f"| {shown} | {row['condition']} | {' | '.join(cells)} |")
    note = f" {HOW_ALONE}" if alone is not clean else ""
    return "\n".join([*lines, "", f"{result['how']}{note} {HOW_OWN}"])


def _score(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a figure of a row with its interval; no value where it was not taken."""
    if name not in row:
        return {"value": None, "interval": None}
    if name == OWN:
        return dict(row[name]["F1"])
    return {"value": row[name]["auc"], "interval": row[name]["interval"]}


def _cells(score: dict[str, Any], before: dict[str, Any], *, changed: bool) -> list[str]:
    if score["value"] is None:
        return ["", ""]
    known = changed and before["value"] is not None
    return [cell(score), f"{score['value'] - before['value']:+.3f}" if known else ""]


def plot(result: Result, folder: Path) -> None:
    """Write ``robustness.png`` and ``.svg``."""
    rows = [
        Row(row["condition"], name, score["value"], score["interval"])
        for row in result["conditions"]
        for name in (*SETS, OWN)
        if (score := _score(row, name))["value"] is not None
    ]
    title = f"{result['model']}, PTB-XL fold {result['fold']}, n = {result['records']}"
    plot_scores(rows, folder, "robustness", title=title, axis="macro AUC, F1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    add_model(parser)
    add_sample(parser)
    add_workers(parser)
    add_no_ecg(parser)


COMMAND = SubCommand(
    "macro AUC of the encoder and F1 of own answers under noise, with fewer leads, other lengths, wander and other "
    "sampling rates",
    add_arguments,
    lambda args: evaluate_robustness(Trial.of(args)),
    as_markdown,
    plot,
)
