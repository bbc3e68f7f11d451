"""The intervals of real recordings against the marks of cardiologists may not become worse than they are."""

import tarfile

import pytest

from ecg_chat.evaluation.measurements import evaluate_measurements
from ecg_chat.evaluation.our_marks import our_measurements

RECORDS = 24


@pytest.mark.data
def test_intervals_against_marks(shared_data, tmp_path):
    pack = shared_data / "ludb.tar.xz"
    if not pack.is_file():
        pytest.skip("ludb.tar.xz is not in ../shared/data")
    with tarfile.open(pack) as tar:
        wanted = [m for m in tar.getmembers() if m.name.count("/") == 2]
        names = sorted({m.name.split("/")[2].split(".")[0] for m in wanted}, key=int)[:RECORDS]
        tar.extractall(tmp_path, [m for m in wanted if m.name.split("/")[2].split(".")[0] in names], filter="data")
    result = evaluate_measurements(tmp_path / "ludb", our_measurements)
    assert result["records"] == RECORDS
    robust = next(iter(result["tables"].values()))["ecg_chat"]["robust"]
    for name, mean, sd in (("pr_ms", 5, 12), ("qrs_ms", 7, 11), ("qt_ms", 7, 14), ("p_ms", 8, 14)):
        assert abs(robust[name]["mean"]) <= mean, name
        assert robust[name]["sd"] <= sd, name
        assert robust[name]["not_measured"] <= 2, name
    assert abs(robust["heart_rate_bpm"]["mean"]) <= 1
