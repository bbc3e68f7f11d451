"""Measurements that are kept by record: whole lines only, and only those that are asked for."""

import json

import numpy as np
import pytest

from ecg_chat.datasets import readings
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.datasets.readings import load_readings, measure_records, measured_ids
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg


@pytest.fixture(scope="module")
def line():
    """One line of the file, of record 1."""
    return json.dumps([1, to_dict(measure(make_ecg("normal", seed=2).ecg))])


def test_only_what_is_asked_for_is_read(line, tmp_path):
    path = tmp_path / "readings.jsonl"
    path.write_text("".join(line.replace("[1,", f"[{k},", 1) + "\n" for k in (1, 2, 33)), "utf-8")
    assert measured_ids(path) == {1, 2, 33}
    assert set(load_readings(path)) == {1, 2, 33}
    assert set(load_readings(path, {2, 33, 4})) == {2, 33}
    assert load_readings(path)[2] == load_readings(path)[33]


def test_no_file_holds_nothing(tmp_path):
    assert measured_ids(tmp_path / "none.jsonl") == set()


@pytest.mark.parametrize("kept", [2, 20, 3000])
def test_a_line_that_a_kill_cut_off_is_measured_again(line, tmp_path, monkeypatch, kept):
    path = tmp_path / "readings.jsonl"
    path.write_text(line + "\n" + line.replace("[1,", "[2,", 1)[:kept], "utf-8")
    monkeypatch.setattr(readings, "BLOCK", 1000)
    monkeypatch.setattr(readings, "_measure", lambda job: line.replace("[1,", f"[{job[0].ecg_id},", 1))
    monkeypatch.setattr(readings, "ProcessPoolExecutor", _InPlace)
    records = [Record(k, k, None, None, None, None, {}, 1, "", "", "", "") for k in (1, 2, 3)]
    measure_records(records, np.zeros((3, 12, 1000), np.int16), path)
    assert sorted(load_readings(path)) == [1, 2, 3]
    assert path.read_text("utf-8").count("\n") == 3


class _InPlace:
    """Works here instead of in other processes."""

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def map(self, function, jobs, chunksize):
        return map(function, jobs)
