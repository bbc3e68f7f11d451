"""Encoder, projection and language model as one module with the autoregressive loss on the trained tokens."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.multimodal import EcgProjector, embed_prompt
from ecg_chat.network.tokenizer import IGNORED


@dataclass(frozen=True)
class TextBatch:
    """Texts and their signals.

    Attributes
    ----------
    ids : Tensor of int, shape (batch, tokens)
        Padded at the end; each row holds the ECG mark as often as an ECG has embeddings.
    labels : Tensor of int, shape (batch, tokens)
        Equal to the ids where the loss counts, `IGNORED` elsewhere.
    crops_mv : Tensor, shape (batch, crops, 12, samples)
    presence : Tensor, shape (batch, 12)
    """

    ids: Tensor
    labels: Tensor
    crops_mv: Tensor
    presence: Tensor

    def to(self, device: torch.device) -> TextBatch:
        """Return the batch on another device."""
        return TextBatch(**{f.name: getattr(self, f.name).to(device) for f in dataclasses.fields(self)})


class EcgTextModel(nn.Module):
    """What is trained in alignment and tuning; which of its parameters ask for gradients is the stage's choice.

    Parameters
    ----------
    encoder : EcgEncoder
        Kept in eval mode even where it is trained: batch statistics of a dozen ECGs with leads left out would spoil
        those that stage 1 estimated from the whole training set.
    projector : EcgProjector
    decoder : nn.Module
        A causal language model of `transformers`, bare or wrapped by `peft`.
    ecg_id : int
        Id of the ECG mark.
    """

    def __init__(self, encoder: EcgEncoder, projector: EcgProjector, decoder: nn.Module, ecg_id: int) -> None:
        super().__init__()
        self.encoder, self.projector, self.decoder = encoder, projector, decoder
        self.ecg_id = ecg_id

    @property
    def device(self) -> torch.device:
        """Where the projection lies, and with it everything else."""
        return next(self.projector.parameters()).device

    def train(self, mode: bool = True) -> EcgTextModel:
        """Set the mode of everything but the encoder."""
        super().train(mode)
        self.encoder.eval()
        return self

    def describe(self, crops_mv: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Average features and probabilities over the crops of each ECG, as `describe_signal` does for one.

        Returns
        -------
        features : Tensor, shape (batch, n_features)
        logits : Tensor, shape (batch, superclasses + codes + attributes)
        """
        n, n_crops = crops_mv.shape[:2]
        mask = presence.repeat_interleave(n_crops, dim=0)
        features, probabilities = self.encoder.probabilities(crops_mv.flatten(0, 1), mask)
        logits = torch.logit(probabilities.view(n, n_crops, -1).mean(1), eps=1e-4)
        return features.view(n, n_crops, -1).mean(1), logits

    def summed_loss(self, batch: TextBatch) -> Tensor:
        """Return the cross-entropy in nats, added up over the trained tokens (equation 1 of Yang et al. 2025)."""
        ecg = self.projector(*self.describe(batch.crops_mv, batch.presence))
        embedded = embed_prompt(self.decoder, batch.ids, ecg, self.ecg_id)
        # Padding stands at the end and attention is causal, so no attention mask is needed.
        logits = self.decoder(inputs_embeds=embedded, use_cache=False).logits[:, :-1]
        wanted = batch.labels[:, 1:] != IGNORED
        return functional.cross_entropy(logits[wanted].float(), batch.labels[:, 1:][wanted], reduction="sum")
