"""Rhythm facts on the page: what was found leads to its place, everything else says why it is not there."""

from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.rhythm_facts import LABELS
from ecg_chat.measurements.types import Rhythm
from ecg_chat.signals.synthetic_arrhythmia import make_arrhythmia
from ecg_chat.web.rhythm_view import rhythm_view
from tests.statements.conftest import build_measurements


def test_a_pause_can_be_lit():
    measured = measure(make_arrhythmia("sinus_pause").ecg)
    view = rhythm_view(measured)
    facts = {fact["key"]: fact for fact in view["found"]}
    assert facts["regularity"]["text"] == "irregular, 19 to 71/min"
    assert facts["pause"]["text"].startswith("3.2 s without a QRS")
    (place,) = facts["pause"]["places"]
    assert 3.0 < place["stop_s"] - place["start_s"] < 3.4


def test_every_fact_is_told_once():
    measured = measure(make_arrhythmia("sinus_pause", fs_hz=100).ecg)
    view = rhythm_view(measured)
    told = " ".join([fact["label"] + "." for fact in view["found"]] + view["rest"])
    for fact in measured.rhythm.facts[1:]:  # the rate range stands beside the regularity
        assert told.count(LABELS[fact.name] + ".") + told.count(LABELS[fact.name] + ";") == 1, fact.name
    assert any("100 Hz" in sentence for sentence in view["rest"])


def test_a_reading_of_an_older_version_has_no_facts():
    old = build_measurements()
    assert isinstance(old.rhythm, Rhythm)
    assert rhythm_view(old) == {
        "found": [{"key": "regularity", "label": "RR", "text": "regular", "places": []}],
        "rest": [],
    }
