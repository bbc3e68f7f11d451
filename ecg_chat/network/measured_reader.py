"""A second reader beside the ECG encoders: it infers findings from the measured values alone.

Encoders see two or five seconds of signal at a time and are weak where a finding is a matter of measuring, such as how
far RR intervals vary over the strip, a low voltage, or a long PR. Boosted trees on the measured values are strong
there and weak elsewhere; each label is given by a mean of both (of log odds), with a share of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ecg_chat.errors import ModelError
from ecg_chat.measurements.feature_vector import FEATURES, FEATURES_VERSION, feature_vector, is_complete
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.boosted_trees import BoostedTrees
from ecg_chat.network.config import MeasuredReaderConfig
from ecg_chat.network.multimodal import SMALLEST


class MeasuredReader(nn.Module):
    """Trees and their shares.

    Parameters
    ----------
    config : MeasuredReaderConfig
    labels : sequence of str
        Names of the logits.

    Raises
    ------
    ModelError
        When the trees ask for other values than this version measures.
    """

    def __init__(self, config: MeasuredReaderConfig, labels: Sequence[str]) -> None:
        super().__init__()
        if (problem := other_features(config.features, config.features_version)) is not None:
            raise ModelError(
                f"the trees of this model ask for other measured values than this version gives: {problem}; "
                "use the version of ecg_chat that the model was made with, or train its trees anew"
            )
        self.trees = BoostedTrees(config.n_trees, config.depth, len(labels))
        shares = torch.tensor([config.shares.get(name, 0.0) for name in labels])
        self.register_buffer("shares", shares, persistent=False)  # they stand in the config
        self.shares: Tensor

    def join(self, logits: Tensor, rows: Tensor) -> Tensor:
        """Return logits of which the trees have their share.

        Parameters
        ----------
        logits : Tensor, shape (n, labels)
            Of the encoders.
        rows : Tensor, shape (n, features)
            As `measured_row` gives them; a row of NaN alone leaves the encoders' word as it is.
        """
        known = ~rows.isnan().all(dim=1, keepdim=True)
        own = self.trees.clamped(rows)
        return torch.where(known, logits + self.shares * (own - logits), logits)

    def join_probabilities(self, probabilities: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Do the same for probabilities of many records; shapes (records, labels) and (records, features)."""
        with torch.inference_mode():
            device = self.shares.device
            logits = torch.from_numpy(log_odds(probabilities)).to(device)
            joint = torch.sigmoid(self.join(logits, torch.from_numpy(rows).to(device)))
        return joint.cpu().numpy()


def other_features(names: Sequence[str], version: int) -> str | None:
    """Say how measured values differ from those of this version; None if they do not."""
    if tuple(names) == FEATURES and version == FEATURES_VERSION:
        return None
    if set(names) != set(FEATURES):
        return f"they differ in {', '.join(sorted(set(names) ^ set(FEATURES))[:5])}"
    if version != FEATURES_VERSION:
        return f"they are computed as in version {version}, this is version {FEATURES_VERSION}"
    return "they come in another order"


def log_odds(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log odds, of probabilities at least `SMALLEST` from 0 and 1 as `describe_signal` takes them."""
    kept = np.clip(probabilities, SMALLEST, 1 - SMALLEST)
    odds: NDArray[np.float32] = np.log(kept / (1 - kept)).astype(np.float32)
    return odds


def measured_row(measurements: Measurements | None) -> NDArray[np.float32]:
    """Return what the trees are given: all NaN where `is_complete` says that the numbers mean something else."""
    if measurements is None or not is_complete(measurements):
        return np.full(len(FEATURES), np.nan, np.float32)
    return feature_vector(measurements)
