"""How well the encoder of a model folder finds PTB-XL's superclasses and codes on records it was not trained on."""

from __future__ import annotations

import argparse
import importlib.metadata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from ecg_chat.datasets.bad_rows import OnBad
from ecg_chat.datasets.ptbxl import (
    SUPERCLASSES,
    Labels,
    Record,
    label_matrix,
    read_signals,
    read_statement_table,
)
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.metrics import bootstrap_interval, macro_auc
from ecg_chat.evaluation.ptbxl_fold import add_on_bad, fold_records
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.network.checkpoint import load_model
from ecg_chat.network.prediction import predict
from ecg_chat.settings import Settings

Array = NDArray[np.float32]
LEAD_SETS = {"12 leads": tuple(range(12)), "I and II": (0, 1), "I": (0,)}
SHAPE_CLASSES = ("diagnostic", "form", "rhythm")


def evaluate_classification(ptbxl: Path, model_dir: Path, fold: int = 10, *, on_bad: OnBad = "refuse") -> Result:
    """Measure areas under the ROC curve with 95 % bootstrap intervals.

    Parameters
    ----------
    ptbxl : Path
        PTB-XL in its publisher's layout; may hold a part of a fold.
    model_dir : Path
    fold : int
        Fold to test on.
    on_bad : {"refuse", "skip"}
        What happens to bad rows and records; skipped ones are counted and printed.

    Raises
    ------
    InvalidInput
        When a record of the fold was trained on, or the fold is not there.
    """
    model = load_model(model_dir)
    records = fold_records(ptbxl, fold, on_bad)
    if not records:
        raise InvalidInput(f"no record of fold {fold} is in {ptbxl}")
    refuse_trained(records, model_dir)
    table = {code: row for code, row in read_statement_table(ptbxl).items() if code in model.config.codes}
    labels = label_matrix(records, table)
    order = [tuple(table).index(code) for code in model.config.codes]
    labels = Labels(labels.superclasses, labels.codes[:, order], labels.has_superclass)
    signals = np.array(read_signals(ptbxl, records))
    result: Result = {
        "model": model.config.name,
        "revision": model.config.revision,
        "date": datetime.now(UTC).date().isoformat(),
        "fold": fold,
        "records": len(records),
        "torch": importlib.metadata.version("torch"),
    }
    for name, slots in LEAD_SETS.items():
        presence = np.zeros(12, np.float32)
        presence[list(slots)] = 1
        superclass, codes, _ = predict(model.encoder, signals, presence)
        result[name] = _scores(superclass, codes, labels, model.config.codes, table, full=name == "12 leads")
    return result


def refuse_trained(records: Sequence[Record], model_dir: Path) -> None:
    """Refuse to test on records that the model was trained on.

    Raises
    ------
    InvalidInput
        Naming how many there are; also when the model does not say what it was trained on.
    """
    path = model_dir / "trained_ids.txt"
    if not path.is_file():
        raise InvalidInput(f"model {model_dir.name} has no trained_ids.txt; without it no record can be called unseen")
    trained = {int(line) for line in path.read_text(encoding="utf-8").split()}
    seen = [r.ecg_id for r in records if r.ecg_id in trained]
    if seen:
        raise InvalidInput(
            f"{len(seen)} of {len(records)} records were trained on (first: {seen[0]}), expected none; "
            "choose another fold"
        )


def as_markdown(result: Result) -> str:
    """Tabulate the areas under the curve."""
    lines = [
        f"Model {result['model']} ({result['revision']}), PTB-XL fold {result['fold']}, n = {result['records']}.",
        "",
        "| leads | task | macro AUC | 95 % interval |",
        "| --- | --- | --- | --- |",
    ]
    for leads in LEAD_SETS:
        scores = result[leads]
        for task, score in scores.items():
            if isinstance(score, dict) and "auc" in score:
                low, high = score["interval"]
                lines.append(f"| {leads} | {task} | {score['auc']:.3f} | {low:.3f}-{high:.3f} |")
    return "\n".join(lines)


def _scores(
    superclass: Array,
    codes: Array,
    labels: Labels,
    names: tuple[str, ...],
    table: dict[str, dict[str, str]],
    *,
    full: bool,
) -> dict[str, object]:
    """Score each task; records without a superclass are left out of the superclass task, as in the benchmark."""
    known = labels.has_superclass
    truth, score = labels.superclasses[known], superclass[known]
    scores: dict[str, object] = {"superclass": _auc(truth, score) | {"n": int(known.sum())}}
    if not full:
        return scores
    scores["superclass F1 at 0.5"] = round(float(f1_score(truth, score > 0.5, average="macro", zero_division=0)), 4)
    scores["per superclass"] = {
        name: round(macro_auc(truth[:, k : k + 1], score[:, k : k + 1]), 4) for k, name in enumerate(SUPERCLASSES)
    }
    for kind in SHAPE_CLASSES:
        columns = [k for k, code in enumerate(names) if table[code][kind]]
        has_any = labels.codes[:, columns].any(axis=1)
        scores[kind] = _auc(labels.codes[has_any][:, columns], codes[has_any][:, columns]) | {"n": int(has_any.sum())}
    scores["all codes"] = _auc(labels.codes, codes) | {"n": len(codes)}
    return scores


def _auc(truth: Array, score: Array) -> dict[str, object]:
    low, high = bootstrap_interval(macro_auc, truth, score, n=200)
    return {"auc": round(macro_auc(truth, score), 4), "interval": [round(low, 4), round(high, 4)]}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument("--ptbxl", type=Path, required=True, metavar="DIR", help="PTB-XL in its publisher's layout")
    parser.add_argument("--model", type=Path, default=Settings().model_dir, metavar="DIR", help="model folder")
    parser.add_argument("--fold", type=int, default=10)
    add_on_bad(parser)


COMMAND = SubCommand(
    "areas under the ROC curve of the encoder on PTB-XL",
    add_arguments,
    lambda args: evaluate_classification(args.ptbxl, args.model, args.fold, on_bad=args.on_bad),
    as_markdown,
)
