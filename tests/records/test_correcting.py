"""A stored correction on a recording that is read again, perhaps by a version that finds other things."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from ecg_chat.delineation.corrected import boundaries_of
from ecg_chat.delineation.types import Corrections, Delineation
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.measure import delineated, measure
from ecg_chat.records.correcting import (
    in_force,
    measured_as_corrected,
    moved_onto,
    new_correction,
    reference_s,
    sentence,
)
from ecg_chat.records.views import BoundaryCorrection, BoundaryCorrectionView
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.synthetic import make_ecg

NOON = datetime(2026, 11, 26, 12, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def ecg() -> Ecg:
    return make_ecg("normal").ecg


@pytest.fixture(scope="module")
def found(ecg: Ecg) -> Delineation:
    return delineated(ecg)[1]


def longer_qrs(found: Delineation, by_ms: float) -> BoundaryCorrection:
    end_ms = boundaries_of(found).qrs_off_ms
    assert end_ms is not None
    return new_correction("r", 0.0, found, Corrections(), Corrections(qrs_off_ms=end_ms + by_ms), "Dr X", "")


def stored(correction: BoundaryCorrection) -> BoundaryCorrectionView:
    return BoundaryCorrectionView("id", NOON, correction)


def moved_r(found: Delineation, by_ms: float) -> Delineation:
    """The same beats with their reference point elsewhere, as another version might put it."""
    assert found.beats is not None
    beats = dataclasses.replace(found.beats, r=found.beats.r + round(by_ms / 1000 * found.prepared.fs_hz))
    return dataclasses.replace(found, beats=beats)


def test_the_numbers_are_those_of_the_correction(ecg: Ecg, found: Delineation) -> None:
    correction = longer_qrs(found, 16)
    again = measured_as_corrected(ecg, found, stored(correction))
    assert again == measure(ecg, correction.by_hand)
    assert not again.warnings
    assert measured_as_corrected(ecg, found, None) == measure(ecg)


def test_the_correction_says_what_lay_where(found: Delineation) -> None:
    correction = longer_qrs(found, 16)
    at = boundaries_of(found)
    assert correction.before == at
    assert at.qrs_off_ms is not None
    assert correction.after == dataclasses.replace(at, qrs_off_ms=at.qrs_off_ms + 16)
    assert found.beats is not None
    assert correction.reference_s in [round(float(r) / found.prepared.fs_hz, 4) for r in found.beats.r]


@pytest.mark.parametrize("by_ms", [-20, 8, 60])
def test_a_boundary_stays_where_it_was_set_when_r_is_found_elsewhere(found: Delineation, by_ms: float) -> None:
    correction = longer_qrs(found, 16)
    onto = moved_onto(correction, moved_r(found, by_ms))
    assert onto is not None
    assert onto.qrs_off_ms is not None
    assert correction.by_hand.qrs_off_ms is not None
    assert onto.qrs_off_ms == pytest.approx(correction.by_hand.qrs_off_ms - by_ms, abs=0.5)
    assert onto.p_on_ms is None


def test_a_beat_that_is_not_found_any_more_is_said(ecg: Ecg, found: Delineation) -> None:
    lost = dataclasses.replace(longer_qrs(found, 16), reference_s=ecg.duration_s + 1)
    assert moved_onto(lost, found) is None
    measurements = measured_as_corrected(ecg, found, stored(lost))
    (warning,) = measurements.warnings
    assert "as measured" in warning
    assert "by Dr X, 2026-11-26 12:03 UTC" in warning
    assert measurements.overall == measure(ecg).overall


def test_a_correction_that_has_become_impossible_is_said(ecg: Ecg, found: Delineation) -> None:
    impossible = dataclasses.replace(longer_qrs(found, 16), by_hand=Corrections(qrs_off_ms=400.0))
    corrections, problem = in_force(found, stored(impossible))
    assert corrections == Corrections()
    assert "expected 40 to 240 ms" in problem
    assert problem in measured_as_corrected(ecg, found, stored(impossible)).warnings[0]


def test_sentences() -> None:
    at = Corrections(-206.0, -96.0, -50.0, 96.0, None)
    moved = dataclasses.replace(at, qrs_off_ms=104.2, t_off_ms=-0.2)
    by_hand = Corrections(qrs_off_ms=104.2, t_off_ms=-0.2)
    view = stored(BoundaryCorrection("r", 0.0, 1.0, by_hand, at, moved, "Dr X"))
    assert sentence(view) == "QRS end moved from 96 to 104 ms; T end set to 0 ms by Dr X, 2026-11-26 12:03 UTC"
    back = stored(BoundaryCorrection("r", 0.0, 1.0, Corrections(), at, at, "Bo"))
    assert sentence(back) == "All boundaries as measured, by Bo, 2026-11-26 12:03 UTC"


def test_no_beats_no_reference() -> None:
    nothing = delineated(make_ecg("normal", gain=0.0, noise_mv=0.3).ecg)[1]
    with pytest.raises(InvalidInput, match="no beat"):
        reference_s(nothing)
