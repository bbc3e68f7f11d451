"""Train projector and decoder on generated dialogue; the encoder stays as stage 1 left it.

Resumable: the state is written every `checkpoint_every` steps, and each step draws its conversations and the ECG's
augmentation from ``(seed, step)``, so that a resumed run sees what it would have seen.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from ecg_chat.conversation.render import ECG, render
from ecg_chat.network.fake_quant import linear_weights, nf4_weights
from ecg_chat.network.multimodal import EcgProjector, embed_prompt
from ecg_chat.network.tokenizer import IGNORED, encode
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.truth import Truth
from ecg_chat.training.signal_bank import SignalBank

LENGTH_STEP = 64
"""Batches are padded to a multiple of this: kernels are cached by shape, and every new shape keeps its memory."""


@dataclass(frozen=True)
class DialogueRecipe:
    """What this stage was run with."""

    steps: int = 2400
    conversations: int = 8
    """Conversations in a step."""
    turns: int = 5
    max_tokens: int = 896
    """Longer conversations are cut at the end."""
    lr: float = 1.5e-3
    warmup: int = 100
    weight_decay: float = 0.05
    quantised_from: float = 0.6
    """Share of the steps after which the decoder trains on its NF4 values."""
    vocab_size: int = 3072
    hidden: int = 256
    layers: int = 8
    heads: int = 4
    intermediate: int = 768
    n_ecg_tokens: int = 4
    projector_hidden: int = 512
    seed: int = 0
    threads: int = 2
    checkpoint_every: int = 100


def new_decoder(recipe: DialogueRecipe, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Build an untrained decoder of the Llama architecture."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=recipe.hidden,
        intermediate_size=recipe.intermediate,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        num_key_value_heads=recipe.heads,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def train_dialogue(
    truths: Sequence[Truth],
    bank: SignalBank,
    tokenizer: PreTrainedTokenizerFast,
    recipe: DialogueRecipe,
    out: Path,
    *,
    initial: Path | None = None,
) -> tuple[EcgProjector, LlamaForCausalLM]:
    """Train and return projector and decoder.

    Parameters
    ----------
    truths : sequence of Truth
        One a training ECG, in the order of the bank's records.
    bank : SignalBank
    tokenizer : PreTrainedTokenizerFast
    recipe : DialogueRecipe
    out : Path
        Folder for ``checkpoint.pt`` and ``curve.jsonl``.
    initial : Path, optional
        Checkpoint of an earlier run whose weights are the start; its tokens must be the first of this tokenizer's.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1) + "\n", encoding="utf-8")
    decoder = new_decoder(recipe, tokenizer)
    size, n_logits = bank.features.shape[2], bank.logits.shape[2]
    projector = EcgProjector(size, n_logits, recipe.projector_hidden, recipe.hidden, recipe.n_ecg_tokens)
    model = nn.ModuleDict({"projector": projector, "decoder": decoder})
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay, betas=(0.9, 0.98))
    if initial is not None:
        _start_from(initial, model)
    first = _resume(out / "checkpoint.pt", model, optimizer)
    weights = linear_weights(decoder)
    losses: list[float] = []
    for step in tqdm(range(first, recipe.steps), initial=first, total=recipe.steps, desc="dialogue", mininterval=10):
        for group in optimizer.param_groups:
            group["lr"] = recipe.lr * _schedule(step, recipe)
        batch = _batch(truths, bank, tokenizer, recipe, step)
        rounded = step >= recipe.quantised_from * recipe.steps
        with nf4_weights(weights) if rounded else contextlib.nullcontext():
            loss = _loss(projector, decoder, batch, tokenizer.convert_tokens_to_ids(ECG))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % recipe.checkpoint_every == 0 or step + 1 == recipe.steps:
            _save(out, model, optimizer, step + 1, losses)
            losses = []
    return projector.eval(), decoder.eval()


Batch = Mapping[str, Tensor]


def _batch(
    truths: Sequence[Truth], bank: SignalBank, tokenizer: PreTrainedTokenizerFast, recipe: DialogueRecipe, step: int
) -> Batch:
    """Draw the conversations of one step and pad them to the longest."""
    rng = random.Random(recipe.seed * 1_000_003 + step)
    rows = [rng.randrange(len(truths)) for _ in range(recipe.conversations)]
    views = [rng.randrange(len(bank.features)) for _ in rows]
    encoded = []
    for row in rows:
        segments = render(converse(truths[row], rng, recipe.turns), for_completion=False)
        ids, labels = encode(tokenizer, segments, recipe.n_ecg_tokens)
        encoded.append((ids[: recipe.max_tokens], labels[: recipe.max_tokens]))
    longest = -(-max(len(ids) for ids, _ in encoded) // LENGTH_STEP) * LENGTH_STEP
    pad = tokenizer.pad_token_id
    return {
        "ids": torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _ in encoded]),
        "labels": torch.tensor([labels + [IGNORED] * (longest - len(labels)) for _, labels in encoded]),
        "features": torch.from_numpy(np.stack([bank.features[v, r] for v, r in zip(views, rows, strict=True)])),
        "logits": torch.from_numpy(np.stack([bank.logits[v, r] for v, r in zip(views, rows, strict=True)])),
    }


def _loss(projector: EcgProjector, decoder: LlamaForCausalLM, batch: Batch, ecg_id: int) -> Tensor:
    ids, labels = batch["ids"], batch["labels"]
    with torch.autocast("cpu", torch.bfloat16):
        ecg = projector(batch["features"], batch["logits"])
        # Padding stands at the end and attention is causal, so no attention mask is needed.
        hidden = decoder.model(inputs_embeds=embed_prompt(decoder, ids, ecg, ecg_id), use_cache=False).last_hidden_state
        wanted = labels[:, 1:] != IGNORED
        logits = decoder.lm_head(hidden[:, :-1][wanted])
    return functional.cross_entropy(logits.float(), labels[:, 1:][wanted])


def _schedule(step: int, recipe: DialogueRecipe) -> float:
    """Linear warm-up, then a cosine down to 3 %."""
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    progress = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * progress))


def _start_from(path: Path, model: nn.Module) -> None:
    """Take over weights; embeddings of tokens that the earlier run did not have keep their random start."""
    state = torch.load(path, weights_only=True)["model"]
    own = model.state_dict()
    for name, value in state.items():
        if value.shape == own[name].shape:
            own[name].copy_(value)
        else:
            own[name][: len(value)].copy_(value)
    model.load_state_dict(own)


def _resume(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _save(out: Path, model: nn.Module, optimizer: torch.optim.Optimizer, step: int, losses: Sequence[float]) -> None:
    temporary = out / "checkpoint.new"
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, temporary)
    temporary.replace(out / "checkpoint.pt")
    with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"step": step, "loss": round(float(np.mean(losses)), 4)}) + "\n")
