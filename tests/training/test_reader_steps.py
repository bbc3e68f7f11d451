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
from ecg_chat.training import reader_steps
from ecg_chat.training.label_columns import label_columns, label_names
from ecg_chat.training.reader_steps import (
    READINGS_FILE,
    Members,
    join_bank,
    left_out,
    load_members,
    reader_for,
    rows_of,
    train_members,
)
from ecg_chat.training.signal_bank import SignalBank
from ecg_chat.training.tree_stage import LabelTrees, TreeRecipe

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


def test_each_member_learns_from_what_its_encoder_saw(train, work, monkeypatch):
    given = {}
    monkeypatch.setattr(
        reader_steps, "train_trees", lambda examples, recipe, out, text: given.update({out.name: examples})
    )
    train_members(train, TABLE, work, RECIPE)
    rates = {k: sorted(examples.rows[:, FEATURES.index("heart_rate_bpm")]) for k, examples in given.items()}
    for member, part in enumerate(left_out(work, N)):
        seen = [record for k, record in enumerate(train) if k not in part]
        assert rates[f"trees_{member}"] == pytest.approx(sorted(map(rate_of, seen)))
        assert given[f"trees_{member}"].about["left_out"] == sorted(train[k].ecg_id for k in part)


def saying(value, left_out_ids):
    """Trees of one label that answer the same whatever they are given."""
    nothing, leaf = np.zeros((1, 7)), np.full((1, 8), value, np.float32)
    trees = LabelTrees(nothing.astype(np.int16), nothing.astype(np.float32), nothing > 0, leaf, 0.0)
    return {FAST: trees}, frozenset(left_out_ids)


def test_the_bank_gets_the_word_of_the_member_that_did_not_see_the_record(train, work):
    parts = left_out(work, N)
    made = [saying(v, (train[k].ecg_id for k in part)) for v, part in zip((2.0, -2.0), parts, strict=True)]
    members = Members(RECIPE, [trees for trees, _ in made], [ids for _, ids in made])
    rows = np.concatenate([np.array(part) for part in parts])
    before = SignalBank(np.zeros((3, len(rows), len(NAMES)), np.float32), rows)
    after = join_bank(before, members, train, TABLE, work)
    first = np.isin(rows, parts[0])
    assert (after.logits[0, first, FAST] > 0.3).all() and (after.logits[0, ~first, FAST] < -0.3).all()
    assert not after.logits[1:].any()  # changed views are the encoders' word alone
    assert not before.logits.any()


def test_trees_do_not_describe_what_they_were_trained_on(train, work):
    train_members(train, TABLE, work, RECIPE)
    changed = {"members": 2, "held_out_records": 18}  # as if encoders were trained anew with more records left out
    (work / "encoder_0" / "recipe.json").write_text(json.dumps(changed), "utf-8")
    rows = np.concatenate([np.array(part) for part in left_out(work, N)])
    bank = SignalBank(np.zeros((3, len(rows), len(NAMES)), np.float32), rows)
    with pytest.raises(InvalidInput, match="were trained on"):
        join_bank(bank, load_members(work), train, TABLE, work)


def test_trees_of_other_measured_values_are_refused(train, work):
    train_members(train, TABLE, work, RECIPE)
    path = work / "trees_1" / "recipe.json"
    stored = json.loads(path.read_text("utf-8"))
    stored["about"]["features"][0] = "phase_of_the_moon"
    path.write_text(json.dumps(stored), "utf-8")
    with pytest.raises(InvalidInput, match="phase_of_the_moon"):
        load_members(work)


def test_a_recording_without_beats_teaches_nothing_and_is_told_nothing(train, work, one):
    silent = {r.ecg_id: dataclasses.replace(one, beats=()) for r in train}
    rows = rows_of(train, silent)
    assert np.isnan(rows).all()
    lines = [json.dumps([r.ecg_id, to_dict(silent[r.ecg_id])]) for r in train]
    (work / READINGS_FILE).write_text("".join(line + "\n" for line in lines[:30]), "utf-8")
    kept = [json.dumps([r.ecg_id, to_dict(at_rate(one, rate_of(r)))]) for r in train[30:]]
    with (work / READINGS_FILE).open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in kept)
    train_members(train, TABLE, work, RECIPE)
    stored = [json.loads((work / f"trees_{k}" / "recipe.json").read_text("utf-8"))["about"]["records"] for k in (0, 1)]
    parts = left_out(work, N)
    assert stored == [sum(k >= 30 and k not in part for k in range(N)) for part in parts]


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
    with pytest.raises(InvalidInput, match="no member 5"):
        train_members(train, TABLE, work, RECIPE, members=[5])


def test_records_that_are_not_measured_are_counted(train, one):
    with pytest.raises(InvalidInput, match="58 of 60 records are not measured, such as 3"):
        rows_of(train, {1: one, 2: one})


def test_trees_need_measurements_and_encoders_first(train, work, tmp_path):
    (work / READINGS_FILE).unlink()
    with pytest.raises(InvalidInput, match="train measure"):
        train_members(train, TABLE, work, RECIPE)
    with pytest.raises(InvalidInput, match="train encoder"):
        load_members(work / "nowhere")
