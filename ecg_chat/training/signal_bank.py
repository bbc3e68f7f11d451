"""What the encoder says about each training ECG, in several augmented views.

The decoder must not learn to trust the encoder more than it deserves on unseen records, so a view is a few random
crops with changed amplitude, noise, wander and sometimes missing leads rather than the clean average.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.training.encoder_stage import EncoderRecipe, augment

CROPS_A_VIEW = 4
BATCH = 32


@dataclass(frozen=True)
class SignalBank:
    """Encoder outputs: ``features`` (views, records, n_features) and ``logits`` (views, records, n_logits)."""

    features: NDArray[np.float32]
    logits: NDArray[np.float32]


def load_or_make_bank(path: Path, encoder: EcgEncoder, signals_uv: NDArray[np.int16], *, seed: int = 0) -> SignalBank:
    """Return the bank of an earlier run if it has as many records, else make it and keep it at `path`."""
    if path.is_file():
        with np.load(path) as stored:
            if stored["features"].shape[1] == len(signals_uv):
                return SignalBank(stored["features"], stored["logits"])
    bank = make_bank(encoder, signals_uv, seed=seed)
    np.savez(path, features=bank.features, logits=bank.logits)
    return bank


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
    encoder.eval()
    features, logits = [], []
    for view in range(views):
        parts = [
            _encode(encoder, signals_uv[start : start + BATCH], recipe, rng)
            for start in tqdm(range(0, len(signals_uv), BATCH), desc=f"encoding, view {view + 1}", leave=False)
        ]
        features.append(np.concatenate([f for f, _ in parts]))
        logits.append(np.concatenate([g for _, g in parts]))
    return SignalBank(np.stack(features), np.stack(logits))


def _encode(
    encoder: EcgEncoder, records_uv: NDArray[np.int16], recipe: EncoderRecipe, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One view of a batch of records: features and logits averaged over its crops, as `describe_signal` does."""
    n = len(records_uv)
    crops, mask = augment(np.repeat(records_uv, CROPS_A_VIEW, axis=0), rng, recipe)
    for k in np.flatnonzero(rng.random(n) < recipe.view_lead_dropout):
        absent = rng.permutation(mask.shape[1])[: rng.integers(1, 8)]
        rows = slice(k * CROPS_A_VIEW, (k + 1) * CROPS_A_VIEW)
        mask[rows, absent] = 0
    with torch.inference_mode():
        features = encoder.features(torch.from_numpy(crops * mask[:, :, None]), torch.from_numpy(mask))
        probabilities = torch.sigmoid(torch.cat(encoder.heads(features), dim=1)).view(n, CROPS_A_VIEW, -1).mean(1)
        return features.view(n, CROPS_A_VIEW, -1).mean(1).numpy(), torch.logit(probabilities, eps=1e-4).numpy()
