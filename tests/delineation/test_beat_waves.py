"""Each beat gets its own waves, and the typical limits are medians over beats that show them."""

import numpy as np

from ecg_chat.delineation.beat_waves import steady, typical, waves_of_beats
from ecg_chat.delineation.segments import Segment
from ecg_chat.delineation.types import Wave


def row(*spans):
    return [Segment(on, off, 1.0) for on, off in spans]


def test_each_beat_gets_its_own_waves():
    p = row((0.80, 0.90), (1.80, 1.90))
    qrs = row((0.96, 1.05), (1.96, 2.05))
    t = row((1.20, 1.38), (2.20, 2.38))
    first, second = waves_of_beats(np.array([1.0, 2.0]), p, qrs, t)
    for waves in (first, second):
        assert np.allclose([waves.p.on_ms, waves.p.off_ms], [-200, -100])
        assert np.allclose([waves.qrs.on_ms, waves.qrs.off_ms], [-40, 50])
        assert np.allclose([waves.t.on_ms, waves.t.off_ms], [200, 380])


def test_a_p_wave_without_qrs_belongs_to_no_beat_and_a_late_one_to_the_next():
    p = row((0.80, 0.90), (1.50, 1.60), (2.78, 2.88))
    qrs = row((0.96, 1.05), (2.96, 3.05))
    first, second = waves_of_beats(np.array([1.0, 3.0]), p, qrs, row((1.2, 1.38)))
    assert first.p is not None
    assert np.isclose(second.p.on_ms, -220), "the blocked P of 1.5 s is not the next beat's"
    assert second.t is None


def test_a_p_wave_before_the_qrs_before_is_not_taken():
    qrs = row((0.96, 1.05), (1.36, 1.45))
    _, second = waves_of_beats(np.array([1.0, 1.4]), row((0.86, 0.92)), qrs, [])
    assert second.p is None


def test_a_beat_without_limits_has_no_waves():
    (only,) = waves_of_beats(np.array([1.0]), row((0.8, 0.9)), row((2.0, 2.1)), [])
    assert only.p is None
    assert only.qrs is None


def test_typical_needs_half_of_the_beats():
    wave = Wave(-200, -150, -100)
    assert typical([wave, None]) == wave
    assert typical([wave, None, None]) is None
    assert typical([]) is None
    assert typical([wave, wave, Wave(-500, -450, -400)]) == wave


def test_waves_that_are_each_time_elsewhere_are_none():
    scattered = [Wave(at, at + 50, at + 100) for at in (-480.0, -400.0, -320.0, -240.0, -160.0)]
    assert typical(scattered) is None
    growing = [Wave(at, at + 50, at + 100) for at in (-220.0, -200.0, -180.0, -160.0)]
    assert typical(growing) is not None, "a PR that varies is still a PR"


def test_a_beat_counts_that_shows_the_wave_where_the_others_do():
    usual, late = Wave(-200, -150, -100), Wave(-320, -270, -220)
    assert steady([usual, None, usual, late, usual]) == [True, False, True, False, True]
    assert steady([None, None]) == [False, False]
    assert steady([]) == []
