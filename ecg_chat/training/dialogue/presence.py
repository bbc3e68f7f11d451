"""Whether a statement is there, how sure that is, and where it is looked for. Answers begin with yes, no or possibly."""

from __future__ import annotations

from ecg_chat.conversation.evidence import CLASS_FROM, class_name, number_against
from ecg_chat.conversation.fact_kinds import INJURY, SINUS_CODES, UNSPECIFIC_CODES
from ecg_chat.conversation.groups import GROUPS
from ecg_chat.conversation.named_in_facts import infarcts
from ecg_chat.conversation.sentence_parts import capital, in_words
from ecg_chat.conversation.told import NOTHING_STANDS_OUT
from ecg_chat.training.dialogue import numbers
from ecg_chat.training.dialogue.truth import Said, Truth
from ecg_chat.training.dialogue.wording import EVIDENCE, UNCONFIRMED, where_looked_for

AGE_UNKNOWN = "How old it is cannot be told from one ECG."


def is_there(truth: Truth, code: str, patient: bool) -> str:
    """Yes, no or possibly, with the evidence."""
    statement = truth.catalogue[code]
    if code == "NORM":
        return normal(truth, patient)
    if code == truth.rhythm or (code == "SR" and truth.rhythm in SINUS_CODES):
        return f"Yes, the rhythm is <|rhythm_named|> {numbers.rate(truth.measurements)}."
    found = truth.about(code)
    if found is None:
        return absent(truth, code, patient)
    if found.certainty == "possible":
        return f"Possibly. {capital(statement.name)} is not certain: {EVIDENCE}."
    age = f" {AGE_UNKNOWN}" if infarcts([code]) else ""
    tail = f" {statement.plain}" if patient else f" {EVIDENCE}.{age}"
    return f"Yes, there are signs of {statement.name}.{tail}"


def is_group_there(truth: Truth, key: str, patient: bool) -> str:
    """Yes with the names, possibly, or no, for a whole kind of statement ("any conduction disturbance?")."""
    group = GROUPS[key]
    found = group_members(truth, key)
    stated = [truth.catalogue[s.code].name for s in found if s.certainty == "stated"]
    possible = [truth.catalogue[s.code].name for s in found if s.certainty == "possible"]
    if stated:
        return f"Yes, there are signs of {group.name}: {in_words(stated)}."
    if possible:
        return f"Possibly: {in_words(possible)} {'is' if len(possible) == 1 else 'are'} possible, not certain."
    hint = _hint(truth, key)
    if hint:
        return f"Possibly: {hint}{' Please ask a clinician.' if patient else ''}"
    return f"No, there is no sign of {group.name} in this recording."


def group_members(truth: Truth, key: str) -> list[Said]:
    """Return what holds of a kind of statement, at most three, the specific ones if there are any."""
    found = [s for code in GROUPS[key].members if (s := truth.about(code)) is not None]
    specific = [s for s in found if s.code not in UNSPECIFIC_CODES] or found
    return sorted(specific, key=lambda s: s.certainty == "possible")[:3]


def class_found(truth: Truth, key: str) -> bool:
    """Whether the encoder's own output for a whole kind stands in the facts."""
    superclass = GROUPS[key].superclass
    return bool(superclass) and truth.network.probabilities.get(class_name(superclass), 0) >= CLASS_FROM


def injuries(truth: Truth) -> list[Said]:
    """Return the injury currents that hold."""
    return [s for s in truth.known if s.code.startswith(INJURY)]


def _hint(truth: Truth, key: str) -> str:
    """Say what speaks for a kind of statement although none of its members holds; "" if nothing does."""
    if class_found(truth, key):
        return f"the overall pattern speaks for {GROUPS[key].name}, but no single finding stands out."
    met = [code for code in GROUPS[key].members if truth.judgements[code].verdict == "met"]
    if met:
        named = in_words([truth.catalogue[code].name for code in met[:2]])
        return f"criteria are met for {named}, but the overall pattern does not show it."
    if key == "MI" and injuries(truth):
        return f"there are signs of {truth.catalogue[injuries(truth)[0].code].name}."
    if key == "STTC" and numbers.st_t_changed(truth):
        return "<|st_t|>"
    return ""


def absent(truth: Truth, code: str, patient: bool) -> str:
    """No with the number against it; possibly where the measured criteria speak for it."""
    name = truth.catalogue[code].name
    if truth.judgements[code].verdict == "met":
        text = f"Possibly: the measured criteria for {name} are met ({EVIDENCE}), but the overall pattern does not show it."
        return text + (" Please ask a clinician." if patient else "")
    against = _number_against(truth, code)
    return f"No, there is no sign of {name}{f': {against}' if against else ' in this recording'}."


def _number_against(truth: Truth, code: str) -> str:
    """Say the number that speaks against a statement, where it is one of those in the prompt."""
    number = number_against(truth.judgements[code])
    if number == "heart rate":
        return "the heart rate is <|rate|>/min"
    return f"the {number} is {numbers.interval(truth.measurements, number)}" if number else ""


def normal(truth: Truth, patient: bool) -> str:
    """Say whether it is normal, and what speaks against it."""
    if truth.plainly_normal:
        tail = " A normal ECG does not rule out heart disease." if patient else ""
        return f"Yes, no abnormality was found: <|rhythm_named|> {numbers.rate(truth.measurements)}.{tail}"
    if truth.normal:
        met = [truth.catalogue[code].name for code in truth.only_by_criteria()]
        but = f"criteria are met for {in_words(met)}" if met else "a measured value is outside its limits"
        return f"Possibly: the overall pattern looks normal, but {but}."
    if not truth.said and truth.rhythm in ("SR", ""):
        return f"Possibly: it was not called normal, but {NOTHING_STANDS_OUT}."
    return "No, not entirely: <|shown|>."


def abnormal(truth: Truth, patient: bool) -> str:
    """Say what speaks against a normal ECG to somebody who asks for that: a yes would mean the opposite."""
    said = normal(truth, patient)
    for opening in ("Yes, ", "No, not entirely: ", "Possibly: "):
        said = said.removeprefix(opening)
    return capital(said)


def ruled_out(truth: Truth, code: str, patient: bool) -> str:
    """Say whether a statement can be excluded, without a yes or no that could be read either way."""
    if code == "NORM":
        return abnormal(truth, patient)
    name, found = truth.catalogue[code].name, truth.about(code)
    if found is not None or code == truth.rhythm or (code == "SR" and truth.rhythm in SINUS_CODES):
        certain = found is None or found.certainty == "stated"
        return f"It cannot be ruled out: {f'there are signs of {name}' if certain else f'{name} is possible, not certain'}."
    said = absent(truth, code, patient)
    if not said.startswith("No, "):
        return f"It cannot be ruled out: {said.removeprefix('Possibly: ')}"
    return f"{capital(said.removeprefix('No, ').rstrip('.'))}. One ECG alone cannot rule it out."


def sure(truth: Truth, code: str) -> str:
    """How sure a statement is, and what that rests on."""
    name, found = truth.catalogue[code].name, truth.about(code)
    verdict = truth.judgements[code].verdict
    if found is None:
        if verdict == "met":
            return f"I am not sure: the measured criteria for {name} are met, but the overall pattern does not show it."
        if verdict == "rejected":
            return (
                f"Fairly sure: the measured criteria for {name} are not met, and the overall pattern does not show it."
            )
        return f"Not fully: the overall pattern does not show {name}, but measurements alone cannot decide it."
    if found.certainty == "possible":
        return f"I am not sure: {name} is possible, not certain. {UNCONFIRMED}"
    if found.doubted:
        return f"Not fully: there are signs of {name}, but they leave some doubt. {UNCONFIRMED}"
    if found.criteria == "met":
        return f"Fairly sure: the measured criteria for {name} are met. {UNCONFIRMED}"
    if found.criteria == "not met":
        return f"Not fully: the learned pattern shows {name}, but the measured criteria are not met. {UNCONFIRMED}"
    return f"Not fully: the learned pattern shows {name}, but measurements alone cannot decide it. {UNCONFIRMED}"


def which_leads(truth: Truth, code: str) -> str:
    """Where a statement is looked for, with the measured evidence where there is some."""
    name, found = truth.catalogue[code].name, truth.about(code)
    leads = where_looked_for(truth, code)
    if found is None:
        return f"{capital(name)} would be looked for in {leads}. {absent(truth, code, patient=False)}"
    head = f"Possible {name}" if found.certainty == "possible" else capital(name)
    if found.criteria == "met":
        return f"{head}, looked for in {leads}: {EVIDENCE}."
    return f"{head}, looked for in {leads}: the learned pattern does not tell single leads."
