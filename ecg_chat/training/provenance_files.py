"""What a model folder says of its training: each stage's recipe and loss curve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.training.curve_picture import draw_curves
from ecg_chat.training.stage_files import CURVE_FILE, RECIPE_FILE, read_run

TREES_RECIPE = "trees.json"


def copy_recipes(work: Path, target: Path, members: int, *, with_trees: bool) -> None:
    """Write what each stage was run with and how its loss fell, as JSON and as a picture.

    ``run`` says from which model, when, on what code and for how many minutes (`ecg_chat.training.stage_files`); it is
    null where an earlier version trained the part. Of the trees it is that of the first member.
    """
    target.mkdir(parents=True, exist_ok=True)
    if with_trees:
        recipe = json.loads((work / "trees_0" / RECIPE_FILE).read_text(encoding="utf-8"))["recipe"]
        _write(target / TREES_RECIPE, {"recipe": recipe, "run": read_run(work / "trees_0")})
    encoders = [f"encoder_{k}" for k in range(members)]
    curves = {}
    for stage in (*encoders, "dialogue"):
        recipe = json.loads((work / stage / RECIPE_FILE).read_text(encoding="utf-8"))
        lines = (work / stage / CURVE_FILE).read_text(encoding="utf-8").splitlines()
        curves[stage] = [json.loads(line) for line in lines]
        _write(target / f"{stage}.json", {"recipe": recipe, "run": read_run(work / stage), "curve": curves[stage]})
    own = {stage: curves[stage] for stage in encoders}
    draw_curves(own, target / "encoder.png", title="Encoders, training loss", x="epoch", y="weighted cross-entropy")
    talk = {"dialogue": curves["dialogue"]}
    draw_curves(talk, target / "dialogue.png", title="Dialogue, training loss", y="cross-entropy per token")


def recipe_and_run(path: Path) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Read recipe and run of a stage without a curve; files of earlier models hold the recipe alone."""
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return (stored["recipe"], stored["run"]) if "recipe" in stored else (stored, None)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    write_whole_text(path, json.dumps(content, indent=1) + "\n")
