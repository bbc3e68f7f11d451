"""Filters, resampling, lead names and arithmetic, and the rules by which channels become an `Ecg`."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals import STANDARD_LEADS, Source
from ecg_chat.signals.channels import Channel, Channels, millivolts_per
from ecg_chat.signals.conversion import to_ecg
from ecg_chat.signals.filters import diagnostic_band, resample
from ecg_chat.signals.lead_arithmetic import residual_mv
from ecg_chat.signals.lead_names import standard_name, unique_names
from ecg_chat.signals.synthetic import make_ecg

SOURCE = Source("a", "made", "")


def converted(ecg, leads=None, *, fs_hz=None, scale=1.0, samples=None):
    leads = leads or ecg.leads
    rows = [Channel(n, ecg.lead(n).astype(float)[:samples] * scale, fs_hz or ecg.fs_hz) for n in leads]
    return to_ecg(Channels("made", tuple(rows)), SOURCE)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *{
            "avr": "aVR",
            "AVF": "aVF",
            "Lead I": "I",
            "lead_ii": "II",
            "LeadV3": "V3",
            "V1 ": "V1",
            "-aVR": "-aVR",
        }.items(),
        *{"MDC_ECG_LEAD_V1": "V1", "MDC_ECG_LEAD_aVL": "aVL", "ECG II": "II", "EKG V2": "V2", "Chan V5": "V5"}.items(),
        *{
            "V1 (mV)": "V1",
            "I [uV]": "I",
            "II_mV": "II",
            "D2": "II",
            "v4r": "V4R",
            "vx": "Vx",
            "C6": "V6",
            "3": "III",
        }.items(),
        *dict.fromkeys(["RESP", "ECG", "V10", "", "pleth", "channel 1", "lead 7"]).items(),
    ],
)
def test_lead_names(text, name):
    assert standard_name(text) == name


@given(st.lists(st.text(max_size=30), max_size=12))
def test_names_are_always_unique_and_plain(texts):
    names, _ = unique_names(texts)
    assert len(set(names)) == len(names) == len(texts)
    assert all(name and name.isascii() and name.isprintable() and not set(name) & set("<>&\"'`[]") for name in names)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("uV", 1e-3),
        ("µV", 1e-3),
        ("μv", 1e-3),
        ("mV", 1),
        ("V", 1e3),
        ("nV", 1e-6),
        ("microvolts", 1e-3),
        ("mmHg", None),
        ("", None),
    ],
)
def test_units(unit, factor):
    assert millivolts_per(unit) == factor


@pytest.mark.parametrize("fs_out_hz", [100.0, 250.0, 400.0, 1000.0])
def test_resampling_keeps_times_and_heights(fs_out_hz):
    made = make_ecg("normal", fs_hz=500, noise_mv=0, wander_mv=0)
    result = resample(made.ecg.signal, 500, fs_out_hz)
    t = np.arange(result.shape[1]) / fs_out_hz
    expected = make_ecg("normal", fs_hz=fs_out_hz, noise_mv=0, wander_mv=0).ecg.signal
    assert t.size == expected.shape[1]
    inner = slice(round(0.2 * fs_out_hz), -round(0.2 * fs_out_hz))
    assert np.abs(result - expected)[:, inner].max() < (0.03 if fs_out_hz > 200 else 0.3)


def test_resampling_does_not_alias():
    t = np.arange(5000) / 500
    assert np.abs(resample(np.sin(2 * np.pi * 190 * t), 500, 100)[20:-20]).max() < 0.02


@settings(max_examples=10, deadline=None)
@given(start=st.integers(0, 3000), length=st.integers(1, 1500))
def test_gaps_stay_gaps(start, length):
    signal = make_ecg().ecg.lead("II").copy()
    signal[start : start + length] = np.nan
    holes = np.isnan(signal)
    np.testing.assert_array_equal(np.isnan(diagnostic_band(signal, 500)), holes)
    np.testing.assert_array_equal(np.isnan(resample(signal, 500, 1000))[::2], holes)


def test_diagnostic_band_removes_drift_and_keeps_waves_in_place():
    quiet = {"noise_mv": 0, "wander_mv": 0}
    clean = make_ecg(**quiet)
    t = np.arange(5000) / 500
    drifting = clean.ecg.lead("II") + 0.8 * np.sin(2 * np.pi * 0.05 * t)
    filtered, reference = diagnostic_band(drifting, 500), diagnostic_band(clean.ecg.lead("II"), 500)
    assert np.abs(filtered - reference)[1000:-1000].max() < 0.06
    for beat in clean.truth.beats[2:-2]:
        around = slice(round(beat.qrs_on_s * 500), round(beat.qrs_off_s * 500))
        assert abs(int(np.argmax(filtered[around])) - int(np.argmax(clean.ecg.lead("II")[around]))) <= 1
        # The ST level against the PR segment moves by less than a tenth of a millimetre.
        at = lambda s: round(s * 500)  # noqa: E731
        level = filtered[at(beat.qrs_off_s + 0.02)] - filtered[at(beat.qrs_on_s - 0.01)]
        true = clean.ecg.lead("II")[at(beat.qrs_off_s + 0.02)] - clean.ecg.lead("II")[at(beat.qrs_on_s - 0.01)]
        assert abs(level - true) < 0.03


def test_filter_gain_is_the_one_of_the_standard():
    t = np.arange(60_000) / 500
    for hz, low, high in [(0.67, 0.9, 1.01), (10, 0.99, 1.01), (40, 0.99, 1.01), (200, 0.0, 0.3)]:
        gain = np.abs(diagnostic_band(np.sin(2 * np.pi * hz * t), 500))[10_000:-10_000].max()
        assert low <= gain <= high, hz


def test_derivation_works_from_any_two_limb_leads():
    ecg = make_ecg("inferior_ste").ecg
    for pair in [("I", "II"), ("III", "aVF"), ("aVR", "aVL"), ("II", "aVL")]:
        derived = converted(ecg, (*pair, "V1"))
        np.testing.assert_allclose(derived.signal[:6], ecg.signal[:6], atol=2e-4)
        assert max(residual_mv(derived).values()) < 1e-3


def test_order_of_the_file_does_not_matter():
    ecg = make_ecg().ecg
    mixed = converted(ecg, tuple(reversed(STANDARD_LEADS)))
    assert mixed.leads == STANDARD_LEADS
    np.testing.assert_allclose(mixed.signal, ecg.signal, atol=1e-6)
    assert [n.kind for n in mixed.notes] == ["renamed"]


def test_fast_recordings_are_brought_to_1000_hz():
    ecg = converted(make_ecg(fs_hz=2000).ecg)
    assert (ecg.fs_hz, ecg.duration_s) == (1000, 10)
    assert [n.kind for n in ecg.notes] == ["resampled"]


def test_long_recordings_are_cut_at_ten_minutes():
    long = np.tile(make_ecg(fs_hz=100, duration_s=10, leads=("II",)).ecg.lead("II").astype(float), 66)
    ecg = to_ecg(Channels("made", (Channel("II", long, 100.0),)), SOURCE)
    assert ecg.duration_s == 600
    assert [n.kind for n in ecg.notes] == ["cut"]


def test_repeated_and_shorter_leads_are_said():
    ecg = make_ecg().ecg
    rows = (
        Channel("II", ecg.lead("II").astype(float), 500.0),
        Channel("ii", ecg.lead("V1").astype(float)[:4000], 500.0),
    )
    result = to_ecg(Channels("made", rows), SOURCE)
    assert result.leads == ("II", "II (2)")
    assert {n.kind for n in result.notes} == {"warning", "padded", "gap"}


@pytest.mark.parametrize(
    ("scale", "words"), [(1000, "swings by"), (1e-3, "only"), (0, "flat"), (np.inf, "infinite|number")]
)
def test_wrong_scale_is_refused(scale, words):
    with np.errstate(invalid="ignore"), pytest.raises(UnreadableFile, match=words):
        converted(make_ecg().ecg, scale=scale)


def test_shortest_recording():
    assert converted(make_ecg().ecg, samples=1250).duration_s == 2.5
    with pytest.raises(UnreadableFile, match=r"2\.5 s"):
        converted(make_ecg().ecg, samples=1249)
