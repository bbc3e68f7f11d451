"""Voltage sums, P terminal force and R progression: by hand, and how they must change with the signal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.derived import derived_for
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.p_terminal import p_terminal_force
from ecg_chat.measurements.r_progression import poor_r_progression, r_s_ratio_v1, r_transition
from ecg_chat.measurements.types import DERIVED_UNITS, LEAD_UNITS, Measurements, Value
from ecg_chat.measurements.voltage_sums import cornell_product, peguero, sokolow_lyon, voltage_values
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg

CLEAN = {"noise_mv": 0.0, "wander_mv": 0.0}
RATIOS = {
    "r_s_ratio_v1",
    "r_transition_lead",
    "p_biphasic_v1",
    "poor_r_progression",
}


@pytest.fixture(scope="module")
def normal() -> Measurements:
    return measure(make_ecg("normal", sex="male", **CLEAN).ecg)


def by_hand(
    m: Measurements, leads: Mapping[str, Mapping[str, float]], *, qrs_ms: float = 100.0, drop: tuple[str, ...] = ()
) -> Measurements:
    """Measurements whose QRS waves are 0 in every lead except the given ones."""
    zero = dict.fromkeys(("q_mv", "r_mv", "s_mv", "r_prime_mv", "s_prime_mv"), 0.0)
    per_lead = {
        lead: {
            **m.per_lead[lead],
            **{name: Value(mv, LEAD_UNITS[name], n_beats=9) for name, mv in {**zero, **leads.get(lead, {})}.items()},
        }
        for lead in STANDARD_LEADS
        if lead not in drop
    }
    overall = {**m.overall, "qrs_ms": Value(qrs_ms, "ms")}
    return dataclasses.replace(m, per_lead=per_lead, overall=overall)


TALL = {
    "aVL": {"r_mv": 1.0},
    "V1": {"r_mv": 0.2, "s_mv": -1.5},
    "V2": {"r_mv": 0.4, "s_mv": -2.0},
    "V3": {"r_mv": 0.5, "s_mv": -1.2},
    "V4": {"r_mv": 1.0, "s_mv": -0.9},
    "V5": {"r_mv": 2.1, "s_mv": -0.3},
    "V6": {"r_mv": 1.6},
}


def test_sums_by_hand(normal: Measurements) -> None:
    m = by_hand(normal, TALL)
    men, women = voltage_values(m, "male"), voltage_values(m, "female")
    assert men["sokolow_lyon_mv"].value == pytest.approx(1.5 + 2.1)
    assert men["cornell_mv"].value == pytest.approx(1.0 + 1.2)
    assert men["cornell_product_mv_ms"].value == pytest.approx(2.2 * 100)
    assert women["cornell_product_mv_ms"].value == pytest.approx(3.0 * 100)
    assert "woman" in women["cornell_product_mv_ms"].note
    assert men["peguero_mv"].value == pytest.approx(2.0 + 0.9)
    assert "V2" in men["peguero_mv"].note
    assert men["sokolow_lyon_mv"].n_beats == 9


def test_the_cornell_product_needs_the_sex(normal: Measurements) -> None:
    assert "sex" in cornell_product(by_hand(normal, TALL), None).reason


def test_a_q_before_r_is_no_s_for_peguero(normal: Measurements) -> None:
    m = by_hand(normal, {**TALL, "III": {"q_mv": -2.6, "r_mv": 0.3}})
    assert peguero(m).value == pytest.approx(2.9)


@pytest.mark.parametrize(
    ("drop", "value", "says"), [(("V5",), 1.5 + 1.6, "V6 alone decides"), (("V6",), 1.5 + 2.1, "V5 alone decides")]
)
def test_one_of_v5_and_v6_is_enough_and_says_so(
    normal: Measurements, drop: tuple[str, ...], value: float, says: str
) -> None:
    m = by_hand(normal, TALL, drop=drop)
    measured = voltage_values(m, "male")["sokolow_lyon_mv"]
    assert measured.value == pytest.approx(value)
    assert says in measured.note
    assert drop[0] in measured.note
    assert sokolow_lyon(m).value is None  # what criteria compare: a sum that can be larger does not rule out


@pytest.mark.parametrize(
    ("drop", "lost"), [("V1", "sokolow_lyon_mv"), ("V3", "cornell_mv"), ("aVL", "cornell_mv"), ("V4", "peguero_mv")]
)
def test_a_missing_lead_is_the_reason(normal: Measurements, drop: str, lost: str) -> None:
    value = voltage_values(by_hand(normal, TALL, drop=(drop,)), "male")[lost]
    assert value.value is None
    assert drop in value.reason


def test_a_dropped_lead_of_a_recording() -> None:
    without_v1 = measure(make_ecg("normal", drop_leads=("V1",)).ecg).derived
    for name in ("sokolow_lyon_mv", "p_terminal_force_mv_ms", "p_biphasic_v1", "r_transition_lead", "r_s_ratio_v1"):
        assert without_v1[name].value is None
        assert "V1" in without_v1[name].reason
    assert without_v1["cornell_mv"].value is not None


def test_wide_and_paced_qrs_have_no_voltage_criteria(normal: Measurements) -> None:
    wide = voltage_values(by_hand(normal, TALL, qrs_ms=120.0), "male")
    assert all(value.value is None and "wide" in value.reason for value in wide.values())
    rhythm = dataclasses.replace(normal.rhythm, pacing_spikes=len(normal.beats))
    paced = voltage_values(dataclasses.replace(by_hand(normal, TALL), rhythm=rhythm), "male")
    assert all(value.value is None and "paced" in value.reason for value in paced.values())
    assert voltage_values(by_hand(normal, TALL, qrs_ms=119.0), "male")["cornell_mv"].value is not None


def test_measured_sums_agree_with_the_formula() -> None:
    made = make_ecg("lvh", sex="male", **CLEAN)
    truth, derived = made.truth.per_lead, measure(made.ecg).derived
    sokolow = -truth["V1"]["s_mv"] + max(truth["V5"]["r_mv"], truth["V6"]["r_mv"])
    assert derived["sokolow_lyon_mv"].value == pytest.approx(sokolow, abs=0.05)
    assert derived["cornell_mv"].value == pytest.approx(truth["aVL"]["r_mv"] - truth["V3"]["s_mv"], abs=0.05)
    deepest = max(-truth[lead]["s_mv"] for lead in STANDARD_LEADS)
    assert derived["peguero_mv"].value == pytest.approx(deepest - truth["V4"]["s_mv"], abs=0.1)


def test_twice_the_gain_doubles_heights_and_leaves_ratios() -> None:
    one = measure(make_ecg("normal", sex="male", **CLEAN).ecg).derived
    two = measure(make_ecg("normal", sex="male", gain=2.0, **CLEAN).ecg).derived
    for name in DERIVED_UNITS:
        first, second = one[name].value, two[name].value
        assert first is not None, name
        assert second == pytest.approx(first * (1 if name in RATIOS else 2), rel=0.03), name


def test_terminal_force_by_hand(normal: Measurements) -> None:
    waves = {"p_terminal_mv": Value(-0.12, "mV", n_beats=9), "p_terminal_ms": Value(50.0, "ms", n_beats=9)}
    m = dataclasses.replace(normal, per_lead={**normal.per_lead, "V1": {**normal.per_lead["V1"], **waves}})
    assert p_terminal_force(m).value == pytest.approx(6.0)
    assert normal.derived["p_biphasic_v1"].value == 1.0
    no_p = dataclasses.replace(m, overall={**m.overall, "p_ms": Value(None, "ms", "no P wave before most beats")})
    assert "most beats" in p_terminal_force(no_p).reason
    assert "P" in measure(make_ecg("af").ecg).derived["p_terminal_force_mv_ms"].reason


def test_r_progression_by_hand(normal: Measurements) -> None:
    m = by_hand(normal, TALL)
    assert r_transition(m).value == 4.0
    assert r_transition(m).leads == ("V4",)
    assert r_s_ratio_v1(m).value == pytest.approx(0.13, abs=0.005)
    assert poor_r_progression(m).value == 0.0
    small = by_hand(normal, {**TALL, "V3": {"r_mv": 0.3, "s_mv": -1.2}})
    assert poor_r_progression(small).value == 1.0
    assert "0.30 mV" in poor_r_progression(small).note
    falling = by_hand(normal, {**TALL, "V1": {"r_mv": 0.6, "s_mv": -1.5}})
    assert poor_r_progression(falling).value == 1.0
    never = by_hand(normal, {lead: {"r_mv": 0.1, "s_mv": -1.0} for lead in STANDARD_LEADS})
    assert "every lead" in r_transition(never).reason
    assert "no S" in r_s_ratio_v1(by_hand(normal, {"V1": {"r_mv": 0.5}})).reason


def test_what_was_logged_before_has_no_derived_numbers(normal: Measurements) -> None:
    logged = to_dict(normal)
    assert from_dict(logged) == normal
    del logged["derived"]
    old = from_dict(logged)
    assert old.overall == normal.overall
    assert derived_for(old, "female") == {}


def test_a_sex_that_is_learnt_later_changes_the_product_only(normal: Measurements) -> None:
    later = derived_for(normal, "female")
    changed = {name for name in DERIVED_UNITS if later[name] != normal.derived[name]}
    assert changed == {"cornell_product_mv_ms"}
