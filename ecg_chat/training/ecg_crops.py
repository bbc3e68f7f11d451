"""Random crops of cached records, with leads left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ecg_chat.network.prediction import centre
from ecg_chat.network.preprocess import PreprocessConfig


def draw_crops(
    records_uv: NDArray[np.int16],
    rows: Sequence[int],
    omitted: Sequence[Collection[str]],
    n_crops: int,
    seeds: Sequence[tuple[int, ...]],
    config: PreprocessConfig,
) -> tuple[Tensor, Tensor]:
    """Cut `n_crops` random crops of each record.

    Parameters
    ----------
    records_uv : ndarray of int16, shape (records, 12, samples)
        Microvolts at 100 Hz, in the order of `PreprocessConfig.leads`; may be a memory map.
    rows : sequence of int
        Which records.
    omitted : sequence of collections of str
        Leads that the encoder must not see, one collection a row.
    n_crops : int
    seeds : sequence of tuples of int
        One a row, so that a record's crops do not depend on what else is in the batch.
    config : PreprocessConfig
        How long crops are; where records are not longer, each is taken once as it is.

    Returns
    -------
    crops_mv : Tensor of float32, shape (rows, n_crops, 12, samples of a crop)
        Zero in omitted leads.
    presence : Tensor of float32, shape (rows, 12)
    """
    length = records_uv.shape[2]
    size = min(round(config.crop_s * config.fs_hz), length)
    n_crops = n_crops if size < length else 1
    presence = np.array([[lead not in leads for lead in config.leads] for leads in omitted], np.float32)
    crops = np.empty((len(rows), n_crops, len(config.leads), size), np.float32)
    for k, (row, seed) in enumerate(zip(rows, seeds, strict=True)):
        rng = np.random.default_rng(seed)
        record_mv = centre(np.asarray(records_uv[row])) * presence[k][:, None]
        for n, start in enumerate(rng.integers(0, record_mv.shape[1] - size + 1, n_crops)):
            crops[k, n] = record_mv[:, start : start + size]
    return torch.from_numpy(crops), torch.from_numpy(presence)
