"""A model folder is replaced as a whole or not at all, and everything that the model is made of has a checksum."""

import errno
import json
import os
import resource
import shutil
from contextlib import contextmanager

import pytest
from transformers import LlamaForCausalLM

from ecg_chat.errors import ModelError
from ecg_chat.network import checkpoint, folder_swap
from ecg_chat.network.checkpoint import load_model, save_model
from ecg_chat.network.config import load_config
from tests.network.tiny import tiny_parts

LIST = "trained_ids.txt"


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A model whose list of records belongs to it, with a card and notes that do not."""
    folder = tmp_path_factory.mktemp("listed") / "tiny"
    config, parts = tiny_parts()
    save_model(folder, config, **parts, texts={LIST: "1\n2\n"})
    (folder / "card.md").write_text("# tiny\n")
    (folder / "train").mkdir()
    (folder / "train" / "dialogue.json").write_text("{}")
    return folder


@pytest.fixture
def model_dir(listed, tmp_path):
    return shutil.copytree(listed, tmp_path / "tiny")


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def save_another(folder, **more):
    config, parts = tiny_parts(seed=1)
    return save_model(folder, config, **parts, **more)


def test_the_list_of_records_counts_for_the_revision(model_dir):
    before = load_config(model_dir)
    assert LIST in before.files
    config, parts = tiny_parts()
    after = save_model(model_dir, config, **parts, texts={LIST: "1\n"})
    assert {k for k in before.files if before.files[k] != after.files[k]} == {LIST}
    assert before.revision != after.revision


def test_a_changed_list_of_records_is_refused(model_dir):
    (model_dir / LIST).write_text("1\n")
    with pytest.raises(ModelError, match=r"trained_ids\.txt of model tiny is not the one that was saved"):
        load_model(model_dir)


def test_a_missing_list_of_records_is_refused(model_dir):
    (model_dir / LIST).unlink()
    with pytest.raises(ModelError, match=r"model tiny lacks its file trained_ids\.txt"):
        load_model(model_dir)


def test_another_model_takes_the_place_and_what_is_no_part_of_it_stays(model_dir):
    before = contents(model_dir)
    config = save_another(model_dir, texts={LIST: "7\n"})
    assert load_config(model_dir) == config
    after = contents(model_dir)
    assert set(after) == set(before)
    assert {k for k in before if before[k] == after[k]} >= {"card.md", "train/dialogue.json"}
    assert after[LIST] == b"7\n"
    assert [p.name for p in model_dir.parent.iterdir()] == ["tiny"]


def test_a_list_does_not_outlive_its_model(model_dir):
    save_another(model_dir)
    assert not (model_dir / LIST).exists()
    assert (model_dir / "card.md").is_file()


def full(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def after(n, function):
    """Let a writer fail with a full disk at its n-th call."""
    calls = []

    def failing(*args, **kwargs):
        calls.append(1)
        return full() if len(calls) == n else function(*args, **kwargs)

    return failing


@pytest.mark.parametrize(
    ("where", "name", "nth"),
    [
        (LlamaForCausalLM, "save_pretrained", 1),  # in full precision, in the folder for temporary files
        (LlamaForCausalLM, "save_pretrained", 2),
        (checkpoint, "_save_tokenizer", 1),
        (checkpoint, "save_file", 1),
        (checkpoint, "save_file", 2),
        (checkpoint, "save_config", 1),
        (folder_swap, "_take_along", 1),
        (folder_swap, "_to_disk", 1),
        (folder_swap.Path, "rename", 1),
        (folder_swap.Path, "rename", 2),
    ],
)
def test_a_full_disk_leaves_the_earlier_model(model_dir, monkeypatch, where, name, nth):
    before = contents(model_dir)
    monkeypatch.setattr(where, name, after(nth, getattr(where, name)))
    with pytest.raises(
        ModelError, match=r"tiny could not be written \(No space left on device\); what was there is kept$"
    ):
        save_another(model_dir, texts={LIST: "7\n"})
    assert contents(model_dir) == before
    assert load_model(model_dir).config.files
    assert [p.name for p in model_dir.parent.iterdir()] == ["tiny"]


@contextmanager
def small_files():
    """Let no file become longer than 4,000 bytes, so that writers really fail.

    Not a fixture: one is taken down only after pytest has written the test's result, and a log that pytest writes to
    is a file as well.
    """
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_writers_that_really_fail_leave_the_earlier_model(model_dir):
    before = contents(model_dir)
    with small_files(), pytest.raises(ModelError, match=r"tiny could not be written .*File too large"):
        save_another(model_dir)
    assert contents(model_dir) == before


def test_a_tokenizer_that_cannot_be_written_says_so_like_other_files(tmp_path):
    tokenizer = tiny_parts()[1]["tokenizer"]
    with small_files(), pytest.raises(OSError, match="File too large"):
        checkpoint._save_tokenizer(tokenizer, tmp_path)


def test_a_model_that_was_not_there_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "save_config", full)
    with pytest.raises(ModelError, match="could not be written"):
        save_another(tmp_path / "tiny")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_cleared_up(model_dir):
    for left in (".tiny.new", ".tiny.before"):
        (model_dir.parent / left).mkdir()
        (model_dir.parent / left / "config.json").write_text("{")
    config = save_another(model_dir)
    assert load_config(model_dir) == config
    assert [p.name for p in model_dir.parent.iterdir()] == ["tiny"]


def test_after_a_kill_between_the_renames_the_earlier_model_is_named_and_put_back(model_dir, monkeypatch):
    model_dir.rename(model_dir.with_name(".tiny.before"))
    with pytest.raises(ModelError, match=r"'tiny' has no config\.json; rename \.tiny\.before beside it"):
        load_model(model_dir)
    monkeypatch.setattr(checkpoint, "save_config", full)
    with pytest.raises(ModelError, match="could not be written"):
        save_another(model_dir)
    assert load_config(model_dir).files[LIST]
    assert [p.name for p in model_dir.parent.iterdir()] == ["tiny"]


def test_a_link_to_the_folder_stays_a_link(model_dir, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(model_dir)
    config = save_another(link)
    assert link.is_symlink()
    assert load_config(model_dir) == config


def test_a_config_that_cannot_be_read_does_not_stand_in_the_way(model_dir):
    (model_dir / "config.json").write_text(json.dumps([1]))
    config = save_another(model_dir)
    assert load_config(model_dir) == config
