"""Boosted trees on made-up values: the same as scikit-learn says, resumable, and honest about what they know."""

import dataclasses

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier

from ecg_chat.errors import InvalidInput
from ecg_chat.training import tree_stage
from ecg_chat.training.shares import USUAL, best_shares
from ecg_chat.training.tree_stage import (
    Examples,
    TreeRecipe,
    forest,
    lay_out_trees,
    load_trees,
    members_of,
    train_trees,
)

RECIPE = TreeRecipe(iterations=12, learning_rate=0.3, min_leaf_records=5, features_share=0.6)


@pytest.fixture(scope="module")
def made():
    """600 rows of 9 values with gaps, one column empty, one constant; labels: a rule, the same half known, rare."""
    rng = np.random.default_rng(4)
    rows = rng.normal(30, 15, (600, 9)).astype(np.float32)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    rows[:, 5], rows[:, 6] = np.nan, 3
    rule = (np.nan_to_num(rows[:, 0], nan=40) > 30) & (np.nan_to_num(rows[:, 3]) < 25)
    half = np.where(np.arange(600) < 300, rule, np.nan)
    rare = np.arange(600) < 3
    return rows, np.stack([rule, half, rare], axis=1).astype(np.float32)


def test_the_arrays_say_what_scikit_learn_says(made, tmp_path):
    rows, labels = made
    fitted = train_trees(Examples(rows, labels), RECIPE, tmp_path)
    ours = forest([fitted], RECIPE, 3)(torch.from_numpy(rows))
    model = HistGradientBoostingClassifier(
        max_iter=12,
        learning_rate=RECIPE.learning_rate,
        max_depth=3,
        max_leaf_nodes=8,
        min_samples_leaf=5,
        l2_regularization=RECIPE.l2,
        max_features=RECIPE.features_share,
        early_stopping=False,
        random_state=RECIPE.seed,
    )
    used = [k for k in range(9) if k not in (5, 6)]
    theirs = model.fit(rows[:, used], labels[:, 0] > 0).decision_function(rows[:, used])
    assert np.allclose(ours[:, 0].numpy(), theirs, atol=1e-5)
    assert ((ours[:, 0].numpy() > 0) == (labels[:, 0] > 0)).mean() > 0.9


def test_a_rare_label_gets_no_trees_and_unknown_ones_do_not_count(made, tmp_path):
    rows, labels = made
    fitted = train_trees(Examples(rows, labels), RECIPE, tmp_path / "all")
    assert sorted(fitted) == [0, 1]
    known = train_trees(Examples(rows[:300], labels[:300]), RECIPE, tmp_path / "known")
    assert np.array_equal(fitted[1].leaf, known[0].leaf)


def test_a_killed_run_goes_on_to_the_same_trees(made, tmp_path, monkeypatch):
    rows, labels = made
    whole = train_trees(Examples(rows, labels), RECIPE, tmp_path / "whole")
    fit, calls = tree_stage._fit, []

    def killed(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return fit(*args)

    monkeypatch.setattr(tree_stage, "_fit", killed)
    with pytest.raises(KeyboardInterrupt):
        train_trees(Examples(rows, labels), RECIPE, tmp_path / "killed")
    with pytest.raises(InvalidInput, match="not finished"):
        load_trees(tmp_path / "killed")
    train_trees(Examples(rows, labels), RECIPE, tmp_path / "killed")
    assert len(calls) == 3  # the first label was not fitted again
    stored = load_trees(tmp_path / "killed")
    assert stored.recipe == RECIPE
    for column, trees in whole.items():
        assert np.array_equal(stored.trees[column].leaf, trees.leaf)
        assert np.array_equal(stored.trees[column].threshold, trees.threshold)


def test_another_recipe_is_refused_in_the_same_folder(made, tmp_path):
    rows, labels = made
    train_trees(Examples(rows, labels), RECIPE, tmp_path)
    with pytest.raises(InvalidInput, match="differs in iterations; delete that folder"):
        train_trees(Examples(rows, labels), dataclasses.replace(RECIPE, iterations=13), tmp_path)
    with pytest.raises(InvalidInput, match="differs in left_out"):
        train_trees(Examples(rows, labels, {"left_out": [7]}), RECIPE, tmp_path)
    with pytest.raises(InvalidInput, match="differs in records"):
        train_trees(Examples(rows[1:], labels[1:]), RECIPE, tmp_path)


def test_members_are_averaged_each_label_over_those_that_have_it(made, tmp_path):
    rows, labels = made
    both = train_trees(Examples(rows[::2], labels[::2]), RECIPE, tmp_path / "a")
    one = {0: train_trees(Examples(rows[1::2], labels[1::2]), RECIPE, tmp_path / "b")[0]}
    given = torch.from_numpy(rows[:50])
    joint, first, second = (forest(members, RECIPE, 3)(given) for members in ([both, one], [both], [one]))
    assert torch.allclose(joint[:, 0], (first[:, 0] + second[:, 0]) / 2, atol=1e-5)
    assert torch.allclose(joint[:, 1], first[:, 1], atol=1e-5)


def test_the_share_follows_who_is_right():
    rng = np.random.default_rng(0)
    truth = (rng.random((400, 3)) < 0.3).astype(np.float32)
    truth[:, 2] = np.arange(400) < 2
    good, noise = np.where(truth > 0, 2.0, -2.0), rng.normal(0, 1.5, truth.shape)
    encoder = np.stack([good[:, 0], noise[:, 1], noise[:, 2]], axis=1)
    trees = np.stack([noise[:, 0], good[:, 1], noise[:, 2]], axis=1)
    shares = best_shares(("signal", "measured", "rare"), truth, encoder, trees)
    assert shares["signal"] < 0.2 < 0.6 < shares["measured"]
    assert shares["rare"] == USUAL


def test_a_label_without_trees_has_no_share():
    truth = np.ones((10, 1), np.float32)
    assert best_shares(("none",), truth, np.zeros((10, 1)), np.full((10, 1), np.nan)) == {}


def test_what_a_forest_was_made_of_makes_the_same_forest_again(made, tmp_path):
    rows, labels = made
    both = train_trees(Examples(rows, labels), RECIPE, tmp_path / "both")
    one = train_trees(Examples(rows[300:], labels[300:]), RECIPE, tmp_path / "one")  # its second label is not known
    assert sorted(one) == [0]
    whole = forest([both, one], RECIPE, 3)
    for member, fitted in enumerate(members_of(whole)):
        lay_out_trees(tmp_path / f"again_{member}", fitted, RECIPE, {"left_out": [member]})
    again = [load_trees(tmp_path / f"again_{member}") for member in range(2)]
    assert [sorted(one.trees) for one in again] == [[0, 1], [0]]
    assert again[1].about == {"left_out": [1]}
    for name, tensor in forest([one.trees for one in again], again[0].recipe, 3).state_dict().items():
        assert torch.equal(tensor, whole.state_dict()[name]), name
    assert np.allclose(again[0].trees[1].leaf, both[1].leaf)  # one member alone knew that label: nothing was divided
