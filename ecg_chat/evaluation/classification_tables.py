"""Tables of a classification result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecg_chat.evaluation.label_scores import cell
from ecg_chat.evaluation.provenance import source_line
from ecg_chat.evaluation.score_plot import Row, plot_scores
from ecg_chat.evaluation.sub_command import Result

HOW_AREA = (
    "Macro AUC of an answer: how likely the first token of each of the five answers is. Of the encoder: its "
    "probabilities of the five classes."
)
SCORES = ("accuracy", "precision", "recall", "F1")
ROWS = (("one", "one letter"), ("all", "all that apply"), ("encoder", "encoder, most probable of the five"))


def as_markdown(result: Result) -> str:
    """Write the tables, and below them how their figures are computed."""
    ecg = ", **without the ECG**" if result["no_ecg"] else ""
    lines = [
        source_line(result),
        f"PTB-XL fold {result['fold']}, n = {result['records']}{ecg}. 95 % intervals by record.",
    ]
    lines += _encoder(result) if "encoder" in result else []
    lines += _prompts(result["prompts"], result["prompt records"]) if "prompts" in result else []
    return "\n".join([*lines, "", *_notes(result)])


def plot(result: Result, folder: Path) -> None:
    """Write ``classification_encoder`` and ``classification_prompts``, each as PNG and SVG, where scored."""
    title = f"{result['model']}, PTB-XL fold {result['fold']}, n = {result['records']}"
    if "encoder" in result:
        sets = result["encoder"]["12 leads"]
        rows = [Row(name, "macro AUC", s["auc"], s["interval"]) for name, s in sets.items()]
        rows += [Row(name, "F1", s["yes/no"]["F1"]["value"], s["yes/no"]["F1"]["interval"]) for name, s in sets.items()]
        plot_scores(rows, folder, "classification_encoder", title=f"Encoder of {title}", axis="score")
    if "prompts" in result:
        rows = [
            Row(task, words, kinds[key]["F1"]["value"], kinds[key]["F1"]["interval"])
            for task, kinds in result["prompts"].items()
            for key, words in ROWS
            if key in kinds
        ]
        plot_scores(rows, folder, "classification_prompts", title=title, axis="macro F1")


def _encoder(result: Result) -> list[str]:
    encoder = result["encoder"]
    before = encoder["thresholds chosen on"]
    beside = ", with 12 leads joined by the trees on measured values" if result.get("reader of measured values") else ""
    lines = [
        "",
        f"Encoder{beside}; thresholds chosen on {before['records']} records of fold {before['fold']}.",
        "",
        "| leads | labels | n | macro AUC | accuracy | precision | recall | F1 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for leads, sets in encoder.items():
        if leads == "thresholds chosen on":
            continue
        for name, scores in sets.items():
            area = cell({"value": scores["auc"], "interval": scores["interval"]})
            shown = [cell(scores["yes/no"][s]) if "yes/no" in scores else "" for s in SCORES]
            lines.append(f"| {leads} | {name} | {scores['n']} | {area} | {' | '.join(shown)} |")
    return lines


def _prompts(prompts: dict[str, Any], n_records: int) -> list[str]:
    lines = [
        "",
        "Language model on the prompts of Yang et al. 2025, Table 1 (one letter), and on the same five classes to name "
        f"all that apply; {n_records} records.",
        "",
        "| task | answer | n | not understood | macro AUC | accuracy | precision | recall | F1 | F1, one label (n) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for task, kinds in prompts.items():
        for key, words in ROWS:
            if key in kinds:
                lines.append(f"| {task} | {words} | {_prompt_cells(kinds[key])} |")
    return lines


def _prompt_cells(scores: dict[str, Any]) -> str:
    single = scores.get("one label")
    alone = f"{cell(single['F1'])} ({single['n']})" if single is not None else ""
    area = scores.get("area")
    shown = cell({"value": area["auc"], "interval": area["interval"]}) if area is not None else ""
    return " | ".join([str(scores["n"]), str(scores["unparsed"]), shown, *(cell(scores[s]) for s in SCORES), alone])


def _notes(result: Result) -> list[str]:
    how = result["how"]
    notes = []
    if "encoder" in result:
        notes.append(f"- Labels: any likelihood counts as present. {how['labels']}")
        notes.append(
            "- Superclass, sub-class, diagnostic, form and rhythm are scored on the records that have any of those "
            "labels (as Strodthoff et al. 2021), all codes on all. A sub-class has the highest probability among its "
            "codes."
        )
    if "prompts" in result:
        notes += [f"- {how['one']}", f"- {how['all']}", f"- {HOW_AREA}"]
        notes.append("- Each task is asked about the records that have at least one of its five labels.")
    return notes
