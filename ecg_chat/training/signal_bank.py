"""What the encoders say about the ECGs that dialogue is made about, in several views.

Each ECG is described by the one encoder that was not trained on it: the decoder must not learn to trust the encoders
more than they deserve on unseen records. The first view is the recording as it is; the others are changed as in stage
1, sometimes with leads missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from ecg_chat.datasets.whole_file import write_whole
from ecg_chat.errors import InvalidInput
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.prediction import centre
from ecg_chat.training.augmentation import Augmentation, augment
from ecg_chat.training.precision import fast_precision
from ecg_chat.training.stage_files import digest, read_arrays

BATCH = 32
VIEWS = 3
AUGMENTATION = Augmentation(lead_dropout=0.15)


@dataclass(frozen=True)
class SignalBank:
    """Logits of superclasses, codes and attributes, shape (views, records, n_logits), and the rows they are of."""

    logits: NDArray[np.float32]
    rows: NDArray[np.int64]


def load_or_make_bank(
    path: Path,
    encoders: Sequence[EcgEncoder],
    held_out: Sequence[Sequence[int]],
    signals_uv: NDArray[np.int16],
    *,
    seed: int = 0,
) -> SignalBank:
    """Return the bank of an earlier run if it is of the same records and encoders, else make it and keep it at `path`.

    Parameters
    ----------
    path : Path
    encoders : sequence of EcgEncoder
        In eval mode.
    held_out : sequence of sequence of int
        For each encoder the rows of `signals_uv` that it was not trained on and is to describe.
    signals_uv : ndarray of int16, shape (records, 12, samples)
    seed : int

    Raises
    ------
    InvalidInput
        When there is no record to describe, or the file is damaged.
    """
    rows = np.concatenate([np.asarray(part, np.int64) for part in held_out])
    if not rows.size:
        raise InvalidInput("no record is both measured and unseen by an encoder; run `train measure` with more records")
    values = [value.numpy() for encoder in encoders for value in encoder.state_dict().values()]
    made_with = digest([str(seed), *values])
    if path.is_file():
        stored = read_arrays(path)
        if np.array_equal(stored["rows"], rows) and str(stored.get("made_with")) == made_with:
            return SignalBank(stored["logits"], rows)
    parts = [
        make_bank(encoder, signals_uv[np.asarray(part, np.int64)], seed=seed + k)
        for k, (encoder, part) in enumerate(zip(encoders, held_out, strict=True))
        if len(part)
    ]
    logits = np.concatenate(parts, axis=1)
    write_whole(path, lambda file: np.savez(file, logits=logits, rows=rows, made_with=made_with))
    return SignalBank(logits, rows)


def make_bank(encoder: EcgEncoder, signals_uv: NDArray[np.int16], *, seed: int = 0) -> NDArray[np.float32]:
    """Return the logits of each view of each record, shape (views, records, n_logits)."""
    rng = np.random.default_rng((seed, 77))
    views = []
    for view in range(VIEWS):
        bar = tqdm(range(0, len(signals_uv), BATCH), desc=f"encoding, view {view + 1}", leave=False)
        views.append(np.concatenate([_encode(encoder, signals_uv[k : k + BATCH], rng, changed=view > 0) for k in bar]))
    return np.stack(views)


def _encode(
    encoder: EcgEncoder, records_uv: NDArray[np.int16], rng: np.random.Generator, *, changed: bool
) -> NDArray[np.float32]:
    """Logits of whole records, as `describe_signal` gives them."""
    if changed:
        signal, presence = augment(records_uv, rng, AUGMENTATION, crop_s=records_uv.shape[2] / 100.0)
    else:
        signal = np.stack([centre(record) for record in records_uv])
        presence = np.ones(records_uv.shape[:2], np.float32)
    with torch.inference_mode(), fast_precision():
        _, probabilities = encoder.probabilities(torch.from_numpy(signal), torch.from_numpy(presence))
        return torch.logit(probabilities.float(), eps=1e-4).numpy()
