"""A written report in the usual order: rhythm, rate, axis, intervals, conduction, hypertrophy, infarction, ST-T, conclusion."""

from __future__ import annotations

from ecg_chat.training.dialogue import numbers
from ecg_chat.training.dialogue.answers import concluded
from ecg_chat.training.dialogue.truth import Truth
from ecg_chat.training.dialogue.wording import UNCONFIRMED


def report(truth: Truth) -> str:
    """Write the report; what the sections say is written by the program (`ecg_chat.conversation.reported`)."""
    return " ".join(
        (
            "<|rhythm_section|>",
            numbers.axis(truth),
            f"{numbers.interval_list(truth)}.",
            "<|conduction_section|> <|chambers_section|> <|myocardium_section|>",
            "ST-T: <|st_t|> <|st_t_found|>",
            f"Conclusion: {concluded(truth)}",
            UNCONFIRMED,
        )
    )
