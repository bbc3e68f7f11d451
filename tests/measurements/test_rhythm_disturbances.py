"""What must not be taken for an arrhythmia, and recordings that are too short, too fast or too slow to judge."""

import numpy as np
import pytest

from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.signals.synthetic_arrhythmia import make_arrhythmia
from tests.measurements.rhythms import arrhythmia_rhythm, holding, plain_rhythm, rhythm_from, undecided, with_signal

ATRIAL = {"flutter_activity", "fibrillatory_activity"}


def tremor(ecg, leads, hz, mv, seed=3):
    """Rhythmic muscle activity with a drifting phase in some leads."""
    rng = np.random.default_rng(seed)
    t = np.arange(ecg.n_samples) / ecg.fs_hz
    phase = 2 * np.pi * hz * t + np.cumsum(rng.normal(0, 0.02, t.size))
    signal = ecg.signal.astype(float).copy()
    for lead in leads:
        signal[ecg.leads.index(lead)] += mv * np.sin(phase)
    return with_signal(ecg, signal)


@pytest.mark.parametrize("rate", [40, 60, 75, 90, 110, 124, 140])
@pytest.mark.parametrize("seed", [0, 1])
def test_sinus_rhythm_has_no_atrial_waves_but_p(rate, seed):
    assert not holding(plain_rhythm(heart_rate_bpm=rate, seed=seed)) & ATRIAL


@pytest.mark.parametrize("hz", [4.5, 5.0, 6.0])
@pytest.mark.parametrize("variation_ms", [10.0, 90.0])
def test_tremor_is_no_flutter(hz, variation_ms):
    ecg = make_ecg(rr_sd_ms=variation_ms).ecg
    shaken = tremor(ecg, ("II", "III", "aVF", "aVR"), hz, 0.12)
    assert not holding(measure(shaken).rhythm) & ATRIAL


@pytest.mark.parametrize("options", [{"noise_mv": 0.05}, {"hum_mv": 0.1}, {"wander_mv": 0.5}])
@pytest.mark.parametrize("kind", ["normal", "tachycardia", "clbbb", "pvcs"])
def test_noise_makes_no_arrhythmia(kind, options):
    made = plain_rhythm(kind, **options)
    assert holding(made) <= {"pr_constant", "rate_range"}


@pytest.mark.parametrize("kind", ["wenckebach", "complete_block", "flutter_4to1", "flutter_variable", "trigeminy"])
@pytest.mark.parametrize("seed", [1, 2])
def test_facts_survive_noise(kind, seed):
    noisy = make_arrhythmia(kind, noise_mv=0.03, wander_mv=0.2, seed=seed)
    assert holding(rhythm_from(noisy.ecg, noisy.p_s)) == holding(arrhythmia_rhythm(kind))


@pytest.mark.parametrize("kind", ["wenckebach", "flutter_4to1", "trigeminy"])
def test_scale_does_not_matter(kind):
    made = make_arrhythmia(kind)
    halved = with_signal(made.ecg, 0.5 * made.ecg.signal)
    assert holding(rhythm_from(halved, made.p_s)) == holding(arrhythmia_rhythm(kind))


def test_one_lead_shows_no_flutter_but_dropped_beats():
    made = make_arrhythmia("mobitz_2")
    assert "dropped_beats" in holding(rhythm_from(made.ecg.select(["II"]), made.p_s))
    flutter = rhythm_from(make_arrhythmia("flutter_4to1").ecg.select(["II"]))
    assert undecided(flutter) >= ATRIAL
    assert "two leads" in flutter.fact("flutter_activity").text


def test_a_strip_of_2500_ms_judges_little():
    made = make_arrhythmia("sinus", duration_s=2.5)
    rhythm = rhythm_from(made.ecg, made.p_s)
    judged = {fact.name for fact in rhythm.facts} - undecided(rhythm)
    assert judged <= {"rate_range", "pause", "atrial_pacing", "ventricular_pacing", "spikes_without_capture"}
    assert "shorter than 5 s" in rhythm.fact("dropped_beats").text


def test_complete_block_needs_ten_seconds():
    made = make_arrhythmia("complete_block", duration_s=7.0)
    assert rhythm_from(made.ecg, made.p_s).fact("av_dissociation").holds is None


def test_a_slow_regular_rhythm_is_no_pause():
    rhythm = plain_rhythm(heart_rate_bpm=29, rr_sd_ms=0.0, duration_s=20)
    assert rhythm.fact("pause").holds is False
    assert "as long as the others" in rhythm.fact("pause").text


def test_250_per_minute():
    rhythm = measure(make_ecg("tachycardia", heart_rate_bpm=250, p_ms=60, pr_ms=80, qrs_ms=70, qt_ms=200).ecg).rhythm
    assert not holding(rhythm) & {"pause", "flutter_activity", "dropped_beats", "bigeminy", "escape_beats"}


def test_no_qrs_until_late_is_a_pause_at_the_edge():
    made = make_ecg(duration_s=12)
    signal = made.ecg.signal.copy()
    last = max(beat.t_off_s for beat in made.truth.beats if beat.t_off_s < 7.0)
    signal[:, round(last * 500) :] = signal[:, round(last * 500), None]
    fact = measure(with_signal(made.ecg, signal)).rhythm.fact("pause")
    assert fact.holds
    assert "at least" in fact.text


def test_asystole_and_fibrillation_are_not_judged():
    ecg = make_ecg().ecg
    rng = np.random.default_rng(0)
    flat = with_signal(ecg, rng.normal(0, 0.004, ecg.signal.shape))
    t = np.arange(ecg.n_samples) / ecg.fs_hz
    waves = sum(
        rng.uniform(0.1, 0.4, (12, 1)) * np.sin(2 * np.pi * hz * t + np.cumsum(rng.normal(0, 0.05, t.size)) + shift)
        for hz, shift in ((3.4, 0.0), (4.6, 1.0), (5.8, 2.0))
    )
    for signal in (flat, with_signal(ecg, waves)):
        rhythm = measure(signal).rhythm
        assert not rhythm.facts or not holding(rhythm)
        assert rhythm.fact("dropped_beats").holds is None
        assert rhythm.fact("dropped_beats").text.startswith("not judged: ")


def test_pacing_says_why_it_is_not_seen():
    fact = arrhythmia_rhythm("paced_ventricular", fs_hz=100.0).fact("ventricular_pacing")
    assert "100 Hz" in fact.text
    assert "sampling rate" in fact.text


@pytest.mark.parametrize("kind", ["flutter_4to1", "flutter_variable"])
def test_no_pr_is_given_in_flutter(kind):
    """A wave of flutter stands before each QRS and looks like P; measuring it would be a wrong number."""
    measured = measure(make_arrhythmia(kind).ecg)
    for name in ("p_ms", "pr_ms", "p_axis_deg"):
        assert measured.get(name) is None
        assert "flutter" in measured.overall[name].reason
    assert measured.rhythm.p_share is None
    assert measured.rhythm.p_upright_ii is None
    assert measured.get("qrs_ms") is not None
    assert measured.get("p_mv", "II") is None
    assert all(beat.p_on_s is None for beat in measured.beats)
