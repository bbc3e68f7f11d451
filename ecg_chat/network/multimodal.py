"""ECG tokens in the prompt: encoder features → projection → embeddings in the ``<|ecg|>`` slot of a decoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from ecg_chat.network.encoder import EcgEncoder, EncoderEnsemble

SMALLEST = 1e-4
"""Probabilities are taken as at least this far from 0 and 1."""


class EcgProjector(nn.Module):
    """What the encoder found → `n_tokens` embeddings of the decoder's width.

    Parameters
    ----------
    n_features : int
        Length of the encoder's feature vector; 0 if the embeddings are made of the logits alone.
    n_logits : int
        Superclass and code logits together. They are given beside the features, because the small decoder then need
        not learn the heads anew.
    hidden, width, n_tokens : int
        Hidden size, the decoder's embedding size, and how many embeddings an ECG becomes.
    """

    def __init__(self, n_features: int, n_logits: int, hidden: int, width: int, n_tokens: int) -> None:
        super().__init__()
        self.n_tokens, self.width, self.n_features = n_tokens, width, n_features
        self.feature_norm: nn.Module = nn.LayerNorm(n_features) if n_features else nn.Identity()
        self.layers = nn.Sequential(
            nn.Linear(n_features + n_logits, hidden), nn.GELU(), nn.Linear(hidden, n_tokens * width)
        )

    def forward(self, features: Tensor, logits: Tensor) -> Tensor:
        """Map (batch, n_features) and (batch, n_logits) to (batch, n_tokens, width)."""
        scaled = logits.clamp(-8, 8) / 4
        joined = torch.cat([self.feature_norm(features), scaled], dim=1) if self.n_features else scaled
        return self.layers(joined).view(len(features), self.n_tokens, self.width)  # type: ignore[no-any-return]


def describe_signal(encoder: EcgEncoder | EncoderEnsemble, crops: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
    """Average features and logits over the crops of one recording.

    Parameters
    ----------
    encoder : EcgEncoder or EncoderEnsemble
        In eval mode.
    crops : Tensor, shape (crops, 12, samples)
    presence : Tensor, shape (12,)

    Returns
    -------
    features : Tensor, shape (1, n_features)
    logits : Tensor, shape (1, superclasses + codes + attributes)
        Logits of the probabilities averaged over crops, in this order.
    """
    features, probabilities = encoder.probabilities(crops, presence.expand(len(crops), -1))
    return features.mean(dim=0, keepdim=True), torch.logit(probabilities.mean(dim=0, keepdim=True), eps=SMALLEST)


def embed_prompt(decoder: PreTrainedModel, ids: Tensor, ecg: Tensor, ecg_id: int) -> Tensor:
    """Embed token ids and put the ECG embeddings into the slot.

    Parameters
    ----------
    decoder : PreTrainedModel
    ids : Tensor of int, shape (batch, tokens)
        Each row holds the ECG mark exactly ``ecg.shape[1]`` times.
    ecg : Tensor, shape (batch, n_tokens, width)
    ecg_id : int
        Id of the ECG mark.

    Returns
    -------
    Tensor, shape (batch, tokens, width)
    """
    embedded = decoder.get_input_embeddings()(ids)
    slots = (ids == ecg_id).unsqueeze(-1).expand_as(embedded)
    return embedded.masked_scatter(slots, ecg.to(embedded.dtype))  # type: ignore[no-any-return]
