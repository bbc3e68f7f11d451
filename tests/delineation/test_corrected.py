"""Boundaries set by hand: what they change, and which cannot be."""

from __future__ import annotations

import math

import pytest

from ecg_chat.delineation.corrected import apply_corrections, boundaries_of, set_by_hand
from ecg_chat.delineation.types import Corrections, Delineation
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.measure import delineated
from ecg_chat.signals.synthetic import make_ecg


@pytest.fixture(scope="module")
def found() -> Delineation:
    return delineated(make_ecg("normal").ecg)[1]


def test_nothing_set_is_nothing_changed(found: Delineation) -> None:
    assert apply_corrections(found, Corrections()) is found


def test_what_was_found_set_by_hand_changes_nothing(found: Delineation) -> None:
    same = boundaries_of(apply_corrections(found, boundaries_of(found)))
    assert same == boundaries_of(found)


@pytest.mark.parametrize(
    ("name", "shift_ms"),
    [("p_on_ms", -14), ("p_off_ms", -12), ("qrs_on_ms", -6), ("qrs_off_ms", 16), ("t_off_ms", 30), ("t_off_ms", -30)],
)
def test_one_boundary_moves_and_the_others_stay(found: Delineation, name: str, shift_ms: float) -> None:
    before = boundaries_of(found)
    to_ms = getattr(before, name) + shift_ms
    after = boundaries_of(apply_corrections(found, Corrections(**{name: to_ms})))
    assert getattr(after, name) == pytest.approx(to_ms)
    for other in set_by_hand(before):
        if other != name:
            assert getattr(after, other) == getattr(before, other)


def test_peaks_stay_within_their_waves(found: Delineation) -> None:
    before = boundaries_of(found)
    assert before.t_off_ms is not None
    assert before.qrs_off_ms is not None
    assert found.t is not None
    moved = apply_corrections(found, Corrections(t_off_ms=found.t.peak_ms - 20, qrs_off_ms=before.qrs_off_ms + 10))
    for wave in (moved.p, moved.qrs, moved.t):
        assert wave is not None
        assert wave.on_ms <= wave.peak_ms <= wave.off_ms


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p_off_ms": 40.0}, "after QRS start"),
        ({"p_on_ms": -40.0, "p_off_ms": -90.0}, "before its start"),
        ({"p_on_ms": -150.0, "p_off_ms": -145.0}, "would last 5 ms"),
        ({"qrs_on_ms": -10.0, "qrs_off_ms": 10.0}, "would last 20 ms; expected 40 to 240 ms"),
        ({"qrs_on_ms": -40.0, "qrs_off_ms": 360.0}, "would last 400 ms"),
        ({"qrs_on_ms": 30.0, "qrs_off_ms": -30.0}, "before its start"),
        ({"qrs_on_ms": -150.0}, "before the end of P"),
        ({"t_off_ms": 0.0}, "before QRS end"),
        ({"t_off_ms": 120.0}, "QT would last"),
        ({"t_off_ms": math.nan}, "median beat reaches"),
        ({"p_on_ms": -math.inf}, "median beat reaches"),
        ({"t_off_ms": 1e9}, "median beat reaches"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(found: Delineation, change: dict[str, float], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        apply_corrections(found, Corrections(**change))


def test_the_beats_before_and_after_are_a_limit() -> None:
    fast = delineated(make_ecg("normal", heart_rate_bpm=130).ecg)[1]
    assert fast.median is not None
    with pytest.raises(InvalidInput, match="within the next beat"):
        apply_corrections(fast, Corrections(t_off_ms=fast.median.rr_ms + 20))


def test_a_p_wave_that_was_not_found_needs_both_ends() -> None:
    found = delineated(make_ecg("af").ecg)[1]
    assert found.p is None
    seen = found.p_seen.copy()
    with pytest.raises(InvalidInput, match="both its start and its end"):
        apply_corrections(found, Corrections(p_on_ms=-200.0))
    with_p = apply_corrections(found, Corrections(p_on_ms=-200.0, p_off_ms=-100.0))
    assert with_p.p is not None
    assert with_p.median is not None
    assert all(with_p.p_seen[list(with_p.median.members)])
    assert (found.p_seen == seen).all(), "what was found is left as it is"
    assert with_p.p_reason == ""


def test_without_beats_there_is_nothing_to_correct() -> None:
    flat = delineated(make_ecg("normal", gain=0.0, noise_mv=0.0, wander_mv=0.0).ecg)[1]
    assert flat.median is None
    with pytest.raises(InvalidInput, match="no beat"):
        apply_corrections(flat, Corrections(qrs_off_ms=50.0))
