"""A written report in the usual order: rhythm, rate, axis, intervals, conduction, hypertrophy, infarction, ST-T, conclusion."""

from __future__ import annotations

import re

from ecg_chat.conversation.limit_words import rate_word
from ecg_chat.training.dialogue import numbers
from ecg_chat.training.dialogue.answers import concluded
from ecg_chat.training.dialogue.truth import Truth
from ecg_chat.training.dialogue.wording import UNCONFIRMED

MAX_GERMAN_CHARS = 220
_GERMAN = re.compile(
    r"rhythmus|lagetyp|linkstyp|rechtstyp|steiltyp|vorhof|infarkt|hypertrophie|schenkelblock|arrhythmie|normales ekg|abnorm"
)
_OTHER_LANGUAGE = re.compile(r"\b(?:the|with|and|are|is|wave|leads|rhythm|rytm|normalt|förmaks\w*)\b")
_LEAD = re.compile(r"\bv[1-9](?:-?v?[1-9])*\b")


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


def german_report(truth: Truth) -> str:
    """Return the reader's own German report, marked as unconfirmed; "" where there is none that can be told.

    Reports with digits are left out, because their numbers stand nowhere in the prompt; so are those whose rhythm
    names another rate than the measured one.
    """
    text = truth.report
    if not _GERMAN.search(text) or _OTHER_LANGUAGE.search(text) or len(text) > MAX_GERMAN_CHARS:
        return ""
    if re.search(r"\d", _LEAD.sub("", text)) or not _rate_agrees(truth):
        return ""
    return f"Befund (unbestätigt): {text.rstrip('. ')}."


def _rate_agrees(truth: Truth) -> bool:
    word = rate_word(truth.measurements, truth.patient)
    if "tachykard" in truth.report:
        return word == "above"
    return word == "below" if "bradykard" in truth.report else True
