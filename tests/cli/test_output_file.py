"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecg_chat.cli.output_file import writing_to
from ecg_chat.errors import InvalidInput, StoreError


def test_the_file_is_there_afterwards_and_nothing_else(tmp_path: Path) -> None:
    with writing_to(tmp_path / "a.md", force=False) as file:
        file.write(b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_bytes() == b"text"


def test_an_existing_file_is_kept_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    with pytest.raises(InvalidInput, match="exists already"), writing_to(path, force=False):
        pass
    assert path.read_bytes() == b"old"
    with writing_to(path, force=True) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"


def test_an_error_on_the_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")

    def write_half() -> None:
        with writing_to(path, force=True) as file:
            file.write(b"half")
            raise StoreError("the log went away")

    with pytest.raises(StoreError):
        write_half()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be written"), writing_to(tmp_path / "no" / "a.md", force=False):
        pass
