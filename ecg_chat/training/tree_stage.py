"""Boosted trees on measured values (Friedman 2001), one binary classifier a label, trained with scikit-learn.

They are the second reader of `ecg_chat.network.measured_reader`. Labels are fitted one after the other and each is kept
when it is done, so that a run that was stopped goes on with the next one.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from tqdm import tqdm

from ecg_chat.datasets.whole_file import write_whole, write_whole_text
from ecg_chat.errors import InvalidInput
from ecg_chat.network.boosted_trees import BoostedTrees
from ecg_chat.training.stage_files import RECIPE_FILE, RunRecord, read_arrays

Rows = NDArray[np.float32]
DONE_FILE = "done.json"


@dataclass(frozen=True)
class TreeRecipe:
    """What the trees are trained with."""

    iterations: int = 100
    """Trees a label."""
    learning_rate: float = 0.06
    depth: int = 3
    min_leaf_records: int = 8
    l2: float = 5.0
    features_share: float = 0.2
    """Of the measured values, drawn anew for each question that a tree asks."""
    fewest_records: int = 8
    """A label that fewer records have gets no trees."""
    seed: int = 0


@dataclass(frozen=True)
class LabelTrees:
    """The trees of one label, in the layout of `BoostedTrees`; ``base`` is its log odds before any tree."""

    feature: NDArray[np.int16]
    threshold: Rows
    missing_left: NDArray[np.bool_]
    leaf: Rows
    base: float


@dataclass(frozen=True)
class Examples:
    """What trees are fitted to.

    Attributes
    ----------
    rows : ndarray, shape (records, features)
        NaN where a value is missing.
    labels : ndarray, shape (records, labels)
        0 or 1; NaN where it is not known, which leaves the record out.
    about : mapping
        What a run is recognised by beside its recipe, such as the records that it leaves out.
    """

    rows: Rows
    labels: Rows
    about: Mapping[str, object] = field(default_factory=dict)


def train_trees(examples: Examples, recipe: TreeRecipe, out: Path, description: str = "trees") -> dict[int, LabelTrees]:
    """Fit every label that enough records have.

    Parameters
    ----------
    examples : Examples
    recipe : TreeRecipe
    out : Path
        Folder for the labels that are done; those of the same run are not fitted again.
    description : str
        Of the progress bar.

    Returns
    -------
    dict of column to LabelTrees

    Raises
    ------
    InvalidInput
        When the folder holds labels of another run.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows, labels, fitted = examples.rows, examples.labels, {}
    _keep_recipe(recipe, {"records": len(rows), **examples.about}, out / RECIPE_FILE)
    record = RunRecord.start(out, resumed=any(out.glob("*.npz")))
    for column in tqdm(range(labels.shape[1]), desc=description, unit="label"):
        known = ~np.isnan(labels[:, column])
        truth = labels[known, column] > 0
        if min(truth.sum(), (~truth).sum()) < recipe.fewest_records:
            continue
        path = out / f"{column}.npz"
        if not path.is_file():
            _save(path, _fit(rows[known], truth, recipe))
            record.keep()
        fitted[column] = _load(path)
    write_whole_text(out / DONE_FILE, json.dumps(sorted(fitted)) + "\n")
    return fitted


@dataclass(frozen=True)
class StoredTrees:
    """What `train_trees` left in a folder: the trees of each column, and what they were fitted with."""

    recipe: TreeRecipe
    about: Mapping[str, Any]
    trees: Mapping[int, LabelTrees]


def load_trees(folder: Path) -> StoredTrees:
    """Return what `train_trees` left.

    Raises
    ------
    InvalidInput
        When the run was not finished.
    """
    if not (folder / DONE_FILE).is_file():
        raise InvalidInput(f"the trees in {folder} are not finished; run `python -m ecg_chat train trees` again")
    stored = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
    columns = json.loads((folder / DONE_FILE).read_text(encoding="utf-8"))
    trees = {column: _load(folder / f"{column}.npz") for column in columns}
    return StoredTrees(TreeRecipe(**stored["recipe"]), stored["about"], trees)


def forest(members: Sequence[Mapping[int, LabelTrees]], recipe: TreeRecipe, n_labels: int) -> BoostedTrees:
    """Put the trees of several members together; their logits are averaged.

    A label that a member could not learn is the mean of the others.
    """
    parts = [(column, one) for member in members for column, one in sorted(member.items())]
    counts = {column: sum(column in member for member in members) for column, _ in parts}
    trees = BoostedTrees(sum(len(one.leaf) for _, one in parts), recipe.depth, n_labels)
    start = 0
    for column, one in parts:
        here = slice(start, start + len(one.leaf))
        trees.feature[here] = torch.from_numpy(one.feature)
        trees.threshold[here] = torch.from_numpy(one.threshold)
        trees.missing_left[here] = torch.from_numpy(one.missing_left)
        trees.leaf[here] = torch.from_numpy(one.leaf / counts[column])
        trees.label[here] = column
        trees.base[column] += one.base / counts[column]
        start = here.stop
    return trees


def members_of(trees: BoostedTrees) -> list[dict[int, LabelTrees]]:
    """Take apart what `forest` put together.

    Only the base values are gone: each member gets the mean, of which `forest` makes the same trees again.
    """
    labels: list[int] = trees.label.tolist()
    members: list[dict[int, LabelTrees]] = []
    starts = [k for k in range(len(labels)) if k == 0 or labels[k] != labels[k - 1]]
    blocks = [(start, stop, labels[start]) for start, stop in zip(starts, [*starts[1:], len(labels)], strict=True)]
    counts = Counter(column for _, _, column in blocks)
    for k, (start, stop, column) in enumerate(blocks):
        if k == 0 or column <= blocks[k - 1][2]:  # each member's labels stand in order
            members.append({})
        here = slice(start, stop)
        feature, threshold = trees.feature[here].numpy(), trees.threshold[here].numpy()
        leaf = (trees.leaf[here] * counts[column]).numpy()
        base = float(trees.base[column])
        members[-1][column] = LabelTrees(feature, threshold, trees.missing_left[here].numpy(), leaf, base)
    return members


def lay_out_trees(out: Path, fitted: Mapping[int, LabelTrees], recipe: TreeRecipe, about: Mapping[str, object]) -> None:
    """Write trees as `train_trees` would have left them."""
    out.mkdir(parents=True)
    _keep_recipe(recipe, about, out / RECIPE_FILE)
    for column, trees in fitted.items():
        _save(out / f"{column}.npz", trees)
    write_whole_text(out / DONE_FILE, json.dumps(sorted(fitted)) + "\n")


def _fit(rows: Rows, truth: NDArray[np.bool_], recipe: TreeRecipe) -> LabelTrees:
    used = np.array([k for k in range(rows.shape[1]) if len(np.unique(rows[~np.isnan(rows[:, k]), k])) > 1])
    model = HistGradientBoostingClassifier(
        max_iter=recipe.iterations,
        learning_rate=recipe.learning_rate,
        max_depth=recipe.depth,
        max_leaf_nodes=2**recipe.depth,
        min_samples_leaf=recipe.min_leaf_records,
        l2_regularization=recipe.l2,
        max_features=recipe.features_share,
        early_stopping=False,
        random_state=recipe.seed,
    )
    model.fit(rows[:, used], truth)
    # scikit-learn gives its trees to nobody; a test holds these arrays against what it predicts itself.
    grown = [_as_heap(one[0].nodes, recipe.depth, used) for one in model._predictors]
    feature, threshold, missing_left, leaf = (np.stack(part) for part in zip(*grown, strict=True))
    base = float(np.ravel(model._baseline_prediction)[0])
    return LabelTrees(feature, threshold, missing_left, leaf, base)


def _as_heap(
    nodes: NDArray[Any], depth: int, used: NDArray[np.int64]
) -> tuple[NDArray[np.int16], Rows, NDArray[np.bool_], Rows]:
    """Lay a tree out as a full one: what lies below an early leaf has its value everywhere."""
    inner = 2**depth - 1
    feature, threshold = np.zeros(inner, np.int16), np.zeros(inner, np.float32)
    missing_left, leaf = np.zeros(inner, np.bool_), np.zeros(inner + 1, np.float32)
    waiting = [(0, 0)]
    while waiting:
        at, place = waiting.pop()
        node = nodes[at]
        if place >= inner:
            leaf[place - inner] = node["value"]
            continue
        if node["is_leaf"]:
            waiting += [(at, 2 * place + 1), (at, 2 * place + 2)]
            continue
        feature[place], threshold[place] = used[node["feature_idx"]], node["num_threshold"]
        missing_left[place] = bool(node["missing_go_to_left"])
        waiting += [(int(node["left"]), 2 * place + 1), (int(node["right"]), 2 * place + 2)]
    return feature, threshold, missing_left, leaf


def _keep_recipe(recipe: TreeRecipe, about: Mapping[str, object], path: Path) -> None:
    asked = {"recipe": dataclasses.asdict(recipe), "about": about}
    if path.is_file() and (stored := json.loads(path.read_text(encoding="utf-8"))) != json.loads(json.dumps(asked)):
        differing = [key for part in asked for key in _differing(stored.get(part, {}), asked[part])]
        raise InvalidInput(
            f"{path.parent} holds trees of another run, which differs in {', '.join(differing)}; "
            "delete that folder to train them anew"
        )
    write_whole_text(path, json.dumps(asked, indent=1) + "\n")


def _differing(stored: Mapping[str, object], asked: Mapping[str, object]) -> list[str]:
    told = json.loads(json.dumps(asked))
    return sorted(key for key in {*stored, *told} if stored.get(key) != told.get(key))


def _save(path: Path, trees: LabelTrees) -> None:
    write_whole(path, lambda file: np.savez(file, **dataclasses.asdict(trees)))


def _load(path: Path) -> LabelTrees:
    arrays: dict[str, Any] = read_arrays(path)
    return LabelTrees(**{**arrays, "base": float(arrays["base"])})
