"""Stage "tune": instruction tuning with LoRA on the linear layers of the language model, the projection trained too.

The encoder stays as alignment left it. Tokens that the language model did not know (marks, slots) get embeddings of
their own; all others stay. Afterwards the adapters are merged into the weights, and the whole is stored in NF4.
"""

from __future__ import annotations

import contextlib
import dataclasses
import random
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from safetensors import SafetensorError
from transformers import PreTrainedModel

from ecg_chat.conversation.render import ECG, render
from ecg_chat.conversation.types import Conversation
from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.folder_swap import whole_or_not_at_all
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.network.preprocess import PreprocessConfig
from ecg_chat.network.tokenizer import encode
from ecg_chat.training.base_model import BaseModel
from ecg_chat.training.dialogue.lesson import lesson
from ecg_chat.training.dialogue.truth import Truth
from ecg_chat.training.ecg_crops import draw_crops
from ecg_chat.training.ecg_text_model import EcgTextModel, TextBatch
from ecg_chat.training.recipe_file import write_recipe
from ecg_chat.training.stage_files import digest
from ecg_chat.training.text_batches import pad
from ecg_chat.training.text_loop import LoopRecipe, Plan, run_loop

ADAPTER_DIR = "adapter"


@dataclass(frozen=True)
class LoraRecipe(LoopRecipe):
    """What the stage is run with; the paper does not give its numbers, these follow QLoRA (Dettmers et al. 2023)."""

    epochs: int = 1
    warmup_epochs: float = 0.03
    lr: float = 2e-4
    weight_decay: float = 0.0
    batch: int = 4
    accumulation: int = 4
    clip: float = 0.3

    rank: int = 64
    alpha: int = 16
    dropout: float = 0.05
    turns: int = 5
    """Questions in a conversation."""
    conversations: int = 1
    """Conversations about each ECG in an epoch."""
    crops: int = 4
    separate_share: float = 0.4
    """How many of the conversations are one question in ECG-QA's wording or one classification prompt."""
    max_tokens: int = 1536
    quantised_base: bool = True
    """Hold the language model in NF4 while its adapters are trained (QLoRA)."""
    gradient_checkpointing: bool = True


@dataclass(frozen=True)
class TuningData:
    """Training ECGs to talk about: truths, and signals of int16 microvolts, shape (truths, 12, samples) at 100 Hz."""

    truths: Sequence[Truth]
    signals_uv: NDArray[np.int16]
    preprocess: PreprocessConfig = field(default_factory=PreprocessConfig)


def train_lora(
    encoder: EcgEncoder,
    projector: EcgProjector,
    base: BaseModel,
    data: TuningData,
    recipe: LoraRecipe,
    out: Path,
) -> EcgTextModel:
    """Tune; goes on where `out` was left.

    Parameters
    ----------
    out : Path
        Folder for ``checkpoint.pt``, ``curve.jsonl``, ``curve.png``, ``recipe.json`` and ``adapter/``.

    Returns
    -------
    EcgTextModel
        With the adapted language model as its ``decoder``.

    Raises
    ------
    InvalidInput, ModelError
        As `ecg_chat.training.text_loop.run_loop`; InvalidInput also when the projection does not fit the model.
    """
    width = int(base.decoder.config.hidden_size)
    if projector.width != width:
        raise InvalidInput(f"the projection makes embeddings of {projector.width}, the language model takes {width}")
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)  # the adapters start at random
    adapted = adapt(base, recipe)
    encoder.requires_grad_(False)
    device = base.decoder.device
    ecg_id = int(base.tokenizer.convert_tokens_to_ids(ECG))
    model = EcgTextModel(encoder.to(device), projector.to(device).requires_grad_(True), adapted, ecg_id).train()
    run_loop(model, tuning_plan(base, projector.n_tokens, data, recipe), recipe, out)
    adapter = out / ADAPTER_DIR
    with whole_or_not_at_all(adapter, [path.name for path in adapter.glob("*")]) as new:
        adapted.save_pretrained(new, save_embedding_layers=False)
    write_recipe(out / "recipe.json", recipe)
    return model.eval()


def adapt(base: BaseModel, recipe: LoraRecipe) -> PeftModel:
    """Wrap the language model: adapters on all linear layers but the output layer, embeddings of the added tokens."""
    decoder = base.decoder
    decoder.requires_grad_(False)
    if recipe.quantised_base:
        decoder = prepare_model_for_kbit_training(decoder, use_gradient_checkpointing=False)
    if recipe.gradient_checkpointing:
        decoder.activation_checkpointing_enable()
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules="all-linear",
        trainable_token_indices=_trained_tokens(base) or None,
    )
    with _without_renaming_notice():
        return get_peft_model(decoder, config)


def tuning_plan(base: BaseModel, n_ecg_tokens: int, data: TuningData, recipe: LoraRecipe) -> Plan:
    """Plan ``recipe.conversations`` conversations about each ECG, drawn anew in each epoch."""

    def make_batch(numbers: Sequence[int], epoch: int) -> TextBatch:
        rows = [number % len(data.truths) for number in numbers]
        encoded = []
        for number, row in zip(numbers, rows, strict=True):
            rng = random.Random(f"{recipe.seed} {epoch} {number}")
            conversation = _one_lesson(data.truths[row], rng, recipe)
            encoded.append(encode(base.tokenizer, render(conversation, for_completion=False), n_ecg_tokens))
        ids, labels = pad(encoded, base.tokenizer.pad_token_id, recipe.max_tokens)
        seeds = [(recipe.seed, epoch, number) for number in numbers]
        whole: list[tuple[str, ...]] = [()] * len(rows)
        crops = draw_crops(data.signals_uv, rows, whole, recipe.crops, seeds, data.preprocess)
        return TextBatch(ids, labels, *crops)

    about = [f"{truth.record.ecg_id} {sorted(truth.network.probabilities.items())}" for truth in data.truths]
    run = {"base": base.fingerprint, "data": digest([*about, data.signals_uv])}
    return Plan("tune", len(data.truths) * recipe.conversations, make_batch, run)


def _one_lesson(truth: Truth, rng: random.Random, recipe: LoraRecipe) -> Conversation:
    """Make a conversation, or in its place one question in ECG-QA's wording or of the paper's Table 1."""
    conversation, separate = lesson(truth, rng, recipe.turns, questions=1)
    if rng.random() < recipe.separate_share:
        return dataclasses.replace(conversation, messages=rng.choice(separate))
    return conversation


def merged(base: BaseModel, adapter: Path) -> PreTrainedModel:
    """Merge the adapters of a tuned run into the weights of the model that they were trained for.

    Parameters
    ----------
    base : BaseModel
        Not quantised: 4-bit weights would round what the adapters learned away.

    Raises
    ------
    InvalidInput
        When the adapters are not there.
    ModelError
        When the base is quantised, or the adapters do not fit it.
    """
    if not (adapter / "adapter_config.json").is_file():
        raise InvalidInput(f"{adapter} holds no adapters; run `python -m ecg_chat train tune` to its end first")
    if getattr(base.decoder, "is_quantized", False):
        raise ModelError("the base model is stored in 4 bits; adapters can be merged only into full weights")
    try:
        with _without_renaming_notice():
            adapted = PeftModel.from_pretrained(base.decoder, str(adapter))
    except (RuntimeError, ValueError, KeyError, SafetensorError) as error:
        raise ModelError(f"the adapters in {adapter} do not fit the base model: {error}") from error
    return adapted.merge_and_unload(safe_merge=True)


@contextlib.contextmanager
def _without_renaming_notice() -> Iterator[None]:
    """Hide that peft 0.21 reads a property which transformers 5.23 has renamed; the old name works until version 6."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        yield


def _trained_tokens(base: BaseModel) -> dict[str, list[int]]:
    """Name the added tokens of the input layer, and of the output layer where it has weights of its own."""
    if not base.added_ids:
        return {}
    layers = ["embed_tokens"] if base.decoder.config.tie_word_embeddings else ["embed_tokens", "lm_head"]
    return {layer: list(base.added_ids) for layer in layers}
