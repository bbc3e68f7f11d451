"""Measurements as one row of numbers: what stands where, and what is missing."""

import dataclasses

import numpy as np
import pytest

from ecg_chat.measurements.feature_vector import FEATURES, feature_vector, is_complete
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Beat
from ecg_chat.signals.synthetic import make_ecg


@pytest.fixture(scope="module")
def normal():
    return measure(make_ecg("normal", seed=3).ecg)


def feature(measurements, name):
    return float(feature_vector(measurements)[FEATURES.index(name)])


def test_names_are_unique_and_each_has_a_number(normal):
    assert len(set(FEATURES)) == len(FEATURES)
    assert feature_vector(normal).shape == (len(FEATURES),)


def test_values_stand_under_their_names(normal):
    assert feature(normal, "pr_ms") == pytest.approx(normal.overall["pr_ms"].value)
    assert feature(normal, "V5 r_mv") == pytest.approx(normal.per_lead["V5"]["r_mv"].value)
    assert feature(normal, "sokolow_lyon_mv") == pytest.approx(normal.derived["sokolow_lyon_mv"].value)
    assert feature(normal, "regularity") == 0


def test_what_is_not_measurable_is_missing_and_not_zero():
    af = measure(make_ecg("af", seed=2).ecg)
    assert af.overall["pr_ms"].value is None
    assert np.isnan(feature(af, "pr_ms"))
    assert feature(af, "regularity") == 2


def test_a_lead_that_is_absent_is_missing_alone(normal):
    ecg = make_ecg("normal", seed=3).ecg
    seven = [k for k, lead in enumerate(ecg.leads) if lead != "V2"]
    without = measure(dataclasses.replace(ecg, signal=ecg.signal[seven], leads=tuple(ecg.leads[k] for k in seven)))
    assert is_complete(normal)
    assert not is_complete(without)
    assert np.isnan(feature(without, "V2 r_mv"))
    assert np.isfinite(feature(without, "V3 r_mv"))


def beats(r_s, premature=()):
    return tuple(
        Beat(r, "ventricular" if k in premature else "dominant", premature=k in premature) for k, r in enumerate(r_s)
    )


def with_beats(measurements, r_s, premature=(), longest_ms=1100.0):
    longest = dataclasses.replace(measurements.overall["rr_max_ms"], value=longest_ms)
    overall = {**measurements.overall, "rr_max_ms": longest}
    return dataclasses.replace(measurements, beats=beats(r_s, premature), overall=overall)


def test_rr_features_tell_a_metronome_from_bigeminy(normal):
    even = with_beats(normal, np.arange(10) * 0.8)
    paired = with_beats(normal, np.cumsum([0, *[0.5, 1.1] * 5]), range(1, 11, 2))
    assert feature(even, "rr_variation") == pytest.approx(0, abs=1e-6)
    assert feature(even, "rr_serial_correlation") == 0
    assert feature(paired, "rr_alternation_share") == 1
    assert feature(paired, "rr_serial_correlation") == pytest.approx(-1)
    assert feature(paired, "premature_ectopic_share") == pytest.approx(5 / 11)
    assert feature(paired, "rr_shortest") < 1 < feature(paired, "rr_longest")


def test_an_interval_over_a_gap_is_none(normal):
    lost = with_beats(normal, [0.0, 0.8, 1.6, 4.8, 5.6, 6.4, 7.2], longest_ms=800.0)
    assert feature(lost, "rr_longest") == pytest.approx(1)
    assert feature(lost, "rr_variation") == pytest.approx(0, abs=1e-6)


def test_two_beats_say_nothing_of_variation(normal):
    assert np.isnan(feature(dataclasses.replace(normal, beats=beats([0.4, 1.2])), "rr_variation"))
    assert np.isnan(feature(dataclasses.replace(normal, beats=()), "premature_share"))


def test_counts_over_leads_follow_the_voltages(normal):
    flipped = {lead: dict(values) for lead, values in normal.per_lead.items()}
    for lead in ("V1", "V2", "V3"):
        flipped[lead]["t_mv"] = dataclasses.replace(flipped[lead]["t_mv"], value=-0.4)
    changed = dataclasses.replace(normal, per_lead=flipped)
    assert feature(changed, "t_lowest_mv") == pytest.approx(-0.4)
    assert feature(changed, "inverted_t_leads") >= 3
    heights = [abs(normal.get("r_mv", lead)) + abs(normal.get("s_mv", lead)) for lead in normal.leads[:6]]
    assert feature(normal, "limb_qrs_largest_mv") == pytest.approx(max(heights), rel=1e-5)


def test_measurements_of_an_older_version_have_gaps(normal):
    older = dataclasses.replace(normal, derived={}, rhythm=dataclasses.replace(normal.rhythm, facts=()))
    assert np.isnan(feature(older, "cornell_mv"))
    assert np.isnan(feature(older, "bigeminy holds"))
