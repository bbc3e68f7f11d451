"""ECG-QA in its publisher's layout: questions about single ECGs, their answer classes, and its lists of ECGs.

``folder`` holds ``template/`` and ``paraphrased/``, each with ``train/``, ``valid/`` and ``test/`` full of JSON files,
and beside them or above ``answers_for_each_template.csv``, ``train_ecgs.tsv``, ``valid_ecgs.tsv``, ``test_ecgs.tsv``
(Oh et al. 2023, arXiv 2306.15681). The ids of its PTB-XL version are those of PTB-XL.
"""

from __future__ import annotations

import ast
import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.errors import InvalidInput

Wording = Literal["template", "paraphrased"]
Part = Literal["train", "valid", "test"]
PARTS: tuple[Part, ...] = ("train", "valid", "test")
SINGLE = "single-"
"""How the types of questions about one ECG begin; all others compare two."""


@dataclass(frozen=True)
class Question:
    """One question about one ECG; `answers` is a set in the publisher's order, ``("none",)`` where nothing holds."""

    template_id: int
    question_id: int
    sample_id: int
    question_type: str
    attribute_type: str
    text: str
    answers: tuple[str, ...]
    ecg_id: int
    attributes: tuple[str, ...]


@dataclass
class NotAsked:
    """How many questions were left out because they compare two ECGs, by question type."""

    comparisons: Counter[str] = field(default_factory=Counter)

    def as_text(self) -> str:
        """Say how many of which type."""
        if not self.comparisons:
            return "No question was left out."
        listed = ", ".join(f"{count} {name}" for name, count in self.comparisons.most_common())
        return f"{self.comparisons.total()} questions that compare two ECGs were left out: {listed}."


def questions(
    folder: Path, wording: Wording, part: Part, not_asked: NotAsked, *, bad: BadRows | None = None
) -> Iterator[Question]:
    """Go through the questions about single ECGs, file by file in the order of their numbers.

    Parameters
    ----------
    folder : Path
    wording : {"template", "paraphrased"}
    part : {"train", "valid", "test"}
    not_asked : NotAsked
        Counts what is left out; complete once the iteration is.
    bad : BadRows, optional
        What happens to files that are no list and questions that lack a field; refused unless it says skip.

    Raises
    ------
    InvalidInput
        When no file is there, or bad input is refused.
    """
    bad = bad or BadRows()
    files = sorted((folder / wording / part).glob("*.json"), key=lambda path: (len(path.stem), path.stem))
    if not files:
        raise InvalidInput(f"no question file is in {folder / wording / part}; expected ECG-QA's JSON files")
    for path in files:
        for position, entry in enumerate(_entries(path, bad)):
            try:
                kind = str(entry["question_type"])
                if not kind.startswith(SINGLE):
                    not_asked.comparisons[kind] += 1
                    continue
                question = _question(entry)
            except (KeyError, TypeError, ValueError) as error:
                lacking = f"has no usable field ({type(error).__name__}: {error}), expected ECG-QA's fields"
                bad.found("question unreadable", f"{wording}/{part}/{path.name} entry {position}", lacking)
                continue
            yield question


def answer_classes(folder: Path) -> dict[int, tuple[str, ...]]:
    """Read ``answers_for_each_template.csv``: template number to the answers it can have.

    Raises
    ------
    InvalidInput
        When the file is missing or a row is not a number and a list.
    """
    path = folder / "answers_for_each_template.csv"
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {folder}; expected ECG-QA's table of answer classes")
    classes: dict[int, tuple[str, ...]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                classes[int(row["template_id"])] = tuple(str(one) for one in ast.literal_eval(row["classes"]))
            except (KeyError, ValueError, SyntaxError, TypeError) as error:
                wanted = "expected a template_id and a list of classes"
                raise InvalidInput(f"{path.name} line {reader.line_num} cannot be read, {wanted}") from error
    return classes


def ecg_lists(folder: Path) -> dict[Part, frozenset[int]]:
    """Read ``train_ecgs.tsv``, ``valid_ecgs.tsv`` and ``test_ecgs.tsv``: which ECGs each part may ask about.

    Raises
    ------
    InvalidInput
        When a list is missing, a line is not a position and an id, or an ECG is in two lists.
    """
    lists: dict[Part, frozenset[int]] = {}
    for part in PARTS:
        path = folder / f"{part}_ecgs.tsv"
        if not path.is_file():
            raise InvalidInput(f"{path.name} is not in {folder}; expected ECG-QA's three lists of ECGs")
        lines = path.read_text(encoding="utf-8").splitlines()
        try:
            ids = frozenset(int(line.split("\t")[1]) for line in lines if line.strip())
        except (ValueError, IndexError) as error:
            raise InvalidInput(f"{path.name} has a line that is not “position, tab, ECG”") from error
        for other, taken in lists.items():
            if twice := ids & taken:
                raise InvalidInput(f"ECG {min(twice)} is in {other}_ecgs.tsv and {path.name}, expected in one list")
        lists[part] = ids
    return lists


def _entries(path: Path, bad: BadRows) -> list[dict[str, Any]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # UnicodeDecodeError and JSONDecodeError are both
        bad.found("file unreadable", path.name, f"is no JSON ({error}), expected a list of questions")
        return []
    if not isinstance(entries, list):
        bad.found("file unreadable", path.name, f"holds a {type(entries).__name__}, expected a list of questions")
        return []
    return entries


def _question(entry: dict[str, Any]) -> Question:
    (ecg_id,) = entry["ecg_id"]
    answers = _texts(entry, "answer")
    if not answers:
        raise ValueError("no answer")
    return Question(
        template_id=int(entry["template_id"]),
        question_id=int(entry["question_id"]),
        sample_id=int(entry["sample_id"]),
        question_type=str(entry["question_type"]),
        attribute_type=str(entry["attribute_type"]),
        text=str(entry["question"]),
        answers=answers,
        ecg_id=int(ecg_id),
        attributes=_texts(entry, "attribute") if entry["attribute"] is not None else (),
    )


def _texts(entry: dict[str, Any], name: str) -> tuple[str, ...]:
    value = entry[name]
    if not isinstance(value, list):
        raise TypeError(f"{name} is a {type(value).__name__}, expected a list")
    return tuple(str(one) for one in value)
