"""``python -m ecg_chat train …``: one sub-command a stage."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from ecg_chat.datasets.bad_rows import BadRows, OnBad
from ecg_chat.errors import InvalidInput
from ecg_chat.training.delineator import train_delineator
from ecg_chat.training.dialogue_stage import DialogueRecipe
from ecg_chat.training.ecg_lm import STAGES, add_stages, run_stage
from ecg_chat.training.encoder_recipe import EncoderRecipe, StateSpaceMembers
from ecg_chat.training.mini import assemble_step, dialogue_step, encoder_step, measure_step, trees_step
from ecg_chat.training.question_kinds import QuestionRecipe, questions_step
from ecg_chat.training.recipe_file import read_recipe
from ecg_chat.training.reopened import reopen_step
from ecg_chat.training.tree_stage import TreeRecipe
from ecg_chat.training.wave_stage import WaveRecipe

MINI_STAGES: Mapping[str, str] = {
    "encoder": "train the ECG encoder on superclasses and all 71 codes",
    "measure": "measure training records, for the dialogue and the reader of measured values",
    "trees": "train the reader of measured values: boosted trees, a set for each encoder that left records out",
    "dialogue": "train projection and language model on generated dialogue",
    "assemble": "write the model folder, the language model in 4 bits",
    "reopen": "lay a finished model out as a work folder; then come measure, trees, dialogue --initial, assemble",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the stages and their options."""
    stages = parser.add_subparsers(dest="stage", required=True)
    _add_delineator(stages)
    _add_questions(stages)
    add_stages(stages)
    for name, text in MINI_STAGES.items():
        stage = stages.add_parser(name, help=text, description=text)
        stage.add_argument("--ptbxl", type=Path, required=True, help="PTB-XL in its publisher's layout")
        stage.add_argument("--work", type=Path, required=True, help="folder for checkpoints; the same for all stages")
        stage.add_argument("--on-bad", choices=get_args(OnBad), default="refuse", help="bad rows and records of PTB-XL")
        _add_own(name, stage)


def _add_own(name: str, stage: argparse.ArgumentParser) -> None:
    """Add the options of one stage of `MINI_STAGES`."""
    if name in ("encoder", "dialogue"):
        stage.add_argument("--device", default="cpu", help="cpu or cuda")
    if name == "encoder":
        stage.add_argument("--epochs", type=int, default=EncoderRecipe.epochs)
        stage.add_argument("--mixup", type=float, default=EncoderRecipe.mixup, help="blend crops; 0: do not")
        stage.add_argument("--state-space-members", type=int, default=0, help="further ones of state-space layers")
        stage.add_argument("--recipe", type=Path, help="JSON file with the stage's numbers, in place of the epochs")
    if name in ("encoder", "trees"):
        stage.add_argument("--member", type=int, action="append", help="train only this member; may be repeated")
    if name == "measure":
        stage.add_argument("--limit", type=int, help="training records to measure; all without it")
        stage.add_argument("--workers", type=int, default=2)
    if name == "dialogue":
        stage.add_argument("--steps", type=int, default=DialogueRecipe.steps)
        stage.add_argument("--lr", type=float, default=DialogueRecipe.lr)
        stage.add_argument("--initial", type=Path, help="folder of an earlier model whose weights are the start")
    if name in ("assemble", "reopen"):
        stage.add_argument("--model", type=Path, required=True, help="model folder to write, or to open")
    if name == "assemble":
        stage.add_argument("--further", type=Path, help="earlier model whose encoders are averaged with the new")
        stage.add_argument("--take", type=int, action="append", default=[], help="only this one of them, from 0")


def _add_delineator(stages: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "train the network that marks P, QRS and T, and write its folder"
    stage = stages.add_parser("delineator", help=text, description=text)
    stage.add_argument("--ludb", type=Path, required=True, help="LUDB as published")
    stage.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    stage.add_argument("--model", type=Path, required=True, help="model folder to write")
    stage.add_argument("--steps", type=int, default=WaveRecipe.steps)
    stage.add_argument("--threads", type=int, default=WaveRecipe.threads)


def _add_questions(stages: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "train the classifiers of questions, by kind and by the finding that is asked about, and write their folder"
    stage = stages.add_parser("questions", help=text, description=text)
    stage.add_argument("--model", type=Path, required=True, help="model folder to write")
    stage.add_argument("--steps", type=int, default=QuestionRecipe.steps)


def run(args: argparse.Namespace) -> int:
    """Run one stage; it continues where an earlier run was stopped."""
    if args.stage in STAGES:
        return run_stage(args)
    if args.stage == "delineator":
        train_delineator(args.ludb, args.work, args.model, WaveRecipe(steps=args.steps, threads=args.threads))
        return 0
    if args.stage == "questions":
        questions_step(QuestionRecipe(steps=args.steps), args.model)
        return 0
    bad = BadRows(args.on_bad)
    args.work.mkdir(parents=True, exist_ok=True)
    _run_mini(args, bad)
    if args.on_bad == "skip":
        sys.stdout.write(f"{bad.as_text()}\n")
    return 0


def _run_mini(args: argparse.Namespace, bad: BadRows) -> None:
    """Run one stage of `MINI_STAGES`."""
    if args.stage == "encoder":
        states = StateSpaceMembers(args.state_space_members)
        recipe = EncoderRecipe(epochs=args.epochs, mixup=args.mixup, state_space=states)
        if args.recipe:
            recipe = read_recipe(args.recipe, EncoderRecipe)
        encoder_step(args.ptbxl, args.work, recipe, args.member, device=args.device, bad=bad)
    elif args.stage == "measure":
        measure_step(args.ptbxl, args.work, args.limit, args.workers, bad=bad)
    elif args.stage == "trees":
        trees_step(args.ptbxl, args.work, TreeRecipe(), args.member, bad=bad)
    elif args.stage == "dialogue":
        talk = DialogueRecipe(steps=args.steps, lr=args.lr)
        dialogue_step(args.ptbxl, args.work, talk, args.initial, device=args.device, bad=bad)
    elif args.stage == "assemble":
        talk = _dialogue_recipe(args.work)
        assemble_step(args.ptbxl, args.work, args.model, talk, args.further, taken=args.take, bad=bad)
    else:
        reopen_step(args.ptbxl, args.model, args.work, bad=bad)


def _dialogue_recipe(work: Path) -> DialogueRecipe:
    """Return what the dialogue stage was run with."""
    path = work / "dialogue" / "recipe.json"
    if not path.is_file():
        raise InvalidInput(f"{path} is not there; run `python -m ecg_chat train dialogue` first")
    return DialogueRecipe(**json.loads(path.read_text(encoding="utf-8")))
