import os

import pytest

from ecg_chat.datasets.whole_file import write_whole, write_whole_text
from ecg_chat.errors import InvalidInput


def test_a_file_that_two_processes_write_is_that_of_the_last_one_whole(tmp_path, monkeypatch):
    path = tmp_path / "one.txt"

    def while_another_writes(file):
        file.write(b"first, ")
        file.flush()
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: -1)
            write_whole_text(path, "of the other")
        assert path.read_text() == "of the other"
        file.write(b"whole")

    write_whole(path, while_another_writes)
    assert path.read_text() == "first, whole"
    assert [one.name for one in tmp_path.iterdir()] == ["one.txt"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"one\.txt could not be written \(No such file.*there was none before it"):
        write_whole_text(tmp_path / "missing" / "one.txt", "x")


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_what_is_no_ordinary_file_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole_text(pipe, "told")
    assert os.read(reader, 100) == b"told"
    os.close(reader)
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path):
    (tmp_path / "one.txt").mkdir()
    with pytest.raises(InvalidInput, match=r"one\.txt could not be written \(Is a directory\)"):
        write_whole_text(tmp_path / "one.txt", "x")
