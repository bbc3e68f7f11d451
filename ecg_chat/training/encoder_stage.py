"""Stage 1: train the ECG encoder on the diagnostic superclasses and all 71 codes.

Resumable: after every epoch the whole state is written to ``checkpoint.pt`` (to a temporary name first, so that a full
disk or a kill leaves the previous one), and every epoch draws its randomness from ``(seed, epoch)``, so that a resumed
run follows the curve it would have followed.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from ecg_chat.datasets.ptbxl import SUPERCLASSES, Labels
from ecg_chat.evaluation.metrics import macro_auc
from ecg_chat.network.encoder import EcgEncoder, EncoderConfig
from ecg_chat.network.prediction import centre, predict
from ecg_chat.network.preprocess import PreprocessConfig


@dataclass(frozen=True)
class EncoderRecipe:
    """What stage 1 was run with."""

    epochs: int = 40
    batch: int = 64
    max_lr: float = 3e-3
    weight_decay: float = 0.02
    lead_dropout: float = 0.35
    """Chance that a record loses leads; how many (1-11) is drawn evenly."""
    view_lead_dropout: float = 0.1
    """The same for the views that the decoder is trained on (1-7 leads)."""
    noise_mv: float = 0.02
    """Standard deviation of the noise that is added, drawn between 0 and this."""
    wander_mv: float = 0.2
    """Amplitude of added baseline wander, drawn between 0 and this."""
    scale: float = 0.2
    """Amplitudes are scaled by 1 ± this."""
    ema: float = 0.999
    """Decay of the averaged weights that are kept."""
    seed: int = 0
    threads: int = 2


@dataclass(frozen=True)
class LabelledSignals:
    """Signals in microvolts, int16 (records, 12, samples) at 100 Hz, and their labels."""

    signals_uv: NDArray[np.int16]
    labels: Labels


@dataclass(frozen=True)
class _Run:
    """Everything that changes while training; written to the checkpoint together."""

    model: EcgEncoder
    averaged: AveragedModel
    optimizer: torch.optim.Optimizer
    schedule: OneCycleLR

    @classmethod
    def start(cls, codes: tuple[str, ...], recipe: EncoderRecipe, n_records: int) -> _Run:
        model = EcgEncoder(EncoderConfig(), SUPERCLASSES, codes)
        decay = get_ema_multi_avg_fn(recipe.ema)  # type: ignore[no-untyped-call]
        averaged = AveragedModel(model, multi_avg_fn=decay, use_buffers=True)
        optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.max_lr, weight_decay=recipe.weight_decay)
        steps = -(-n_records // recipe.batch)
        schedule = OneCycleLR(optimizer, recipe.max_lr, total_steps=steps * recipe.epochs, pct_start=0.2)
        return cls(model, averaged, optimizer, schedule)

    def resume(self, path: Path) -> int:
        """Take over a checkpoint; return the epochs done, 0 if there is none."""
        if not path.is_file():
            return 0
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        # Only the position is taken over: a recipe with fewer epochs anneals from here.
        self.schedule.last_epoch = state["schedule"]["last_epoch"]
        return int(state["epoch"])

    def save(self, path: Path, epoch: int) -> None:
        """Write a checkpoint; the previous one stays until the new one is complete."""
        temporary = path.with_suffix(".new")
        state = {
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "epoch": epoch,
        }
        torch.save(state, temporary)
        temporary.replace(path)


def train_encoder(
    train: LabelledSignals, valid: LabelledSignals, codes: tuple[str, ...], recipe: EncoderRecipe, out: Path
) -> EcgEncoder:
    """Train and return the encoder with averaged weights.

    Parameters
    ----------
    train, valid : LabelledSignals
        The second is looked at after each epoch and never trained on.
    codes : tuple of str
        Names of the label columns.
    recipe : EncoderRecipe
    out : Path
        Folder for ``checkpoint.pt``, ``curve.jsonl`` and ``recipe.json``.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1) + "\n", encoding="utf-8")
    run = _Run.start(codes, recipe, len(train.signals_uv))
    for epoch in range(run.resume(out / "checkpoint.pt"), recipe.epochs):
        loss = _epoch(run, train, recipe, epoch)
        run.save(out / "checkpoint.pt", epoch + 1)
        row = {"epoch": epoch + 1, "loss": round(loss, 5), **validate(run.averaged.module, valid)}
        with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        tqdm.write(json.dumps(row))
    result = run.averaged.module
    assert isinstance(result, EcgEncoder)
    return result.eval()


def validate(model: nn.Module, valid: LabelledSignals) -> dict[str, float]:
    """Macro AUC on records, averaged over the crops of each."""
    superclass, codes, _ = predict(model, valid.signals_uv)
    labels, known = valid.labels, valid.labels.has_superclass
    return {
        "auc_superclass": round(macro_auc(labels.superclasses[known], superclass[known]), 5),
        "auc_codes": round(macro_auc(labels.codes, codes), 5),
    }


def _epoch(run: _Run, train: LabelledSignals, recipe: EncoderRecipe, epoch: int) -> float:
    run.model.train()
    rng = np.random.default_rng((recipe.seed, epoch))
    torch.manual_seed(recipe.seed * 1000 + epoch)
    order = rng.permutation(len(train.signals_uv))
    total = 0.0
    for start in tqdm(range(0, len(order), recipe.batch), desc=f"epoch {epoch + 1}", leave=False):
        rows = np.sort(order[start : start + recipe.batch])
        signal, presence = augment(train.signals_uv[rows], rng, recipe)
        with torch.autocast("cpu", torch.bfloat16):
            superclass, codes = run.model(torch.from_numpy(signal), torch.from_numpy(presence))
        loss = _loss(superclass.float(), codes.float(), train.labels, rows)
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
        run.optimizer.step()
        run.schedule.step()
        run.averaged.update_parameters(run.model)
        total += float(loss.detach()) * len(rows)
    return total / len(order)


def _loss(superclass: Tensor, codes: Tensor, labels: Labels, rows: NDArray[np.int64]) -> Tensor:
    """Binary cross-entropy of both heads; a record without any superclass does not count for the first."""
    bce = nn.BCEWithLogitsLoss(reduction="none")
    known = torch.from_numpy(labels.has_superclass[rows]).float()[:, None]
    first = (bce(superclass, torch.from_numpy(labels.superclasses[rows])) * known).mean()
    loss: Tensor = first + 3 * bce(codes, torch.from_numpy(labels.codes[rows])).mean()
    return loss


def augment(
    records_uv: NDArray[np.int16], rng: np.random.Generator, recipe: EncoderRecipe
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cut a random crop of each record and change it the way recordings differ.

    Returns
    -------
    signal_mv : ndarray of float32, shape (records, 12, crop samples)
    presence : ndarray of float32, shape (records, 12)
    """
    config = PreprocessConfig()
    size = round(config.crop_s * config.fs_hz)
    n, n_leads, length = records_uv.shape
    signal = np.empty((n, n_leads, size), np.float32)
    presence = np.ones((n, n_leads), np.float32)
    time_s = np.arange(size, dtype=np.float32) / config.fs_hz
    for k in range(n):
        start = rng.integers(0, length - size + 1)
        crop = centre(records_uv[k])[:, start : start + size] * (1 + recipe.scale * rng.uniform(-1, 1))
        wander = np.sin(2 * np.pi * (rng.uniform(0.1, 0.5) * time_s + rng.uniform()), dtype=np.float32)
        crop = crop + rng.uniform(0, recipe.wander_mv) * rng.uniform(-1, 1, (n_leads, 1)) * wander
        signal[k] = crop + rng.uniform(0, recipe.noise_mv) * rng.standard_normal(crop.shape, dtype=np.float32)
        if rng.random() < recipe.lead_dropout:
            presence[k, rng.permutation(n_leads)[: rng.integers(1, n_leads)]] = 0
    return signal * presence[:, :, None], presence
