import json

from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.signals.synthetic_arrhythmia import make_arrhythmia


def test_measurements_come_back_equal_and_in_the_order_people_read_them():
    """A store that sorts keys (JSON columns do) must not put V1 before aVR on the page or in a report."""
    measured = measure(make_ecg("normal").ecg)
    stored = json.dumps(to_dict(measured), sort_keys=True)
    again = from_dict(json.loads(stored))
    assert again == measured
    assert list(again.overall) == list(measured.overall)
    assert list(again.per_lead) == list(measured.leads)
    assert list(again.per_lead["V1"]) == list(measured.per_lead["V1"])
    assert list(again.quality) == list(measured.quality)


def test_rhythm_facts_come_back_with_their_places():
    measured = measure(make_arrhythmia("sinus_pause").ecg)
    again = from_dict(json.loads(json.dumps(to_dict(measured))))
    assert again.rhythm == measured.rhythm
    assert again.rhythm.fact("pause").places == measured.rhythm.fact("pause").places
    assert again.rhythm.fact("pause").holds


def test_what_a_version_without_rhythm_facts_logged_still_loads():
    stored = to_dict(measure(make_ecg("normal").ecg))
    del stored["rhythm"]["facts"]
    rhythm = from_dict(json.loads(json.dumps(stored))).rhythm
    assert rhythm.facts == ()
    assert rhythm.fact("pause") is None
    assert rhythm.regularity == "regular"
