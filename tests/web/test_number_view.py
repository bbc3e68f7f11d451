from __future__ import annotations

import dataclasses

import pytest

from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements, Span, Value
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.judge import judge
from ecg_chat.statements.lead_limits import outside_limits
from ecg_chat.web.beat_view import beat_kinds, beats_view
from ecg_chat.web.matrix_view import matrix_view
from ecg_chat.web.number_view import derived_view, format_number, more_view, number_view, summary_view


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


def test_a_number_that_a_person_had_a_hand_in_says_so() -> None:
    view = number_view("qrs_ms", "QRS", Value(104.0, "ms", corrected="QRS end set by hand"))
    assert view["corrected"]
    assert "QRS end set by hand" in view["hover"]


def test_a_value_that_nobody_named_is_shown_all_the_same() -> None:
    measurements = measure(make_ecg("normal").ecg)
    new = {**measurements.overall, "voltage_sum_mv": Value(2.9, "mV")}
    shown = {item["key"]: item for item in more_view(dataclasses.replace(measurements, overall=new))}
    assert (shown["voltage_sum_mv"]["label"], shown["voltage_sum_mv"]["text"]) == ("Voltage sum", "2.90")
    assert "qrs_ms" not in shown, "it stands in the summary"


def test_the_beats_of_a_recording() -> None:
    measurements = measure(make_ecg("pvcs").ecg)
    beats = beats_view(measurements)
    assert len(beats) == len(measurements.beats)
    assert [beat["number"] for beat in beats] == list(range(1, len(beats) + 1))
    assert beats[0]["rr"] == "–"
    assert sum(kind["n"] for kind in beat_kinds(measurements) if kind["kind"] != "premature") == len(beats)  # type: ignore[misc]
    ectopic = [beat for beat in beats if beat["kind"] == "ventricular"]
    sinus = [beat for beat in beats if beat["kind"] == "dominant"]
    assert ectopic
    assert {beat["p"] for beat in ectopic} == {"–"}, "P is not looked for there"
    assert "yes" in {beat["p"] for beat in sinus}
    for beat in beats:
        (place,) = beat["places"]
        assert place["start_s"] <= float(beat["time"]) <= place["stop_s"]


def _outside(measurements: Measurements, sex: str) -> dict[tuple[str, str], str]:
    judgements = judge(measurements, age_years=50, sex=sex)
    return outside_limits(measurements, judgements, age_years=50, sex=sex)


def test_the_table_per_lead() -> None:
    measurements = measure(make_ecg("inferior_ste").ecg)
    outside = _outside(measurements, "male")
    table = matrix_view(measurements, outside)
    rows = {row["lead"]: row["cells"] for row in table["rows"]}  # type: ignore[attr-defined]
    keys = [column["key"] for column in table["columns"]]  # type: ignore[attr-defined]
    assert list(rows) == list(measurements.leads)
    assert {len(cells) for cells in rows.values()} == {len(keys)}
    assert sum(group["n"] for group in table["groups"]) == len(keys)  # type: ignore[attr-defined]
    at_j = keys.index("st_j_mv")
    for lead in ("II", "III", "aVF"):
        assert "ST elevation" in rows[lead][at_j]["outside"]
        assert "ST elevation" in rows[lead][at_j]["hover"]
    assert rows["V6"][at_j]["outside"] == ""


def test_a_normal_ecg_has_nothing_outside_of_the_limits() -> None:
    measurements = measure(make_ecg("normal").ecg)
    assert _outside(measurements, "female") == {}


def test_limits_that_do_not_apply_mark_nothing() -> None:
    measurements = measure(make_ecg("clbbb").ecg)
    assert any((values["st_j_mv"].value or 0) < -0.05 for values in measurements.per_lead.values())
    assert not {measure for measure, _ in _outside(measurements, "male")} & {"st_j_mv", "st_j80_mv", "t_mv"}


def test_a_column_that_nobody_named_comes_last() -> None:
    measurements = measure(make_ecg("normal").ecg)
    per_lead = {lead: {**values, "new_mv": Value(0.5, "mV")} for lead, values in measurements.per_lead.items()}
    table = matrix_view(dataclasses.replace(measurements, per_lead=per_lead))
    assert table["columns"][-1] == {"key": "new_mv", "label": "New", "unit": "mV"}  # type: ignore[index]


def test_a_recording_without_beats_has_empty_lists_and_reasons() -> None:
    measurements = measure(make_ecg("normal", gain=0.0, noise_mv=0.0, wander_mv=0.0).ecg)
    assert beats_view(measurements) == []
    assert beat_kinds(measurements) == []
    assert all(item["missing"] for item in summary_view(measurements))
    cells = [cell for row in matrix_view(measurements)["rows"] for cell in row["cells"]]  # type: ignore[attr-defined]
    assert cells
    assert all(cell["missing"] and "not measurable: " in cell["hover"] and not cell["places"] for cell in cells)


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
