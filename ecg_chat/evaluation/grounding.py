"""What the model itself says on unseen records: its claims against measurements, its yes and no against labels."""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecg_chat.chat.grounding import check
from ecg_chat.chat.safety import screen
from ecg_chat.conversation.types import Audience
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.evaluation.asking import Asked, Asker, asker_for
from ecg_chat.evaluation.claim_shares import HOW, VERDICTS, claim_shares
from ecg_chat.evaluation.label_scores import cell
from ecg_chat.evaluation.provenance import provenance, source_line
from ecg_chat.evaluation.score_plot import Row, plot_scores
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.unseen import Trial, add_trial, unseen_records
from ecg_chat.evaluation.verify_questions import agreement, verify
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.checkpoint import load_model

QUESTIONS: Mapping[Audience, Mapping[str, str]] = {
    "clinician": {
        "interpretation": "Interpret this ECG.",
        "report": "Write a report.",
        "rhythm": "What is the rhythm?",
        "rate": "What is the heart rate?",
        "intervals": "What are the intervals?",
        "axis": "What is the axis?",
        "ST segment": "Is there ST elevation?",
        "normal or not": "Is this ECG normal?",
    },
    "patient": {
        "interpretation": "What does my ECG show?",
        "rhythm": "Is my heartbeat regular?",
        "rate": "How fast is my heart beating?",
        "normal or not": "Is my ECG normal?",
        "danger": "Is this dangerous?",
    },
}
"""One question of each kind for each audience, each asked in a conversation of its own."""
MAX_NEW_TOKENS = 320
SAMPLES = 40
ALL = "all kinds"


def evaluate_grounding(trial: Trial) -> Result:
    """Ask one question of each kind about each record and count how the claims come out.

    Raises
    ------
    InvalidInput
        When a record was trained on, or the fold is not there.
    """
    records = unseen_records(trial)
    model = load_model(trial.model_dir)
    asker = asker_for(trial, records, LocalAssistant(model))
    samples: list[dict[str, object]] = []
    claims = {audience: _of_audience(audience, asker, records, samples) for audience in QUESTIONS}
    verified = verify(asker, records, random.Random(trial.seed), MAX_NEW_TOKENS)
    return {
        **provenance(trial.ptbxl, model.config),
        "fold": trial.fold,
        "records": len(records),
        "no_ecg": trial.no_ecg,
        "claims": claims,
        "verify": agreement(verified),
        "how": HOW,
        "samples": samples,
    }


def _of_audience(
    audience: Audience, asker: Asker, records: Sequence[Record], samples: list[dict[str, object]]
) -> dict[str, object]:
    by_kind: dict[str, object] = {}
    pooled = [Counter[str]() for _ in records]
    for kind, question in QUESTIONS[audience].items():
        asked = [Asked(record.ecg_id, question, audience) for record in records]
        answers = asker.answers(asked, MAX_NEW_TOKENS, f"{audience}, {kind}")
        verdicts = [verdicts_of(asker, a, text) for a, text in zip(asked, answers, strict=True)]
        by_kind[kind] = {"question": question, **claim_shares(verdicts, len(answers))}
        for sums, counts in zip(pooled, verdicts, strict=True):
            sums.update(counts)
        kept = SAMPLES // sum(len(q) for q in QUESTIONS.values())
        samples += [
            {"ecg_id": a.ecg_id, "audience": audience, "q": question, "a": text}
            for a, text in zip(asked[:kept], answers, strict=False)
        ]
    n_answers = len(records) * len(by_kind)
    return {ALL: claim_shares(pooled, n_answers), **by_kind}


def verdicts_of(asker: Asker, asked: Asked, answer: str) -> Counter[str]:
    """Judge what would be shown of an answer, as the page does."""
    shown = screen(answer, complete=True)
    return Counter(claim.verdict for claim in check(shown.checkable, asker.readings[asked.ecg_id], asked.question))


def as_markdown(result: Result) -> str:
    """Tabulate the verdicts and the agreement."""
    ecg = ", **without the ECG**" if result["no_ecg"] else ""
    lines = [
        source_line(result),
        f"PTB-XL fold {result['fold']}, n = {result['records']}{ecg}. 95 % intervals by record.",
        "",
        "| audience | question | claims an answer | supported | contradicted | not checkable |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for audience, kinds in result["claims"].items():
        for kind, row in kinds.items():
            shares = " | ".join(cell(row[v]) for v in VERDICTS)
            lines.append(f"| {audience} | {kind} | {row['claims per answer']} | {shares} |")
    return "\n".join([*lines, "", _agreement(result["verify"]), "", result["how"]])


def _agreement(verified: dict[str, Any]) -> str:
    parts = [f"{name} {cell(verified[name])}, n = {verified[name]['n']}" for name in ("sensitivity", "specificity")]
    return (
        f'"Is there …?" against the labels: {"; ".join(parts)} (Wilson intervals); {verified["unparsed"]} of '
        f"{verified['n']} answers began neither with yes, no nor possibly and count as wrong."
    )


def plot(result: Result, folder: Path) -> None:
    """Write ``grounding.png`` and ``.svg``: the share of contradicted claims."""
    rows = [
        Row(kind, audience, row["contradicted"]["value"], row["contradicted"]["interval"])
        for audience, kinds in result["claims"].items()
        for kind, row in kinds.items()
    ]
    title = f"{result['model']}, PTB-XL fold {result['fold']}, n = {result['records']}"
    plot_scores(rows, folder, "grounding", title=title, axis="share of claims that the measurements contradict")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this evaluation takes."""
    add_trial(parser, records=60)


COMMAND = SubCommand(
    "claims in the model's answers: share supported, contradicted, not checkable; yes and no against labels",
    add_arguments,
    lambda args: evaluate_grounding(Trial.of(args)),
    as_markdown,
    plot,
)
