import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecg_chat.datasets.trained_ids import (
    all_trained_ids,
    read_trained_ids,
    trained_ids_text,
    write_trained_ids,
)
from ecg_chat.errors import InvalidInput

WORD = st.text("abcXYZ0189_-/", min_size=1)


def test_ptbxl_comes_first_without_a_heading(tmp_path):
    write_trained_ids(tmp_path, {"code15": ["b", 7], "ptbxl": [10, 9, 10]})
    assert (tmp_path / "trained_ids.txt").read_text() == "9\n10\n# code15\n7\nb\n"


def test_files_of_models_trained_on_ptbxl_alone_are_read(tmp_path):
    (tmp_path / "trained_ids.txt").write_text("3\n17\n")
    assert read_trained_ids(tmp_path) == {"ptbxl": {"3", "17"}}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(WORD, st.sets(WORD, min_size=1, max_size=5), max_size=4))
def test_what_is_written_is_read(tmp_path_factory, ids):
    folder = tmp_path_factory.mktemp("model")
    write_trained_ids(folder, ids)
    assert read_trained_ids(folder) == ids


@pytest.mark.parametrize("ids", [{"ptbxl": [""]}, {"ptbxl": ["# x"]}, {"a b": [1]}, {"code15": ["two words"]}])
def test_ids_that_could_not_be_read_again_are_refused(tmp_path, ids):
    with pytest.raises(InvalidInput, match="expected one word"):
        write_trained_ids(tmp_path, ids)
    assert not (tmp_path / "trained_ids.txt").exists()


def test_a_missing_list_and_a_heading_without_name_are_named(tmp_path):
    with pytest.raises(InvalidInput, match="no record can be called unseen"):
        read_trained_ids(tmp_path)
    (tmp_path / "trained_ids.txt").write_text("1\n#\n")
    with pytest.raises(InvalidInput, match="line 2"):
        read_trained_ids(tmp_path)


def test_lists_of_several_folders_are_one(tmp_path):
    for name, ids in (("a", {"ptbxl": [1, 2]}), ("b", {"ptbxl": [2, 30], "code15": ["x"]})):
        (tmp_path / name).mkdir()
        write_trained_ids(tmp_path / name, ids)
    together = all_trained_ids([tmp_path / "a", tmp_path / "b"])
    assert together == {"ptbxl": {"1", "2", "30"}, "code15": {"x"}}
    assert trained_ids_text(together) == "1\n2\n30\n# code15\nx\n"
