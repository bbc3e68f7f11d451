"""Reports that the model writes against reference reports."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl import Record, read_database
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.asking import Asked, asker_for
from ecg_chat.evaluation.bert_score import bert_scores
from ecg_chat.evaluation.label_scores import cell
from ecg_chat.evaluation.provenance import file_version, provenance, source_line
from ecg_chat.evaluation.ptbxl_fold import usable_records
from ecg_chat.evaluation.score_plot import Row, plot_scores
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.text_metrics import HOW, text_scores
from ecg_chat.evaluation.unseen import (
    Trial,
    add_model,
    add_reading,
    add_sample,
    refuse_trained,
    refuse_trained_patients,
    sample,
)
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.checkpoint import load_model

QUESTION = "Write a report."
MAX_NEW_TOKENS = 320
SAMPLES = 10
BERT_LAYER = 17
"""Of roberta-large, the choice of the metric's authors for English."""
MODEL, ALWAYS_SAME = "model", "the most frequent reference, always"
NO_BERT = "not computed: no model for it is at hand"


def evaluate_report(
    trial: Trial, reports: Path, question: str = QUESTION, bert: tuple[Path, int] | None = None
) -> Result:
    """Ask for a report about every record that has a reference, and compare.

    Parameters
    ----------
    trial : Trial
        Its fold is not looked at: the references say which records.
    reports : Path
        See `read_references`.
    question : str
    bert : (Path, int), optional
        Folder of the encoder for BERTScore, and the layer.

    Raises
    ------
    InvalidInput
        When the file cannot be read, holds no record that is at hand, or a record was trained on.
    """
    references = read_references(reports)
    bad = BadRows(trial.on_bad)
    everything = read_database(trial.ptbxl, bad=bad)
    records = usable_records(trial.ptbxl, [r for r in everything if r.ecg_id in references], bad)
    if not records:
        raise InvalidInput(f"none of the {len(references)} records of {reports.name} is in {trial.ptbxl}")
    refuse_trained(records, trial.model_dir)
    refuse_trained_patients(records, everything, trial.model_dir)
    n_at_hand = len(records)
    records = sample(records, trial.n_records, trial.seed)
    model = load_model(trial.model_dir)
    asker = asker_for(trial, records, LocalAssistant(model))
    said = asker.answers([Asked(r.ecg_id, question) for r in records], MAX_NEW_TOKENS, "reports")
    wanted = [references[r.ecg_id] for r in records]
    frequent = Counter(wanted).most_common(1)[0][0]
    return {
        **provenance(trial.ptbxl, model.config),
        "references": {**file_version(reports), "reports": len(references), "at hand": n_at_hand},
        "folds": sorted({r.fold for r in records}),
        "records": len(records),
        "no_ecg": trial.no_ecg,
        "question": question,
        "scores": {MODEL: text_scores(said, wanted), ALWAYS_SAME: text_scores([frequent] * len(wanted), wanted)},
        "BERTScore": bert_scores(said, wanted, *bert) if bert is not None else NO_BERT,
        "always the same": frequent,
        "how": HOW,
        "samples": _samples(records, said, wanted),
    }


def read_references(path: Path) -> Mapping[int, str]:
    """Read reference reports: JSON lines, each with ``ecg_id`` and ``report``.

    Raises
    ------
    InvalidInput
        When the file is missing, a line is no such object, or an id repeats.
    """
    if not path.is_file():
        raise InvalidInput(f"{path} is not a file; expected JSON lines with ecg_id and report")
    found: dict[int, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            ecg_id, report = int(entry["ecg_id"]), str(entry["report"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(f"line {number} of {path.name} is not an object with ecg_id and report") from error
        if ecg_id in found:
            raise InvalidInput(f"line {number} of {path.name} repeats record {ecg_id}, expected each once")
        found[ecg_id] = report
    return found


def _samples(records: Sequence[Record], said: Sequence[str], wanted: Sequence[str]) -> list[dict[str, object]]:
    rows = list(zip(records, said, wanted, strict=True))[:SAMPLES]
    return [{"ecg_id": record.ecg_id, "said": text, "reference": report} for record, text, report in rows]


def as_markdown(result: Result) -> str:
    """Tabulate the metrics."""
    ecg = ", **without the ECG**" if result["no_ecg"] else ""
    names = list(result["scores"][MODEL])
    lines = [
        source_line(result),
        f'{result["references"]["file"]}, n = {result["records"]}{ecg}, asked "{result["question"]}". '
        "95 % intervals by record.",
        "",
        f"| metric | {' | '.join(result['scores'])} |",
        "| --- " * (len(result["scores"]) + 1) + "|",
    ]
    lines += [
        f"| {name} | {' | '.join(cell(scores[name]) for scores in result['scores'].values())} |" for name in names
    ]
    lines.append(f"| BERTScore | {_bert_cell(result['BERTScore'])} |" + " |" * (len(result["scores"]) - 1))
    return "\n".join([*lines, "", f'Always the same: "{result["always the same"]}" {result["how"]}'])


def _bert_cell(score: str | dict[str, object]) -> str:
    if isinstance(score, str):
        return score
    return f"{cell(score)}, {score['model']}, layer {score['layer']}"


def plot(result: Result, folder: Path) -> None:
    """Write ``report.png`` and ``.svg``; CIDEr-D is divided by ten, so that it shares the axis."""
    rows = []
    for series, scores in result["scores"].items():
        for name, score in scores.items():
            scale, label = (0.1, "CIDEr-D / 10") if name == "CIDEr-D" else (1.0, name)
            interval = [scale * v for v in score["interval"]] if score["interval"] else None
            rows.append(Row(label, series, scale * score["value"], interval))
    title = f"{result['model']}, {result['references']['file']}, n = {result['records']}"
    plot_scores(rows, folder, "report", title=title, axis="score")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    add_model(parser)
    parser.add_argument("--reports", type=Path, required=True, metavar="FILE", help="JSON lines: ecg_id, report")
    parser.add_argument("--question", default=QUESTION, help=f'what is asked (default "{QUESTION}")')
    parser.add_argument("--bert", type=Path, metavar="DIR", help="encoder for BERTScore, in transformers' layout")
    parser.add_argument("--bert-layer", type=int, default=BERT_LAYER, help=f"its layer (default {BERT_LAYER})")
    add_sample(parser, fold=None)
    add_reading(parser)


COMMAND = SubCommand(
    "reports that the model writes against references: BLEU, METEOR, ROUGE, CIDEr-D",
    add_arguments,
    lambda args: evaluate_report(
        Trial.of(args),
        args.reports,
        args.question,
        (args.bert, args.bert_layer) if args.bert is not None else None,
    ),
    as_markdown,
    plot,
)
