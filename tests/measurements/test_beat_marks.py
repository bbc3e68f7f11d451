"""Each beat says whether a pacing spike made it."""

import pytest

from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.signals.synthetic_arrhythmia import make_arrhythmia
from ecg_chat.web.beat_view import beat_kinds, beats_view


@pytest.mark.parametrize(
    ("kind", "expected"), [("paced_ventricular", True), ("paced_dual", True), ("paced_atrial", False)]
)
def test_beats_with_a_spike_at_their_qrs_are_paced(kind, expected):
    found = measure(make_arrhythmia(kind).ecg)
    whole = [beat for beat in found.beats if beat.qrs_on_s is not None and 0.3 < beat.r_s < 9.5]
    assert whole
    assert {beat.paced for beat in whole} == {expected}
    assert from_dict(to_dict(found)) == found
    assert ("paced" in {item["kind"] for item in beat_kinds(found)}) == expected
    assert any(line["paced"] for line in beats_view(found)) == expected


def test_no_beat_is_paced_without_spikes():
    assert not any(beat.paced for beat in measure(make_ecg("clbbb").ecg).beats)
    assert not any(beat.paced for beat in measure(make_arrhythmia("paced_ventricular", fs_hz=100.0).ecg).beats)
