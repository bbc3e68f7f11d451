"""Normal limits: never an adult's for a child, never a guess, each with a source that exists."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from ecg_chat.errors import CatalogueError
from ecg_chat.measurements.against_norm import against_norm
from ecg_chat.measurements.normal_limits import FILE, Limits, NoNorm, build_limits, load_limits, normal_range
from ecg_chat.measurements.number_text import DERIVED_LABELS
from ecg_chat.measurements.types import DERIVED_UNITS, Value
from ecg_chat.signals.ecg import Sex

AGES = (0.0, 0.1, 3.0, 15.9, 16.0, 40.0, 120.0)
SEXES: tuple[Sex | None, ...] = ("male", "female", None)
NAMES = sorted({name for table in load_limits().tables.values() for name in table.names})


def limits(name: str, age_years: float | None, sex: Sex | None = "male") -> Limits:
    found = normal_range(name, age_years, sex)
    assert isinstance(found, Limits), found
    return found


@pytest.mark.parametrize(
    ("name", "age_years", "sex", "text"),
    [
        ("pr_ms", 40, None, "120-200 ms"),
        ("pr_ms", 3, None, "90-170 ms"),
        ("pr_ms", 0, None, "80-150 ms"),
        ("heart_rate_bpm", 16, None, "60-100/min"),
        ("heart_rate_bpm", 15.9, None, "65-130/min"),
        ("heart_rate_bpm", 0.1, None, "120-180/min"),
        ("qrs_ms", 120, None, "up to 110 ms"),
        ("qrs_axis_deg", 50, None, "−30 to 90°"),
        ("qtc_fridericia_ms", 50, "male", "below 450 ms"),
        ("qtc_fridericia_ms", 50, "female", "below 460 ms"),
        ("qtc_bazett_ms", 3, None, "up to 460 ms"),
        ("cornell_mv", 50, "female", "below 2.00 mV"),
        ("p_terminal_force_mv_ms", 50, None, "below 4.0 mV·ms"),
    ],
)
def test_the_norm_in_words(name: str, age_years: float, sex: Sex | None, text: str) -> None:
    assert limits(name, age_years, sex).text == text
    assert limits(name, age_years, sex).source


@pytest.mark.parametrize(
    ("name", "age_years", "sex", "reason"),
    [
        ("pr_ms", None, "male", "without the age"),
        ("qtc_fridericia_ms", 3, "male", "for this age"),
        ("p_ms", 15.9, "male", "for this age"),
        ("sokolow_lyon_mv", 35, "male", "for this age"),
        ("cornell_mv", 50, None, "without the sex"),
        ("qt_ms", 50, "male", "for this measure"),
        ("pr_ms", -1.0, "male", "for this age"),
        ("pr_ms", float("nan"), "male", "for this age"),
    ],
)
def test_no_norm_says_why(name: str, age_years: float | None, sex: Sex | None, reason: str) -> None:
    found = normal_range(name, age_years, sex)
    assert isinstance(found, NoNorm)
    assert reason in found.reason


@pytest.mark.parametrize("name", NAMES)
def test_a_child_gets_only_rows_that_end_in_childhood(name: str) -> None:
    for table in load_limits().tables.values():
        if name in table.names:
            assert all(row.age_from >= 16 or row.age_below <= 16 for row in table.rows)
    for sex in SEXES:
        assert isinstance(normal_range(name, None, sex), NoNorm)


def test_every_age_has_at_most_one_norm_and_its_source_is_known() -> None:
    known = {source["reference"] for source in load_limits().sources.values()}
    for name in NAMES:
        for age_years in AGES:
            for sex in SEXES:
                found = normal_range(name, age_years, sex)
                if isinstance(found, Limits):
                    assert set(found.source.split("; ")) <= known
                    assert found.text


def test_every_source_is_graded_and_used() -> None:
    data = load_limits()
    used = {key for table in data.tables.values() for row in table.rows for key in (*row.sources, *table.sources)}
    assert used == set(data.sources)
    assert all(source["grade"] in "PDTO" and source["reference"] for source in data.sources.values())


def test_the_limit_itself_is_inside_or_outside_as_the_source_prints_it() -> None:
    assert [limits("pr_ms", 40).outside(v) for v in (119, 120, 200, 201)] == ["low", "", "", "high"]
    assert [limits("qtc_bazett_ms", 40).outside(v) for v in (449.4, 449.6, 450)] == ["", "high", "high"]
    assert [limits("sokolow_lyon_mv", 40).outside(v) for v in (3.494, 3.496)] == ["", "high"]  # 3.496 prints 3.50


def test_a_limit_of_single_leads_is_shown_and_calls_no_global_p_long() -> None:
    assert limits("p_ms", 40).text == "below 120 ms in a single lead"
    assert limits("p_ms", 40).outside(140) == ""


def test_a_number_beside_its_norm() -> None:
    slow = against_norm("heart_rate_bpm", Value(48, "/min"), 40, None)
    assert (slow.normal, slow.outside, slow.mark) == ("60-100/min", "low", "↓ low")
    gone = against_norm("pr_ms", Value(None, "ms", "no P wave"), 40, None)
    assert (gone.normal, gone.outside) == ("120-200 ms", "")
    assert against_norm("pr_ms", Value(400, "ms"), None, None).outside == ""
    assert against_norm("qt_ms", Value(400, "ms"), 40, None).normal == ""


def test_every_derived_number_has_a_label() -> None:
    assert set(DERIVED_LABELS) == set(DERIVED_UNITS)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["pr"].update(names=["pq_ms"]), "not a measure"),
        (lambda d: d["pr"].update(sources=["XX"]), "XX"),
        (lambda d: d["pr"]["rows"][0].update(source="XX"), "XX"),
        (lambda d: d["pr"]["rows"].append({"age_from": 15, "at_most": 1}), "two rows"),
        (lambda d: d["pr"]["rows"][0].update(below=200), "at_most or below"),
        (lambda d: d["pr"]["rows"].append({"age_from": 5, "age_below": 5, "at_most": 1}), "no span"),
        (lambda d: d["pr"]["rows"][0].update(sex="both"), "sex is 'both'"),
        (lambda d: d["pr"].update(unit="ms"), "unknown key 'unit'"),
        (lambda d: d["qtc_child_bazett"]["rows"].append({"age_from": 20, "at_most": 1}), "two rows"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(change: Change, words: str) -> None:
    data = copy.deepcopy(tomllib.loads(FILE.read_text(encoding="utf-8")))
    change(data)
    with pytest.raises(CatalogueError, match=words):
        build_limits(data)
