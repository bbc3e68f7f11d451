"""The generator keeps its promises: the truth it states can be found in the samples by plain arithmetic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.signals import STANDARD_LEADS
from ecg_chat.signals.lead_arithmetic import residual_mv
from ecg_chat.signals.quality import assess, limb_lead_warnings
from ecg_chat.signals.synthetic import EXAMPLES as KINDS
from ecg_chat.signals.synthetic import make_ecg

QUIET = {"noise_mv": 0.0, "hum_mv": 0.0, "wander_mv": 0.0}


@pytest.mark.parametrize("kind", KINDS)
def test_example_is_labelled_clean_and_consistent(kind):
    made = make_ecg(kind)
    assert made.ecg.source.format == "synthetic"
    assert made.ecg.source.name.startswith("Synthetic")
    assert "not the recording of a person" in made.ecg.notes[0].text
    assert made.ecg.leads == STANDARD_LEADS
    assert (made.ecg.fs_hz, made.ecg.duration_s) == (500, 10)
    assert not any(assess(made.ecg).values())
    assert limb_lead_warnings(made.ecg) == ()
    assert max(residual_mv(made.ecg).values()) < 1e-5


@pytest.mark.parametrize("kind", KINDS)
def test_waves_lie_exactly_where_the_truth_says(kind):
    made = make_ecg(kind, fs_hz=1000, **QUIET)
    clean, fs = made.ecg.signal.astype(float), made.ecg.fs_hz
    np.testing.assert_array_equal(made.ecg.signal, made.truth.clean_mv)
    moving = np.abs(clean).max(axis=0) > 1e-4
    for beat, after in zip(made.truth.beats, made.truth.beats[1:], strict=False):
        next_wave = after.p_on_s if after.p_on_s is not None else after.qrs_on_s
        t = np.arange(clean.shape[1]) / fs
        if kind != "af" and next_wave > beat.t_off_s:
            assert not moving[(t > beat.t_off_s) & (t < next_wave)].any()
        if beat.p_off_s is not None and kind != "af":
            assert not moving[(t > beat.p_off_s) & (t < beat.qrs_on_s)].any()
            inside = (t > beat.p_on_s + 0.004) & (t < beat.p_off_s - 0.004)
            assert moving[inside].all()
        assert moving[(t > beat.qrs_on_s + 0.003) & (t < beat.qrs_off_s)].all()


def test_truth_of_the_kinds_is_what_their_names_demand():
    truth = {kind: make_ecg(kind).truth for kind in KINDS}
    assert 60 <= truth["normal"].heart_rate_bpm <= 100
    assert truth["tachycardia"].heart_rate_bpm > 100
    assert truth["af"].pr_ms is None
    assert np.std(np.diff([b.qrs_on_s for b in truth["af"].beats])) > 0.08
    assert truth["clbbb"].qrs_ms >= 120
    assert truth["crbbb"].qrs_ms >= 120
    assert truth["crbbb"].per_lead["V1"]["r_mv"] > 0.8
    assert truth["av_block_1"].pr_ms > 200
    for lead in ("II", "III", "aVF"):
        assert truth["inferior_ste"].per_lead[lead]["st_j_mv"] >= 0.1
    assert truth["inferior_ste"].per_lead["aVL"]["st_j_mv"] <= -0.1
    lvh = truth["lvh"].per_lead
    assert max(lvh["V5"]["r_mv"], lvh["V6"]["r_mv"]) - lvh["V1"]["s_mv"] > 3.5
    assert lvh["aVL"]["r_mv"] - lvh["V3"]["s_mv"] > 2.8
    assert sum(b.kind == "ventricular" for b in truth["pvcs"].beats) >= 2


@settings(max_examples=15, deadline=None)
@given(axis=st.floats(-175, 175), kind=st.sampled_from(["normal", "clbbb", "lvh"]))
def test_axis_can_be_set(axis, kind):
    made = make_ecg(kind, qrs_axis_deg=axis, fs_hz=1000, duration_s=3, st_mv={"I": 0, "II": 0}, **QUIET)
    beat = made.truth.beats[0]
    inside = slice(round(beat.qrs_on_s * 1000), round(beat.qrs_off_s * 1000) + 1)
    i, avf = made.ecg.lead("I")[inside].sum(), made.ecg.lead("aVF")[inside].sum()
    found = np.degrees(np.arctan2(avf * 2 / np.sqrt(3), i))
    assert abs((found - axis + 180) % 360 - 180) < 1.0


@settings(max_examples=5, deadline=None)
@given(rate=st.floats(40, 150), gain=st.floats(0.3, 2.0), seed=st.integers(0, 1000))
def test_rate_gain_and_seed(rate, gain, seed):
    one = make_ecg(heart_rate_bpm=rate, gain=gain, seed=seed, rr_sd_ms=0, **QUIET)
    assert one.truth.heart_rate_bpm == pytest.approx(rate, rel=1e-6)
    np.testing.assert_array_equal(
        one.ecg.signal, make_ecg(heart_rate_bpm=rate, gain=gain, seed=seed, rr_sd_ms=0, **QUIET).ecg.signal
    )
    np.testing.assert_allclose(
        one.ecg.signal, gain * make_ecg(heart_rate_bpm=rate, seed=seed, rr_sd_ms=0, **QUIET).ecg.signal, atol=1e-5
    )
    assert one.truth.per_lead["II"]["r_mv"] == pytest.approx(
        gain * make_ecg(**QUIET).truth.per_lead["II"]["r_mv"], rel=0.01
    )


def test_st_level_leads_and_patient_can_be_set():
    made = make_ecg(st_mv={"V2": 0.3}, leads=("II", "V2", "V3"), drop_leads=("V3",), age_years=50, sex="female")
    assert made.ecg.leads == ("II", "V2")
    assert made.truth.per_lead["V2"]["st_j_mv"] == pytest.approx(0.3, abs=1e-6)
    assert (made.ecg.patient.age_years, made.ecg.patient.sex) == (50, "female")


@pytest.mark.parametrize(
    "settings_",
    [
        {"kind": "unknown"},
        {"leads": ()},
        {"leads": ("II", "Vx")},
        {"st_mv": {"III": 0.1}},
        {"p_ms": 200, "pr_ms": 120},
        {"qrs_ms": 400},
    ],
)
def test_impossible_requests_are_refused(settings_):
    with pytest.raises(ValueError, match="expected"):
        make_ecg(**settings_)
