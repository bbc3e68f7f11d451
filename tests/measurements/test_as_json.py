import json

from ecg_chat.measurements.as_json import from_dict, to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg


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
