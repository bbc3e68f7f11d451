"""What kind of question somebody asks.

The language model is small and knows few ways to put a question; what it is asked is therefore recognised first and
stands after the question in words. The classifier (``models/questions``) is trained on the same phrases as the language
model (`ecg_chat.training.question_kinds`).
"""

from __future__ import annotations

from functools import cache

from ecg_chat.chat.question_classifier import FOLDER, QuestionClassifier, load_classifier

KINDS_FILE = "kinds.npz"
IS_THERE, UNCLEAR = "is there", "unclear"
SURE_FROM = 0.2
"""Below this probability nothing is said about the kind."""


def question_kind(question: str) -> str:
    """Return the kind of a question; "" if none is probable enough."""
    kind, probability = question_kinds().most_probable(question)
    return kind if probability >= SURE_FROM else ""


@cache
def question_kinds() -> QuestionClassifier:
    """Load the classifier that ships."""
    return load_classifier(FOLDER / KINDS_FILE)
