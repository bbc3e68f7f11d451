"""What is done to a recording is what its name says."""

import numpy as np
import pytest

from ecg_chat.evaluation.perturbations import (
    conditions,
    noise_by_amplitude,
    noise_by_power,
    slots_of,
    through_rate,
    to_length,
    wander,
)
from ecg_chat.signals.ecg import STANDARD_LEADS


@pytest.fixture(scope="module")
def signals():
    t = np.arange(1000) / 100
    rows = [[400 * (k + 1) * np.sin(2 * np.pi * (1 + 0.1 * k) * t) for k in range(12)] for _ in range(3)]
    return np.round(np.array(rows)).astype(np.int16)


@pytest.mark.parametrize("level", [0.05, 0.2])
def test_noise_has_the_asked_strength_in_every_lead(signals, level):
    clean = signals.astype(float)
    added = noise_by_amplitude(level)(signals, np.random.default_rng(0)) - clean
    assert added.std(axis=-1) / clean.std(axis=-1) == pytest.approx(level, rel=0.1)
    small = signals // 8  # the stronger noise must not be cut off
    added = noise_by_power(level)(small, np.random.default_rng(0)) - small.astype(float)
    assert small.var(axis=-1) / added.var(axis=-1) == pytest.approx(level, rel=0.2)


def test_the_same_seed_makes_the_same_noise_and_the_input_stays(signals):
    before = signals.copy()
    change = noise_by_amplitude(0.1)
    first, again, other = (change(signals, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert np.array_equal(signals, before)


@pytest.mark.parametrize(("seconds", "samples"), [(5, 500), (10, 1000), (20, 2000), (60, 6000)])
def test_lengths_are_cut_or_repeated(signals, seconds, samples):
    made = to_length(seconds)(signals, np.random.default_rng(0))
    assert made.shape == (3, 12, samples)
    for start in range(0, samples, 1000):
        part = made[..., start : start + 1000]
        assert np.array_equal(part, signals[..., : part.shape[-1]])


def test_wander_is_slow_and_as_high_as_it_says():
    flat = np.zeros((2, 12, 6000), np.int16)
    made = wander(0.5)(flat, np.random.default_rng(0)) / 1000
    assert np.abs(made).max(axis=-1) == pytest.approx(0.5, abs=0.01)
    spectrum = np.abs(np.fft.rfft(made, axis=-1))
    peak_hz = np.fft.rfftfreq(6000, 0.01)[spectrum.argmax(axis=-1)]
    assert peak_hz.min() >= 0.13 and peak_hz.max() <= 0.52
    assert len(np.unique(peak_hz)) > 5


@pytest.mark.parametrize("rate", [250.0, 500.0])
def test_through_another_rate_a_slow_wave_comes_back(signals, rate):
    made = through_rate(rate)(signals, np.random.default_rng(0))
    assert made.shape == signals.shape
    inner = np.abs(made[..., 50:-50].astype(float) - signals[..., 50:-50]).max(axis=-1)
    assert (inner < 0.02 * np.abs(signals).max(axis=-1)).all()


def test_conditions_cover_what_was_asked_for_and_begin_with_the_record_as_it_is(signals):
    found = conditions()
    assert found[0].change(signals, np.random.default_rng(0)) is signals
    assert len({c.name for c in found}) == len(found)
    assert {c.group for c in found} == {"12 leads, 10 s", "noise", "leads", "length", "wander", "rate"}
    assert {len(c.leads) for c in found} == {12, 8, 6, 3, 2, 1}
    assert slots_of(("I", "II", "V6")) == [0, 1, 11]
    assert all(set(c.leads) <= set(STANDARD_LEADS) for c in found)
