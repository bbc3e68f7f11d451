"""A written report in the usual order: rhythm, rate, axis, intervals, conduction, hypertrophy, infarction, ST-T, conclusion."""

from __future__ import annotations

import re

from ecg_chat.conversation.limit_words import rate_word
from ecg_chat.conversation.sentence_parts import capital, in_words
from ecg_chat.training.dialogue import numbers
from ecg_chat.training.dialogue.presence import ECTOPIC_CODES, GROUPS, class_found, codes_of, group_members, injuries
from ecg_chat.training.dialogue.truth import Said, Truth
from ecg_chat.training.dialogue.wording import UNCONFIRMED, names, rhythm_name

MAX_GERMAN_CHARS = 220
_GERMAN = re.compile(
    r"rhythmus|lagetyp|linkstyp|rechtstyp|steiltyp|vorhof|infarkt|hypertrophie|schenkelblock|arrhythmie|normales ekg|abnorm"
)
_OTHER_LANGUAGE = re.compile(r"\b(?:the|with|and|are|is|wave|leads|rhythm|rytm|normalt|förmaks\w*)\b")
_LEAD = re.compile(r"\bv[1-9](?:-?v?[1-9])*\b")


def report(truth: Truth) -> str:
    """Write the report from labels and measurements."""
    return " ".join(
        (
            f"Rhythm: {_rhythm(truth)}.",
            _rate(truth),
            numbers.axis(truth),
            f"{numbers.interval_list(truth)}.",
            f"Conduction: {_group(truth, 'CD', 'no disturbance seen')}.",
            f"Chambers: {_group(truth, 'HYP', 'no hypertrophy seen')}.",
            f"Myocardium: {_group(truth, 'MI', 'no sign of an infarction seen')}.",
            f"ST-T: {_st_t(truth)}",
            f"Conclusion: {_conclusion(truth)}.",
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


def _rhythm(truth: Truth) -> str:
    ectopic = [s for code in ECTOPIC_CODES if (s := truth.about(code)) is not None]
    beats = f", with {_listed(truth, ectopic[:2])}" if ectopic else ""
    return f"{rhythm_name(truth)}, <|regularity|>{beats}"


def _rate(truth: Truth) -> str:
    known = truth.measurements.get("heart_rate_bpm") is not None
    return "The heart rate is <|rate|>/min." if known else "The heart rate could not be measured."


def _group(truth: Truth, key: str, none: str) -> str:
    found = group_members(truth, key) + (injuries(truth) if key == "MI" else [])
    if found:
        return _listed(truth, found)
    if class_found(truth, key):
        return "the overall pattern speaks for it, but no single finding stands out"
    met = [code for code in codes_of(truth, GROUPS[key]) if truth.judgements[code].verdict == "met"]
    if met:
        return (
            f"criteria are met for {in_words([truth.catalogue[c].name for c in met[:2]])}, without a matching pattern"
        )
    return none


def _st_t(truth: Truth) -> str:
    found = group_members(truth, "STTC")
    return f"<|st_t|> {capital(_listed(truth, found))}." if found else "<|st_t|>"


def _listed(truth: Truth, found: list[Said]) -> str:
    stated = [truth.catalogue[s.code].name for s in found if s.certainty == "stated"]
    possible = [truth.catalogue[s.code].name for s in found if s.certainty == "possible"]
    return "; ".join(([in_words(stated)] if stated else []) + ([f"possible {in_words(possible)}"] if possible else []))


def _conclusion(truth: Truth) -> str:
    if truth.normal:
        looks = "no abnormality was found" if truth.plainly_normal else "the overall pattern looks normal"
        return f"{rhythm_name(truth)}; {looks}"
    stated, possible = names(truth, "stated"), names(truth, "possible")
    parts = [rhythm_name(truth) + (f" with {in_words(stated)}" if stated else "")]
    parts += [f"possible {in_words(possible)}"] if possible else []
    return "; ".join(parts)
