from __future__ import annotations

import pytest

from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Span, Value
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.web.number_view import beats_view, derived_view, format_number, matrix_view, number_view, summary_view


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(72.4, "/min", "72"), (-6.0, "deg", "−6"), (-0.2, "deg", "0"), (0.046, "mV", "0.05"), (-0.004, "mV", "0.00")],
)
def test_numbers_have_the_digits_their_unit_deserves(value: float, unit: str, shown: str) -> None:
    assert format_number(value, unit) == shown


def test_what_was_not_measured_says_why() -> None:
    view = number_view("pr_ms", "PR", Value(None, "ms", reason="no P wave was found"))
    assert (view["text"], view["missing"], view["places"]) == ("–", True, [])
    assert "no P wave" in view["hover"]


def test_a_number_of_several_leads_lights_each_of_them() -> None:
    value = Value(100.0, "ms", place=Span(1.0, 1.1), leads=("I", "V6"), n_beats=9, spread=4.2)
    view = number_view("qrs_ms", "QRS", value)
    assert [place["lead"] for place in view["places"]] == ["I", "V6"]
    assert "9 beats" in view["hover"]
    assert "±4 ms" in view["hover"]


def test_a_whole_recording() -> None:
    ecg = make_ecg("pvcs")
    measurements = measure(ecg.ecg)
    beats = beats_view(measurements)
    assert len(beats) == len(measurements.beats)
    assert any("ventricular" in str(beat["kind"]) for beat in beats)
    assert beats[0]["rr"] == "–"
    assert summary_view(measurements)[0]["label"] == "Rate"
    rows = matrix_view(measurements)["rows"]
    assert isinstance(rows, list)
    assert len(rows) == 12


def test_a_number_outside_its_norm_says_so_in_words() -> None:
    patient = PatientContext(age_years=40.0, sex="male")
    high = number_view("pr_ms", "PR", Value(240.0, "ms"), patient)
    assert (high["normal"], high["outside"], high["mark"]) == ("120-200 ms", "high", "↑ high")
    assert high["source"] in high["hover"]
    unknown = number_view("pr_ms", "PR", Value(240.0, "ms"))
    assert (unknown["normal"], unknown["outside"], unknown["mark"]) == ("no norm without the age", "", "")


def test_derived_numbers_and_the_ones_an_older_version_logged() -> None:
    measurements = measure(make_ecg("lvh").ecg)
    numbers = {number["key"]: number for number in derived_view(measurements, PatientContext(50.0, "male"))}
    assert numbers["sokolow_lyon_mv"]["mark"] == "↑ high"
    assert numbers["cornell_product_mv_ms"]["text"] != "–"
    assert numbers["poor_r_progression"]["text"] in ("yes", "no")
    assert "0.30 mV" in numbers["poor_r_progression"]["hover"]
    logged = to_dict(measurements)
    del logged["derived"]
    old = from_dict(logged)
    assert derived_view(old, PatientContext(50.0, "male")) == []
    assert summary_view(old) == summary_view(measurements)
