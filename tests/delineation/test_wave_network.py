"""The wave network: invariances that its construction promises, and a folder that is checked before it is used."""

import itertools
import json
import shutil

import numpy as np
import pytest
import torch

from ecg_chat.delineation.delineate import delineate
from ecg_chat.delineation.lead_marks import mark_leads
from ecg_chat.delineation.segments import segments_of
from ecg_chat.delineation.wave_input import network_input, typical_size_mv
from ecg_chat.delineation.wave_model import FOLDER, WaveModel, load_wave_model, members_for, save_wave_model
from ecg_chat.delineation.wave_net import WAVES, WaveNet, WaveNetConfig
from ecg_chat.delineation.wave_probability import pieces, wave_probabilities
from ecg_chat.errors import ModelError
from ecg_chat.signals.synthetic import make_ecg

TINY = WaveNetConfig(channels=(4, 6, 8))


@pytest.fixture(scope="module")
def tiny():
    torch.manual_seed(0)
    return WaveModel(tuple(WaveNet(TINY).eval() for _ in range(2)), {"1": 0, "2": 1}, "0" * 12)


def noise(leads, n, seed=0):
    return np.random.default_rng(seed).normal(0, 0.3, (leads, n))


def test_order_of_leads_and_gain_do_not_matter(tiny):
    x, every = noise(4, 900), np.ones(4, dtype=bool)
    base = wave_probabilities(x, every, model=tiny)
    turned = wave_probabilities(x[::-1].copy() * 3.7, every, model=tiny)
    assert np.allclose(base.per_lead, turned.per_lead[::-1], atol=1e-4)
    assert np.allclose(base.overall, turned.overall, atol=1e-4)


def test_leads_that_are_left_out_have_no_say(tiny):
    x = noise(3, 700)
    chosen = np.array([True, False, True])
    base = wave_probabilities(x, chosen, model=tiny)
    x[1] = 100.0
    again = wave_probabilities(x, chosen, model=tiny)
    assert np.array_equal(base.overall, again.overall)
    assert not again.per_lead[1].any()
    with pytest.raises(ValueError, match="at least one"):
        wave_probabilities(x, np.zeros(3, dtype=bool), model=tiny)


def test_pieces_cover_every_sample_once():
    for n in (1, 100, 5000, 5001, 40_123):
        kept = [(first, last) for first, last, _, _ in pieces(n)]
        assert kept[0][0] == 0
        assert kept[-1][1] == n
        assert all(a[1] == b[0] for a, b in itertools.pairwise(kept))


def test_a_long_recording_read_in_pieces_gives_what_a_part_of_it_gives():
    long = make_ecg(duration_s=50.0, fs_hz=250.0, noise_mv=0.02).ecg.signal.astype(np.float64)
    every = np.ones(len(long), dtype=bool)
    shares = []
    whole = wave_probabilities(long, every, members=(0,), progress=shares.append)
    part = wave_probabilities(long[:, 2500:7500], every, members=(0,))
    for row, wave in enumerate(WAVES):
        places = [s.on_s for s in segments_of(whole.overall[row], wave) if 13 < s.on_s < 27]
        again = [s.on_s + 10 for s in segments_of(part.overall[row], wave) if 3 < s.on_s < 17]
        assert places == pytest.approx(again, abs=0.005), wave
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0], abs=0.001)


def test_inputs_do_not_change_with_gain():
    x = noise(3, 500)
    assert np.allclose(network_input(x), network_input(x * 12.5), atol=1e-5)
    assert typical_size_mv(np.zeros((2, 500))).tolist() == [0.0, 0.0]
    assert np.isfinite(network_input(np.zeros((2, 500)))).all()


def test_folder_round_trip_and_what_is_refused(tiny, tmp_path):
    save_wave_model(tmp_path / "a", tiny.members, tiny.folds)
    loaded = load_wave_model(tmp_path / "a")
    assert loaded.folds == tiny.folds
    x = torch.randn(1, 2, 2, 64)
    with torch.inference_mode():
        assert torch.allclose(loaded.members[1](x)[1], tiny.members[1](x)[1], atol=0.02), "half precision"
    assert members_for("2", tmp_path / "a") == (1,)
    assert members_for("77", tmp_path / "a") is None

    shutil.copytree(tmp_path / "a", tmp_path / "b")
    weights = tmp_path / "b" / "member_1.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x55")
    with pytest.raises(ModelError, match="checksum"):
        load_wave_model(tmp_path / "b")
    weights.unlink()
    with pytest.raises(ModelError, match="lacks"):
        load_wave_model(tmp_path / "b")
    with pytest.raises(ModelError, match="has no config"):
        load_wave_model(tmp_path)

    config = json.loads((tmp_path / "a" / "config.json").read_text())
    for change in ({"format": 9}, {"network": {"channels": [4], "colour": 1}}, {"folds": {"1": 7}}, {"files": {}}):
        shutil.rmtree(tmp_path / "c", ignore_errors=True)
        shutil.copytree(tmp_path / "a", tmp_path / "c")
        (tmp_path / "c" / "config.json").write_text(json.dumps(config | change))
        with pytest.raises(ModelError):
            load_wave_model.__wrapped__(tmp_path / "c")


def test_the_model_that_ships_is_whole():
    model = load_wave_model()
    assert len(model.members) == 5
    assert len(model.folds) == 124
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) < 8_000_000


@pytest.mark.parametrize("leads", [None, ("II",), ("V1", "V6")])
def test_marks_of_single_leads(leads):
    made = make_ecg()
    ecg = made.ecg if leads is None else made.ecg.select(leads)
    marks = mark_leads(ecg)
    assert set(marks) == set(ecg.leads)
    whole = [b for b in made.truth.beats if b.qrs_on_s > 0.4 and b.qrs_off_s < ecg.duration_s - 0.6]
    for rows in marks.values():
        assert [mark.on_s for mark in rows] == sorted(mark.on_s for mark in rows)
        assert all(mark.on_s <= mark.peak_s <= mark.off_s for mark in rows)
        complexes = [mark for mark in rows if mark.wave == "qrs"]
        assert all(any(abs(mark.on_s - beat.qrs_on_s) < 0.03 for mark in complexes) for beat in whole)


def test_a_noisy_lead_is_marked_but_does_not_change_the_others():
    ecg = make_ecg().ecg
    quality = {"V2": ("noisy",)}
    base = delineate(ecg, quality)
    signal = ecg.signal.copy()
    signal[ecg.leads.index("V2")] += np.random.default_rng(1).normal(0, 0.3, ecg.n_samples).astype(np.float32)
    again = delineate(type(ecg)(signal, ecg.fs_hz, ecg.leads, ecg.source), quality)
    assert again.qrs == base.qrs
    assert again.t == base.t


def test_p_waves_of_the_whole_strip_are_listed():
    made = make_ecg()
    found = delineate(made.ecg, {})
    truth = [b for b in made.truth.beats if b.p_on_s is not None and 0.3 < b.p_on_s < 9.5]
    starts = [on for on, _ in found.p_marks_s]
    assert all(min(abs(start - beat.p_on_s) for start in starts) < 0.03 for beat in truth)
    assert len(found.beat_waves) == found.beats.r.size
