"""The loop that alignment and tuning share: accumulation, warm-up, checkpoints, resuming.

Every step draws its batches and its randomness (dropout) from ``(seed, step)``, so that a run that was killed and goes
on follows the curve it would have followed. The loss of a step is the mean over all its trained tokens, however they
are spread over the batches that are accumulated.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.network.tokenizer import IGNORED
from ecg_chat.training.curve_picture import show_curve
from ecg_chat.training.ecg_text_model import EcgTextModel, TextBatch
from ecg_chat.training.run_checkpoint import State, read_checkpoint, write_checkpoint
from ecg_chat.training.stage_files import Row, RunRecord

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class LoopRecipe:
    """How long, how fast, how much at once."""

    epochs: int
    warmup_epochs: float
    lr: float
    """Highest learning rate: reached at the end of the warm-up, then a cosine down to 0."""
    weight_decay: float
    batch: int
    """Texts that go through the network at once."""
    accumulation: int
    """Batches whose gradients are added up for one step."""
    clip: float = 1.0
    """Longest gradient."""
    checkpoint_every: int = 100
    """Steps between checkpoints."""
    seed: int = 0
    threads: int = 2

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "accumulation", "checkpoint_every", "threads"):
            if getattr(self, name) < 1:
                raise InvalidInput(f"{name} is {getattr(self, name)}, expected 1 or more")
        if not 0 <= self.warmup_epochs <= self.epochs:
            raise InvalidInput(f"warmup_epochs is {self.warmup_epochs}, expected 0 to epochs ({self.epochs})")


@dataclass(frozen=True)
class Plan:
    """What is trained on: how many texts an epoch has, and how to make the batch of some of them in an epoch."""

    name: str
    n_texts: int
    make_batch: Callable[[Sequence[int], int], TextBatch]
    """Numbers of texts (below ``n_texts``) and epoch → batch; the same arguments give the same batch."""
    run: State = field(default_factory=dict)
    """What else must be the same when a run goes on."""


def steps_an_epoch(n_texts: int, recipe: LoopRecipe) -> int:
    """Return the optimizer steps of one epoch; the last one may be smaller."""
    return -(-n_texts // (recipe.batch * recipe.accumulation))


def rate(step: int, an_epoch: int, recipe: LoopRecipe) -> float:
    """Return the learning rate of a step: linear warm-up, then a cosine down to 0."""
    warmup, total = round(an_epoch * recipe.warmup_epochs), an_epoch * recipe.epochs
    if step < warmup:
        return recipe.lr * (step + 1) / warmup
    return recipe.lr * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))


def run_loop(model: EcgTextModel, plan: Plan, recipe: LoopRecipe, out: Path) -> list[Row]:
    """Train the parameters of `model` that ask for gradients, from where `out` was left.

    Parameters
    ----------
    out : Path
        Folder for ``checkpoint.pt``, ``curve.jsonl``, ``curve.png`` and ``run.json``.

    Returns
    -------
    list of Row
        The whole curve, one row a step.

    Raises
    ------
    InvalidInput
        When `out` holds another run, or there is nothing to train on.
    ModelError
        When the loss is no number any more, or the disk is full.
    """
    if not plan.n_texts:
        raise InvalidInput(f"there is no text to {plan.name} on")
    torch.set_num_threads(recipe.threads)
    out.mkdir(parents=True, exist_ok=True)
    run = {**dataclasses.asdict(recipe), **plan.run, "texts": plan.n_texts}
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(trained.values(), lr=recipe.lr, weight_decay=recipe.weight_decay)
    curve = _resume(out / CHECKPOINT, run, trained, optimizer)
    record = RunRecord.start(out, resumed=bool(curve))
    if curve:  # a kill may have come between the checkpoint and these
        show_curve(out, curve, f"{plan.name}, training loss")
    an_epoch = steps_an_epoch(plan.n_texts, recipe)
    total, first = an_epoch * recipe.epochs, len(curve)
    for step in tqdm(range(first, total), initial=first, total=total, desc=plan.name, mininterval=5, disable=None):
        lr = rate(step, an_epoch, recipe)
        for group in optimizer.param_groups:
            group["lr"] = lr
        optimizer.zero_grad(set_to_none=True)
        loss = _gradients(model, plan, recipe, step, an_epoch)
        if not math.isfinite(loss):
            raise ModelError(f"the loss of step {step + 1} is {loss}; lower lr ({recipe.lr:g}) and start again")
        nn.utils.clip_grad_norm_(trained.values(), recipe.clip)
        optimizer.step()
        curve.append({"step": step + 1, "epoch": step // an_epoch + 1, "loss": round(loss, 5), "lr": lr})
        if (step + 1) % recipe.checkpoint_every == 0 or step + 1 == total:
            weights = {name: p.detach() for name, p in trained.items()}
            state = {"run": run, "weights": weights, "optimizer": optimizer.state_dict(), "curve": curve}
            write_checkpoint(out / CHECKPOINT, state)
            show_curve(out, curve, f"{plan.name}, training loss")
            record.keep()
    return curve


def _gradients(model: EcgTextModel, plan: Plan, recipe: LoopRecipe, step: int, an_epoch: int) -> float:
    """Add up the gradients of one step; return the mean loss of its trained tokens."""
    epoch, within = divmod(step, an_epoch)
    torch.manual_seed(recipe.seed * 1_000_003 + step)
    order = torch.randperm(plan.n_texts, generator=torch.Generator().manual_seed(recipe.seed + epoch)).tolist()
    size = recipe.batch * recipe.accumulation
    texts = order[within * size : (within + 1) * size]
    batches = [
        plan.make_batch(texts[k : k + recipe.batch], epoch).to(model.device) for k in range(0, len(texts), recipe.batch)
    ]
    n_tokens = sum(int((batch.labels[:, 1:] != IGNORED).sum()) for batch in batches)
    total = 0.0
    for batch in batches:
        loss = model.summed_loss(batch) / max(1, n_tokens)
        loss.backward()  # type: ignore[no-untyped-call]
        total += float(loss.detach())
    return total


def _resume(path: Path, run: State, trained: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer) -> list[Row]:
    state = read_checkpoint(path, run)
    if state is None:
        return []
    if set(state["weights"]) != set(trained):
        raise InvalidInput(f"{path} was written for other weights than those that are trained now")
    with torch.no_grad():
        for name, value in state["weights"].items():
            if value.shape != trained[name].shape:
                raise InvalidInput(
                    f"{path} holds {name} of shape {tuple(value.shape)}, expected {tuple(trained[name].shape)}"
                )
            trained[name].copy_(value)
    optimizer.load_state_dict(state["optimizer"])
    return list(state["curve"])
