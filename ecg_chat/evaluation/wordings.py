"""Whether the model answers what was asked, when it is asked in words that it was not trained on.

The questions (``unseen_wordings.json``) were written without sight of the phrases for training, and a test keeps the
two apart. Some stand among statements that tell more than is asked ("I take bisoprolol. Is my heart regular?"); these
are counted on their own. Whether an answer is about what was asked is judged by rules: it has to speak of the value,
the finding or the refusal that the question calls for. Its claims are held against the measurements as on the page.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ecg_chat.chat.sentences import sentence
from ecg_chat.chat.statement_words import statement_mentions
from ecg_chat.conversation.types import Audience
from ecg_chat.evaluation.asking import Asked, asker_for
from ecg_chat.evaluation.claim_shares import HOW as CLAIMS
from ecg_chat.evaluation.claim_shares import VERDICTS, claim_shares
from ecg_chat.evaluation.grounding import verdicts_of
from ecg_chat.evaluation.label_scores import cell
from ecg_chat.evaluation.provenance import provenance, source_line
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.unseen import Trial, add_trial, unseen_records
from ecg_chat.evaluation.verify_questions import proportion, said
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.checkpoint import load_model
from ecg_chat.statements.catalogue import load_catalogue

MAX_NEW_TOKENS = 320
SHOWN_MISSED, SHOWN_CHARS = 6, 240
ALL, AMONG = "all kinds", "among statements"
AUDIENCES: tuple[Audience, ...] = ("clinician", "patient")
ANSWERED = (
    "A question counts as answered if the answer speaks of what was asked for (a value, a finding by name, a refusal). "
    "Wilson intervals."
)
_ABOUT: Mapping[str, str] = {
    "interpret": r"confirm this reading|QTc|Conclusion:",
    "report": r"Conclusion:",
    "rhythm": r"rhythm is|beats (?:are|come)|rhythm at \d|P wave precedes",
    "rate": r"heart rate (?:is|could)|heart beat \d",
    "intervals": r"\bPR\b.*\bQRS\b.*\bQTc?\b",
    "t lead": r"\bT (?:is|in)\b|\bT waves?\b",
    "st lead": r"\bST (?:in|is)\b",
    "normal": r"^(?:Yes|No|Possibly|There are signs of)\b.*(?:abnormality|normal|signs of|single finding)",
    "group": r"^(?:Yes|No|Possibly)\b",
    "quality": r"flagged|impaired|swapped",
    "dose": r"not advise on medicines",
    "decide": r"cannot decide|decision is yours",
    "off topic": r"only help with this ECG",
    "danger": r"cannot judge that from an ECG alone",
    "do": r"cannot judge that from an ECG alone",
    "life": r"cannot answer that",
    "attack": r"neither confirm nor rule out",
    "red flag": r"needs help now|as an emergency",
    "mild": r"Since when|needs help now",
    "promise": r"cannot promise|cannot confirm",
    "who": r"small language model",
    "thanks": r"You are welcome",
    "hello": r"^Hello",
}
_IN_FIRST_SENTENCE: Mapping[str, str] = {
    "pr": r"\bPR\b",
    "qrs": r"\bQRS\b(?! axis)",
    "qtc": r"\bQTc?\b",
    "axis": r"\baxis\b",
    "st": r"\bST\b|\bT is inverted|\bT waves?\b",
}


@dataclass(frozen=True)
class Wording:
    """One question; ``code`` is the statement that it is about, "" if it is about none.

    ``among_statements`` says that the message also tells things that are not asked about.
    """

    audience: Audience
    kind: str
    code: str
    question: str
    among_statements: bool = False


@cache
def unseen_wordings() -> tuple[Wording, ...]:
    """Return the questions that no model of this project may be trained on."""
    rows = json.loads((Path(__file__).parent / "unseen_wordings.json").read_text(encoding="utf-8"))
    return tuple(Wording(**row) for row in rows)


def answers_it(wording: Wording, answer: str) -> bool:
    """Whether an answer is about what a question asks for."""
    if wording.code:
        return _about_statement(wording, answer)
    first = re.split(r"(?<=[.!?])\s", answer, maxsplit=1)[0]
    if wording.kind in _IN_FIRST_SENTENCE:
        return re.search(_IN_FIRST_SENTENCE[wording.kind], first) is not None
    return re.search(_ABOUT[wording.kind], answer, re.DOTALL) is not None


def _about_statement(wording: Wording, answer: str) -> bool:
    statement = load_catalogue()[wording.code]
    named = any(
        wording.code in mention.codes
        for part in re.split(r"(?<=[.!?])\s", answer)
        for mention in statement_mentions(sentence(part))
    )
    if wording.kind == "is there":
        return named and (said(answer) != "other" or re.search(r"no sign of|ruled out", answer) is not None)
    if wording.kind == "mean":
        return named or statement.plain in answer or statement.meaning in answer
    return named or "rhythm is" in answer


def tally(judged: Sequence[tuple[Wording, bool]]) -> dict[str, dict[str, Any]]:
    """Share of questions that were answered: of all, of each audience, and of each kind of each audience.

    Questions among statements have their own rows, of all and of each audience, and count in no other.
    """
    groups: dict[str, list[bool]] = {}
    for among in (ALL, AMONG):
        groups |= {among: [], **{f"{audience}, {among}": [] for audience in AUDIENCES}}
    for wording, right in judged:
        among = AMONG if wording.among_statements else ALL
        kind = [] if wording.among_statements else [f"{wording.audience}, {wording.kind}"]
        for name in (among, f"{wording.audience}, {among}", *kind):
            groups.setdefault(name, []).append(right)
    return {name: proportion(answered) for name, answered in groups.items() if answered}


def evaluate_wordings(trial: Trial) -> Result:
    """Ask each question about one record, the records in turn.

    Raises
    ------
    InvalidInput
        When a record was trained on, or the fold is not there.
    """
    records = unseen_records(trial)
    model = load_model(trial.model_dir)
    asker = asker_for(trial, records, LocalAssistant(model))
    wordings = unseen_wordings()
    asked = [Asked(records[k % len(records)].ecg_id, w.question, w.audience) for k, w in enumerate(wordings)]
    answers = asker.answers(asked, MAX_NEW_TOKENS, "unseen wordings")
    judged = [(w, answers_it(w, text)) for w, text in zip(wordings, answers, strict=True)]
    verdicts = [verdicts_of(asker, a, text) for a, text in zip(asked, answers, strict=True)]
    missed = [
        {"ecg_id": a.ecg_id, "audience": w.audience, "kind": w.kind, "q": w.question, "a": text}
        for (w, right), a, text in zip(judged, asked, answers, strict=True)
        if not right
    ]
    return {
        **provenance(trial.ptbxl, model.config),
        "fold": trial.fold,
        "records": len(records),
        "no_ecg": trial.no_ecg,
        "answered": tally(judged),
        "claims": {audience: _claims(audience, asked, verdicts) for audience in AUDIENCES},
        "how": f"{ANSWERED} {CLAIMS}",
        "missed": missed,
    }


def _claims(audience: Audience, asked: Sequence[Asked], verdicts: Sequence[Counter[str]]) -> dict[str, object]:
    by_record: dict[int, Counter[str]] = {}
    for one, counts in zip(asked, verdicts, strict=True):
        if one.audience == audience:
            by_record.setdefault(one.ecg_id, Counter()).update(counts)
    return claim_shares(list(by_record.values()), sum(one.audience == audience for one in asked))


def as_markdown(result: Result) -> str:
    """Tabulate the shares."""
    lines = [
        source_line(result),
        f"PTB-XL fold {result['fold']}, n = {result['records']} records.",
        "",
        "| asked by, about | questions | answered |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {name} | {row['n']} | {cell(row)} |" for name, row in result["answered"].items()]
    lines += [
        "",
        "| audience | answers | claims an answer | supported | contradicted | not checkable |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for audience, row in result["claims"].items():
        shares = " | ".join(cell(row[verdict]) for verdict in VERDICTS)
        lines.append(f"| {audience} | {row['answers']} | {row['claims per answer']} | {shares} |")
    return "\n".join([*lines, "", result["how"], *_missed(result["missed"])])


def _missed(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Tabulate questions that were not answered, drawn at random and not chosen."""
    if not rows:
        return []
    drawn = random.Random(0).sample(list(rows), min(SHOWN_MISSED, len(rows)))
    lines = [
        f"| {row['audience']} | {row['kind']} | {row['ecg_id']} | {_in_a_cell(row['q'])} | {_in_a_cell(row['a'])} |"
        for row in drawn
    ]
    head = ["| asked by | about | ECG | question | answer |", "| --- | --- | --- | --- | --- |"]
    return ["", f"Not answered, {len(drawn)} of {len(rows)} drawn at random:", "", *head, *lines]


def _in_a_cell(text: str) -> str:
    plain = " ".join(text.split()).replace("|", "/")
    return plain if len(plain) <= SHOWN_CHARS else f"{plain[:SHOWN_CHARS]}…"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this evaluation takes."""
    add_trial(parser, records=40)


COMMAND = SubCommand(
    "questions in words that were not trained on: share of answers that are about what was asked, and their claims",
    add_arguments,
    lambda args: evaluate_wordings(Trial.of(args)),
    as_markdown,
)
