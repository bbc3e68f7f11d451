"""ECG-LM's cohesive string about one ECG, as segments of which report and descriptions are trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecg_chat.conversation.render import ECG, Segment, neutralise
from ecg_chat.conversation.types import PatientContext

NOTHING = "none"
"""What is said of an ECG or lead of which every judged value lies within its limits."""


@dataclass(frozen=True)
class GuidelineText:
    """Everything that the string is made of.

    Attributes
    ----------
    report : str
        "" leaves the sentence out.
    general : tuple of str or None
        None leaves that part out.
    leads : mapping of lead to tuple of str
        In the order of the leads; a lead that is absent is not mentioned.
    """

    patient: PatientContext
    report: str
    general: tuple[str, ...] | None
    leads: Mapping[str, tuple[str, ...]]


def guideline_segments(text: GuidelineText) -> tuple[Segment, ...]:
    """Fill the template of ECG-LM (Yang et al. 2025, "Data collection and feature engineering").

    Returns
    -------
    tuple of Segment
        Trained: the report and each description (the paper's loss), each with the space before it.
    """
    segments = [Segment(f"{person_sentence(text.patient)} The ECG signal is {ECG}.", trained=False)]
    if text.report:
        report = neutralise(" ".join(text.report.split())).rstrip(" .")
        segments += [Segment(" The ECG report indicates", trained=False), Segment(f" {report}", trained=True)]
        segments += [Segment(".", trained=False)]
    parts = [("in general", text.general)] if text.general is not None else []
    described = [*parts, *((f"lead {lead}", words) for lead, words in text.leads.items())]
    for n, (name, words) in enumerate(described):
        opening = f" The anomalies {name}:" if n == 0 else f", {name}:"
        segments += [Segment(opening, trained=False), Segment(f" {' and '.join(words) or NOTHING}", trained=True)]
    return (*segments, Segment(".", trained=False)) if described else tuple(segments)


def person_sentence(patient: PatientContext) -> str:
    """Say who it is: "This person is a 63-year-old female with a height of 160 cm and a weight of 70 kg."."""
    body = _body(patient)
    end = f" {body}." if body else "."
    if patient.age_years is None and patient.sex is None:
        return f"The age and sex of this person{f' {body}' if body else ''} are not stated."
    if patient.age_years is None:
        return f"This person is a {patient.sex} of unstated age{end}"
    age = f"{patient.age_years:.0f}"
    # Eight, eighteen, eighty … and eleven begin with a vowel.
    article = "an" if age.startswith("8") or age in ("11", "18") else "a"
    return f"This person is {article} {age}-year-old {patient.sex or 'person of unstated sex'}{end}"


def _body(patient: PatientContext) -> str:
    """ECG-LM's sub-template: none, one or both of height and weight."""
    height = f"a height of {patient.height_cm:.0f} cm" if patient.height_cm is not None else ""
    weight = f"a weight of {patient.weight_kg:.0f} kg" if patient.weight_kg is not None else ""
    both = " and ".join(part for part in (height, weight) if part)
    return f"with {both}" if both else ""
