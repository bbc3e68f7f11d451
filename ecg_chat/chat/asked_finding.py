"""Which finding somebody asks about without its name ("is the wiring on the left side of my heart blocked?").

Consulted only where a question names nothing; trained on such questions (`ecg_chat.training.question_kinds`). Its name
is looked up then as if it had been said, and the answer is taught to say it, so that a person sees what was understood.
"""

from __future__ import annotations

from functools import cache

from ecg_chat.chat.question_classifier import FOLDER, QuestionClassifier, load_classifier

FINDINGS_FILE = "findings.npz"
NOTHING = "nothing"
"""The label of a question that is about no single finding."""
SURE_FROM = 0.5
"""Below this probability nothing is taken as asked about."""


def asked_finding(question: str) -> str:
    """Return the code, or the superclass as the encoder calls it, that a question in lay words is about; or ""."""
    finding, probability = asked_findings().most_probable(question)
    return finding if finding != NOTHING and probability >= SURE_FROM else ""


@cache
def asked_findings() -> QuestionClassifier:
    """Load the classifier that ships."""
    return load_classifier(FOLDER / FINDINGS_FILE)
