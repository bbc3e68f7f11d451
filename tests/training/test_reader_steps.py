"""How the reader of measured values is trained beside the encoders, on what it did not see, and put into a model."""

import dataclasses
import json

import numpy as np
import pytest

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.measurements.feature_vector import FEATURES
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.training.label_columns import label_columns, label_names
from ecg_chat.training.reader_steps import (
    READINGS_FILE,
    join_bank,
    left_out,
    load_members,
    reader_for,
    rows_of,
    train_members,
)
from ecg_chat.training.signal_bank import SignalBank
from ecg_chat.training.tree_stage import TreeRecipe

TABLE = {code: {"diagnostic_class": ""} for code in ("STACH", "SR")}
NAMES = label_names(TABLE)
FAST = NAMES.index("STACH")
N = 60
RECIPE = TreeRecipe(iterations=8, learning_rate=0.5, min_leaf_records=3, features_share=1.0)


@pytest.fixture(scope="module")
def one():
    return measure(make_ecg("normal", seed=5).ecg)


def at_rate(one, rate):
    return dataclasses.replace(
        one, overall={**one.overall, "heart_rate_bpm": dataclasses.replace(one.overall["heart_rate_bpm"], value=rate)}
    )


@pytest.fixture(scope="module")
def train():
    """Records of which every third is fast."""
    return [
        Record(k, k, 50.0, "male", None, None, {"STACH" if k % 3 == 0 else "SR": 0.0}, 1, "", "", "rebuilt", "")
        for k in range(1, N + 1)
    ]


def rate_of(record):
    return 130.0 + record.ecg_id / 10 if "STACH" in record.codes else 70.0 + record.ecg_id / 10


@pytest.fixture
def work(one, train, tmp_path):
    """A work folder as stages before it leave one: two encoders that left 15 records each out, and measurements."""
    (tmp_path / "encoder_0").mkdir()
    (tmp_path / "encoder_0" / "recipe.json").write_text(json.dumps({"members": 2, "held_out_records": 15}), "utf-8")
    lines = [json.dumps([r.ecg_id, to_dict(at_rate(one, rate_of(r)))]) for r in train]
    (tmp_path / READINGS_FILE).write_text("".join(line + "\n" for line in lines), "utf-8")
    return tmp_path


def test_each_member_learns_from_what_its_encoder_saw(train, work):
    train_members(train, TABLE, work, RECIPE)
    members = load_members(work)
    assert len(members.trees) == 2
    stored = [json.loads((work / f"trees_{k}" / "recipe.json").read_text("utf-8"))["records"] for k in (0, 1)]
    assert stored == [N - 15, N - 15]


def test_the_bank_gets_the_word_of_the_member_that_did_not_see_the_record(train, work):
    train_members(train, TABLE, work, RECIPE)
    rows = np.concatenate([np.array(part) for part in left_out(work, N)])
    before = SignalBank(np.zeros((3, len(rows), len(NAMES)), np.float32), rows)
    after = join_bank(before, load_members(work), train, TABLE, work)
    fast = np.array(["STACH" in train[k].codes for k in rows])
    assert (after.logits[0, fast, FAST] > 0.3).all() and (after.logits[0, ~fast, FAST] < -0.3).all()
    assert not after.logits[1:].any()  # changed views are the encoders' word alone
    assert not before.logits.any()


def test_the_reader_takes_its_share_where_it_is_right(train, work, one):
    train_members(train, TABLE, work, RECIPE)
    rows = rows_of(train, {r.ecg_id: at_rate(one, rate_of(r)) for r in train})
    labels = label_columns(train, TABLE)
    guess = np.full(labels.shape, 0.33, np.float32)
    config, reader = reader_for(load_members(work), NAMES, labels, guess, rows)
    assert config.features == FEATURES and config.n_trees == len(reader.trees.leaf)
    assert config.shares["STACH"] > 0
    assert not any(name.startswith("class") for name in config.shares)  # no record has one: no trees, no share
    joint = reader.join_probabilities(guess, rows)
    assert (joint[labels[:, FAST] > 0, FAST] > 0.5).all()


def test_missing_or_unfinished_members_are_named(train, work):
    assert load_members(work) is None
    train_members(train, TABLE, work, RECIPE, members=[0])
    with pytest.raises(InvalidInput, match="trees_1"):
        load_members(work)


def test_trees_need_measurements_and_encoders_first(train, work, tmp_path):
    (work / READINGS_FILE).unlink()
    with pytest.raises(InvalidInput, match="train measure"):
        train_members(train, TABLE, work, RECIPE)
    with pytest.raises(InvalidInput, match="train encoder"):
        load_members(work / "nowhere")
