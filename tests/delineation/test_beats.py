"""Beats are found where they are, on any leads."""

import numpy as np
import pytest

from ecg_chat.delineation.delineate import delineate
from ecg_chat.delineation.median_beat import median_of_present
from ecg_chat.delineation.pacing_spikes import find_pacing_spikes
from ecg_chat.signals.synthetic import make_ecg


def matched(found_s, truth_s, within_s=0.08):
    found_s, truth_s = np.asarray(found_s), np.asarray(truth_s)
    return sum(np.min(np.abs(found_s - t)) < within_s for t in truth_s)


@pytest.mark.parametrize("kind", ["normal", "tachycardia", "af", "clbbb", "crbbb", "lvh", "pvcs", "av_block_1"])
@pytest.mark.parametrize("leads", [None, ("II",), ("V1", "V6")])
def test_every_beat_is_found_once(kind, leads):
    made = make_ecg(kind, noise_mv=0.03)
    ecg = made.ecg if leads is None else made.ecg.select(leads)
    found = delineate(ecg, {})
    r_s = found.beats.r / found.prepared.fs_hz
    middle = [(b.qrs_on_s + b.qrs_off_s) / 2 for b in made.truth.beats if 0.15 < b.qrs_on_s < ecg.duration_s - 0.3]
    assert matched(r_s, middle) == len(middle)
    assert len(r_s) <= len(middle) + 2


def test_boundaries_are_in_order():
    found = delineate(make_ecg().ecg, {})
    places = [found.p.on_ms, found.p.peak_ms, found.p.off_ms, found.qrs.on_ms, found.qrs.peak_ms, found.qrs.off_ms]
    places += [found.t.on_ms, found.t.peak_ms, found.t.off_ms]
    assert places == sorted(places)


def test_unusable_leads_are_left_out():
    ecg = make_ecg().ecg
    found = delineate(ecg, {"V1": ("noisy",), "V2": ("flat",), "II": ("baseline wander",)})
    usable = dict(zip(ecg.leads, found.prepared.usable, strict=True))
    assert not usable["V1"]
    assert not usable["V2"]
    assert usable["II"]


def test_median_of_present_is_the_nan_median():
    stack = np.random.default_rng(0).normal(size=(7, 3, 50))
    stack[np.random.default_rng(1).random(stack.shape) < 0.3] = np.nan
    with np.errstate(all="ignore"):
        assert np.allclose(median_of_present(stack), np.nanmedian(stack, axis=0), equal_nan=True)


def test_sharp_r_is_no_pacing_spike():
    assert find_pacing_spikes(make_ecg("lvh", noise_mv=0.0).ecg.signal.astype(float), 500.0).size == 0
