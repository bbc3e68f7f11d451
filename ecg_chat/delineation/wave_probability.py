"""Runs the wave network over a recording of any length, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ecg_chat.delineation.types import Bools, Floats
from ecg_chat.delineation.wave_input import NETWORK_HZ, network_input, typical_size_mv
from ecg_chat.delineation.wave_model import WaveModel, load_wave_model
from ecg_chat.delineation.wave_net import WAVES

PIECE_S = 20.0
MARGIN_S = 3.0  # on both sides of a piece: what lies farther away hardly reaches a sample
Floats32 = NDArray[np.float32]
Progress = Callable[[float], None]
"""Called with the share that is done, 0 to 1."""


@dataclass(frozen=True, eq=False)
class WaveProbabilities:
    """Probability that a sample (250 Hz) lies within P, QRS, T.

    ``per_lead`` has shape (leads, 3, samples), 0 for leads that were left out; ``overall`` has shape (3, samples).
    """

    per_lead: Floats32
    overall: Floats32


def pieces(n: int) -> Iterator[tuple[int, int, int, int]]:
    """Cut n samples into pieces: (first and last + 1 of what is kept, first and last + 1 of what is fed in)."""
    length, margin = round(PIECE_S * NETWORK_HZ), round(MARGIN_S * NETWORK_HZ)
    count = max(1, -(-n // length))
    for k in range(count):
        first, last = k * n // count, (k + 1) * n // count
        yield first, last, max(0, first - margin), min(n, last + margin)


def wave_probabilities(
    signal_mv: Floats,
    chosen: Bools,
    *,
    members: Sequence[int] | None = None,
    model: WaveModel | None = None,
    progress: Progress | None = None,
) -> WaveProbabilities:
    """Run the ensemble.

    Parameters
    ----------
    signal_mv : ndarray, shape (leads, samples)
        At 250 Hz, without wander and hum.
    chosen : ndarray of bool, shape (leads,)
        Leads that take part; at least one.
    members : sequence of int, optional
        Members of the ensemble to use; all of them by default. The mean of their probabilities is returned.
    progress : callable, optional
        Called after each piece of about 20 s.

    Raises
    ------
    ValueError
        If no lead is chosen.
    """
    if not chosen.any():
        raise ValueError("no lead is chosen, expected at least one")
    model = model or load_wave_model()
    nets = [model.members[k] for k in (members if members is not None else range(len(model.members)))]
    leads, n = signal_mv.shape
    size_mv = typical_size_mv(signal_mv[chosen])
    per_lead = np.zeros((leads, len(WAVES), n), np.float32)
    overall = np.zeros((len(WAVES), n), np.float32)
    for first, last, start, stop in pieces(n):
        part = network_input(signal_mv[chosen, start:stop], size_mv)
        own, together = _mean_of(nets, part, model.multiple)
        keep = slice(first - start, last - start)
        per_lead[chosen, :, first:last] = own[..., keep]
        overall[:, first:last] = together[:, keep]
        if progress is not None:
            progress(last / n)
    return WaveProbabilities(per_lead, overall)


def _mean_of(nets: Sequence[torch.nn.Module], part: Floats32, multiple: int) -> tuple[Floats32, Floats32]:
    n = part.shape[-1]
    padded = np.pad(part, ((0, 0), (0, 0), (0, -n % multiple)), mode="edge")
    with torch.inference_mode():
        x = torch.from_numpy(padded)[None]
        outputs = [net(x) for net in nets]
        own = torch.stack([torch.sigmoid(lead) for lead, _ in outputs]).mean(dim=0)
        together = torch.stack([torch.sigmoid(overall) for _, overall in outputs]).mean(dim=0)
    return own[0, ..., :n].numpy(), together[0, :, :n].numpy()
