"""Reading LUDB's layout, and one sentence for each way in which a folder can be wrong."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from ecg_chat.datasets.ludb import find_records, read_marks, read_signals
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.wave_matching import ProgramWave
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg
from tests.datasets.ludb_files import true_waves, write_annotations, write_ludb

MADE = make_ecg("normal", duration_s=6.0)


@pytest.fixture
def ludb(tmp_path):
    return write_ludb(tmp_path / "set", {"10": MADE, "9": MADE})


def test_records_are_found_by_number_wherever_they_lie(ludb, tmp_path):
    assert [r.name for r in find_records(ludb)] == ["9", "10"]
    assert [r.name for r in find_records(ludb / "data")] == ["9", "10"]
    assert [r.name for r in find_records(ludb, limit=1)] == ["9"]
    shutil.move(ludb, tmp_path / "outer" / "ludb")
    assert [r.name for r in find_records(tmp_path / "outer")] == ["9", "10"]


def test_marks_and_signals_are_what_was_written(ludb):
    record = find_records(ludb)[0]
    ecg = read_signals(record)
    assert set(ecg.leads) == set(STANDARD_LEADS)
    assert np.allclose(ecg.select(MADE.ecg.leads).signal, MADE.ecg.signal, atol=2e-3)
    marks = read_marks(record, n_samples=ecg.n_samples)
    assert set(marks) == set(STANDARD_LEADS)
    fs = ecg.fs_hz
    got = [(m.wave, m.on / fs, m.peak / fs, m.off / fs) for m in marks["V3"]]
    assert got == [(w.wave, w.on_s, w.peak_s, w.off_s) for w in true_waves(MADE)]


def test_boundaries_that_are_not_marked_are_none(ludb):
    record = find_records(ludb)[0]
    waves = [ProgramWave("qrs", None, 1.0, 1.1), ProgramWave("t", 1.2, 1.3, 1.4), ProgramWave("p", None, 1.6, None)]
    write_annotations(record.path, "II", waves, 500.0)
    marks = read_marks(record, ["II"])["II"]
    assert [(m.wave, m.on, m.peak, m.off) for m in marks] == [
        ("qrs", None, 500, 550), ("t", 600, 650, 700), ("p", None, 800, None)
    ]  # fmt: skip


def refusal(folder, match):
    with pytest.raises(InvalidInput, match=match) as caught:
        for record in find_records(folder):
            ecg = read_signals(record)
            read_marks(record, n_samples=ecg.n_samples)
    assert "\n" not in str(caught.value)


def test_a_folder_without_records_is_refused(tmp_path):
    refusal(tmp_path, "no LUDB record is in")
    refusal(tmp_path / "nowhere", "no LUDB record is in")


def test_a_missing_annotation_file_is_named(ludb):
    (ludb / "data" / "10.avf").unlink()
    refusal(ludb, r"record 10 has no annotation file 10\.avf")


def test_an_annotation_file_that_is_none_is_refused(ludb):
    for content in (b"", b"\x07", bytes(range(256))):
        (ludb / "data" / "10.v2").write_bytes(content)
        refusal(ludb, r"10\.v2")


def test_a_cut_off_signal_is_refused(ludb):
    signal = ludb / "data" / "9.dat"
    signal.write_bytes(signal.read_bytes()[: signal.stat().st_size // 2])
    refusal(ludb, "LUDB record 9")


def test_a_missing_signal_is_refused(ludb):
    (ludb / "data" / "9.dat").unlink()
    refusal(ludb, "LUDB record 9 cannot be read")


def test_marks_behind_the_end_are_refused(ludb):
    write_annotations(
        ludb / "data" / "9", "I", [ProgramWave("qrs", 1.0, 1.1, 1.2), ProgramWave("t", 6.9, 7.0, 7.1)], 500
    )
    refusal(ludb, r"9\.i marks sample 3550, but the record ends after 3000 samples")


def test_a_limit_below_one_is_refused(ludb):
    with pytest.raises(InvalidInput, match="at least one"):
        find_records(ludb, limit=0)
