"""Stage 1: train the ECG encoders on the diagnostic superclasses, all 71 codes, and what readers noted beside them.

Several members are trained, each without a part of the training records. For those records a member's word is as good
as for new ones, which the language model needs: it must not learn to trust probabilities that were fitted. Members that
see everything may follow; they only answer.

Resumable: after every epoch the whole state is written to ``checkpoint.pt`` (to a temporary name first, so that a full
disk or a kill leaves the previous one), and every epoch draws its randomness from ``(seed, epoch)``, so that a resumed
run follows the curve it would have followed. A run does not go on with another recipe, nor for more epochs: the
learning rate of each step depends on how many there are.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.datasets.ptbxl_attributes import attribute_matrix, attribute_names
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES, Labels, label_matrix
from ecg_chat.evaluation.metrics import macro_auc
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.prediction import predict
from ecg_chat.network.state_space import StateSpaceKernel
from ecg_chat.training.augmentation import augment
from ecg_chat.training.curve_picture import show_curve
from ecg_chat.training.device import usable_device
from ecg_chat.training.encoder_recipe import KERNEL_LR, PREPROCESS, EncoderRecipe
from ecg_chat.training.precision import fast_precision
from ecg_chat.training.run_checkpoint import State, read_checkpoint, write_checkpoint
from ecg_chat.training.stage_files import Row, RunRecord, digest, write_recipe_file


@dataclass(frozen=True)
class LabelledSignals:
    """Signals in microvolts, int16 (records, 12, samples) at 100 Hz, with their labels and attributes."""

    signals_uv: NDArray[np.int16]
    labels: Labels
    attributes: NDArray[np.float32]
    has_attributes: NDArray[np.bool_]

    @classmethod
    def of(
        cls, records: Sequence[Record], signals_uv: NDArray[np.int16], table: dict[str, dict[str, str]]
    ) -> LabelledSignals:
        """Put labels to signals of the same records."""
        return cls(signals_uv, label_matrix(records, table), *attribute_matrix(records))

    def part(self, rows: NDArray[np.int64]) -> LabelledSignals:
        """Return some of the records."""
        labels = Labels(*(getattr(self.labels, f.name)[rows] for f in dataclasses.fields(Labels)))
        return LabelledSignals(self.signals_uv[rows], labels, self.attributes[rows], self.has_attributes[rows])

    def digest(self) -> str:
        """Return what a run on these records is recognised by."""
        labels = (getattr(self.labels, f.name) for f in dataclasses.fields(Labels))
        return digest((self.signals_uv, *labels, self.attributes, self.has_attributes))


@dataclass(frozen=True)
class _Batch:
    """What one step trains on; the ``has_`` columns are 0 where nothing is known."""

    signal_mv: Tensor
    presence: Tensor
    superclasses: Tensor
    has_superclass: Tensor
    codes: Tensor
    attributes: Tensor
    has_attributes: Tensor

    @classmethod
    def of(cls, signal_mv: NDArray[np.float32], presence: NDArray[np.float32], truth: LabelledSignals) -> _Batch:
        labels = truth.labels
        known = labels.has_superclass.astype(np.float32)[:, None]
        noted = truth.has_attributes.astype(np.float32)[:, None]
        arrays = (signal_mv, presence, labels.superclasses, known, labels.codes, truth.attributes, noted)
        return cls(*(torch.from_numpy(array) for array in arrays))

    def to(self, device: torch.device) -> _Batch:
        """Return the batch on another device."""
        return _Batch(*(getattr(self, field.name).to(device) for field in dataclasses.fields(self)))

    def blended(self, rng: np.random.Generator, alpha: float) -> _Batch:
        """Blend each crop with another: signals and labels by shares; leads are there where either has them."""
        other = torch.from_numpy(rng.permutation(len(self.signal_mv)))
        own = torch.from_numpy(rng.beta(alpha, alpha, len(other)).astype(np.float32))[:, None]
        own = torch.maximum(own, 1 - own)

        def mixed(values: Tensor) -> Tensor:
            share = own.view(-1, *[1] * (values.ndim - 1))
            return share * values + (1 - share) * values[other]

        return _Batch(
            mixed(self.signal_mv),
            torch.maximum(self.presence, self.presence[other]),
            mixed(self.superclasses),
            self.has_superclass * self.has_superclass[other],
            mixed(self.codes),
            mixed(self.attributes),
            self.has_attributes * self.has_attributes[other],
        )


@dataclass(frozen=True)
class _Run:
    """Everything that changes while training; written to the checkpoint together."""

    model: EcgEncoder
    averaged: AveragedModel
    optimizer: torch.optim.Optimizer
    schedule: OneCycleLR

    @classmethod
    def start(cls, codes: tuple[str, ...], recipe: EncoderRecipe, n_records: int, device: torch.device) -> _Run:
        model = new_encoder(recipe.shape, SUPERCLASSES, codes, attribute_names()).to(device)
        decay = get_ema_multi_avg_fn(recipe.ema)  # type: ignore[no-untyped-call]
        averaged = AveragedModel(model, multi_avg_fn=decay, use_buffers=True)
        groups = _parameter_groups(model, recipe)
        optimizer = torch.optim.AdamW(groups, lr=recipe.max_lr, weight_decay=recipe.weight_decay)
        steps = -(-n_records // recipe.batch)
        highest = [group["lr"] for group in groups]
        schedule = OneCycleLR(optimizer, highest, total_steps=steps * recipe.epochs, pct_start=0.2)
        return cls(model, averaged, optimizer, schedule)

    def resume(self, path: Path, about: State) -> list[Row]:
        """Take over a checkpoint of the same run; return the rows of the epochs done, none without one."""
        state = read_checkpoint(path, about)
        if state is None:
            return []
        for part in dataclasses.fields(self):
            getattr(self, part.name).load_state_dict(state[part.name])
        return list(state["curve"])

    def save(self, path: Path, about: State, curve: Sequence[Row]) -> None:
        """Write a checkpoint; the previous one stays until the new one is complete."""
        parts = {part.name: getattr(self, part.name).state_dict() for part in dataclasses.fields(self)}
        write_checkpoint(path, {**parts, "run": dict(about), "curve": list(curve)})


def train_encoder(
    train: LabelledSignals,
    valid: LabelledSignals,
    codes: tuple[str, ...],
    recipe: EncoderRecipe,
    out: Path,
    device: str = "cpu",
) -> EcgEncoder:
    """Train one member and return it with averaged weights.

    Parameters
    ----------
    train, valid : LabelledSignals
        The second is looked at after each epoch and never trained on.
    codes : tuple of str
        Names of the label columns.
    recipe : EncoderRecipe
        Its seed is the member's.
    out : Path
        Folder for ``checkpoint.pt``, ``curve.jsonl``, ``recipe.json`` and ``run.json``.
    device : str
        "cpu" or "cuda"; a run may go on on another one.

    Raises
    ------
    InvalidInput
        When the folder holds a run with another recipe, more or fewer epochs, or other records.
    ModelError
        When CUDA is asked for and absent, a checkpoint is damaged, or the disk is full.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    run = _Run.start(codes, recipe, len(train.signals_uv), usable_device(device))
    about = {**dataclasses.asdict(recipe), "codes": codes, "training data": train.digest(), "fold 9": valid.digest()}
    curve = run.resume(out / "checkpoint.pt", about)  # refuses another run before anything of it is overwritten
    out.mkdir(parents=True, exist_ok=True)
    write_recipe_file(out, dataclasses.asdict(recipe))
    _show(out, curve)
    record = RunRecord.start(out, resumed=bool(curve))
    for epoch in range(len(curve), recipe.epochs):
        loss = _epoch(run, train, recipe, epoch)
        curve.append({"epoch": epoch + 1, "loss": round(loss, 5), **validate(run.averaged.module, valid)})
        run.save(out / "checkpoint.pt", about, curve)
        _show(out, curve)
        record.keep()
        tqdm.write(json.dumps(curve[-1]))
    result = run.averaged.module
    assert isinstance(result, EcgEncoder)
    return result.cpu().eval()


def _show(out: Path, curve: Sequence[Row]) -> None:
    show_curve(out, curve, "Encoder, training loss", x="epoch", y="weighted cross-entropy")


def validate(model: nn.Module, valid: LabelledSignals) -> dict[str, float]:
    """Macro AUC on records, averaged over the crops of each."""
    with fast_precision(next(model.parameters()).device.type):
        superclass, codes, _ = predict(model, valid.signals_uv, config=PREPROCESS)
    labels, known = valid.labels, valid.labels.has_superclass
    return {
        "auc_superclass": round(macro_auc(labels.superclasses[known], superclass[known]), 5),
        "auc_codes": round(macro_auc(labels.codes, codes), 5),
    }


def _parameter_groups(model: EcgEncoder, recipe: EncoderRecipe) -> list[dict[str, Any]]:
    kernels = [module for module in model.modules() if isinstance(module, StateSpaceKernel)]
    slow = [parameter for kernel in kernels for parameter in kernel.parameters()]
    ids = {id(parameter) for parameter in slow}
    fast = [parameter for parameter in model.parameters() if id(parameter) not in ids]
    groups: list[dict[str, Any]] = [{"params": fast, "lr": recipe.max_lr}]
    if slow:
        groups.append({"params": slow, "lr": min(KERNEL_LR, recipe.max_lr), "weight_decay": 0.0})
    return groups


def _epoch(run: _Run, train: LabelledSignals, recipe: EncoderRecipe, epoch: int) -> float:
    run.model.train()
    rng = np.random.default_rng((recipe.seed, epoch))
    torch.manual_seed(recipe.seed * 1000 + epoch)
    order = rng.permutation(len(train.signals_uv))
    total = 0.0
    for start in tqdm(range(0, len(order), recipe.batch), desc=f"epoch {epoch + 1}", leave=False, mininterval=10):
        rows = np.sort(order[start : start + recipe.batch])
        signal, presence = augment(train.signals_uv[rows], rng, recipe.augmentation, float(rng.choice(recipe.crops_s)))
        batch = _Batch.of(signal, presence, train.part(rows))
        batch = batch.blended(rng, recipe.mixup) if recipe.mixup else batch
        loss = _loss(run.model, batch.to(next(run.model.parameters()).device), recipe)
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
        run.optimizer.step()
        run.schedule.step()
        run.averaged.update_parameters(run.model)
        total += float(loss.detach()) * len(rows)
    return total / len(order)


def _loss(model: EcgEncoder, batch: _Batch, recipe: EncoderRecipe) -> Tensor:
    """Binary cross-entropy of the heads; what nothing is known about does not count."""
    bce = nn.BCEWithLogitsLoss(reduction="none")
    with fast_precision(batch.signal_mv.device.type):
        features = model.features(batch.signal_mv, batch.presence)
        heads = (*model.heads(features), model.attribute_logits(features))
    superclass, codes, attributes = (logits.float() for logits in heads)
    first = (bce(superclass, batch.superclasses) * batch.has_superclass).mean()
    second = bce(codes, batch.codes).mean()
    third = (bce(attributes, batch.attributes) * batch.has_attributes).mean()
    loss: Tensor = first + recipe.code_weight * second + recipe.attribute_weight * third
    return loss
