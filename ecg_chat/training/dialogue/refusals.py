"""What the assistant does not do, in fixed words for each audience."""

from __future__ import annotations

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
NO_DOSE_CLINICIAN = (
    "I do not advise on medicines: not on doses, and not on starting, stopping or changing them. "
    "Please use your local guideline or pharmacist; I can list what was measured."
)
NOT_MY_DECISION = (
    "I cannot decide that: an ECG alone is not enough. Please talk to your clinician, and bring this recording."
)
NOT_MY_DECISION_CLINICIAN = (
    "That decision is yours: an ECG reading alone cannot make it. Symptoms, history and earlier ECGs count; I can list "
    "what was measured."
)
NO_PROMISE = (
    "I cannot promise that. An ECG, even a normal one, does not rule out heart disease. "
    "Please talk to your clinician about what worries you."
)
NO_PROMISE_CLINICIAN = "I cannot confirm that. A normal ECG does not exclude disease, and this reading is unconfirmed."
OFF_TOPIC = (
    "I can only help with this ECG. You can ask me about its rhythm, intervals, findings or what a finding means."
)
NOT_SURE_TOPIC = (
    "I am not sure what you mean. Ask me about the rhythm, an interval, a finding, or what a finding means."
)
EVERYDAY = (
    "This recording alone cannot answer that. Please ask your clinician, and stop and seek help if you get chest pain, "
    "breathlessness or faint."
)


def refusal(intent: str, patient: bool) -> str | None:
    """Return the fixed answer to an intent, or None if it has none."""
    texts = {
        "red_flag": (SEEK_HELP, SEEK_HELP_CLINICIAN),
        "dose": (NO_DOSE, NO_DOSE_CLINICIAN),
        "decide": (NOT_MY_DECISION, NOT_MY_DECISION_CLINICIAN),
        "promise": (NO_PROMISE, NO_PROMISE_CLINICIAN),
        "off_topic": (OFF_TOPIC, OFF_TOPIC),
        "unclear": (NOT_SURE_TOPIC, NOT_SURE_TOPIC),
        "life": (EVERYDAY, EVERYDAY),
    }
    pair = texts.get(intent)
    return None if pair is None else pair[0] if patient else pair[1]
