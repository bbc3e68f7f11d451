"""Trains the wave network: one member per fold of the records, each blind to its own fold.

Resumable: every 100 steps the whole state is written to ``checkpoint.pt`` (to a temporary name first), and the crops of
a step depend on ``(seed, member, step)`` alone, so that a resumed run sees what it would have seen.
"""

from __future__ import annotations

import dataclasses
import json
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
from ecg_chat.training.wave_crops import Batch, Floats32, MarkedRecording, make_batch

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

    def resume(self, path: Path) -> int:
        """Take over a checkpoint; return the steps done, 0 if there is none."""
        if not path.is_file():
            return 0
        saved = torch.load(path, weights_only=True)
        for part in dataclasses.fields(self):
            getattr(self, part.name).load_state_dict(saved[part.name])
        return int(saved["step"])

    def save(self, path: Path, step: int) -> None:
        """Write a checkpoint; the previous one stays until the new one is complete."""
        temporary = path.with_suffix(".new")
        torch.save(self.state() | {"step": step}, temporary)
        temporary.replace(path)


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
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed * 1000 + member)
    out.mkdir(parents=True, exist_ok=True)
    run = _Run.start(recipe)
    run.net.train()
    losses: list[float] = []
    done = run.resume(out / "checkpoint.pt")
    name = f"member {member}"
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
            run.save(out / "checkpoint.pt", step + 1)
            with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": step + 1, "loss": round(float(np.mean(losses)), 5)}) + "\n")
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
