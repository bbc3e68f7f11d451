"""What kind of question somebody asks.

The language model is small and knows few ways to put a question; what it is asked is therefore recognised first and
stands after the question in words. The classifier (``models/questions``) is trained on the same phrases as the language
model (`ecg_chat.training.question_kinds`).
"""

from __future__ import annotations

from functools import cache

from ecg_chat.chat.question_classifier import FOLDER, QuestionClassifier, load_classifier

KINDS_FILE = "kinds.npz"
IS_THERE, UNCLEAR, EMERGENCY, MEDICINE = "is there", "unclear", "emergency", "medicine"
SURE_FROM = 0.2
"""Below this probability nothing is said about the kind."""


def question_kind(question: str, part: str = "") -> str:
    """Return the kind of a question; "" if none is probable enough.

    Parameters
    ----------
    question : str
        The whole message.
    part : str, optional
        The part of it that asks, if that can be understood without the rest: both count alike then, unless the whole
        tells of an emergency.
    """
    kind, probability = question_kinds().most_probable(question)
    if part and kind != EMERGENCY:
        kind, probability = question_kinds().most_probable(question, part)
    return kind if probability >= SURE_FROM else ""


@cache
def question_kinds() -> QuestionClassifier:
    """Load the classifier that ships."""
    return load_classifier(FOLDER / KINDS_FILE)
