"""Trains the wave network: one member per fold of the records, each blind to its own fold.

Resumable: every 100 steps the whole state is written to ``checkpoint.pt``, the loss curve in it, and the crops of a
step depend on ``(seed, member, step)`` alone, so that a resumed run sees what it would have seen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from ecg_chat.delineation.wave_net import WaveNet, WaveNetConfig
from ecg_chat.training.beat_surgery import operated
from ecg_chat.training.run_checkpoint import State, read_checkpoint, write_checkpoint
from ecg_chat.training.stage_files import Row, digest, write_curve_lines
from ecg_chat.training.wave_crops import Batch, Floats32, MarkedRecording, make_batch

CHECKPOINT = "checkpoint.pt"
KEEP_EVERY = 100


@dataclass(frozen=True)
class WaveRecipe:
    """What the members were trained with."""

    steps: int = 1400
    batch: int = 12
    crop_samples: int = 1024
    """At 250 Hz; about 4 s."""
    max_lr: float = 4e-3
    weight_decay: float = 0.02
    ema: float = 0.99
    """Decay of the averaged weights that are kept."""
    folds: int = 5
    synthetic: int = 150
    """Synthetic ECGs that are made."""
    synthetic_share: float = 0.15
    """Chance that a crop is of a synthetic ECG."""
    seed: int = 0
    threads: int = 1
    network: WaveNetConfig = field(default_factory=WaveNetConfig)


def folds_of(rhythms: Mapping[str, str], recipe: WaveRecipe) -> dict[str, int]:
    """Deal the records to folds so that each gets its share of every rhythm; `rhythms` maps record to its rhythm."""
    rng = np.random.default_rng(recipe.seed)
    dealt: dict[str, int] = {}
    for rhythm in sorted(set(rhythms.values())):
        group = sorted((name for name, own in rhythms.items() if own == rhythm), key=int)
        for name in rng.permutation(group):
            dealt[str(name)] = len(dealt) % recipe.folds
    return dealt


@dataclass(frozen=True)
class _Run:
    net: WaveNet
    averaged: AveragedModel
    optimizer: torch.optim.Optimizer
    schedule: OneCycleLR

    @classmethod
    def start(cls, recipe: WaveRecipe) -> _Run:
        net = WaveNet(recipe.network)
        decay = get_ema_multi_avg_fn(recipe.ema)  # type: ignore[no-untyped-call]
        averaged = AveragedModel(net, multi_avg_fn=decay, use_buffers=True)
        optimizer = torch.optim.AdamW(net.parameters(), lr=recipe.max_lr, weight_decay=recipe.weight_decay)
        schedule = OneCycleLR(optimizer, recipe.max_lr, total_steps=recipe.steps, pct_start=0.15)
        return cls(net, averaged, optimizer, schedule)

    def state(self) -> dict[str, object]:
        return {part.name: getattr(self, part.name).state_dict() for part in dataclasses.fields(self)}

    def resume(self, path: Path, about: State) -> list[Row]:
        """Take over a checkpoint; return the curve so far, empty if there is none."""
        saved = read_checkpoint(path, about)
        if saved is None:
            return []
        for part in dataclasses.fields(self):
            getattr(self, part.name).load_state_dict(saved[part.name])
        return list(saved["curve"])

    def save(self, path: Path, about: State, curve: Sequence[Row]) -> None:
        """Write a checkpoint; the previous one stays until the new one is complete."""
        write_checkpoint(path, {**self.state(), "run": dict(about), "curve": list(curve)})


def train_member(
    recordings: Sequence[MarkedRecording],
    synthetic: Sequence[MarkedRecording],
    member: int,
    recipe: WaveRecipe,
    out: Path,
) -> WaveNet:
    """Train one member on `recordings` (its fold already left out) and return it with averaged weights.

    Parameters
    ----------
    out : Path
        Folder for ``checkpoint.pt`` and ``curve.jsonl``.

    Raises
    ------
    InvalidInput
        When `out` holds a checkpoint of another recipe, another member or other recordings.
    ModelError
        When a checkpoint is damaged, or cannot be written (disk full); the one before it stays.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed * 1000 + member)
    out.mkdir(parents=True, exist_ok=True)
    run = _Run.start(recipe)
    run.net.train()
    losses: list[float] = []
    about = {
        "recipe": dataclasses.asdict(recipe),
        "member": member,
        "recordings": digest(recording.name for recording in recordings),
    }
    curve = run.resume(out / CHECKPOINT, about)
    write_curve_lines(out, curve)  # a kill may have come between the checkpoint and its lines
    done, name = int(curve[-1]["step"]) if curve else 0, f"member {member}"
    for step in tqdm(range(done, recipe.steps), desc=name, initial=done, total=recipe.steps, disable=None):
        rng = np.random.default_rng((recipe.seed, member, step))
        sources = draw_sources(recordings, synthetic, recipe, rng)
        batch = make_batch(sources, recipe.crop_samples, rng, operated)
        loss = wave_loss(run.net, batch)
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(run.net.parameters(), 1.0)
        run.optimizer.step()
        run.schedule.step()
        run.averaged.update_parameters(run.net)
        losses.append(float(loss.detach()))
        if (step + 1) % KEEP_EVERY == 0 or step + 1 == recipe.steps:
            curve.append({"step": step + 1, "loss": round(float(np.mean(losses)), 5)})
            run.save(out / CHECKPOINT, about, curve)
            write_curve_lines(out, curve)
            losses.clear()
    result = run.averaged.module
    assert isinstance(result, WaveNet)
    return result.eval()


def draw_sources(
    recordings: Sequence[MarkedRecording],
    synthetic: Sequence[MarkedRecording],
    recipe: WaveRecipe,
    rng: np.random.Generator,
) -> list[MarkedRecording]:
    """Draw the recordings of one batch."""
    made = rng.random(recipe.batch) < recipe.synthetic_share
    pools = [synthetic if own else recordings for own in made]
    return [pool[int(rng.integers(len(pool)))] for pool in pools]


def wave_loss(net: WaveNet, batch: Batch) -> Tensor:
    """Binary cross-entropy of both outputs over the samples that are known."""
    per_lead, overall = net(torch.from_numpy(batch.inputs))
    return _masked(per_lead, batch.lead_target, batch.lead_weight) + _masked(
        overall, batch.overall_target, batch.overall_weight
    )


def _masked(logits: Tensor, target: Floats32, weight: Floats32) -> Tensor:
    known = torch.from_numpy(weight)
    each = nn.functional.binary_cross_entropy_with_logits(logits, torch.from_numpy(target), reduction="none")
    mean: Tensor = (each * known).sum() / known.sum().clamp_min(1.0)
    return mean
