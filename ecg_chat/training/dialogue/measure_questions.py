"""Ways to ask for one measured value, and what the words for it mean."""

from __future__ import annotations

import random
from collections.abc import Mapping

from ecg_chat.training.dialogue.phrases import questions

MEASURES: Mapping[str, tuple[str, ...]] = {
    "rate": ("heart rate", "heart rate", "ventricular rate", "rate", "pulse", "pulse rate", "HR"),
    "PR interval": ("PR interval", "PR", "PQ interval", "PR time", "PQ time"),
    "QRS duration": ("QRS duration", "QRS width", "QRS", "width of the QRS", "QRS complex"),
    "QTc": ("QTc", "QT", "QT interval", "corrected QT", "QTc interval", "QT time"),
    "P wave": ("P wave", "P wave duration", "P duration"),
    "axis": ("axis", "QRS axis", "electrical axis", "heart axis", "frontal axis"),
}
FRAMES = (
    "What is the {m}?", "What's the {m}?", "What is the {m} here?", "Tell me the {m}.", "Can you tell me the {m}?", "Could you give me the {m}?",
    "Give me the {m}.", "Please state the {m}.", "What about the {m}?", "And the {m}?", "How is the {m}?", "{m}?", "{m} please", "{m}",
    "I'd like to know the {m}.", "Which {m} did you measure?", "Is the {m} normal?", "Is the {m} ok?", "Is the {m} within limits?",
    "What do you get for the {m}?", "Anything wrong with the {m}?", "Comment on the {m}.", "Could you check the {m}?", "Do you know the {m}?",
    "Is there a problem with the {m}?", "Let me know the {m}.", "Measure the {m}.", "Show me the {m}.", "Did you measure the {m}?",
    "How about the {m}?", "What {m} does the patient have?", "And what is the {m}?", "Is the {m} abnormal?", "What is my {m}?", "Is my {m} normal?",
)  # fmt: skip
FRAME_SHARE = 0.5
"""How often a measure is asked for by one of the frames instead of a phrase of its own."""
TERMS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "pr": (("PR interval", "PQ interval", "PR"), "The PR interval is the time from the start of the atrial to the start of the ventricular activation."),
    "qrs": (("QRS complex", "QRS", "QRS duration"), "The QRS complex is the activation of the ventricles; its duration shows how fast it spreads."),
    "qtc": (
        ("QT interval", "QTc", "QT"),
        "The QT interval is the time from the start of the activation of the ventricles to the end of their recovery; QTc is corrected for the heart rate.",
    ),
    "axis": (("axis", "QRS axis", "heart axis"), "The QRS axis is the main direction in which the ventricles are activated, seen from the front."),
    "st": (("ST segment", "ST"), "The ST segment is the stretch between the activation of the ventricles and their recovery; it usually lies on the baseline."),
    "t": (("T wave", "T waves"), "The T wave is the recovery of the ventricles before the next beat."),
    "p": (("P wave", "P waves"), "The P wave is the activation of the atria."),
    "lead": (("lead", "leads", "12-lead ECG"), "A lead is one view of the heart's electrical activity; a standard ECG has twelve of them."),
    "ecg": (("ECG", "EKG", "electrocardiogram"), "An ECG is a recording of the heart's electrical activity at the skin."),
}  # fmt: skip
"""How people call the parts of an ECG, and what these are (AHA/ACCF/HRS 2007, part I)."""


def measure_question(intent: str, rng: random.Random) -> str:
    """Ask for one measured value."""
    if rng.random() < FRAME_SHARE:
        return rng.choice(FRAMES).format(m=rng.choice(MEASURES[intent]))
    return rng.choice(questions()[intent])


def term_turn(rng: random.Random) -> tuple[str, str]:
    """Return a question for the meaning of a word, and its answer."""
    words, meaning = TERMS[rng.choice(sorted(TERMS))]
    question = rng.choice(questions()["term"]).format(term=rng.choice(words))
    return question, meaning
