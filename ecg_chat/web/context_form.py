"""The patient form: what a person typed becomes a `PatientContext`, or a sentence that names the field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, get_args

from ecg_chat.conversation.types import PatientContext
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import FilePatient, Sex

MAX_TEXT_CHARS = 1000
# Wide enough for every living person; outside of it a slip of the keyboard is likelier than the truth.
NUMBERS = {
    "age_years": ("Age", "years", 0.0, 120.0),
    "height_cm": ("Height", "cm", 20.0, 250.0),
    "weight_kg": ("Weight", "kg", 0.3, 400.0),
}
TEXTS = {"symptoms": "Symptoms", "history": "History", "medication": "Medication"}


class InvalidField(InvalidInput):
    """A field of a form is wrong; ``field`` is its name, so that the page can show it there."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def parse_context(form: Mapping[str, Any]) -> PatientContext:
    """Check every field; empty ones mean "not stated".

    Raises
    ------
    InvalidField
        For the first field that is wrong.
    """
    return PatientContext(
        age_years=_number("age_years", form.get("age_years")),
        sex=_sex(form.get("sex")),
        height_cm=_number("height_cm", form.get("height_cm")),
        weight_kg=_number("weight_kg", form.get("weight_kg")),
        symptoms=_text("symptoms", form.get("symptoms")),
        history=_text("history", form.get("history")),
        medication=_text("medication", form.get("medication")),
    )


def context_from_file(patient: FilePatient) -> PatientContext:
    """Return what the file says, as the form's first content; values out of range are left out."""
    return PatientContext(
        age_years=_plausible("age_years", patient.age_years),
        sex=patient.sex,
        height_cm=_plausible("height_cm", patient.height_cm),
        weight_kg=_plausible("weight_kg", patient.weight_kg),
    )


def _plausible(name: str, value: float | None) -> float | None:
    return value if value is not None and _in_range(name, value) else None


def _number(name: str, given: object) -> float | None:
    if given is None or given == "":
        return None
    label, unit, low, high = NUMBERS[name]
    try:
        value = float(str(given).strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not _in_range(name, value):
        shown = str(given)[:20]
        raise InvalidField(
            name, f"{label} is {shown!r}; expected a number of {unit} from {low:g} to {high:g}, or nothing."
        )
    return value


def _in_range(name: str, value: float) -> bool:
    _, _, low, high = NUMBERS[name]
    return low <= value <= high  # False for NaN


def _sex(given: object) -> Sex | None:
    if given is None or given == "":
        return None
    for sex in get_args(Sex):
        if given == sex:
            return sex  # type: ignore[no-any-return]
    raise InvalidField("sex", f"Sex is {str(given)[:20]!r}; expected female, male or nothing.")


def _text(name: str, given: object) -> str:
    if given is None:
        return ""
    text = str(given).strip()
    if len(text) > MAX_TEXT_CHARS:
        raise InvalidField(
            name, f"{TEXTS[name]} has {len(text):,} characters; at most {MAX_TEXT_CHARS:,} are possible."
        )
    return text
