"""The classifiers of questions that ship are the ones that were saved, and others are refused."""

import json
import shutil

import numpy as np
import pytest

from ecg_chat.chat import asked_finding, question_kind
from ecg_chat.chat.asked_finding import FINDINGS_FILE, asked_findings
from ecg_chat.chat.question_classifier import CONFIG_FILE, FOLDER, load_classifier
from ecg_chat.chat.question_kind import KINDS_FILE, question_kinds
from ecg_chat.errors import ModelError

NAMES = pytest.mark.parametrize("name", [KINDS_FILE, FINDINGS_FILE])


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "questions")


@NAMES
def test_those_that_ship_load(folder, name):
    assert len(load_classifier(folder / name).labels) > 10


@NAMES
def test_a_file_that_could_be_read_but_is_another_is_refused(folder, name):
    with np.load(folder / name) as stored:
        np.savez_compressed(folder / name, **{**stored, "bias": -stored["bias"]})
    with pytest.raises(ModelError, match=f"{name} of the classifiers of questions is not the one that was saved"):
        load_classifier(folder / name)


@NAMES
def test_a_damaged_file_is_refused(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes()[:1000])
    with pytest.raises(ModelError, match=f"{name} of the classifiers of questions is not the one that was saved"):
        load_classifier(folder / name)


@pytest.mark.parametrize(("missing", "message"), [(KINDS_FILE, "lack their file"), (CONFIG_FILE, "have no config")])
def test_a_missing_file_is_named(folder, missing, message):
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=message):
        load_classifier(folder / KINDS_FILE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be used"),
        ("[]", "cannot be used"),
        (json.dumps({"format": 1, "files": {}}), "cannot be used: KeyError"),
        (json.dumps({"format": 2, "files": {}}), "have format 2, this version reads 1"),
    ],
)
def test_a_config_that_cannot_be_used_is_named(folder, text, message):
    (folder / CONFIG_FILE).write_text(text)
    with pytest.raises(ModelError, match=message):
        load_classifier(folder / KINDS_FILE)


@pytest.mark.parametrize(("module", "loaded"), [(question_kind, question_kinds), (asked_finding, asked_findings)])
def test_a_model_is_not_loaded_with_damaged_classifiers(folder, monkeypatch, tmp_path, module, loaded):
    from ecg_chat.network.assistant import load_assistant

    for path in folder.glob("*.npz"):
        path.write_bytes(b"")
    monkeypatch.setattr(module, "FOLDER", folder)
    loaded.cache_clear()
    try:
        with pytest.raises(ModelError, match="classifiers of questions"):
            load_assistant(tmp_path / "none")
    finally:
        loaded.cache_clear()
