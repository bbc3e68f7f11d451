"""The files of a record, and nothing else, are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecg_chat.cli.record_files import record_files
from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.synthetic import make_ecg
from tests.cli.conftest import write_wfdb

LIMIT = 10_000_000


def test_header_or_signal_alone_bring_the_other(tmp_path: Path) -> None:
    header, signal = write_wfdb(tmp_path, "rec", make_ecg("normal"))
    (tmp_path / "other.dat").write_bytes(b"x")
    expected = {"rec.hea", "rec.dat"}
    assert set(record_files([header], LIMIT)) == set(record_files([signal], LIMIT)) == expected
    assert set(record_files([header, signal], LIMIT)) == expected


def test_a_table_beside_a_header_of_the_same_name_is_read_itself(tmp_path: Path) -> None:
    write_wfdb(tmp_path, "rec", make_ecg("normal"))
    table = tmp_path / "rec.csv"
    table.write_text("1,2\n")
    assert record_files([table], LIMIT) == {"rec.csv": b"1,2\n"}


def test_a_header_cannot_reach_another_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.dat").write_bytes(b"secret")
    folder = tmp_path / "record"
    folder.mkdir()
    header = folder / "rec.hea"
    header.write_text("rec 1 500 3\n../secret.dat 16 200/mV 16 0 0 0 0 I\n")
    with pytest.raises(UnreadableFile):
        record_files([header], LIMIT)


def test_the_segments_of_a_record_are_found(tmp_path: Path) -> None:
    for name in ("rec_1", "rec_2"):
        write_wfdb(tmp_path, name, make_ecg("normal"))
    header = tmp_path / "rec.hea"
    header.write_text("rec/3 12 500 12000\nrec_1 5000\n~ 2000\nrec_2 5000\n")
    expected = {"rec.hea", "rec_1.hea", "rec_1.dat", "rec_2.hea", "rec_2.dat"}
    assert set(record_files([header], LIMIT)) == expected


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(bytes(600))
    assert len(record_files(paths, 1200)) == 2
    with pytest.raises(UnreadableFile, match="too large"):
        record_files(paths, 1199)


def test_a_device_is_no_file() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero on this system")
    with pytest.raises(UnreadableFile, match="not an ordinary file"):
        record_files([Path("/dev/zero")], LIMIT)
