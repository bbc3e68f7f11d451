"""What the assistant says to each intent; the two audiences differ in wording and depth, never in the facts."""

from __future__ import annotations

from ecg_chat.conversation.limit_words import rate_word
from ecg_chat.conversation.sentence_parts import capital
from ecg_chat.training.dialogue import numbers
from ecg_chat.training.dialogue.presence import absent
from ecg_chat.training.dialogue.truth import Truth
from ecg_chat.training.dialogue.wording import EVIDENCE, UNCONFIRMED

WHO = (
    "I am a small language model that explains this ECG from its measurements and learned patterns. I am not a doctor and this is "
    "not a medical device; every claim is marked where the measurements support or contradict it."
)
HELLO = "Hello. Ask me about this ECG: its rhythm, intervals, findings, or what a finding means."
THANKS = "You are welcome. Ask if anything else about this ECG is unclear."


def interpret(truth: Truth, patient: bool) -> str:
    """Conclusion first, then what it rests on."""
    return _interpret_patient(truth) if patient else _interpret_clinician(truth)


def _interpret_clinician(truth: Truth) -> str:
    sentences = [concluded(truth), f"{numbers.interval_list(truth)}.", numbers.axis(truth)]
    return " ".join(s for s in [*sentences, "<|st_t|>", "<|grounds|>"] if s)


def concluded(truth: Truth) -> str:
    """Conclude, and say where it looks normal."""
    if not truth.normal:
        return "<|conclusion|>"
    if truth.plainly_normal:
        return "<|conclusion|> No abnormality was found by pattern or criteria."
    return "<|conclusion|> The overall pattern looks normal."


def _interpret_patient(truth: Truth) -> str:
    sentences = ["<|rhythm_told|> <|rate_told|> <|findings_told|>"]
    if truth.normal and not truth.plainly_normal:
        sentences.append(
            "The overall pattern looks usual, but a measured value is outside its limits; ask your clinician about it."
        )
    elif truth.normal:
        sentences.append("Nothing else unusual was found, but a normal ECG does not rule out heart disease.")
    return " ".join([*sentences, UNCONFIRMED])


def rhythm(truth: Truth, patient: bool) -> str:
    """Rhythm, regularity and P waves."""
    if patient:
        return "<|rhythm_told|> <|regularity_told|>"
    share = truth.measurements.rhythm.p_share
    p_waves = "" if share is None else " A P wave precedes <|p_share|> % of the beats."
    return f"<|Rhythm_named|> {numbers.rate(truth.measurements)}; the rhythm is <|regularity|>.{p_waves}"


def rate(truth: Truth, patient: bool) -> str:
    """Heart rate with the adult limits."""
    if patient:
        return "<|rate_told|>"
    if truth.measurements.get("heart_rate_bpm") is None:
        return "The heart rate could not be measured in this recording."
    word = rate_word(truth.measurements, truth.patient)
    if not word:
        return "The heart rate is <|rate|>/min."
    return "The heart rate is <|rate|>/min, <|rate_word|> the usual 60-100/min."


def why(truth: Truth, code: str) -> str:
    """Which conditions were met, or that only the learned pattern speaks for it."""
    if code == truth.rhythm:
        share = truth.measurements.rhythm.p_share
        p_waves = "" if share is None else ", and a P wave precedes <|p_share|> % of the beats"
        known = truth.measurements.get("heart_rate_bpm") is not None
        head = "The heart rate is <|rate|>/min" if known else "The heart rate could not be measured"
        return f"{head}; the rhythm is <|regularity|>{p_waves}."
    found = truth.about(code)
    if found is None:
        return absent(truth, code, patient=False)
    name = truth.catalogue[code].name
    head = f"Possible {name}" if found.certainty == "possible" else capital(name)
    return f"{head}: {EVIDENCE}."


def mean(truth: Truth, code: str, patient: bool) -> str:
    """Definition from the catalogue; a patient is told whether it is about this recording."""
    statement = truth.catalogue[code]
    if not patient:
        return f"{capital(statement.name)}: {statement.meaning}"
    found = truth.about(code)
    if code == truth.rhythm or (found is not None and found.certainty == "stated"):
        return statement.plain
    here = "It was not found in your recording."
    if found is not None:
        here = "In your recording it is possible, but not certain."
    elif truth.judgements[code].verdict == "met":
        here = "In your recording its measured criteria are met, but the overall pattern does not show it."
    return f"In general, {statement.name} means: {statement.plain} {here}"


def danger() -> str:
    """Advice that follows from the most urgent finding."""
    return "I cannot judge that from an ECG alone. <|advice|>"


def attack(truth: Truth, patient: bool) -> str:
    """Tell signs of an infarct, of whatever age, and neither confirm nor rule out a heart attack."""
    help_now = "With chest pain, breathlessness or fainting, call the emergency number now."
    if patient:
        return f"<|infarct_told|> This reading can neither confirm nor rule out a heart attack. {help_now}"
    return "<|infarct|> This reading can neither confirm nor rule out an acute infarction. <|st_t|> Symptoms and troponin decide."


def quality(truth: Truth) -> str:
    """Tell the flags of the leads."""
    m = truth.measurements
    flagged = [f"{lead} ({', '.join(flags)})" for lead, flags in m.quality.items() if flags]
    parts = (
        [f"Some leads are impaired: {', '.join(flagged)}."]
        if flagged
        else ["No lead is flagged as noisy, flat or clipped."]
    )
    if m.warnings:
        parts.append("The limb leads may be swapped; check the electrodes.")
    return " ".join(parts)


def about_patient(truth: Truth) -> str:
    """Tell what the prompt states of the patient."""
    p = truth.patient
    if p.age_years is None and p.sex is None:
        return "Neither age nor sex of the patient is stated."
    age = "<|age|> years old" if p.age_years is not None else "of unstated age"
    return f"The patient is {age}, {p.sex or 'sex not stated'}, as entered."
