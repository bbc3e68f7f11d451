"""ECG-QA: questions with a fixed set of answers about records the model was not trained on."""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from ecg_chat.conversation.tasks import NONE
from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ecgqa import Part, Wording
from ecg_chat.datasets.ptbxl import Record, read_database, training_records
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.asking import Asked, Asker, asker_for
from ecg_chat.evaluation.label_scores import cell
from ecg_chat.evaluation.provenance import provenance, source_line
from ecg_chat.evaluation.ptbxl_fold import usable_records
from ecg_chat.evaluation.qa_questions import ConstantAnswers, Posed, generated_questions, official_questions
from ecg_chat.evaluation.qa_scores import HOW, Answered, qa_scores
from ecg_chat.evaluation.score_plot import Row, plot_scores
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.unseen import (
    Trial,
    add_model,
    add_reading,
    add_sample,
    of_trained_patients,
    refuse_trained,
    sample,
)
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.checkpoint import load_model

MAX_NEW_TOKENS = 96
SHOWN_WRONG = 10
VALIDATION_FOLD = 9
BASELINE_RECORDS = 4000
"""Training records that generated questions are drawn from for the constant answers."""
MODEL, PRIOR, CONSTANT = "model", "model without the ECG", "constant answer"


@dataclasses.dataclass(frozen=True)
class Source:
    """Where questions come from: ``ecgqa`` None means generated from the labels of records of the part."""

    ecgqa: Path | None
    wording: Wording = "template"
    part: Part = "test"
    per_answer: int = 2
    n_questions: int | None = None


def evaluate_qa(trial: Trial, source: Source, *, prior: bool = True) -> Result:
    """Put questions to the model, and to the model without the ECG.

    Parameters
    ----------
    trial : Trial
        Its fold is not looked at: ECG-QA has its own split. With ``no_ecg`` only the language prior is asked.
    source : Source
    prior : bool
        Whether the language prior is asked as well.

    Raises
    ------
    InvalidInput
        When no question is left, or a record was trained on.
    """
    bad = BadRows(trial.on_bad)
    everything = read_database(trial.ptbxl, bad=bad)
    usable, left_out = _usable(everything, source, trial, bad)
    known_bad = len(bad.rows)
    posed, training, about = _questions(everything, usable, source, trial, bad)
    if len(bad.rows) > known_bad:
        print(bad.as_text())
    records = _asked_about(posed, usable)
    if not records:
        raise InvalidInput(f"no question of part {source.part!r} is about a record in {trial.ptbxl}")
    drawn = {r.ecg_id for r in sample(records, trial.n_records, trial.seed)}
    posed = _draw([q for q in posed if q.ecg_id in drawn], source.n_questions, trial.seed)
    records = _asked_about(posed, records)
    model = load_model(trial.model_dir)
    asker = asker_for(trial, records, LocalAssistant(model))
    constant = ConstantAnswers.of(training)
    said = {name: _ask(asker, posed, blind) for name, blind in _askers(trial.no_ecg, prior)}
    said[CONSTANT] = [Answered(q, "", constant.answer(q)) for q in posed]
    return {
        **provenance(trial.ptbxl, model.config),
        "questions": {**about, **left_out},
        "part": source.part,
        "records": len(records),
        "n": len(posed),
        "no_ecg": trial.no_ecg,
        "scores": {name: qa_scores(answered) for name, answered in said.items()},
        "how": HOW,
        "samples": _samples(next(iter(said.values()))),
        "wrong": _samples([a for a in next(iter(said.values())) if not a.right], SHOWN_WRONG),
    }


def _usable(
    everything: Sequence[Record], source: Source, trial: Trial, bad: BadRows
) -> tuple[list[Record], dict[str, int]]:
    """Keep the records of a part of ECG-QA that a model may be asked about, and count those that are left out.

    ECG-QA drew its parts by record and not by patient: some of its test ECGs are of patients of training records. Fold
    9 is left out, because training looked at it after every epoch.
    """
    part = [r for r in everything if r.ecgqa_split == source.part]
    refuse_trained(part, trial.model_dir)
    known = {r.ecg_id for r in of_trained_patients(part, everything, trial.model_dir)}
    of_fold = [r for r in part if r.fold == VALIDATION_FOLD and r.ecg_id not in known]
    kept = [r for r in part if r.fold != VALIDATION_FOLD and r.ecg_id not in known]
    counts = {
        "records of patients that were trained on, left out": len(known),
        f"records of fold {VALIDATION_FOLD}, left out": len(of_fold),
    }
    return usable_records(trial.ptbxl, kept, bad), counts


def _questions(
    everything: Sequence[Record], usable: Sequence[Record], source: Source, trial: Trial, bad: BadRows
) -> tuple[list[Posed], list[Posed], dict[str, Any]]:
    """Questions to ask, questions that constant answers are learned from, and a description of them."""
    if source.ecgqa is not None:
        posed, left_out = official_questions(source.ecgqa, source.wording, source.part, bad)
        at_hand = {r.ecg_id for r in usable}
        asked = [q for q in posed if q.ecg_id in at_hand]
        training, _ = official_questions(source.ecgqa, source.wording, "train", bad)
        about = {
            "from": f"official files, {source.wording}",
            "about two ECGs, left out": dict(left_out),
            "about records not at hand or left out": len(posed) - len(asked),
        }
        return asked, training, about
    split = sample(usable, trial.n_records, trial.seed) if usable else []
    learned_from = sample(training_records(everything), BASELINE_RECORDS, trial.seed)
    about = {"from": "generated from PTB-XL's labels in ECG-QA's wording", "for each answer": source.per_answer}
    return (
        generated_questions(split, trial.seed, source.per_answer),
        generated_questions(learned_from, trial.seed + 1, 10 * source.per_answer),
        about,
    )


def _asked_about(posed: Sequence[Posed], records: Sequence[Record]) -> list[Record]:
    ids = {q.ecg_id for q in posed}
    return [r for r in records if r.ecg_id in ids]


def _draw(posed: list[Posed], n: int | None, seed: int) -> list[Posed]:
    return posed if n is None or n >= len(posed) else random.Random(seed).sample(posed, n)


def _askers(no_ecg: bool, prior: bool) -> list[tuple[str, bool]]:
    return [*([] if no_ecg else [(MODEL, False)]), *([(PRIOR, True)] if no_ecg or prior else [])]


def _ask(asker: Asker, posed: Sequence[Posed], blind: bool) -> list[Answered]:
    one = dataclasses.replace(asker, no_ecg=blind)
    texts = one.answers([Asked(q.ecg_id, q.question) for q in posed], MAX_NEW_TOKENS, PRIOR if blind else MODEL)
    return [Answered.of(q, text) for q, text in zip(posed, texts, strict=True)]


def _samples(answered: Sequence[Answered], n: int = 20) -> list[dict[str, object]]:
    kept = random.Random(0).sample(list(answered), min(n, len(answered)))
    return [
        {"ecg_id": a.posed.ecg_id, "q": a.posed.question, "a": a.text, "right": sorted(a.posed.answer)} for a in kept
    ]


def as_markdown(result: Result) -> str:
    """Tabulate exact matches by question type and by template."""
    scores = result["scores"]
    first = next(iter(scores.values()))
    head = ["n", *(f"{name} (not understood)" if name != CONSTANT else name for name in scores)]
    lines = [
        source_line(result),
        f"ECG-QA, {result['questions']['from']}, part {result['part']}: {result['n']} questions about "
        f"{result['records']} records. Exact match with 95 % intervals by record.",
        *_left_out(result["questions"]),
        "",
        f"| questions | {' | '.join(head)} |",
        "| --- " * (len(head) + 1) + "|",
    ]
    for kind, label in (("types", ""), ("templates", "template ")):
        for key, row in first[kind].items():
            cells = [_cell(name, one[kind][key]) for name, one in scores.items()]
            lines.append(f"| {label}{key} | {row['n']} | {' | '.join(cells)} |")
        if kind == "types":
            means = " | ".join(cell(one["mean over types"]) for one in scores.values())
            lines.append(f"| mean over types | {result['n']} | {means} |")
    return "\n".join([*lines, "", result["how"], *_wrong(result["wrong"])])


def _left_out(about: dict[str, Any]) -> list[str]:
    """Say what is left out and how much of it; nothing where nothing is."""
    parts = [f"{what}: {n}" for what, n in about.items() if "left out" in what and isinstance(n, int) and n]
    return [f"({'; '.join(parts)})"] if parts else []


def _wrong(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Tabulate wrong answers, drawn at random and not chosen."""
    lines = [
        f"| {row['ecg_id']} | {row['q']} | {row['a'] or '(nothing)'} | {'; '.join(row['right']) or NONE} |"
        for row in rows
    ]
    head = [f"Wrong answers, {len(rows)} drawn at random:", "", "| ECG | question | answer | right |"]
    return ["", *head, "| --- | --- | --- | --- |", *lines] if rows else []


def _cell(name: str, row: dict[str, Any]) -> str:
    return cell(row["exact match"]) + (f" ({row['unparsed']})" if name != CONSTANT else "")


def plot(result: Result, folder: Path) -> None:
    """Write ``qa.png`` and ``.svg``."""
    rows = [
        Row(key, name, row["exact match"]["value"], row["exact match"]["interval"])
        for name, one in result["scores"].items()
        for key, row in one["types"].items()
    ]
    title = f"{result['model']}, ECG-QA {result['part']}, {result['n']} questions"
    plot_scores(rows, folder, "qa", title=title, axis="exact match")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    add_model(parser)
    parser.add_argument("--ecgqa", type=Path, metavar="DIR", help="official files (default: questions are generated)")
    parser.add_argument("--wording", choices=get_args(Wording), default="template", help="of the official files")
    parser.add_argument("--part", choices=get_args(Part), default="test", help="of ECG-QA's own split")
    parser.add_argument("--per-answer", type=int, default=2, metavar="N", help="ECGs for each generated answer")
    parser.add_argument("--questions", type=int, metavar="N", help="size of a sample of questions (default all)")
    parser.add_argument("--skip-prior", action="store_true", help="do not ask without the ECG as well")
    add_sample(parser, fold=None)
    add_reading(parser)


COMMAND = SubCommand(
    "ECG-QA: exact match by question type and template, beside the language prior and a constant answer",
    add_arguments,
    lambda args: evaluate_qa(
        Trial.of(args),
        Source(args.ecgqa, args.wording, args.part, args.per_answer, args.questions),
        prior=not args.skip_prior,
    ),
    as_markdown,
    plot,
)
