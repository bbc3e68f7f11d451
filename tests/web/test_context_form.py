from __future__ import annotations

import pytest

from ecg_chat.conversation.types import PatientContext
from ecg_chat.signals.ecg import FilePatient
from ecg_chat.web.context_form import MAX_TEXT_CHARS, InvalidField, context_from_file, parse_context


def test_a_filled_form() -> None:
    form = {
        "age_years": " 63 ",
        "sex": "female",
        "height_cm": "162,5",
        "weight_kg": 70,
        "symptoms": " chest pain ",
        "history": "",
        "medication": "amiodarone",
    }
    assert parse_context(form) == PatientContext(63.0, "female", 162.5, 70.0, "chest pain", "", "amiodarone")


def test_an_empty_form_states_nothing() -> None:
    assert parse_context({}) == PatientContext()
    assert parse_context({"age_years": "", "sex": None, "symptoms": None}) == PatientContext()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("age_years", "400"),
        ("age_years", "-1"),
        ("age_years", "nan"),
        ("age_years", "inf"),
        ("age_years", "old"),
        ("age_years", [1]),
        ("height_cm", "1.75"),
        ("weight_kg", "0"),
        ("sex", "other"),
        ("sex", 1),
        ("symptoms", "x" * (MAX_TEXT_CHARS + 1)),
    ],
)
def test_a_wrong_field_is_named_and_explained(field: str, given: object) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_context({field: given})
    assert caught.value.field == field
    assert len(str(caught.value)) < 160


def test_markup_is_kept_as_text() -> None:
    assert parse_context({"history": "<b>MI</b> 2019"}).history == "<b>MI</b> 2019"


def test_the_file_pre_fills_what_is_plausible() -> None:
    assert context_from_file(FilePatient(age_years=54, sex="male", weight_kg=999)) == PatientContext(54, "male")
