"""The language model's answers to the classification prompts, scored against the labels of PTB-XL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ecg_chat.conversation.tasks import CLASSES, TASKS, Task, classification_question, parse_choice
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.evaluation.asking import Asked, Asker
from ecg_chat.evaluation.choice_scores import score_all, score_one
from ecg_chat.evaluation.head_scores import Predicted
from ecg_chat.evaluation.label_sets import Table

MAX_NEW_TOKENS = 48
SHOWN = 10
"""Answers that could not be understood are stored up to so many a question, the most frequent first."""


def prompt_scores(
    asker: Asker, records: Sequence[Record], table: Table, encoder: Predicted | None, codes: Sequence[str]
) -> dict[str, object]:
    """Ask every record that has one of a task's five labels to choose one of them, and to name all that apply.

    Parameters
    ----------
    asker : Asker
    records : sequence of Record
    table : mapping
        ``scp_statements.csv``.
    encoder : Predicted or None
        The same records, for a row with the encoder's most probable class beside; None leaves it out.
    codes : sequence of str
        Columns of ``encoder.codes``.
    """
    return {task: _task_scores(task, asker, records, table, encoder, codes) for task in TASKS}


def labels_of(record: Record, task: Task, table: Table) -> frozenset[str]:
    """Return which of a task's five classes a record has, at any likelihood."""
    if task == "diagnostic":
        return frozenset(table[code]["diagnostic_class"] for code in record.codes) & frozenset(CLASSES[task])
    return frozenset(record.codes) & frozenset(CLASSES[task])


def _task_scores(
    task: Task, asker: Asker, records: Sequence[Record], table: Table, encoder: Predicted | None, codes: Sequence[str]
) -> dict[str, object]:
    classes = tuple(CLASSES[task])
    rows = [k for k, record in enumerate(records) if labels_of(record, task, table)]
    truth = [labels_of(records[k], task, table) for k in rows]
    result: dict[str, object] = {}
    for choose, score in (("one", score_one), ("all", score_all)):
        question = classification_question(task, choose)  # type: ignore[arg-type]
        said = asker.answers([Asked(records[k].ecg_id, question) for k in rows], MAX_NEW_TOKENS, f"{task}, {choose}")
        chosen = [parse_choice(text, task) for text in said]
        failed = Counter(t for t, c in zip(said, chosen, strict=True) if c is None or (choose == "one" and len(c) != 1))
        result[choose] = score(truth, chosen, classes) | {
            "question": question,
            "not understood": [[text, n] for text, n in failed.most_common(SHOWN)],
        }
    if encoder is not None:
        result["encoder"] = score_one(truth, _most_probable(task, encoder, rows, codes), classes)
    return result


def _most_probable(
    task: Task, encoder: Predicted, rows: Sequence[int], codes: Sequence[str]
) -> list[frozenset[str] | None]:
    names = tuple(CLASSES[task])
    if task == "diagnostic":
        scores = encoder.superclass[list(rows)]
    else:
        kept = [name for name in names if name in codes]
        scores, names = encoder.codes[np.ix_(list(rows), [list(codes).index(name) for name in kept])], tuple(kept)
    return [frozenset({names[k]}) for k in scores.argmax(axis=1)] if names else [None] * len(rows)
