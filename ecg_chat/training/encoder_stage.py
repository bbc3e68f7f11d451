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
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
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


def train_encoder(
    signals_uv: NDArray[np.int16],
    labels: Labels,
    valid_uv: NDArray[np.int16],
    valid_labels: Labels,
    codes: tuple[str, ...],
    recipe: EncoderRecipe,
    out: Path,
) -> EcgEncoder:
    """Train and return the encoder with averaged weights.

    Parameters
    ----------
    signals_uv, valid_uv : ndarray of int16, shape (records, 12, samples)
        Microvolts at the rate of the default `PreprocessConfig`.
    labels, valid_labels : Labels
    codes : tuple of str
        Names of the label columns.
    recipe : EncoderRecipe
    out : Path
        Folder for ``checkpoint.pt`` and ``curve.jsonl``.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1) + "\n", encoding="utf-8")
    model = EcgEncoder(EncoderConfig(), SUPERCLASSES, codes)
    averaged = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.ema), use_buffers=True
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.max_lr, weight_decay=recipe.weight_decay)
    steps = -(-len(signals_uv) // recipe.batch)
    schedule = OneCycleLR(optimizer, recipe.max_lr, total_steps=steps * recipe.epochs, pct_start=0.2)
    first = _resume(out / "checkpoint.pt", model, averaged, optimizer, schedule)
    for epoch in range(first, recipe.epochs):
        loss = _epoch(model, averaged, optimizer, schedule, signals_uv, labels, recipe, epoch)
        _save(out / "checkpoint.pt", model, averaged, optimizer, schedule, epoch + 1)
        row = {"epoch": epoch + 1, "loss": round(loss, 5), **validate(averaged.module, valid_uv, valid_labels)}
        with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        tqdm.write(json.dumps(row))
    result: EcgEncoder = averaged.module
    return result.eval()


def validate(model: nn.Module, signals_uv: NDArray[np.int16], labels: Labels) -> dict[str, float]:
    """Macro AUC on records, averaged over the crops of each."""
    superclass, codes, _ = predict(model, signals_uv)
    ok = labels.has_superclass
    return {
        "auc_superclass": round(macro_auc(labels.superclasses[ok], superclass[ok]), 5),
        "auc_codes": round(macro_auc(labels.codes, codes), 5),
    }


def _epoch(
    model: EcgEncoder,
    averaged: torch.optim.swa_utils.AveragedModel,
    optimizer: torch.optim.Optimizer,
    schedule: OneCycleLR,
    signals_uv: NDArray[np.int16],
    labels: Labels,
    recipe: EncoderRecipe,
    epoch: int,
) -> float:
    model.train()
    rng = np.random.default_rng((recipe.seed, epoch))
    torch.manual_seed(recipe.seed * 1000 + epoch)
    order = rng.permutation(len(signals_uv))
    bce = nn.BCEWithLogitsLoss(reduction="none")
    total = 0.0
    for start in tqdm(range(0, len(order), recipe.batch), desc=f"epoch {epoch + 1}", leave=False):
        rows = np.sort(order[start : start + recipe.batch])
        signal, presence = augment(signals_uv[rows], rng, recipe)
        targets = torch.from_numpy(labels.superclasses[rows]), torch.from_numpy(labels.codes[rows])
        known = torch.from_numpy(labels.has_superclass[rows]).float()[:, None]
        with torch.autocast("cpu", torch.bfloat16):
            superclass, codes = model(torch.from_numpy(signal), torch.from_numpy(presence))
        loss = (bce(superclass.float(), targets[0]) * known).mean() + 3 * bce(codes.float(), targets[1]).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        averaged.update_parameters(model)
        total += float(loss.detach()) * len(rows)
    return total / len(order)


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


def _resume(
    path: Path,
    model: nn.Module,
    averaged: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: OneCycleLR,
) -> int:
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    averaged.load_state_dict(state["averaged"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.last_epoch = state["schedule"]["last_epoch"]  # only the position: a shorter recipe anneals from here
    return int(state["epoch"])


def _save(
    path: Path,
    model: nn.Module,
    averaged: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: OneCycleLR,
    epoch: int,
) -> None:
    temporary = path.with_suffix(".new")
    state = {"model": model.state_dict(), "averaged": averaged.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**state, "schedule": schedule.state_dict(), "epoch": epoch}, temporary)
    temporary.replace(path)
