"""A model that was finished, laid out as a work folder again, so that training can go on without its checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl_attributes import attribute_names
from ecg_chat.datasets.ptbxl_statements import read_statement_table
from ecg_chat.datasets.trained_ids import FILE_NAME, read_trained_ids, write_trained_ids
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.feature_vector import FEATURES, FEATURES_VERSION
from ecg_chat.network.checkpoint import LoadedModel, load_model
from ecg_chat.network.measured_reader import MeasuredReader
from ecg_chat.training.mini import usable_records
from ecg_chat.training.provenance_files import TREES_RECIPE, recipe_and_run
from ecg_chat.training.reader_steps import left_out
from ecg_chat.training.run_checkpoint import write_checkpoint
from ecg_chat.training.stage_files import write_curve_lines, write_recipe_file, write_run
from ecg_chat.training.tree_stage import TreeRecipe, lay_out_trees, members_of
from ecg_chat.training.work_records import listed_ids, records_like


def reopen_step(ptbxl: Path, model_dir: Path, work: Path, *, bad: BadRows | None = None) -> int:
    """Write what the stages after the first need: encoders, their recipes and loss curves, record ids and tokenizer.

    The encoders come back in the half precision that they are stored in, and are stored alike when the model is
    assembled. Those without attributes, of an earlier model, are not written: `assemble --further` takes them from the
    model's folder. The trees come back too, each member's with the mean of the base values; put together they are the
    same again. The language model is trained on from the model's weights (`dialogue --initial`).

    Parameters
    ----------
    ptbxl : Path
        The data that the model was trained on.
    model_dir, work : Path
        The work folder must not hold encoders yet.
    bad : BadRows, optional
        What happens to bad rows and records; refused without it. Those that the model was trained on must be usable.

    Returns
    -------
    int
        How many encoders were written.

    Raises
    ------
    InvalidInput
        When the folder holds encoders already, the model predicts other labels than the data have, was trained on other
        records than they would give, or does not say how its parts were trained.
    """
    if any(work.glob("encoder_*")):
        raise InvalidInput(f"{work} holds encoders already; reopen the model in another folder")
    model = load_model(model_dir)
    _check_labels(model, ptbxl, model_dir.name)
    count = model.config.members
    recipes = [_training_of(model_dir, k) for k in range(count)]
    if not (model_dir / FILE_NAME).is_file():
        raise InvalidInput(f"{model_dir.name} does not say what it was trained on: {FILE_NAME} is not there")
    trained = read_trained_ids(model_dir)
    work.mkdir(parents=True, exist_ok=True)
    for k, (encoder, trained_as) in enumerate(zip(model.encoder.members, recipes, strict=False)):
        folder = work / f"encoder_{k}"
        folder.mkdir()
        write_recipe_file(folder, trained_as["recipe"])
        write_curve_lines(folder, trained_as["curve"])
        write_run(folder, trained_as.get("run"))
        weights = {name: value.float() for name, value in encoder.state_dict().items()}
        write_checkpoint(work / f"encoder_{k}.pt", weights)
    write_trained_ids(work, trained)
    model.tokenizer.save_pretrained(work / "tokenizer")
    if model.reader is not None:
        _lay_out_trees(model.reader, ptbxl, model_dir, work, bad)
    return count


def _lay_out_trees(reader: MeasuredReader, ptbxl: Path, model_dir: Path, work: Path, bad: BadRows | None) -> None:
    train = records_like(usable_records(ptbxl, bad), listed_ids(model_dir), model_dir.name)
    stored, run = recipe_and_run(model_dir / "train" / TREES_RECIPE)
    recipe = TreeRecipe(**stored)
    members, parts = members_of(reader.trees), left_out(work, len(train))
    if len(members) != len(parts):
        raise InvalidInput(
            f"{model_dir.name} has {len(members)} sets of trees, its encoders left out {len(parts)} parts"
        )
    for member, (trees, part) in enumerate(zip(members, parts, strict=True)):
        unseen = sorted(train[k].ecg_id for k in part)
        about = {"features": FEATURES, "features_version": FEATURES_VERSION, "left_out": unseen}
        lay_out_trees(work / f"trees_{member}", trees, recipe, about)
        write_run(work / f"trees_{member}", run)


def _check_labels(model: LoadedModel, ptbxl: Path, name: str) -> None:
    codes = tuple(read_statement_table(ptbxl))
    if model.config.codes != codes or model.config.attributes != attribute_names():
        raise InvalidInput(
            f"the encoders of {name} predict {len(model.config.codes)} codes and {len(model.config.attributes)} "
            f"attributes, not the {len(codes)} and {len(attribute_names())} of these data, or in another order"
        )


def _training_of(model_dir: Path, member: int) -> dict[str, Any]:
    path = model_dir / "train" / f"encoder_{member}.json"
    if not path.is_file():
        raise InvalidInput(
            f"{model_dir.name} does not say how its encoder {member} was trained: {path.name} is not there"
        )
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored
