"""Questions with a fixed set of answers, and how an answer to them is read.

The classification prompts are those of ECG-LM (Yang et al. 2025, Table 1); what stands before the question there (age,
sex, the ECG, what is abnormal in each lead) is the head of every prompt here (`ecg_chat.conversation.render`). Beside
the paper's "choose one" there is "name all that apply", because one ECG often shows several of the classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

Task = Literal["diagnostic", "rhythm", "form"]
TASKS: tuple[Task, ...] = get_args(Task)
Choose = Literal["one", "all"]

CLASSES: Mapping[Task, Mapping[str, str]] = {
    "diagnostic": {
        "NORM": "Normal", "MI": "Myocardial Infarction", "STTC": "ST/T Change", "CD": "Conduction Disturbance",
        "HYP": "Hypertrophy",
    },
    "rhythm": {
        "SR": "Sinus Rhythm", "STACH": "Sinus Tachycardia", "SBRAD": "Sinus Bradycardia", "AFIB": "Atrial Fibrillation",
        "SARRH": "Sinus Arrhythmia",
    },
    "form": {
        "ABQRS": "Abnormal QRS", "NDT": "Non-Diagnostic T Abnormalities", "NST_": "Non-Specific ST Changes",
        "DIG": "Digitalis-Effect", "LNGQT": "Long QT-Interval",
    },
}  # fmt: skip
"""Code → name, in the order of the letters A-E. The paper prints "Sinus Brachycardia"."""
LETTERS = "ABCDE"
NONE = "none"
SEPARATOR = "; "
"""Between the items of an answer that is a list; commas and "and" occur inside names."""


def classification_question(task: Task, choose: Choose = "one") -> str:
    """Return the prompt of a task.

    Parameters
    ----------
    task : {"diagnostic", "rhythm", "form"}
    choose : {"one", "all"}
        One letter, as in the paper, or every class that applies.
    """
    options = classification_options(task)
    if choose == "all":
        return f"Which of these does this ECG show? {options} Name all that apply."
    return (
        f"Based on the given ECG signal, please identify which type (A-E) it belongs to. {options} "
        "Please identify and choose one of A, B, C, D or E as answer."
    )


def classification_options(task: Task) -> str:
    """Return the lettered classes as they stand in the prompt."""
    return " ".join(f"{letter}. {name}" for letter, name in zip(LETTERS, CLASSES[task].values(), strict=True))


def classification_answer(task: Task, codes: Iterable[str]) -> str:
    """Write the answer that names some classes: "B. Myocardial Infarction"."""
    chosen = set(codes)
    named = zip(LETTERS, CLASSES[task].items(), strict=True)
    return SEPARATOR.join(f"{letter}. {name}" for letter, (code, name) in named if code in chosen) or NONE


def parse_choice(text: str, task: Task) -> frozenset[str] | None:
    """Read which classes an answer names, by letter or by name.

    Returns
    -------
    frozenset of str or None
        Codes; empty for "none"; None if the answer is neither.
    """
    answer = text.strip()
    if answer.lower().strip(" .") == NONE:
        return frozenset()
    found = set()
    for letter, (code, name) in zip(LETTERS, CLASSES[task].items(), strict=True):
        by_letter = re.search(rf"(?:^|[\s;,(]){letter}(?=[.):,;\s]|$)", answer)
        if by_letter or name.lower() in answer.lower():
            found.add(code)
    return frozenset(found) or None


def list_answer(names: Iterable[str], classes: Sequence[str]) -> str:
    """Write a set of class names in the order of `classes`; "none" if it is empty."""
    chosen = set(names)
    return SEPARATOR.join(name for name in classes if name in chosen) or NONE


def parse_list(text: str, classes: Sequence[str]) -> frozenset[str] | None:
    """Read an answer that `list_answer` could have written, whatever its case.

    Returns
    -------
    frozenset of str or None
        Class names; empty for "none"; None if any part is not a class.
    """
    by_name = {name.lower(): name for name in classes}
    parts = [part.strip().lower().strip(".") for part in text.strip().split(SEPARATOR.strip())]
    if parts == [NONE]:
        return frozenset()
    if not all(part in by_name for part in parts):
        return None
    return frozenset(by_name[part] for part in parts)
