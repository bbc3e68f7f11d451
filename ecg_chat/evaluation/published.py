"""A model's figures beside published ones: the first table of its card.

Published figures are from whole fold 10, other splits or other selections of questions, as their papers say; they say
where the field stands and are not compared test for test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ecg_chat.evaluation.collected import WITHOUT_ECG
from ecg_chat.evaluation.sub_command import Result

OVERVIEW = "card"
"""Name of the card's block that this table stands in."""
BENCHMARK = "resnet1d_wang, xresnet1d101 (Strodthoff et al. 2021)"
_TYPES = ("scores", "model", "types")


@dataclass(frozen=True)
class Row:
    """One figure: what it is, what was published, the evaluation that has it and the place in its result.

    ``beside`` are further places of the same evaluation, by the words that follow the figure.
    """

    what: str
    published: str
    kind: str
    place: Sequence[str]
    beside: Mapping[str, Sequence[str]]
    form: str = ""
    """How a figure without interval is written, such as ".1f"; "" for a share or an area."""


def _row(what: str, published: str, kind: str, *place: str, beside: Mapping[str, Sequence[str]] | None = None) -> Row:
    return Row(what, published, kind, place, beside or {})


def _qa_row(name: str, published: str) -> Row:
    beside = {"without the ECG": "model without the ECG", "constant answer": "constant answer"}
    others = {word: ("scores", scored, "types", name, "exact match") for word, scored in beside.items()}
    return _row(f"ECG-QA {name}, exact match", published, "qa", *_TYPES, name, "exact match", beside=others)


def _area_row(labels: str, published: str) -> Row:
    beside = {"encoders alone": ("encoder", "12 leads, encoders alone", labels)}
    return _row(
        f"{labels}, encoder, macro AUC", published, "classification", "encoder", "12 leads", labels, beside=beside
    )


ROWS = (
    _area_row("superclass", f".930 {BENCHMARK}"),
    _area_row("rhythm", ".957 (the same)"),
    _area_row("form", ".899 (the same)"),
    _area_row("all codes", ".925 (the same)"),
    _row("superclass with I and II, encoder, macro AUC", "–", "classification", "encoder", "I and II", "superclass"),
    _row("superclass with I, encoder, macro AUC", "–", "classification", "encoder", "I", "superclass"),
    _row(
        "superclass, own answers, all that apply, macro F1", "GEM .758, PULSE .748",
        "classification", "prompts", "diagnostic", "all", "F1",
    ),
    _row(
        "superclass, own answers, one letter, macro F1", "ECG-LM .647",
        "classification", "prompts", "diagnostic", "one", "F1",
    ),
    _row(
        "superclass, own answers, macro AUC of the letters", "–",
        "classification", "prompts", "diagnostic", "one", "area",
    ),
    _row(
        "five rhythms, own answers, one letter, macro F1", "ECG-LM .524",
        "classification", "prompts", "rhythm", "one", "F1",
    ),
    _row(
        "five forms, own answers, one letter, macro F1", "ECG-LM .570", "classification", "prompts", "form", "one", "F1"
    ),
    _qa_row("single-verify", "ECG-LM .758 (official questions)"),
    _qa_row("single-choose", "ECG-LM .574 (official questions)"),
    _qa_row("single-query", "ECG-LM .399 (official questions)"),
    _row(
        "contradicted claims, clinician, usual questions", "–",
        "grounding", "claims", "clinician", "all kinds", "contradicted",
    ),
    _row(
        "contradicted claims, patient, usual questions", "–",
        "grounding", "claims", "patient", "all kinds", "contradicted",
    ),
    _row(
        "contradicted claims, clinician, questions not trained on", "–",
        "wordings", "claims", "clinician", "contradicted",
    ),
    _row(
        "contradicted claims, patient, questions not trained on", "–", "wordings", "claims", "patient", "contradicted"
    ),
    Row("weights, million bytes", "–", "speed", ("weights_mb",), {}, ".1f"),
    Row("first token, s", "–", "speed", ("times", "first_token_s"), {}, ".2f"),
    Row("tokens a second", "–", "speed", ("times", "tokens_per_s"), {}, ".0f"),
    _row("questions in words that were not trained on, answered", "–", "wordings", "answered", "all kinds"),
    _row("the same among statements on other things, answered", "–", "wordings", "answered", "among statements"),
)  # fmt: skip


def published_table(results: Mapping[str, Result]) -> str:
    """Tabulate the figures that `results` (by evaluation) have, those of language alone beside them.

    Rows of evaluations that were not run are left out.
    """
    lines = ["| | published | here |", "| --- | --- | --- |"]
    for row in ROWS:
        if row.kind not in results:
            continue
        result = results[row.kind]
        here = [_figure(result, row.place) if not row.form else _plain(result, row)]
        here += [f"{word} {_value(_at(result, place))}" for word, place in row.beside.items() if _at(result, place)]
        blind = _at(results.get(row.kind + WITHOUT_ECG, {}), row.place)
        here += [f"without the ECG {_value(blind)}"] if blind else []
        lines.append(f"| {row.what}{_questions(result)} | {row.published} | {'; '.join(here)} |")
    return "\n".join(lines)


def _questions(result: Result) -> str:
    """Say whether questions were generated; the published figures are from official ones."""
    source = str(_at(result, ("questions",)).get("from", ""))
    return ", generated questions" if source.startswith("generated") else ""


def _at(result: Mapping[str, object], place: Sequence[str]) -> Mapping[str, object]:
    """Return what stands at a place; empty if nothing does."""
    for key in place:
        inner = result.get(key)
        if not isinstance(inner, Mapping):
            return {}
        result = cast(Mapping[str, object], inner)
    return result


def _value(found: Mapping[str, object]) -> str:
    value = found.get("value", found.get("auc"))
    return "not measured" if value is None else f"{cast(float, value):.3f}"


def _plain(result: Result, row: Row) -> str:
    value = _at(result, row.place[:-1]).get(row.place[-1])
    return "not measured" if value is None else format(cast(float, value), row.form)


def _figure(result: Result, place: Sequence[str]) -> str:
    found = _at(result, place)
    interval = found.get("interval")
    if not isinstance(interval, Sequence):
        return _value(found)
    low, high = (cast(float, bound) for bound in interval)
    return f"{_value(found)} ({low:.3f}-{high:.3f})"
