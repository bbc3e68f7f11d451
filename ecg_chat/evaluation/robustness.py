"""How much the encoder loses when recordings are noisy, short, long, wandering, resampled or lack leads."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecg_chat.datasets.ptbxl import read_signals, read_statement_table
from ecg_chat.evaluation.asking import measurements_of
from ecg_chat.evaluation.head_scores import areas, predicted
from ecg_chat.evaluation.label_scores import cell
from ecg_chat.evaluation.perturbations import HOW, conditions, slots_of
from ecg_chat.evaluation.provenance import provenance, source_line
from ecg_chat.evaluation.score_plot import Row, plot_scores
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.unseen import Trial, add_model, add_sample, add_workers, unseen_records
from ecg_chat.network.checkpoint import load_model

SETS = ("superclass", "all codes")
ALONE = "as recorded, encoders alone"
HOW_ALONE = "With fewer leads the encoders speak alone; their change is from the encoders alone with all leads."


def evaluate_robustness(trial: Trial) -> Result:
    """Take macro areas under the ROC curve under every condition of `ecg_chat.evaluation.perturbations`.

    Raises
    ------
    InvalidInput
        When a record was trained on, or the fold is not there.
    """
    records = unseen_records(trial)
    table = read_statement_table(trial.ptbxl)
    model = load_model(trial.model_dir)
    signals = np.array(read_signals(trial.ptbxl, records))
    rows: list[dict[str, object]] = []
    for number, condition in enumerate(tqdm(conditions(), desc="conditions")):
        changed = condition.change(signals, np.random.default_rng([trial.seed, number]))
        slots = slots_of(condition.leads)
        measured = None
        if model.reader is not None and len(slots) == changed.shape[1]:
            measured = measurements_of(records, changed, None, trial.workers)
        made = predicted(model, records, changed, slots, measured=measured)
        scores = areas(made, table, model.config.codes, SETS)
        rows.append({"condition": condition.name, "group": condition.group, **scores})
        if measured is not None and number == 0:
            alone = areas(predicted(model, records, changed), table, model.config.codes, SETS)
            rows.append({"condition": ALONE, "group": condition.group, **alone})
    return {
        **provenance(trial.ptbxl, model.config),
        "fold": trial.fold,
        "records": len(records),
        "seed": trial.seed,
        "reader of measured values": model.reader is not None,
        "conditions": rows,
        "how": HOW,
    }


def as_markdown(result: Result) -> str:
    """Tabulate the areas and what is lost."""
    clean = result["conditions"][0]
    alone = next((row for row in result["conditions"] if row["condition"] == ALONE), clean)
    beside = ", with 12 leads joined by the trees on measured values" if result.get("reader of measured values") else ""
    lines = [
        source_line(result),
        f"Encoder{beside}, PTB-XL fold {result['fold']}, n = {result['records']}. Macro AUC with 95 % intervals by "
        "record.",
        "",
        "| | condition | superclass | change | all codes | change |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    group = ""
    for row in result["conditions"]:
        shown = row["group"] if row["group"] != group else ""
        group = row["group"]
        cells = []
        for name in SETS:
            score, before = row[name], (alone if row["group"] == "leads" else clean)[name]
            cells.append(cell({"value": score["auc"], "interval": score["interval"]}))
            known = score["auc"] is not None and before["auc"] is not None and row not in (clean, alone)
            cells.append(f"{score['auc'] - before['auc']:+.3f}" if known else "")
        lines.append(f"| {shown} | {row['condition']} | {' | '.join(cells)} |")
    note = f" {HOW_ALONE}" if alone is not clean else ""
    return "\n".join([*lines, "", f"{result['how']}{note}"])


def plot(result: Result, folder: Path) -> None:
    """Write ``robustness.png`` and ``.svg``."""
    rows = [
        Row(row["condition"], name, row[name]["auc"], row[name]["interval"])
        for row in result["conditions"]
        for name in SETS
    ]
    title = f"{result['model']}, PTB-XL fold {result['fold']}, n = {result['records']}"
    plot_scores(rows, folder, "robustness", title=title, axis="macro AUC")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    add_model(parser)
    add_sample(parser)
    add_workers(parser)


COMMAND = SubCommand(
    "macro AUC of the encoder under noise, with fewer leads, other lengths, wander and other sampling rates",
    add_arguments,
    lambda args: evaluate_robustness(Trial.of(args)),
    as_markdown,
    plot,
)
