"""What a model folder says of its training: the ids of the records, and each stage's recipe and loss curve."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ecg_chat.training.curve_picture import draw_curves
from ecg_chat.training.tree_stage import RECIPE_FILE

IDS_FILE = "trained_ids.txt"
TREES_RECIPE = "trees.json"


def copy_ids(folders: Sequence[Path], target: Path) -> None:
    """Write the ids of all records that something was trained on."""
    ids = {int(line) for folder in folders for line in (folder / IDS_FILE).read_text(encoding="utf-8").split()}
    target.write_text("".join(f"{i}\n" for i in sorted(ids)), encoding="utf-8")


def copy_recipes(work: Path, target: Path, members: int, *, with_trees: bool) -> None:
    """Write what each stage was run with and how its loss fell, as JSON and as a picture."""
    target.mkdir(parents=True, exist_ok=True)
    if with_trees:
        recipe = json.loads((work / "trees_0" / RECIPE_FILE).read_text(encoding="utf-8"))["recipe"]
        (target / TREES_RECIPE).write_text(json.dumps(recipe, indent=1) + "\n", encoding="utf-8")
    encoders = [f"encoder_{k}" for k in range(members)]
    curves = {}
    for stage in (*encoders, "dialogue"):
        recipe = json.loads((work / stage / "recipe.json").read_text(encoding="utf-8"))
        lines = (work / stage / "curve.jsonl").read_text(encoding="utf-8").splitlines()
        curves[stage] = [json.loads(line) for line in lines]
        text = json.dumps({"recipe": recipe, "curve": curves[stage]}, indent=1)
        (target / f"{stage}.json").write_text(text + "\n", encoding="utf-8")
    own = {stage: curves[stage] for stage in encoders}
    draw_curves(own, target / "encoder.png", title="Encoders, training loss", x="epoch", y="weighted cross-entropy")
    talk = {"dialogue": curves["dialogue"]}
    draw_curves(talk, target / "dialogue.png", title="Dialogue, training loss", y="cross-entropy per token")
