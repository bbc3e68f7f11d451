"""``python -m ecg_chat train delineator``: from LUDB to ``models/delineator``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb
from tqdm import tqdm

from ecg_chat.datasets.ludb import LudbRecord, find_records, read_marks, read_signals
from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.delineation.prepare import prepare
from ecg_chat.delineation.wave_input import NETWORK_HZ, at_network_rate
from ecg_chat.delineation.wave_model import CONFIG_FILE, save_wave_model
from ecg_chat.errors import InvalidInput
from ecg_chat.network.folder_swap import whole_or_not_at_all
from ecg_chat.signals.quality import assess
from ecg_chat.training.curve_picture import draw_curves
from ecg_chat.training.stage_files import CURVE_FILE, RECIPE_FILE, RUN_FILE, Row
from ecg_chat.training.synthetic_recordings import synthetic_recordings
from ecg_chat.training.wave_crops import MarkedRecording
from ecg_chat.training.wave_stage import WaveRecipe, folds_of, train_member
from ecg_chat.training.wave_targets import lead_targets, overall_targets


def train_delineator(ludb: Path, work: Path, model_dir: Path, recipe: WaveRecipe) -> None:
    """Train every member and write the model folder; continues where an earlier run was stopped.

    Raises
    ------
    InvalidInput
        When the records cannot be read, are fewer than the folds, or `work` holds a run with another recipe or other
        records.
    ModelError
        When the model folder cannot be written (disk full); the model that was there stays.
    """
    records = find_records(ludb)
    if len(records) < 2 * recipe.folds:
        raise InvalidInput(f"{len(records)} LUDB records are there, expected at least {2 * recipe.folds}")
    folds = folds_of({record.name: rhythm_of(record) for record in records}, recipe)
    _claim(work, {"recipe": dataclasses.asdict(recipe), "folds": folds})
    recordings = [marked(record) for record in tqdm(records, desc="reading LUDB", disable=None)]
    synthetic = synthetic_recordings(recipe.synthetic, recipe.seed)
    members = []
    for member in range(recipe.folds):
        seen = [recording for recording in recordings if folds[recording.name] != member]
        members.append(train_member(seen, synthetic, member, recipe, work / f"member_{member}"))
    curves = [_curve(work / f"member_{member}" / CURVE_FILE) for member in range(recipe.folds)]
    own = (CONFIG_FILE, "train", *(path.name for path in model_dir.glob("member_*.safetensors")))
    with whole_or_not_at_all(model_dir, own) as new:
        save_wave_model(new, members, folds)
        _save_notes(new / "train", recipe, curves)


def _save_notes(train: Path, recipe: WaveRecipe, curves: Sequence[Sequence[Row]]) -> None:
    train.mkdir()
    text = json.dumps({"recipe": dataclasses.asdict(recipe), "curves": curves})
    (train / RECIPE_FILE).write_text(text + "\n", encoding="utf-8")
    draw_curves(
        {f"member {k}": curve for k, curve in enumerate(curves)},
        train / "curves.png",
        title="Wave network, training loss",
        y="cross-entropy, both outputs",
        log=True,
    )


def rhythm_of(record: LudbRecord) -> str:
    """Return what the header says of the rhythm, "" if it says nothing."""
    lines = [line.strip() for line in wfdb.rdheader(str(record.path)).comments]
    return next((line.partition(":")[2].strip(" .") for line in lines if line.startswith("Rhythm:")), "")


def marked(record: LudbRecord) -> MarkedRecording:
    """Read one record with what the network is to say of it."""
    ecg = read_signals(record)
    prepared = prepare(ecg, assess(ecg))
    signal_mv = at_network_rate(prepared.signal_mv, prepared.fs_hz)
    n, per_sample = signal_mv.shape[1], NETWORK_HZ / ecg.fs_hz
    marks = read_marks(record, ecg.leads)
    parts = [lead_targets(marks[lead], n, per_sample, NETWORK_HZ) for lead in ecg.leads]
    target, weight = (np.stack(rows) for rows in zip(*parts, strict=True))
    overall, known = overall_targets(marks, weight, n, per_sample)
    return MarkedRecording(record.name, signal_mv.astype(np.float32), target, weight, overall, known)


def _claim(work: Path, run: dict[str, object]) -> None:
    """Note what is trained in `work`; refuse a folder in which something else was."""
    work.mkdir(parents=True, exist_ok=True)
    path = work / RUN_FILE
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != json.loads(json.dumps(run)):
        raise InvalidInput(f"{work} holds a run with another recipe or other records; choose an empty folder")
    write_whole_text(path, json.dumps(run, indent=1) + "\n")


def _curve(path: Path) -> Sequence[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
