"""Numbers follow the boundaries that a person set, and say so."""

from __future__ import annotations

import dataclasses

import pytest

from ecg_chat.delineation.corrected import boundaries_of
from ecg_chat.delineation.types import Corrections
from ecg_chat.measurements.as_json import from_dict, to_dict, value_from_dict
from ecg_chat.measurements.measure import delineated, measure
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.synthetic import make_ecg


@pytest.fixture(scope="module")
def ecg() -> Ecg:
    return make_ecg("normal").ecg


def test_values_follow_by_exactly_what_the_hand_moved(ecg: Ecg) -> None:
    found = boundaries_of(delineated(ecg)[1])
    assert found.p_on_ms is not None
    assert found.qrs_off_ms is not None
    assert found.t_off_ms is not None
    before = measure(ecg)
    after = measure(ecg, Corrections(p_on_ms=found.p_on_ms - 20, qrs_off_ms=found.qrs_off_ms + 10))
    for name, change_ms in (("p_ms", 20), ("pr_ms", 20), ("qrs_ms", 10), ("qt_ms", 0)):
        was, now = before.get(name), after.get(name)
        assert was is not None
        assert now == was + change_ms, name
    for was_beat, beat in zip(before.beats, after.beats, strict=True):
        if beat.kind == "dominant" and beat.qrs_ms is not None:
            assert beat.qrs_ms == pytest.approx(was_beat.qrs_ms + 10, abs=0.2)
            assert beat.p_on_s == pytest.approx(was_beat.p_on_s - 0.02, abs=1e-3)


def test_only_what_changed_says_that_a_person_set_it(ecg: Ecg) -> None:
    found = boundaries_of(delineated(ecg)[1])
    assert found.t_off_ms is not None
    after = measure(ecg, Corrections(t_off_ms=found.t_off_ms + 24))
    assert after.overall["qt_ms"].corrected == "T end set by hand"
    assert after.overall["qtc_fridericia_ms"].corrected
    for name in ("heart_rate_bpm", "pr_ms", "qrs_ms", "p_axis_deg"):
        assert after.overall[name].corrected == "", name
    assert after.per_lead["V2"]["r_mv"].corrected == ""


def test_st_is_measured_from_the_j_point_that_was_set(ecg: Ecg) -> None:
    found = boundaries_of(delineated(ecg)[1])
    assert found.qrs_off_ms is not None
    shift_ms = 20
    at_j = measure(ecg).per_lead["V2"]["st_j_mv"].place
    moved = measure(ecg, Corrections(qrs_off_ms=found.qrs_off_ms + shift_ms)).per_lead["V2"]["st_j_mv"]
    assert at_j is not None
    assert moved.place is not None
    assert moved.place.start_s == pytest.approx(at_j.start_s + shift_ms / 1000, abs=1e-4)
    assert "QRS end" in moved.corrected


def test_no_corrections_are_no_corrections(ecg: Ecg) -> None:
    assert measure(ecg, Corrections()) == measure(ecg)


def test_a_p_wave_can_be_set_where_none_was_found() -> None:
    af = make_ecg("af").ecg
    assert measure(af).get("pr_ms") is None
    found = boundaries_of(delineated(af)[1])
    assert found.qrs_on_ms is not None
    after = measure(af, Corrections(p_on_ms=found.qrs_on_ms - 160, p_off_ms=found.qrs_on_ms - 60))
    assert after.get("pr_ms") == 160
    assert after.overall["pr_ms"].corrected == "P start and P end set by hand"


def test_json_keeps_the_remark_and_old_json_has_none(ecg: Ecg) -> None:
    found = boundaries_of(delineated(ecg)[1])
    assert found.qrs_off_ms is not None
    corrected = measure(ecg, Corrections(qrs_off_ms=found.qrs_off_ms + 10))
    assert from_dict(to_dict(corrected)) == corrected
    old = value_from_dict({"value": 96.0, "unit": "ms"})
    assert old.corrected == ""
    assert "corrected" not in to_dict(measure(ecg))["overall"]["qrs_ms"]
    assert dataclasses.replace(old, corrected="x") != old
