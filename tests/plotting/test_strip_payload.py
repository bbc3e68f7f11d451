import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecg_chat.errors import InvalidInput
from ecg_chat.plotting.samples import PackedLead, pack, thin, thinning, unpack
from ecg_chat.plotting.strip import strip_payload
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.reading import read_ecg_path
from ecg_chat.signals.synthetic import make_ecg
from tests.plotting.conftest import ecg_of, measured


def drawn(lead: dict) -> np.ndarray:
    return unpack(PackedLead(lead["samples"], lead["step_uv"], lead["offset_mv"]))


def test_twelve_leads_of_5000_samples_travel_in_300_kb(normal):
    payload = strip_payload(normal.ecg, measured(normal))
    assert len(json.dumps(payload, allow_nan=False)) <= 300_000
    noise = ecg_of(np.random.default_rng(0).normal(0, 3, (12, 5000)))
    assert len(json.dumps(strip_payload(noise), allow_nan=False)) <= 300_000


def test_the_page_gets_every_sample_to_half_a_microvolt(normal):
    payload = strip_payload(normal.ecg)
    assert [lead["name"] for lead in payload["leads"]] == list(STANDARD_LEADS)
    for lead in payload["leads"]:
        signal = normal.ecg.lead(lead["name"])
        np.testing.assert_allclose(drawn(lead), signal - np.median(signal), atol=0.00051)
    assert payload["dx_s"] == 1 / 500


def test_a_constant_of_the_electrodes_changes_nothing_on_the_paper(normal):
    shifted = dataclasses.replace(normal.ecg, signal=normal.ecg.signal + np.float32(128.0))
    for before, after in zip(strip_payload(normal.ecg)["leads"], strip_payload(shifted)["leads"], strict=True):
        np.testing.assert_allclose(drawn(before), drawn(after), atol=0.0011)
        assert after["offset_mv"] == pytest.approx(before["offset_mv"] + 128, abs=0.001)


SIGNALS = arrays(
    np.float32,
    st.integers(1, 400),
    elements=st.one_of(st.floats(-300, 300, width=32), st.just(float("nan"))),
)


@settings(deadline=None)
@given(signal=SIGNALS)
def test_packing_keeps_gaps_and_values(signal):
    packed = pack(signal)
    back = unpack(packed) + packed.offset_mv
    assert (np.isnan(back) == np.isnan(signal)).all()
    np.testing.assert_allclose(back, signal, atol=packed.step_uv / 1000 * 0.51 + 1e-4)


@settings(deadline=None)
@given(signal=SIGNALS, per_pair=st.integers(2, 50))
def test_thinning_keeps_the_highest_and_lowest_sample(signal, per_pair):
    thinned = thin(signal, per_pair)
    assert thinned.size == 2 * -(-signal.size // per_pair)
    if not np.isnan(signal).all():
        assert np.nanmax(thinned) == np.nanmax(signal)
        assert np.nanmin(thinned) == np.nanmin(signal)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1000, 10_000_000), duration_s=st.floats(2.5, 600))
def test_thinning_is_bounded_and_leaves_usual_recordings_alone(n, duration_s):
    per_pair = thinning(n, duration_s)
    points = n if per_pair == 0 else 2 * -(-n // per_pair)
    assert points <= max(10_000, 200 * duration_s) + 2
    assert thinning(10_000, 10.0) == 0


def test_a_pacing_spike_survives_thinning_and_the_person_is_told():
    signal = np.zeros((1, 500_000))
    signal[0, 123_456] = 4.0  # one sample of 20 us
    payload = strip_payload(ecg_of(signal, 50_000.0, ("II",)))
    values = drawn(payload["leads"][0])
    assert values.max() == pytest.approx(4.0)
    assert values.argmax() * payload["dx_s"] == pytest.approx(123_456 / 50_000, abs=0.002)
    assert payload["notes"] == ["Drawn with 1000 of 50000 points per second: lowest and highest sample of each 100."]


def test_wave_marks_are_the_measured_beats(normal):
    m = measured(normal)
    beats = strip_payload(normal.ecg, m)["beats"]
    assert [b["r_s"] for b in beats] == [b.r_s for b in m.beats]
    assert beats[0]["qrs"] == [m.beats[0].qrs_on_s, m.beats[0].qrs_off_s]
    assert strip_payload(normal.ecg)["beats"] == []


def test_words_say_what_is_true(normal):
    payload = strip_payload(normal.ecg, measured(normal), speed_mm_s=50, gain_mm_mv=5)
    assert payload["scale_text"] == "50 mm/s · 5 mm/mV · no display filter · 500 samples/s"
    assert "heart rate 68 per minute" in payload["alt"] and "PR 158 ms" in payload["alt"]
    part = strip_payload(normal.ecg.select(("I", "II", "V1")))
    assert part["missing"] == [lead for lead in STANDARD_LEADS if lead not in ("I", "II", "V1")]
    assert "Not recorded: III, aVR" in part["alt"]


def test_quality_flags_reach_the_page(normal):
    m = dataclasses.replace(measured(normal), quality=dict.fromkeys(STANDARD_LEADS, ()) | {"V5": ("noisy",)})
    payload = strip_payload(normal.ecg, m)
    assert [lead["flags"] for lead in payload["leads"] if lead["name"] == "V5"] == [["noisy"]]
    assert "V5 noisy" in payload["alt"]


def test_an_asked_for_layout_is_there_even_where_it_is_not_sensible(normal):
    payload = strip_payload(normal.ecg, layout="rows")
    assert payload["layout"] == "rows" and "rows" in payload["layouts"]
    with pytest.raises(InvalidInput):
        strip_payload(normal.ecg, layout="sideways")


@pytest.mark.parametrize("kind", ["pvcs", "af"])
def test_beats_of_every_kind_are_json(kind):
    synthetic = make_ecg(kind)
    json.dumps(strip_payload(synthetic.ecg, measured(synthetic)), allow_nan=False)


def test_a_lead_without_any_sample_is_a_gap_not_an_error():
    signal = np.full((2, 5000), np.nan)
    signal[0] = 0.0
    payload = strip_payload(ecg_of(signal, leads=("I", "II")))
    assert np.isnan(drawn(payload["leads"][1])).all()


@pytest.mark.data
def test_real_recordings_of_every_kind_become_a_strip(shared_data):
    folder = shared_data / "cinc2020_samples"
    for header in sorted(folder.glob("A*.hea")):
        ecg = read_ecg_path(header)
        payload = strip_payload(ecg)
        assert len(json.dumps(payload, allow_nan=False)) <= 300_000 * max(1.0, ecg.duration_s / 10)
        for lead in payload["leads"]:
            signal = ecg.lead(lead["name"])
            assert np.nanmax(drawn(lead)) == pytest.approx(np.nanmax(signal) - np.median(signal), abs=0.0006)
