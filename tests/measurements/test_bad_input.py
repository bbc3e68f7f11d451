"""Whatever comes in: no crash, no warning, every key there, and no number where there is nothing to measure."""

import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, Source
from ecg_chat.signals.synthetic import make_ecg


def ecg_of(signal, fs_hz=500.0):
    return Ecg(np.atleast_2d(signal), fs_hz, STANDARD_LEADS[: len(np.atleast_2d(signal))], Source("x", "test", ""))


def check(ecg):
    found = measure(ecg)
    assert set(found.overall) == set(GLOBAL_UNITS)
    assert set(found.per_lead) == set(ecg.leads)
    for values in [found.overall, *found.per_lead.values()]:
        for value in values.values():
            assert value.reason if value.value is None else math.isfinite(value.value)
    assert all(set(values) == set(LEAD_UNITS) for values in found.per_lead.values())
    assert from_dict(json.loads(json.dumps(to_dict(found)))) == found
    return found


def nothing_measured(found):
    return all(value.value is None for value in found.overall.values()) and not found.beats


RNG = np.random.default_rng(3)
T = np.arange(5000) / 500


@pytest.mark.parametrize(
    "signal",
    [
        np.zeros((12, 5000)),
        np.ones((12, 5000)),
        np.full((12, 5000), np.nan),
        RNG.normal(0, 0.005, (12, 5000)),
        RNG.normal(0, 0.1, (12, 5000)),
        np.outer(np.ones(12), 0.4 * np.sin(2 * np.pi * 5 * T + 2 * np.sin(2 * np.pi * 0.7 * T)))
        + RNG.normal(0, 0.01, (12, 5000)),
        make_ecg().ecg.signal[:, :150],
        make_ecg().ecg.signal[:, :1],
        np.zeros((12, 0)),
    ],
    ids=["zero", "constant", "nan", "asystole", "noise", "fibrillation", "0.3 s", "one sample", "empty"],
)
def test_nothing_to_measure(signal):
    assert nothing_measured(check(ecg_of(signal)))


def test_very_fast_rhythm_gives_rate_only():
    found = check(make_ecg(heart_rate_bpm=250).ecg)
    assert found.get("heart_rate_bpm") == pytest.approx(250, rel=0.02)
    for name in ("p_ms", "pr_ms", "qrs_ms", "qrs_axis_deg"):
        assert found.get(name) is None, name


def test_p_on_t_is_not_measured():
    found = check(make_ecg(heart_rate_bpm=140).ecg)
    assert found.get("pr_ms") is None
    assert "fast" in found.overall["pr_ms"].reason


def test_gap():
    signal = make_ecg().ecg.signal.copy()
    signal[:, 1500:2600] = np.nan
    signal[3] = np.nan
    found = check(ecg_of(signal))
    assert found.get("heart_rate_bpm") == pytest.approx(68, abs=2)
    assert found.get("r_mv", "aVR") is None


def test_short_recording():
    found = check(ecg_of(make_ecg().ecg.signal[:, :1250]))
    assert found.get("heart_rate_bpm") == pytest.approx(68, abs=4)


@pytest.mark.parametrize("lead", ["I", "V1"])
def test_one_lead_has_no_axis(lead):
    found = check(make_ecg().ecg.select([lead]))
    assert found.get("qrs_axis_deg") is None
    assert found.get("qrs_ms") is not None


def test_pacing_spikes():
    made = make_ecg("clbbb")
    signal = made.ecg.signal.copy()
    onsets = [round(beat.qrs_on_s * 500) for beat in made.truth.beats if 0.1 < beat.qrs_on_s < 9.9]
    for onset in onsets:
        signal[:, onset - 4] += 1.5
    found = check(ecg_of(signal))
    assert found.rhythm.pacing_spikes == len(onsets)
    assert found.get("qrs_ms") == pytest.approx(measure(made.ecg).get("qrs_ms"), abs=14)
    assert check(make_ecg().ecg).rhythm.pacing_spikes == 0
    assert check(make_ecg(fs_hz=100.0).ecg).rhythm.pacing_spikes is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_input(data):
    fs_hz = data.draw(st.sampled_from([1.0, 30.0, 100.0, 257.0, 500.0, 1000.0]))
    n = data.draw(st.integers(1, 2500))
    leads = data.draw(st.integers(1, 4))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    scale = data.draw(st.sampled_from([0.0, 1e-6, 0.01, 1.0, 1e3, 1e6]))
    signal = rng.normal(0, 1, (leads, n)) * scale + np.resize(make_ecg().ecg.signal[:leads], (leads, n))
    for _ in range(data.draw(st.integers(0, 3))):
        first = data.draw(st.integers(0, n - 1))
        last = first + data.draw(st.integers(1, 600))
        signal[data.draw(st.integers(0, leads - 1)), first:last] = data.draw(st.sampled_from([np.nan, 0.0, 1e6, -3.0]))
    check(ecg_of(signal, fs_hz))
