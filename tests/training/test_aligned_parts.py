"""Encoder and projection between the stages: one file, written whole, with the shape that loading needs."""

import resource

import pytest
import torch

from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.training.aligned_parts import PARTS_FILE, EcgParts, load_parts, save_parts
from tests.network.tiny import tiny_parts


def some_parts(seed=0):
    config, parts = tiny_parts(seed=seed)
    return EcgParts(parts["encoder"].members[0], parts["projector"], config.preprocess)


def same(one, other):
    return all(torch.equal(value, other.state_dict()[key]) for key, value in one.state_dict().items())


def test_what_was_written_is_read(tmp_path):
    parts = some_parts()
    save_parts(tmp_path / "align", parts)
    stored = load_parts(tmp_path / "align")
    assert same(parts.encoder, stored.encoder)
    assert same(parts.projector, stored.projector)
    assert stored.preprocess == parts.preprocess
    assert [path.name for path in (tmp_path / "align").iterdir()] == [PARTS_FILE]


def test_a_full_disk_leaves_what_an_earlier_run_wrote(tmp_path):
    earlier = some_parts()
    save_parts(tmp_path, earlier)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(ModelError, match=r"parts\.safetensors could not be written .* before it is kept"):
            save_parts(tmp_path, some_parts(seed=1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert same(earlier.encoder, load_parts(tmp_path).encoder)
    assert [path.name for path in tmp_path.iterdir()] == [PARTS_FILE]


def test_a_stage_that_is_not_finished_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="no finished stage"):
        load_parts(tmp_path)


@pytest.mark.parametrize("cut", [0, 4, 200, -3])
def test_a_damaged_file_is_named(tmp_path, cut):
    save_parts(tmp_path, some_parts())
    path = tmp_path / PARTS_FILE
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ModelError, match=r"parts\.safetensors is damaged: .*; run its stage again"):
        load_parts(tmp_path)
