import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.network.preprocess import PreprocessConfig, crops, prepare
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg

CONFIG = PreprocessConfig()


def test_leads_go_to_their_slot_whatever_the_order_in_the_file():
    ecg = make_ecg("clbbb").ecg
    turned = ecg.select(tuple(reversed(ecg.leads)))
    assert np.array_equal(prepare(ecg, CONFIG)[0], prepare(turned, CONFIG)[0])


@given(st.sets(st.sampled_from(STANDARD_LEADS), min_size=1))
@settings(max_examples=15, deadline=None)
def test_absent_leads_are_zero_and_marked(leads):
    chosen = tuple(lead for lead in STANDARD_LEADS if lead in leads)
    signal, presence = prepare(make_ecg("normal", fs_hz=100.0).ecg.select(chosen), CONFIG)
    for slot, lead in enumerate(STANDARD_LEADS):
        assert presence[slot] == (lead in leads)
        assert np.any(signal[slot]) == (lead in leads)


def test_an_offset_of_the_baseline_changes_nothing():
    ecg = make_ecg("normal", fs_hz=100.0).ecg
    import dataclasses

    moved = dataclasses.replace(ecg, signal=ecg.signal + np.float32(5))
    assert np.allclose(prepare(ecg, CONFIG)[0], prepare(moved, CONFIG)[0], atol=1e-5)


@pytest.mark.parametrize("fs_hz", [250.0, 500.0, 1000.0])
def test_the_rate_of_the_file_hardly_matters(fs_hz):
    slow = prepare(make_ecg("normal", fs_hz=100.0, noise_mv=0.0).ecg, CONFIG)[0]
    fast = prepare(make_ecg("normal", fs_hz=fs_hz, noise_mv=0.0).ecg, CONFIG)[0]
    assert fast.shape == slow.shape
    assert np.corrcoef(slow[1], fast[1])[0, 1] > 0.98


@given(st.integers(1, 2000))
@settings(max_examples=30, deadline=None)
def test_crops_cover_every_sample(length):
    signal = np.arange(1, length + 1, dtype=np.float32)[None].repeat(12, axis=0)
    cut = crops(signal, CONFIG)
    assert cut.shape[1:] == (12, 250)
    assert set(np.unique(cut)) - {0.0} == set(np.arange(1, length + 1, dtype=np.float32))


@pytest.mark.parametrize(("samples", "expected"), [(100, 250), (250, 250), (600, 600), (1000, 1000)])
def test_a_signal_shorter_than_a_crop_is_one_crop_of_its_own_length(samples, expected):
    config = PreprocessConfig(crop_s=10.0, hop_s=5.0)
    cut = crops(np.ones((12, samples), np.float32), config)
    assert cut.shape == (1, 12, expected)
    assert cut[0, 0].sum() == samples


def test_crops_cover_a_long_signal_to_its_end():
    config = PreprocessConfig(crop_s=10.0, hop_s=5.0)
    ramp = np.tile(np.arange(2300, dtype=np.float32), (12, 1))
    cut = crops(ramp, config)
    assert cut[:, 0, 0].tolist() == [0, 500, 1000, 1300]
    assert cut[-1, 0, -1] == 2299
