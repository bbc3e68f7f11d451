"""From segments to padded tensors of ids and labels."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from ecg_chat.conversation.render import ECG, Segment
from ecg_chat.errors import ModelError
from ecg_chat.network.tokenizer import IGNORED

Encoded = tuple[list[int], list[int]]
"""Ids and labels of one text."""


def encode_running_text(tokenizer: PreTrainedTokenizerBase, segments: Sequence[Segment], n_ecg_tokens: int) -> Encoded:
    """Encode segments as the one text that they are, and label by place.

    Segment by segment, as `ecg_chat.network.tokenizer.encode` does for turns that marks divide, would change how words
    are cut in the middle of a sentence: SentencePiece vocabularies put a space before each piece.

    Parameters
    ----------
    tokenizer : PreTrainedTokenizerBase
        With places of tokens (a "fast" one); its first-token mark, if it has one, is put in front.
    segments : sequence of Segment
        A token counts for the loss if any of its characters belongs to a trained segment.
    n_ecg_tokens : int

    Raises
    ------
    ModelError
        When the tokenizer cannot say where its tokens stand.
    """
    if not tokenizer.is_fast:
        raise ModelError(f"the tokenizer {type(tokenizer).__name__} does not say where tokens stand; use a fast one")
    texts = [segment.text.replace(ECG, ECG * n_ecg_tokens) for segment in segments]
    trained = [s.trained for s, text in zip(segments, texts, strict=True) for _ in text]
    coded = tokenizer("".join(texts), add_special_tokens=False, return_offsets_mapping=True)
    first = [] if tokenizer.bos_token_id is None else [int(tokenizer.bos_token_id)]
    ids: list[int] = list(coded["input_ids"])
    labels = [
        token if any(trained[start:stop]) else IGNORED
        for token, (start, stop) in zip(ids, coded["offset_mapping"], strict=True)
    ]
    return first + ids, [IGNORED] * len(first) + labels


def pad(encoded: Sequence[Encoded], pad_id: int, max_tokens: int) -> tuple[Tensor, Tensor]:
    """Cut at the end and pad to the longest; return ids and labels, each of shape (texts, tokens)."""
    cut = [(ids[:max_tokens], labels[:max_tokens]) for ids, labels in encoded]
    longest = max(len(ids) for ids, _ in cut)
    ids = torch.tensor([row + [pad_id] * (longest - len(row)) for row, _ in cut])
    return ids, torch.tensor([row + [IGNORED] * (longest - len(row)) for _, row in cut])
