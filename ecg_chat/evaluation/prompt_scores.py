"""The language model's answers to the classification prompts, scored against the labels of PTB-XL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_chat.conversation.tasks import (
    CLASSES,
    TASKS,
    Task,
    classification_answer,
    classification_question,
    parse_choice,
)
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.evaluation.asking import Asked, Asker
from ecg_chat.evaluation.choice_scores import score_all, score_one
from ecg_chat.evaluation.head_scores import Predicted, area
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
    known = np.array([[name in labels for name in classes] for labels in truth], bool).reshape(-1, len(classes))
    result: dict[str, dict[str, object]] = {}
    for choose, score in (("one", score_one), ("all", score_all)):
        question = classification_question(task, choose)  # type: ignore[arg-type]
        asked = [Asked(records[k].ecg_id, question) for k in rows]
        said = asker.answers(asked, MAX_NEW_TOKENS, f"{task}, {choose}")
        chosen = [parse_choice(text, task) for text in said]
        failed = Counter(t for t, c in zip(said, chosen, strict=True) if c is None or (choose == "one" and len(c) != 1))
        result[choose] = score(truth, chosen, classes) | {
            "question": question,
            "not understood": [[text, n] for text, n in failed.most_common(SHOWN)],
        }
        if choose == "one":
            options = [classification_answer(task, [name]) for name in classes]
            result[choose] |= {"area": area(known, asker.first_token_probabilities(asked, options))}
    if encoder is not None:
        scores = _scores_of_encoder(task, encoder, rows, codes)
        likeliest = [frozenset({classes[k]}) for k in scores.argmax(axis=1)]
        result["encoder"] = score_one(truth, likeliest, classes) | {"area": area(known, scores)}
    return dict(result)


def _scores_of_encoder(
    task: Task, encoder: Predicted, rows: Sequence[int], codes: Sequence[str]
) -> NDArray[np.floating]:
    """Return the encoder's probability of each of the five classes; 0 for one that it does not speak of."""
    if task == "diagnostic":
        return encoder.superclass[list(rows)]
    found = np.zeros((len(rows), len(CLASSES[task])))
    for k, name in enumerate(CLASSES[task]):
        if name in codes:
            found[:, k] = encoder.codes[list(rows), list(codes).index(name)]
    return found
