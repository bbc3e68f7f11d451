"""The synthetic arrhythmias keep their promises: waves lie where the truth says, and nothing lies elsewhere."""

import numpy as np
import pytest

from ecg_chat.signals import STANDARD_LEADS
from ecg_chat.signals.quality import assess, limb_lead_warnings
from ecg_chat.signals.synthetic_arrhythmia import ARRHYTHMIAS, make_arrhythmia

QUIET = {"noise_mv": 0.0, "wander_mv": 0.0}


@pytest.mark.parametrize("kind", ARRHYTHMIAS)
def test_is_labelled_clean_and_reproducible(kind):
    made = make_arrhythmia(kind)
    assert made.ecg.source.format == "synthetic"
    assert made.ecg.leads == STANDARD_LEADS
    assert not any(assess(made.ecg).values())
    assert limb_lead_warnings(made.ecg) == ()
    np.testing.assert_array_equal(made.ecg.signal, make_arrhythmia(kind).ecg.signal)


@pytest.mark.parametrize("kind", [kind for kind in ARRHYTHMIAS if "flutter" not in kind])
def test_every_p_wave_and_qrs_is_in_the_signal(kind):
    made = make_arrhythmia(kind, fs_hz=1000, **QUIET)
    height = np.abs(made.ecg.signal.astype(float)).max(axis=0)
    for on, off in made.p_s:
        assert height[round(1000 * (on + off) / 2)] > 0.05
    for on in made.qrs_on_s:
        assert height[round(1000 * on) : round(1000 * on) + 90].max() > 0.6


def test_an_unconducted_p_wave_stands_alone():
    made = make_arrhythmia("high_grade", fs_hz=1000, **QUIET)
    height = np.abs(made.ecg.signal.astype(float)).max(axis=0)
    alone = [p for p in made.atrial if not p.conducted and p.on_s < 9.0]
    assert len(alone) >= 8
    for p in alone[1::2]:  # the second of two: clear of T
        around = height[round(1000 * p.on_s) - 40 : round(1000 * p.on_s) + 160]
        assert 0.05 < around.max() < 0.2
        assert height[round(1000 * p.on_s) - 40] < 1e-6


def test_flutter_waves_are_regular_and_negative_in_the_inferior_leads():
    made = make_arrhythmia("flutter_4to1", fs_hz=1000, **QUIET)
    lead = made.ecg.lead("II").astype(float)
    late = [round(1000 * on) - 220 for on in made.qrs_on_s[1:]]  # one wave before each QRS, clear of T
    cycles = np.stack([lead[at : at + 200] for at in late])
    assert np.ptp(cycles, axis=0).max() < 1e-3
    assert np.argmin(np.diff(cycles[0])) != np.argmax(np.diff(cycles[0]))
    slope = np.diff(cycles[0])
    assert (slope < 0).mean() > 0.6  # slow fall, quick rise
    assert (
        np.corrcoef(made.ecg.lead("II")[late[0] : late[0] + 200], made.ecg.lead("V1")[late[0] : late[0] + 200])[0, 1]
        < -0.9
    )


def test_spikes_are_seen_only_where_the_rate_allows():
    fast, slow = make_arrhythmia("paced_ventricular", **QUIET), make_arrhythmia("paced_ventricular", fs_hz=100, **QUIET)
    at = [round(500 * s) for s in fast.spikes_s]
    assert all(np.abs(fast.ecg.signal[:, max(0, i - 1) : i + 2]).max() > 1.4 for i in at)
    assert slow.spikes_s == fast.spikes_s
    assert np.abs(np.diff(slow.ecg.lead("V6"))).max() < 0.7


def test_unknown_kind():
    with pytest.raises(ValueError, match="'nothing', expected one of sinus"):
        make_arrhythmia("nothing")
