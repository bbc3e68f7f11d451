"""The encoder over many cached records at once, for training and evaluation."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ecg_chat.network.preprocess import PreprocessConfig, crops


def predict(
    model: nn.Module,
    signals_uv: NDArray[np.int16],
    presence: NDArray[np.float32] | None = None,
    batch: int = 64,
    *,
    config: PreprocessConfig,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return superclass probabilities, code probabilities and features, each averaged over crops."""
    features, probabilities = probabilities_of(model, signals_uv, presence, batch, config=config)
    n, n_codes = len(model.superclasses), len(model.codes)  # type: ignore[arg-type]
    return probabilities[:, :n], probabilities[:, n : n + n_codes], features


def probabilities_of(
    model: nn.Module,
    signals_uv: NDArray[np.int16],
    presence: NDArray[np.float32] | None = None,
    batch: int = 64,
    *,
    config: PreprocessConfig,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return features, and probabilities of superclasses, codes and attributes, each averaged over crops."""
    model.eval()
    device = next(model.parameters()).device
    outs: list[tuple[Tensor, Tensor]] = []
    mask = np.ones(signals_uv.shape[1], np.float32) if presence is None else presence
    with torch.inference_mode():
        for start in range(0, len(signals_uv), batch):
            records = [crops(centre(r) * mask[:, None], config) for r in signals_uv[start : start + batch]]
            stacked = torch.from_numpy(np.concatenate(records)).to(device)
            counts = [len(r) for r in records]
            parts = model.probabilities(stacked, torch.from_numpy(mask).to(device).expand(len(stacked), -1))  # type: ignore[operator]
            outs.append(tuple(torch.stack([c.mean(0) for c in p.split(counts)]) for p in parts))  # type: ignore[arg-type]
    features, probabilities = (torch.cat([o[k] for o in outs]).float().cpu().numpy() for k in range(2))
    return features, probabilities


def centre(record_uv: NDArray[np.int16]) -> NDArray[np.float32]:
    """Microvolts to millivolts with median 0, as `ecg_chat.network.preprocess.prepare` does for files."""
    mv = record_uv.astype(np.float32) / 1000.0
    centred: NDArray[np.float32] = np.clip(mv - np.median(mv, axis=-1, keepdims=True), -10, 10).astype(np.float32)
    return centred
