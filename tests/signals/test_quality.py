"""Each flag is raised by its own defect and by no other; lead swaps are seen, healthy variants are not."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.signals import read_ecg_path
from ecg_chat.signals.quality import assess, best_window, limb_lead_warnings
from ecg_chat.signals.synthetic import make_ecg
from tests.signals.real_files import CINC, needs_data


def changed(ecg, **rows):
    signal = ecg.signal.copy()
    for name, row in rows.items():
        signal[ecg.leads.index(name)] = row
    return dataclasses.replace(ecg, signal=signal)


def defects():
    ecg = make_ecg(seed=3).ecg
    v2, t = ecg.lead("V2"), np.arange(ecg.n_samples) / ecg.fs_hz
    noise = np.random.default_rng(0).standard_normal(ecg.n_samples)
    half = v2.copy()
    half[: ecg.n_samples // 4] = np.nan
    return ecg, {
        "missing": [np.full_like(v2, np.nan), half],
        "flat": [np.zeros_like(v2), np.full_like(v2, 1.5), np.where(t < 3, v2, 0.2), v2 * 0.01],
        "clipped": [np.clip(v2, -0.8, 0.25), np.clip(v2, -0.9, None)],
        "noisy": [v2 + 0.05 * noise, v2 + 0.06 * np.sin(2 * np.pi * 50 * t)],
        "baseline wander": [v2 + 0.5 * np.sin(2 * np.pi * 0.2 * t), v2 + 0.15 * t],
    }


@pytest.mark.parametrize("flag", ["missing", "flat", "clipped", "noisy", "baseline wander"])
def test_defect_raises_its_flag_in_its_lead_only(flag):
    ecg, found = defects()
    for row in found[flag]:
        flags = assess(changed(ecg, V2=row))
        assert flags["V2"] == (flag,)
        assert all(flags[lead] == () for lead in ecg.leads if lead != "V2")


@settings(max_examples=10, deadline=None)
@given(
    kind=st.sampled_from(["normal", "clbbb", "lvh", "af", "pvcs"]),
    fs_hz=st.sampled_from([100.0, 250.0, 500.0, 1000.0]),
    step=st.sampled_from([0.0, 0.001, 0.005]),
    seed=st.integers(0, 100),
)
def test_healthy_recordings_of_any_rate_and_resolution_are_clean(kind, fs_hz, step, seed):
    ecg = make_ecg(kind, fs_hz=fs_hz, seed=seed, duration_s=6).ecg
    if step:
        ecg = dataclasses.replace(ecg, signal=(np.round(ecg.signal / step) * step).astype(np.float32))
    assert not any(assess(ecg).values())


def swapped(ecg, i, ii):
    """Recording with other I and II, and the other limb leads that follow."""
    return changed(ecg, I=i, II=ii, III=ii - i, aVR=-(i + ii) / 2, aVL=i - ii / 2, aVF=ii - i / 2)


@pytest.mark.parametrize("kind", ["normal", "inferior_ste", "crbbb", "av_block_1"])
def test_exchanged_arm_electrodes(kind):
    ecg = make_ecg(kind).ecg
    (warning,) = limb_lead_warnings(swapped(ecg, -ecg.lead("I"), ecg.lead("III")))
    assert "arm electrodes" in warning


def test_arm_and_right_leg_exchanged():
    ecg = make_ecg().ecg
    ra_rl = swapped(ecg, -ecg.lead("III"), np.random.default_rng(0).normal(0, 0.005, ecg.n_samples).astype(np.float32))
    assert any("Lead II is almost flat" in w for w in limb_lead_warnings(ra_rl))


def test_mislabelled_lead_contradicts_the_arithmetic():
    ecg = make_ecg().ecg
    (warning,) = limb_lead_warnings(changed(ecg, aVL=ecg.lead("V1")))
    assert "aVL" in warning
    assert limb_lead_warnings(changed(ecg, aVL=ecg.lead("aVL") + 0.5)) == ()


@pytest.mark.parametrize("axis", [-60, -20, 40, 90, 105])
def test_unusual_axis_alone_is_no_swap(axis):
    assert limb_lead_warnings(make_ecg(qrs_axis_deg=axis).ecg) == ()


def test_best_window_avoids_the_bad_part():
    ecg = make_ecg(duration_s=40).ecg
    signal = ecg.signal.copy()
    signal[:, : 18 * 500] += np.random.default_rng(1).normal(0, 0.1, (12, 18 * 500)).astype(np.float32)
    signal[3, 30 * 500 :] = np.nan
    start = best_window(dataclasses.replace(ecg, signal=signal))
    assert 18 <= start <= 20
    assert best_window(make_ecg(duration_s=8).ecg) == 0.0
    assert best_window(make_ecg(duration_s=25.5).ecg) <= 15.5


@needs_data
def test_flags_of_real_recordings_whose_quality_is_known():
    clean = assess(read_ecg_path(CINC / "A0002.hea"))
    assert not any(clean.values())
    noisy = assess(read_ecg_path(CINC / "A0003.hea"))
    assert sum("noisy" in flags for flags in noisy.values()) >= 10
