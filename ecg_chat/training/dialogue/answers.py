"""What the assistant says to each intent; the two audiences differ in wording and depth, never in the facts."""

from __future__ import annotations

from ecg_chat.conversation.facts import explained_codes
from ecg_chat.conversation.limit_words import rate_word
from ecg_chat.training.dialogue import numbers
from ecg_chat.training.dialogue.truth import Said, Truth

UNCONFIRMED = "A clinician has to confirm this reading."
SEEK_HELP = (
    "This needs help now: please call the emergency number at once and do not wait. "
    "An ECG reading here cannot rule out an emergency, whatever it shows."
)
SEEK_HELP_CLINICIAN = (
    "Symptoms come first: treat this as an emergency by your local pathway now, with a repeat 12-lead ECG. "
    "This reading cannot rule out an acute event."
)
NO_DOSE = (
    "I do not advise on medicines: not on doses, and not on starting, stopping or changing them. "
    "Please ask your clinician or pharmacist."
)
OFF_TOPIC = (
    "I can only help with this ECG. You can ask me about its rhythm, intervals, findings or what a finding means."
)
WHO = (
    "I am a small language model that explains this ECG from its measurements and learned patterns. I am not a doctor and this is "
    "not a medical device; every claim is marked where the measurements support or contradict it."
)
HELLO = "Hello. Ask me about this ECG: its rhythm, intervals, findings, or what a finding means."
THANKS = "You are welcome. Ask if anything else about this ECG is unclear."
NOT_SURE_TOPIC = (
    "I am not sure what you mean. Ask me about the rhythm, an interval, a finding, or what a finding means."
)


def rhythm_name(truth: Truth) -> str:
    """Name of the rhythm; says so when it could not be classified."""
    return truth.catalogue[truth.rhythm].name if truth.rhythm else "a rhythm that could not be classified"


def interpret(truth: Truth, patient: bool) -> str:
    """Conclusion first, then what it rests on."""
    return _interpret_patient(truth) if patient else _interpret_clinician(truth)


def _interpret_clinician(truth: Truth) -> str:
    m = truth.measurements
    head = f"{_capital(rhythm_name(truth))} {numbers.rate(m)}"
    stated = [truth.catalogue[s.code].name for s in truth.said if s.certainty == "stated"]
    possible = [truth.catalogue[s.code].name for s in truth.said if s.certainty == "possible"]
    if stated:
        head += f" with {_join(stated)}"
    sentences = [head + "."]
    if possible:
        sentences.append(f"Possible {_join(possible)}.")
    if truth.normal:
        sentences.append(
            "The overall pattern looks normal."
            if truth.only_by_criteria()
            else "No abnormality was found by pattern or criteria."
        )
    sentences.append(f"{numbers.interval_list(truth)}. {numbers.axis(truth)}")
    sentences.append(_capital(numbers.st_t(m)))
    sentences += [
        f"{_capital(truth.catalogue[s.code].name)}: {_evidence(truth, s)}."
        for s in truth.said[:2]
        if s.criteria == "met"
    ]
    sentences += _only_by_criteria(truth)
    return " ".join(sentences)


def _interpret_patient(truth: Truth) -> str:
    m = truth.measurements
    rhythm = (
        f"{truth.catalogue[truth.rhythm].plain}" if truth.rhythm else "The rhythm could not be named with confidence."
    )
    rate = "Your heart beat <|rate|> times a minute in this recording." if m.get("heart_rate_bpm") is not None else ""
    sentences = [rhythm, rate]
    sentences += [truth.catalogue[s.code].plain for s in truth.said[:3]]
    if truth.normal and truth.only_by_criteria():
        sentences.append(
            "The overall pattern looks usual, but a measured value is outside its limits; ask your clinician about it."
        )
    elif truth.normal:
        sentences.append("Nothing else unusual was found, but a normal ECG does not rule out heart disease.")
    return " ".join(s for s in [*sentences, UNCONFIRMED] if s)


def rhythm(truth: Truth, patient: bool) -> str:
    """Rhythm, regularity and P waves."""
    if patient and truth.rhythm:
        return f"{truth.catalogue[truth.rhythm].plain} The beats are {truth.measurements.rhythm.regularity}."
    share = truth.measurements.rhythm.p_share
    p_waves = "" if share is None else " A P wave precedes <|p_share|> % of the beats."
    regularity = truth.measurements.rhythm.regularity
    return f"{_capital(rhythm_name(truth))} {numbers.rate(truth.measurements)}; the rhythm is {regularity}.{p_waves}"


def rate(truth: Truth, patient: bool) -> str:
    """Heart rate with the adult limits."""
    if truth.measurements.get("heart_rate_bpm") is None:
        return "The heart rate could not be measured in this recording."
    word = rate_word(truth.measurements, truth.patient)
    if not word:
        return "The heart rate is <|rate|>/min."
    if patient:
        return (
            f"Your heart beat <|rate|> times a minute. That is {word} the usual range for adults at rest (60-100/min)."
        )
    return f"The heart rate is <|rate|>/min, {word} the usual 60-100/min."


def is_there(truth: Truth, code: str, patient: bool) -> str:
    """Yes, no or possibly, with the evidence."""
    statement = truth.catalogue[code]
    found = next((s for s in truth.said if s.code == code), None)
    if code == truth.rhythm or (code == "SR" and truth.rhythm in ("STACH", "SBRAD", "SARRH")):
        return f"Yes, the rhythm is {rhythm_name(truth)} {numbers.rate(truth.measurements)}."
    if found is None:
        return _absent(truth, code, patient)
    if found.certainty == "possible":
        return f"Possibly. {_capital(statement.name)} is not certain: {_evidence(truth, found)}."
    tail = f" {statement.plain}" if patient else f" {_capital(_evidence(truth, found))}."
    return f"Yes, there are signs of {statement.name}.{tail}"


def _absent(truth: Truth, code: str, patient: bool) -> str:
    name = truth.catalogue[code].name
    verdict = truth.judgements[code].verdict
    if verdict == "met":
        text = f"The measured criteria for {name} are met ({_reason(truth, code)}), but the overall pattern does not show it."
        return text + (" Please ask a clinician." if patient else "")
    reason = _number_against(truth, code)
    return f"No, there is no sign of {name}{f': {reason}' if reason else ' in this recording'}."


def _number_against(truth: Truth, code: str) -> str:
    """Say the number that speaks against a statement, where it is one of those in the prompt."""
    keys = {"pr_ms": "PR interval", "qrs_ms": "QRS duration", "qtc_fridericia_ms": "QTc"}
    for evidence in truth.judgements[code].failed:
        if evidence.measure in keys and truth.measurements.get(evidence.measure) is not None:
            return f"the {keys[evidence.measure]} is {numbers.interval(truth.measurements, keys[evidence.measure])}"
        if evidence.measure == "heart_rate_bpm" and truth.measurements.get("heart_rate_bpm") is not None:
            return "the heart rate is <|rate|>/min"
    return ""


def why(truth: Truth, code: str) -> str:
    """Which conditions were met, or that only the learned pattern speaks for it."""
    if code == truth.rhythm:
        share = truth.measurements.rhythm.p_share
        p_waves = "" if share is None else ", and a P wave precedes <|p_share|> % of the beats"
        known = truth.measurements.get("heart_rate_bpm") is not None
        head = "The heart rate is <|rate|>/min" if known else "The heart rate could not be measured"
        return f"{head}; the rhythm is {truth.measurements.rhythm.regularity}{p_waves}."
    found = next((s for s in truth.said if s.code == code), None)
    if found is None:
        return _absent(truth, code, patient=False)
    name = truth.catalogue[code].name
    head = f"Possible {name}" if found.certainty == "possible" else _capital(name)
    return f"{head}: {_evidence(truth, found)}."


def mean(truth: Truth, code: str, patient: bool) -> str:
    """Definition from the catalogue; a patient is told whether it is about this recording."""
    statement = truth.catalogue[code]
    if not patient:
        return f"{_capital(statement.name)}: {statement.meaning}"
    if code == truth.rhythm or any(s.code == code for s in truth.said):
        return statement.plain
    return f"In general, {statement.name} means: {statement.plain} It was not found in your recording."


def normal(truth: Truth, patient: bool) -> str:
    """Say whether it is normal, and what speaks against it."""
    if truth.normal and not truth.only_by_criteria():
        tail = " A normal ECG does not rule out heart disease." if patient else ""
        return f"No abnormality was found: {rhythm_name(truth)} {numbers.rate(truth.measurements)}.{tail}"
    if truth.normal:
        names = [truth.catalogue[code].name for code in truth.only_by_criteria()]
        return f"The overall pattern looks normal, but criteria are met for {_join(names)}."
    stated = [truth.catalogue[s.code].name for s in truth.said if s.certainty == "stated"]
    possible = [f"possible {truth.catalogue[s.code].name}" for s in truth.said if s.certainty == "possible"]
    names = stated + possible
    if not names and truth.rhythm not in ("SR", ""):
        names = [rhythm_name(truth)]
    return (
        f"Not entirely: there are signs of {_join(names)}."
        if names
        else "It was not called normal, but no single finding stands out."
    )


def danger(truth: Truth) -> str:
    """Advice that follows from the most urgent finding."""
    codes = [s.code for s in truth.said] + ([truth.rhythm] if truth.rhythm else [])
    order = {"emergency": 0, "same-day": 1, "routine": 2, "none": 3}
    worst = min(codes, key=lambda c: order[truth.catalogue[c].urgency], default="SR")
    return f"I cannot judge that from an ECG alone. {truth.catalogue[worst].advice}"


def life() -> str:
    """Everyday questions that an ECG alone does not answer."""
    return "This recording alone cannot answer that. Please ask your clinician, and stop and seek help if you get chest pain, breathlessness or faint."


def attack(truth: Truth, patient: bool) -> str:
    """Neither confirm nor rule out a heart attack."""
    help_now = "With chest pain, breathlessness or fainting, call the emergency number now."
    if patient:
        return f"This reading can neither confirm nor rule out a heart attack. {help_now}"
    return f"This reading can neither confirm nor rule out an acute infarction. {_capital(numbers.st_t(truth.measurements))} Symptoms and troponin decide."


def own_number(truth: Truth, name: str) -> str:
    """Give the measured number to hold against the person's own."""
    if name == "rate":
        if truth.measurements.get("heart_rate_bpm") is None:
            return "I cannot compare: the heart rate could not be measured in this recording."
        return "This recording gives <|rate|>/min. A rate changes from minute to minute, so a small difference is expected."
    if truth.measurements.get("qrs_ms") is None:
        return "I cannot compare: the QRS duration could not be measured in this recording."
    return "The QRS duration measured here is <|qrs|> ms, over all leads; single leads can read shorter."


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


def _evidence(truth: Truth, said: Said) -> str:
    if said.criteria == "met":
        return _reason(truth, said.code)
    leads = truth.catalogue[said.code].leads
    where = f" in leads such as {numbers.join_leads(list(leads[:3]))}" if leads else ""
    if said.criteria == "not met":
        return f"the learned pattern speaks for it{where}, but the measured criteria are not met"
    return f"the learned pattern speaks for it{where}; measurements alone cannot decide it"


def _only_by_criteria(truth: Truth) -> list[str]:
    names = [truth.catalogue[code].name for code in truth.only_by_criteria()]
    return [f"Criteria are also met for {_join(names)}, without a matching pattern."] if names else []


def _reason(truth: Truth, code: str) -> str:
    """Refer to the evidence in the facts; use a plain sentence if it is not among them."""
    explained = explained_codes(truth.judgements)
    return f"<|why{explained.index(code) + 1}|>" if code in explained else "the measured criteria are met"


def _join(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
