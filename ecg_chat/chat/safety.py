"""What must hold whatever the model says: warnings before the answer, and what is kept out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ecg_chat.chat.asking_part import asked_kind
from ecg_chat.chat.medication import NO_DOSES, WITHHELD, asks_for_dose, first_instruction
from ecg_chat.chat.question_kind import EMERGENCY, MEDICINE, question_kind
from ecg_chat.chat.red_flags import leaves_open, red_flags
from ecg_chat.chat.sentences import split
from ecg_chat.chat.spelling import respelt
from ecg_chat.conversation.types import Audience, PatientContext
from ecg_chat.measurements.types import Measurements

__all__ = ["NO_DOSES", "WITHHELD", "Screened", "notice_for", "red_flags", "screen"]

VERY_SLOW_BPM = 35.0
"""With symptoms: call for help (arrhythmia leaflet, rate below 35)."""
WIDE_QRS_MS = 120.0
FAST_BPM = 100.0
"""A fast rhythm with wide QRS is held for ventricular until shown otherwise (AHA/ACC/HRS 2017, over 100/min)."""
CALL_FOR_HELP = (
    "If this is happening now, is new, or lasts more than a few minutes or comes back: call your emergency number now "
    "(112, 911, 999 or 000) and do not wait for this program. A normal ECG does not rule out an emergency."
)
HOLD_BACK_CHARS = 40
REPEATED = "The rest only repeated what was said and is not shown."
REPEATED_FROM_CHARS = 25
NO_VERDICT_ON_DANGER = (
    "Whether something is dangerous cannot be read from an ECG alone, and no yes or no below is a judgement of it. "
    "With chest pain, breathlessness or fainting call the emergency number now; otherwise ask your clinician."
)

_ASKS_ABOUT_DANGER = re.compile(
    r"\b(?:danger(?:ous)?|serious|harmless|worr(?:y|ied)|life[- ]threatening|fatal|deadly|die|at risk)\b",
    re.IGNORECASE,
)

# A number at the very end may become a dose with the next word: it waits until that word is there.
_LOOSE_END = re.compile(
    r"(?:[0-9][0-9.,]*|\b(?:half )?(?:an?|one|two|three|four|five))(?:[ -]?(?:-|to)?[ -]?[0-9.,]*)?[ -]?[A-Za-zµμ/]*$"
)


@dataclass(frozen=True)
class Screened:
    """An answer as it may be shown.

    ``checkable`` is the part of `text` that the model wrote; ``withheld`` says why the rest is not shown, or "".
    """

    text: str
    checkable: str
    withheld: str = ""


def notice_for(question: str, patient: PatientContext, measurements: Measurements, audience: Audience) -> str:
    """Write the safety lines that go above an answer; "" if there is no reason for one.

    Parameters
    ----------
    question : str
        What was asked now.
    patient : PatientContext
        Symptoms count as present; history counts only where it says so.
    """
    flags = dict.fromkeys(
        (
            *red_flags(patient.symptoms),
            *red_flags(patient.history, past=True),
            *red_flags(question),
            *red_flags(respelt(question)),
            *_by_rate(patient, measurements),
        )
    )
    lines = [_emergency(tuple(flags), audience)] if flags else []
    if audience == "patient" and not flags and _reads_like_an_emergency(question):
        lines.append(f"What you describe may be an emergency. {CALL_FOR_HELP}")
    if asks_for_dose(question) or asked_kind(question) == MEDICINE:
        lines.append(NO_DOSES)
    if audience == "patient" and not flags and _ASKS_ABOUT_DANGER.search(question):
        lines.append(NO_VERDICT_ON_DANGER)
    return "\n".join(lines)


def _reads_like_an_emergency(message: str) -> bool:
    """Whether the classifier takes a message, or a sentence of it, for an emergency in words that no rule knows.

    Each sentence by itself as well: a harmless question after it must not hide what was told.
    """
    texts = (message, *(part.raw.strip() for part in split(message)))
    return any(question_kind(text) == EMERGENCY and leaves_open(text) for text in texts)


def screen(raw: str, *, complete: bool) -> Screened:
    """Decide what of an answer may be shown so far.

    Parameters
    ----------
    raw : str
        What the model has written.
    complete : bool
        Whether it has finished; until then a loose number at the end is held back.
    """
    instruction = first_instruction(raw, complete=complete)
    if instruction is not None:
        return _cut(raw, instruction.start, WITHHELD)
    repeated = _repeated_from(raw, complete)
    if repeated is not None:
        return _cut(raw, repeated, REPEATED)
    if complete:
        return Screened(raw, raw)
    tail = raw[-HOLD_BACK_CHARS:]
    loose = _LOOSE_END.search(tail)
    shown = raw[: len(raw) - len(tail) + loose.start()] if loose else raw
    return Screened(shown, shown)


def _cut(raw: str, stop: int, why: str) -> Screened:
    kept = raw[:stop].rstrip()
    return Screened(f"{kept}\n\n{why}" if kept else why, kept, why)


def _repeated_from(raw: str, complete: bool) -> int | None:
    """Where two long sentences come a second time in the same order: a small language model can go round in circles.

    One sentence alone may well come again, for instance the same advice for two findings.
    """
    pairs: set[tuple[str, str]] = set()
    sentences = list(split(raw, complete=complete))
    for first, second in pairwise(sentences):
        pair = first.text.strip(), second.text.strip()
        if pair in pairs and min(map(len, pair)) >= REPEATED_FROM_CHARS:
            return first.start
        pairs.add(pair)
    return None


def _by_rate(patient: PatientContext, measurements: Measurements) -> tuple[str, ...]:
    """Very slow or wide and fast, with any symptom stated."""
    rate, qrs = measurements.get("heart_rate_bpm"), measurements.get("qrs_ms")
    if (
        rate is None
        or not patient.symptoms.strip()
        or re.fullmatch(r"\W*(?:no|none|nil|no symptoms|asymptomatic|-)\W*", patient.symptoms.lower())
    ):
        return ()
    if rate < VERY_SLOW_BPM:
        return (f"a very slow heart rate ({rate:.0f}/min) with symptoms",)
    if rate > FAST_BPM and qrs is not None and qrs >= WIDE_QRS_MS:
        return (f"a fast heart rate ({rate:.0f}/min) with wide beats (QRS {qrs:.0f} ms) and symptoms",)
    return ()


def _emergency(flags: tuple[str, ...], audience: Audience) -> str:
    named = flags[0] if len(flags) == 1 else f"{', '.join(flags[:-1])} and {flags[-1]}"
    if audience == "patient":
        return f"You mention {named}. {CALL_FOR_HELP}"
    return (
        f"Red flag: {named}. If current, emergency assessment comes before any interpretation here: 12-lead "
        f"within 10 minutes, "
        "clinical assessment, emergency services if out of hospital. A normal first ECG does not exclude an "
        "acute coronary syndrome."
    )
