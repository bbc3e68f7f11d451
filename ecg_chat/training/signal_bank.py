"""What the encoder says about each training ECG, in several augmented views.

The decoder must not learn to trust the encoder more than it deserves on unseen records, so a view is a few random
crops with changed amplitude, noise, wander and sometimes missing leads rather than the clean average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.multimodal import describe_signal
from ecg_chat.training.encoder_stage import EncoderRecipe, augment

CROPS_A_VIEW = 4


@dataclass(frozen=True)
class SignalBank:
    """Encoder outputs: ``features`` (views, records, n_features) and ``logits`` (views, records, n_logits)."""

    features: NDArray[np.float32]
    logits: NDArray[np.float32]


def make_bank(encoder: EcgEncoder, signals_uv: NDArray[np.int16], *, views: int = 2, seed: int = 0) -> SignalBank:
    """Run the encoder over `views` augmented views of each record.

    Parameters
    ----------
    encoder : EcgEncoder
    signals_uv : ndarray of int16, shape (records, 12, samples)
    views, seed : int
    """
    rng = np.random.default_rng((seed, 77))
    recipe = EncoderRecipe(lead_dropout=0.0)
    features, logits = [], []
    with torch.inference_mode():
        for _ in range(views):
            rows = [
                _view(encoder.eval(), record, recipe, rng) for record in tqdm(signals_uv, desc="encoding", leave=False)
            ]
            features.append(np.concatenate([f for f, _ in rows]))
            logits.append(np.concatenate([g for _, g in rows]))
    return SignalBank(np.stack(features), np.stack(logits))


def _view(
    encoder: EcgEncoder, record_uv: NDArray[np.int16], recipe: EncoderRecipe, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    crops, presence = augment(np.repeat(record_uv[None], CROPS_A_VIEW, axis=0), rng, recipe)
    mask = presence[0]
    if rng.random() < recipe.view_lead_dropout:
        mask = np.ones_like(mask)
        mask[rng.permutation(len(mask))[: rng.integers(1, 8)]] = 0
        crops = crops * mask[:, None]
    described = describe_signal(encoder, torch.from_numpy(crops), torch.from_numpy(mask))
    return described[0].numpy(), described[1].numpy()
