"""Stored signals: they say whose they are, and a file that is cut or of other records is never used."""

import resource

import numpy as np
import pytest

from ecg_chat.datasets.signal_cache import store_signals, stored_signals
from ecg_chat.errors import InvalidInput

SIGNALS = np.arange(3 * 2 * 50, dtype=np.int16).reshape(3, 2, 50)


def test_signals_come_back_mapped_into_memory(tmp_path):
    path = tmp_path / "made" / "uv.npy"
    assert stored_signals(path, [7, 5, 9]) is None
    store_signals(path, [7, 5, 9], SIGNALS)
    read = stored_signals(path, [7, 5, 9])
    assert isinstance(read, np.memmap)
    assert read.dtype == np.int16
    assert np.array_equal(read, SIGNALS)
    assert [one.name for one in path.parent.iterdir()] == ["uv.npy"]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([7, 5], "holds 3 records, expected 2"),
        ([7, 5, 8], "holds ecg_id 9 in row 3, expected 8: it is of other records"),
        ([5, 7, 9], "holds ecg_id 7 in row 1, expected 5"),
    ],
)
def test_signals_of_other_records_or_in_another_order_are_refused(tmp_path, ids, message):
    store_signals(tmp_path / "uv.npy", [7, 5, 9], SIGNALS)
    with pytest.raises(InvalidInput, match=message):
        stored_signals(tmp_path / "uv.npy", ids)


@pytest.mark.parametrize("left", [0, 20, 300])
def test_a_cut_file_is_named(tmp_path, left):
    path = tmp_path / "uv.npy"
    store_signals(path, [7, 5, 9], SIGNALS)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(InvalidInput, match=r"uv\.npy is damaged: .*; delete it"):
        stored_signals(path, [7, 5, 9])


def test_signals_without_ids_are_refused(tmp_path):
    np.save(tmp_path / "uv.npy", SIGNALS)
    with pytest.raises(InvalidInput, match="does not say which records"):
        stored_signals(tmp_path / "uv.npy", [7, 5, 9])


def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    path = tmp_path / "uv.npy"
    store_signals(path, [7, 5, 9], SIGNALS)
    many = np.zeros((30, 2, 5000), np.int16)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        for name in ("uv.npy", "other.npy"):
            with pytest.raises(InvalidInput, match=r"could not be written \(.+\); .* before it"):
                store_signals(tmp_path / name, range(30), many)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert np.array_equal(stored_signals(path, [7, 5, 9]), SIGNALS)
    assert [one.name for one in tmp_path.iterdir()] == ["uv.npy"]
