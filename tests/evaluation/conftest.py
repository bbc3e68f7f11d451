"""A small LUDB, a small PTB-XL and a small model for the evaluations."""

from __future__ import annotations

import json

import pytest

from ecg_chat.signals.synthetic import make_ecg
from tests.datasets.ludb_files import write_ludb
from tests.evaluation.ptbxl_files import write_ptbxl

KINDS = {"901": "normal", "902": "tachycardia", "903": "crbbb"}  # numbers that LUDB does not have


@pytest.fixture(scope="session")
def made():
    """Record → the synthetic ECG in it."""
    return {name: make_ecg(kind, seed=int(name)) for name, kind in KINDS.items()}


@pytest.fixture(scope="session")
def ludb(made, tmp_path_factory):
    """Folder with the three records, marked with the truth in every lead."""
    return write_ludb(tmp_path_factory.mktemp("ludb"), made)


@pytest.fixture(scope="session")
def ptbxl(tmp_path_factory):
    """A PTB-XL of 16 synthetic records: ids 1-4 in fold 1, 5-8 in fold 9, 9-16 in fold 10."""
    return write_ptbxl(tmp_path_factory.mktemp("ptbxl"))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """Folder of a small untrained model that was trained on record 1, as it says."""
    import torch

    from ecg_chat.network.checkpoint import save_model
    from tests.network.tiny import tiny_parts

    folder = tmp_path_factory.mktemp("models") / "tiny"
    config, parts = tiny_parts()
    # Tied to the embeddings, an untrained head repeats the mark before the answer, which ends the answer.
    decoder = parts["decoder"]
    decoder.config.tie_word_embeddings = False
    torch.manual_seed(5)
    decoder.lm_head.weight = torch.nn.Parameter(torch.randn_like(decoder.lm_head.weight))
    save_model(folder, config, **parts)
    (folder / "trained_ids.txt").write_text("1\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def reading_model(tiny_model, tmp_path_factory):
    """The small model with trees beside its encoder, which find SR below 100 beats a minute."""
    import dataclasses
    import shutil

    from ecg_chat.measurements.feature_vector import FEATURES, FEATURES_VERSION
    from ecg_chat.network.checkpoint import load_model, save_model
    from ecg_chat.network.config import MeasuredReaderConfig
    from tests.network.tiny import rate_trees, tiny_parts

    folder = tmp_path_factory.mktemp("models") / "tiny"
    config, parts = tiny_parts(seed=1)  # of another seed both scores may be the same by chance
    trees = rate_trees(len(config.label_names), config.label_names.index("SR"))
    trees.leaf *= -1
    measured = MeasuredReaderConfig(1, 2, FEATURES, FEATURES_VERSION, {"SR": 0.8})
    save_model(folder, dataclasses.replace(config, measured=measured), **parts, trees=trees)
    assert load_model(folder).reader is not None
    shutil.copyfile(tiny_model / "trained_ids.txt", folder / "trained_ids.txt")
    return folder


@pytest.fixture(scope="session")
def readings_file(ptbxl, tmp_path_factory):
    """JSON lines with the measurements of all records of the small PTB-XL."""
    from ecg_chat.datasets.ptbxl import as_ecg, read_database, read_signals
    from ecg_chat.measurements.as_json import to_dict
    from ecg_chat.measurements.measure import measure

    records = read_database(ptbxl)
    out = tmp_path_factory.mktemp("readings") / "readings.jsonl"
    signals = read_signals(ptbxl, records)
    lines = [json.dumps([r.ecg_id, to_dict(measure(as_ecg(r, s)))]) for r, s in zip(records, signals, strict=True)]
    out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return out
