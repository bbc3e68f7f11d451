"""Train projector and decoder on generated dialogue; the encoders stay as stage 1 left them.

Resumable: the state is written every `checkpoint_every` steps, and each step draws its ECGs, conversations and views
from ``(seed, step)``, so that a resumed run sees what it would have seen. A run does not go on with another recipe, nor
for more steps: the learning rate of each step depends on how many there are.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from ecg_chat.conversation.render import ECG
from ecg_chat.datasets.ptbxl_attributes import attributes_of
from ecg_chat.network.fake_quant import linear_weights, nf4_weights
from ecg_chat.network.multimodal import EcgProjector, embed_prompt
from ecg_chat.network.tokenizer import IGNORED
from ecg_chat.training.curve_picture import show_curve
from ecg_chat.training.device import usable_device
from ecg_chat.training.dialogue.lesson import lesson, with_network
from ecg_chat.training.dialogue.truth import Truth
from ecg_chat.training.label_columns import Labels
from ecg_chat.training.precision import fast_precision
from ecg_chat.training.run_checkpoint import State, read_checkpoint, write_checkpoint
from ecg_chat.training.shared_head import Row, batch_of, row_of
from ecg_chat.training.signal_bank import SignalBank
from ecg_chat.training.stage_files import Row as CurveRow
from ecg_chat.training.stage_files import RunRecord, digest, write_recipe_file

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class DialogueRecipe:
    """What this stage was run with."""

    steps: int = 1900
    ecgs: int = 4
    """ECGs in a step, each with a conversation and separate questions."""
    turns: int = 6
    questions: int = 4
    question_weight: float = 1.0
    """Weight of the answers to separate questions, which are short, beside those of the conversation."""
    rare_share: float = 0.45
    """Share of the ECGs that are drawn for a label drawn evenly; the others are drawn evenly themselves."""
    blind_share: float = 0.04
    """Share of the ECGs that are asked about without facts and without embeddings: what is likely of any ECG."""
    max_tokens: int = 1280
    frozen_steps: int = 30
    """In so many first steps only the projection learns (text-ECG alignment)."""
    lr: float = 1.2e-3
    warmup: int = 40
    weight_decay: float = 0.05
    quantised_from: float = 0.95
    """Share of the steps after which the decoder trains on its NF4 values."""
    vocab_size: int = 3072
    hidden: int = 256
    layers: int = 8
    heads: int = 4
    intermediate: int = 768
    n_ecg_tokens: int = 8
    projector_hidden: int = 512
    seed: int = 0
    threads: int = 2
    checkpoint_every: int = 25


@dataclass(frozen=True)
class Start:
    """Weights of `Parts` that are the start, and the name and revision of the model that they are of."""

    weights: Mapping[str, Tensor]
    model: Mapping[str, str]


class Parts(nn.Module):
    """What this stage trains."""

    def __init__(self, projector: EcgProjector, decoder: LlamaForCausalLM) -> None:
        super().__init__()
        self.projector, self.decoder = projector, decoder


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


def new_parts(recipe: DialogueRecipe, tokenizer: PreTrainedTokenizerFast, n_logits: int) -> Parts:
    """Build an untrained projector, which takes logits alone, and decoder."""
    projector = EcgProjector(0, n_logits, recipe.projector_hidden, recipe.hidden, recipe.n_ecg_tokens)
    return Parts(projector, new_decoder(recipe, tokenizer))


def train_dialogue(
    truths: Sequence[Truth],
    bank: SignalBank,
    tokenizer: PreTrainedTokenizerFast,
    recipe: DialogueRecipe,
    out: Path,
    *,
    labels: Labels,
    initial: Start | None = None,
    readers: str = "",
    device: str = "cpu",
) -> Parts:
    """Train and return projector and decoder.

    Parameters
    ----------
    truths : sequence of Truth
        One a training ECG, in the order of the bank's records.
    bank : SignalBank
    tokenizer : PreTrainedTokenizerFast
    recipe : DialogueRecipe
    out : Path
        Folder for ``checkpoint.pt``, ``curve.jsonl``, ``recipe.json`` and ``run.json``.
    labels : Labels
        What the bank's logits are of.
    initial : Start, optional
        Its tokens must be the first of this tokenizer's. A projection of other inputs is left out.
    readers : str
        What the encoders and trees behind the bank are recognised by; a run goes on with the same ones only.
    device : str
        "cpu" or "cuda"; a run may go on on another one.

    Raises
    ------
    InvalidInput
        When the folder holds a run with another recipe, more or fewer steps, another start or other records.
    ModelError
        When CUDA is asked for and absent, a checkpoint is damaged, or the disk is full.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    parts = new_parts(recipe, tokenizer, bank.logits.shape[2])
    if initial is not None:
        _start_from(initial.weights, parts)
    parts.to(usable_device(device))
    optimizer = torch.optim.AdamW(parts.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay, betas=(0.9, 0.98))
    about = {
        **dataclasses.asdict(recipe),
        "initial": None if initial is None else dict(initial.model),
        "records": digest(str(truth.record.ecg_id) for truth in truths),
        "readers": readers,
    }
    curve = _resume(out / CHECKPOINT, about, parts, optimizer)  # refuses another run before its files are overwritten
    out.mkdir(parents=True, exist_ok=True)
    write_recipe_file(out, dataclasses.asdict(recipe))
    show_curve(out, curve, "Dialogue, training loss")
    record = RunRecord.start(out, None if initial is None else initial.model, resumed=bool(curve))
    first = int(curve[-1]["step"]) if curve else 0
    drawing = _Drawing(truths, bank, labels, tokenizer, recipe)
    losses: list[float] = []
    for step in tqdm(range(first, recipe.steps), initial=first, total=recipe.steps, desc="dialogue", mininterval=10):
        losses.append(_step(parts, optimizer, drawing.batch(step), recipe, step))
        if (step + 1) % recipe.checkpoint_every == 0 or step + 1 == recipe.steps:
            curve.append({"step": step + 1, "loss": round(float(np.mean(losses)), 4)})
            state = {"model": parts.state_dict(), "optimizer": optimizer.state_dict(), "curve": curve, "run": about}
            write_checkpoint(out / CHECKPOINT, state)
            show_curve(out, curve, "Dialogue, training loss")
            record.keep()
            losses = []
    return parts.cpu().eval()


class _Drawing:
    """Draws what a step trains on."""

    def __init__(
        self,
        truths: Sequence[Truth],
        bank: SignalBank,
        labels: Labels,
        tokenizer: PreTrainedTokenizerFast,
        recipe: DialogueRecipe,
    ) -> None:
        self.truths, self.bank, self.labels, self.tokenizer, self.recipe = truths, bank, labels, tokenizer, recipe
        self.by_label: dict[str, list[int]] = {}
        for k, truth in enumerate(truths):
            for label in truth.labels | (attributes_of(truth.record) or frozenset()):
                self.by_label.setdefault(label, []).append(k)

    def batch(self, step: int) -> Mapping[str, Tensor]:
        """Rows of one step, with the logits of their ECGs."""
        rng = random.Random(self.recipe.seed * 1_000_003 + step)
        drawn = [(self._ecg(rng), rng.randrange(len(self.bank.logits))) for _ in range(self.recipe.ecgs)]
        logits = np.stack([self.bank.logits[view, k] for k, view in drawn])
        seen = [rng.random() >= self.recipe.blind_share for _ in drawn]
        rows = [self._row(k, each, rng, see) for (k, _), each, see in zip(drawn, logits, seen, strict=True)]
        ecg_id = torch.tensor(self.tokenizer.convert_tokens_to_ids(ECG))
        ecgs = {"logits": torch.from_numpy(logits), "seen": torch.tensor(seen, dtype=torch.float32), "ecg_id": ecg_id}
        return {**batch_of(rows, self.tokenizer.pad_token_id), **ecgs}

    def _ecg(self, rng: random.Random) -> int:
        if rng.random() < self.recipe.rare_share:
            return rng.choice(self.by_label[rng.choice(sorted(self.by_label))])
        return rng.randrange(len(self.truths))

    def _row(self, k: int, logits: NDArray[np.float32], rng: random.Random, seen: bool) -> Row:
        recipe = self.recipe
        probabilities = (1 / (1 + np.exp(-logits))).tolist()
        named = dict(zip(self.labels.names, probabilities, strict=True)) if seen else {}
        truth = with_network(self.truths[k], named, self.labels.usual, self.labels.thresholds)
        conversation, branches = lesson(truth, rng, recipe.turns, recipe.questions)
        conversations = [conversation, *(dataclasses.replace(conversation, messages=b) for b in branches)]
        weights = [1.0] + [recipe.question_weight] * len(branches)
        if not seen:  # the conversation speaks of measured values
            conversations = [dataclasses.replace(c, facts="") for c in conversations[1:]]
            weights = weights[1:]
        return row_of(self.tokenizer, conversations, weights, recipe.n_ecg_tokens, recipe.max_tokens)


def _step(
    parts: Parts, optimizer: torch.optim.Optimizer, batch: Mapping[str, Tensor], recipe: DialogueRecipe, step: int
) -> float:
    for group in optimizer.param_groups:
        group["lr"] = recipe.lr * _schedule(step, recipe)
    decoder = parts.decoder
    for parameter in decoder.parameters():
        parameter.requires_grad_(step >= recipe.frozen_steps)
    rounded = step >= recipe.quantised_from * recipe.steps
    with nf4_weights(linear_weights(decoder)) if rounded else contextlib.nullcontext():
        loss = _loss(parts, {name: tensor.to(decoder.device) for name, tensor in batch.items()})
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _loss(parts: Parts, batch: Mapping[str, Tensor]) -> Tensor:
    decoder, ids = parts.decoder, batch["ids"]
    wanted = batch["labels"] != IGNORED
    with fast_precision(decoder.device.type):
        ecg = parts.projector(batch["logits"][:, :0], batch["logits"]) * batch["seen"][:, None, None]
        embedded = embed_prompt(decoder, ids, ecg.float(), int(batch["ecg_id"]))
        output = decoder.model(
            inputs_embeds=embedded, attention_mask=batch["mask"], position_ids=batch["positions"], use_cache=False
        )
        logits = decoder.lm_head(output.last_hidden_state[wanted])
    losses = functional.cross_entropy(logits.float(), batch["labels"][wanted], reduction="none")
    weights = batch["weights"][wanted]
    return (losses * weights).sum() / weights.sum()


def _schedule(step: int, recipe: DialogueRecipe) -> float:
    """Linear warm-up, then a cosine down to 3 %."""
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    progress = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * progress))


def _start_from(weights: Mapping[str, Tensor], parts: Parts) -> None:
    """Take over weights; embeddings of tokens that the earlier run did not have keep their random start."""
    own = parts.state_dict()
    projector = {name: value for name, value in weights.items() if name.startswith("projector.")}
    same = all(name in own and own[name].shape == value.shape for name, value in projector.items())
    for name, value in weights.items():
        if name in projector and not same:
            continue
        own[name][: len(value)].copy_(value)
    parts.load_state_dict(own)


def _resume(path: Path, about: State, parts: Parts, optimizer: torch.optim.Optimizer) -> list[CurveRow]:
    """Take over a checkpoint of the same run; return its curve, nothing without one."""
    state = read_checkpoint(path, about)
    if state is None:
        return []
    parts.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return list(state["curve"])
