"""ECG encoders: signals of named leads become one feature vector and the probabilities of findings.

The twelve input slots are addressed by lead *name*: an absent lead is a zero slot and a zero in ``presence``, and whole
leads are dropped in training, so that one network serves any subset of leads. What lies between signal and features is
a residual network (`ecg_chat.network.resnet`) or layers of state-space models (`ecg_chat.network.state_space`).

Several networks may answer together (`EncoderEnsemble`); each was trained without a part of the training records, and
for those its word is as good as for new ones.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from ecg_chat.network.encoder_shapes import EncoderConfig


class EcgEncoder(nn.Module, ABC):
    """Signals of named leads → one feature vector, and logits for superclasses and codes.

    Parameters
    ----------
    config : EncoderConfig
    superclasses, codes : tuple of str
        What the two linear heads predict, in order.
    attributes : tuple of str
        Further things that a third head predicts (`attribute_logits`).
    """

    def __init__(
        self,
        config: EncoderConfig,
        superclasses: tuple[str, ...],
        codes: tuple[str, ...],
        attributes: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self.config: EncoderConfig = config
        self.superclasses, self.codes, self.attributes = superclasses, codes, attributes
        self.dropout = nn.Dropout(config.dropout)
        self.superclass_head = nn.Linear(config.feature_size, len(superclasses))
        self.code_head = nn.Linear(config.feature_size, len(codes))
        self.attribute_head = nn.Linear(config.feature_size, len(attributes)) if attributes else None

    @abstractmethod
    def features(self, signal_mv: Tensor, presence: Tensor) -> Tensor:
        """Describe signals by their mean and maximum over time of the last layer.

        Parameters
        ----------
        signal_mv : Tensor, shape (batch, 12, samples)
            Preprocessed signal, zeros where a lead is absent.
        presence : Tensor, shape (batch, 12)
            1 where the lead is there, else 0.

        Returns
        -------
        Tensor, shape (batch, feature_size)
        """

    def heads(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return superclass and code logits of feature vectors."""
        dropped = self.dropout(features)
        return self.superclass_head(dropped), self.code_head(dropped)

    def attribute_logits(self, features: Tensor) -> Tensor:
        """Return the logits of the third head, (batch, attributes); none without attributes."""
        if self.attribute_head is None:
            return features.new_zeros(len(features), 0)
        logits: Tensor = self.attribute_head(self.dropout(features))
        return logits

    def probabilities(self, signal_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Return features, and the probabilities of superclasses, codes and attributes side by side.

        Both are averaged over the windows of a signal that is longer than one.
        """
        windows = self._windows(signal_mv)
        n, n_windows = len(signal_mv), windows.shape[1]
        features = self.features(windows.flatten(0, 1), presence.repeat_interleave(n_windows, dim=0))
        joined = torch.cat([*self.heads(features), self.attribute_logits(features)], dim=1)
        probabilities = torch.sigmoid(joined).view(n, n_windows, -1).mean(dim=1)
        return features.view(n, n_windows, -1).mean(dim=1), probabilities

    def _windows(self, signal_mv: Tensor) -> Tensor:
        """Cut (batch, 12, samples) into (batch, windows, 12, window samples); the last one ends with the signal."""
        size, length = self.config.window_samples, signal_mv.shape[2]
        if not size or length <= size:
            return signal_mv.unsqueeze(1)
        starts = sorted({*range(0, length - size + 1, size // 2), length - size})
        return torch.stack([signal_mv[:, :, start : start + size] for start in starts], dim=1)

    def forward(self, signal_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Return superclass and code logits of signals; see `features` for the arguments."""
        return self.heads(self.features(signal_mv, presence))


class EncoderEnsemble(nn.Module):
    """Several encoders whose probabilities are averaged and whose features are joined.

    Parameters
    ----------
    members : sequence of EcgEncoder
        They predict the same superclasses and codes; those that predict attributes come first.
    """

    def __init__(self, members: Sequence[EcgEncoder]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.superclasses, self.codes, self.attributes = (
            members[0].superclasses,
            members[0].codes,
            members[0].attributes,
        )
        self.config = members[0].config

    def probabilities(self, signal_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features of all members side by side, and the mean of their probabilities."""
        members = [cast(EcgEncoder, member) for member in self.members]
        parts = [member.probabilities(signal_mv, presence) for member in members]
        features = torch.cat([features for features, _ in parts], dim=1)
        shared = len(self.superclasses) + len(self.codes)
        labels = torch.stack([probabilities[:, :shared] for _, probabilities in parts]).mean(dim=0)
        noted = [p[:, shared:] for member, (_, p) in zip(members, parts, strict=True) if member.attributes]
        return features, torch.cat([labels, torch.stack(noted).mean(dim=0)], dim=1) if noted else labels
