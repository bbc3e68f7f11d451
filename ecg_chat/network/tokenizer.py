"""The decoder's own tokenizer: byte-level BPE that never merges digits.

Digits stay single tokens, so that a number is copied from the prompt digit by digit instead of being recalled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tokenizers import Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Split
from tokenizers.pre_tokenizers import Sequence as PreTokenizers
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast

from ecg_chat.conversation.render import ECG, END, MARKS, Segment
from ecg_chat.conversation.slots import SLOTS

PAD = "<|pad|>"
IGNORED = -100
"""Label of tokens that the loss leaves out (PyTorch's convention)."""


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> PreTrainedTokenizerFast:
    """Learn merges from texts; marks are single tokens."""
    tokenizer = Tokenizer(BPE(byte_fallback=False))
    # Spaces stay with the word or digit that follows; digits and newlines stand alone.
    tokenizer.pre_tokenizer = PreTokenizers([Split(Regex(r"\n| ?\d"), "isolated"), ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[PAD, *MARKS, *SLOTS],
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
        min_frequency=3,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[*MARKS, *SLOTS],
        clean_up_tokenization_spaces=False,
    )


def with_slots(tokenizer: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    """Add the references to measured values that the tokenizer does not know yet; old ids stay."""
    tokenizer.add_special_tokens({"additional_special_tokens": [*MARKS, *SLOTS]})
    return tokenizer


def encode(
    tokenizer: PreTrainedTokenizerFast, segments: Sequence[Segment], n_ecg_tokens: int
) -> tuple[list[int], list[int]]:
    """Turn segments into token ids and labels.

    Returns
    -------
    ids : list of int
        The ECG mark is repeated `n_ecg_tokens` times; the network puts its embeddings there.
        A tokenizer with a first-token mark (Llama's ``<s>``) gets it in front, as its model was trained.
    labels : list of int
        Equal to the ids where the segment is trained on, `IGNORED` elsewhere.
    """
    ids: list[int] = [] if tokenizer.bos_token_id is None else [int(tokenizer.bos_token_id)]
    labels: list[int] = [IGNORED] * len(ids)
    for segment in segments:
        piece: list[int] = tokenizer.encode(segment.text.replace(ECG, ECG * n_ecg_tokens), add_special_tokens=False)
        ids += piece
        labels += piece if segment.trained else [IGNORED] * len(piece)
    return ids, labels
