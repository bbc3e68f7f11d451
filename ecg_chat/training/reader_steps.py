"""The second reader among the steps that make `mini`: trees on measured values, and how they join the encoders."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.datasets.readings import load_readings
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.feature_vector import FEATURES, FEATURES_VERSION
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.boosted_trees import BoostedTrees
from ecg_chat.network.config import MeasuredReaderConfig
from ecg_chat.network.measured_reader import MeasuredReader, log_odds, measured_row, other_features
from ecg_chat.training.held_out import held_out_rows
from ecg_chat.training.label_columns import Table, label_columns
from ecg_chat.training.run_checkpoint import read_tensors
from ecg_chat.training.shares import best_shares
from ecg_chat.training.signal_bank import SignalBank
from ecg_chat.training.stage_files import digest
from ecg_chat.training.tree_stage import Examples, LabelTrees, TreeRecipe, forest, load_trees, train_trees

READINGS_FILE, VALID_READINGS_FILE = "readings.jsonl", "valid_readings.jsonl"
"""Measurements of training records, and of fold 9, on which shares and thresholds are chosen."""

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Members:
    """Sets of trees, each trained without the records that the encoder of the same number did not see.

    ``left_out`` are the ids of these records, as they were written down with the trees.
    """

    recipe: TreeRecipe
    trees: Sequence[Mapping[int, LabelTrees]]
    left_out: Sequence[frozenset[int]]

    def forest(self, n_labels: int, member: int | None = None) -> BoostedTrees:
        """Return all of them as one, or one of them."""
        chosen = self.trees if member is None else [self.trees[member]]
        return forest(chosen, self.recipe, n_labels)


def train_members(
    train: Sequence[Record], table: Table, work: Path, recipe: TreeRecipe, members: Sequence[int] | None = None
) -> None:
    """Train a set of trees for each encoder that leaves records out.

    Parameters
    ----------
    train : sequence of Record
        All training records in order; those that were measured are used.
    table : mapping
        ``scp_statements.csv``.
    work : Path
    recipe : TreeRecipe
    members : sequence of int, optional
        Only these; two processes may train one each.

    Raises
    ------
    InvalidInput
        When nothing was measured, or no encoder trained, yet, or there is no such member.
    """
    parts = left_out(work, len(train))
    if unknown := sorted(set(members or ()) - set(range(len(parts)))):
        raise InvalidInput(f"there is no member {unknown[0]}: encoders 0 to {len(parts) - 1} left records out")
    readings = read_measured(work / READINGS_FILE)
    known = [record for record in train if record.ecg_id in readings]
    rows, labels = rows_of(known, readings), label_columns(known, table)
    complete = ~np.isnan(rows).all(axis=1)  # of others the trees will not be asked
    for member, part in enumerate(parts):
        if members is None or member in members:
            unseen = {train[k].ecg_id for k in part}
            kept = complete & np.array([record.ecg_id not in unseen for record in known])
            about = {"features": FEATURES, "features_version": FEATURES_VERSION, "left_out": sorted(unseen)}
            examples = Examples(rows[kept], labels[kept], about)
            train_trees(examples, recipe, work / f"trees_{member}", f"trees, member {member}")


def load_members(work: Path) -> Members | None:
    """Return what was trained, or None if no tree was.

    Raises
    ------
    InvalidInput
        When a member is missing or not finished, was trained with another recipe than the others, or on other measured
        values than this version gives.
    """
    folders = [work / f"trees_{k}" for k in range(_encoder_recipe(work)["members"])]
    if not any(folder.is_dir() for folder in folders):
        return None
    loaded = [load_trees(folder) for folder in folders]
    for folder, one in zip(folders, loaded, strict=True):
        if (problem := other_features(one.about["features"], one.about["features_version"])) is not None:
            raise InvalidInput(
                f"the trees in {folder} ask for other measured values than this version gives: {problem}"
            )
        if one.recipe != loaded[0].recipe:
            raise InvalidInput(f"the trees in {folder} have another recipe than those in {folders[0]}")
    unseen = [frozenset(one.about["left_out"]) for one in loaded]
    return Members(loaded[0].recipe, [one.trees for one in loaded], unseen)


def left_out(work: Path, n_records: int) -> list[list[int]]:
    """Return the rows of the training records that each member goes without."""
    recipe = _encoder_recipe(work)
    return held_out_rows(n_records, recipe["held_out_records"], recipe["members"])


def readers_digest(work: Path) -> str:
    """Return what the encoders that left records out, and the trees beside them, are recognised by."""
    parts: list[str | NDArray[Any]] = []
    for member in range(_encoder_recipe(work)["members"]):
        weights = read_tensors(work / f"encoder_{member}.pt")
        parts += [value.numpy() for _, value in sorted(weights.items())]
    members = load_members(work)
    for columns in () if members is None else members.trees:
        for column, trees in sorted(columns.items()):
            parts += [f"{column} {trees.base}", trees.feature, trees.threshold, trees.missing_left, trees.leaf]
    return digest(parts)


def join_bank(bank: SignalBank, members: Members, train: Sequence[Record], table: Table, work: Path) -> SignalBank:
    """Give the trees their share of what the encoders say of whole records that neither of them saw.

    The changed views stay the encoders' word alone, as for a recording that lacks a lead. The shares are chosen on
    these very records: one number a label, for dialogue alone; those of the model come from fold 9.

    Raises
    ------
    InvalidInput
        When trees would describe a record that they were trained on.
    """
    records, n_labels = [train[k] for k in bank.rows], bank.logits.shape[2]
    readings = read_measured(work / READINGS_FILE, {record.ecg_id for record in records})
    rows = torch.from_numpy(rows_of(records, readings))
    said = np.full(bank.logits.shape[1:], np.nan, np.float32)
    for member, part in enumerate(left_out(work, len(train))):
        here = np.isin(bank.rows, part)
        seen = {train[k].ecg_id for k in bank.rows[here]} - members.left_out[member]
        if seen:
            raise InvalidInput(
                f"the trees of member {member} were trained on {len(seen)} of the records that they are to describe, "
                f"such as {min(seen)}; the encoders' recipe has changed since: train the trees anew"
            )
        said[here] = _logits_of(members.forest(n_labels, member), rows[here])
    labels, silent = label_columns(records, table), np.isnan(rows.numpy()).all(axis=1)
    labels[silent] = np.nan
    names = [str(k) for k in range(n_labels)]
    shares = best_shares(names, labels, bank.logits[0], said)
    joint = bank.logits.copy()
    for k, name in enumerate(names):
        joint[0, :, k] += shares.get(name, 0.0) * np.nan_to_num(said[:, k] - bank.logits[0, :, k])
    joint[:, silent] = bank.logits[:, silent]
    return SignalBank(joint, bank.rows)


def reader_for(
    members: Members, names: Sequence[str], labels: Rows, probabilities: Rows, rows: Rows
) -> tuple[MeasuredReaderConfig, MeasuredReader]:
    """Choose the shares on records that nothing was trained on, and return the reader.

    Parameters
    ----------
    members : Members
    names : sequence of str
        Of the labels.
    labels, probabilities : ndarray, shape (records, labels)
        Labels, NaN where not known, and what the encoders say.
    rows : ndarray, shape (records, features)
        What was measured.
    """
    trees = members.forest(len(names))
    labels = np.where(np.isnan(rows).all(axis=1, keepdims=True), np.nan, labels)
    shares = best_shares(names, labels, log_odds(probabilities), _logits_of(trees, torch.from_numpy(rows)))
    config = MeasuredReaderConfig(len(trees.leaf), trees.depth, FEATURES, FEATURES_VERSION, shares)
    reader = MeasuredReader(config, names)
    reader.trees.load_state_dict(trees.state_dict())
    return config, reader.eval()


def rows_of(records: Sequence[Record], readings: Mapping[int, Measurements]) -> Rows:
    """Return what the trees are given of each record, shape (records, features).

    Raises
    ------
    InvalidInput
        When some records were not measured.
    """
    missing = [record.ecg_id for record in records if record.ecg_id not in readings]
    if missing:
        raise InvalidInput(
            f"{len(missing)} of {len(records)} records are not measured, such as {missing[0]}; "
            "run `python -m ecg_chat train measure` again"
        )
    return np.stack([measured_row(readings[record.ecg_id]) for record in records])


def _logits_of(trees: BoostedTrees, rows: torch.Tensor) -> Rows:
    """Logits as the reader takes them; NaN for a label without trees."""
    with torch.inference_mode():
        logits: Rows = trees.clamped(rows).numpy()
    absent = np.setdiff1d(np.arange(logits.shape[1]), trees.label.numpy())
    logits[:, absent] = np.nan
    return logits


def read_measured(path: Path, only: Collection[int] | None = None) -> dict[int, Measurements]:
    """Read measurements that `train measure` took; says what to run where there are none."""
    if not path.is_file():
        raise InvalidInput(f"{path} is not there; run `python -m ecg_chat train measure` first")
    return load_readings(path, only)


def _encoder_recipe(work: Path) -> dict[str, int]:
    path = work / "encoder_0" / "recipe.json"
    if not path.is_file():
        raise InvalidInput(f"{path} is not there; run `python -m ecg_chat train encoder` first")
    recipe: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return recipe
