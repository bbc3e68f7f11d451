"""Stage "align": text-ECG alignment after ECG-LM (Yang et al. 2025), the language model frozen.

Projection and encoder learn to make embeddings from which the frozen model can tell report and descriptions.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_chat.conversation.render import ECG
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.network.preprocess import PreprocessConfig
from ecg_chat.training.base_model import BaseModel
from ecg_chat.training.ecg_crops import draw_crops
from ecg_chat.training.ecg_text_model import EcgTextModel, TextBatch
from ecg_chat.training.guideline_text.expansion import omit_leads
from ecg_chat.training.guideline_text.template import GuidelineText, guideline_segments
from ecg_chat.training.recipe_file import write_recipe
from ecg_chat.training.stage_files import digest
from ecg_chat.training.text_batches import encode_running_text, pad
from ecg_chat.training.text_loop import LoopRecipe, Plan, run_loop


@dataclass(frozen=True)
class AlignmentRecipe(LoopRecipe):
    """What the stage is run with; the defaults of the first block are the paper's."""

    epochs: int = 20
    warmup_epochs: float = 4.0
    lr: float = 1e-4
    weight_decay: float = 0.03
    batch: int = 12
    accumulation: int = 8
    n_ecg_tokens: int = 1
    train_encoder: bool = True

    projector_hidden: int = 512
    expansions: int = 1
    """Versions with leads left out that each ECG has in an epoch, beside the whole one."""
    crops: int = 4
    """Random crops of an ECG whose features are averaged."""
    max_tokens: int = 512
    """Longer texts are cut at the end."""
    quantised_base: bool = False
    """Hold the frozen model in NF4."""
    gradient_checkpointing: bool = False
    """Compute activations again instead of keeping them: less memory, more time."""


@dataclass(frozen=True)
class AlignmentData:
    """Texts about training ECGs, and their signals.

    Attributes
    ----------
    texts : sequence of GuidelineText
    signals_uv : ndarray of int16, shape (texts, 12, samples)
        Microvolts at 100 Hz.
    preprocess : PreprocessConfig
        How the encoder wants its signals.
    """

    texts: Sequence[GuidelineText]
    signals_uv: NDArray[np.int16]
    preprocess: PreprocessConfig = field(default_factory=PreprocessConfig)


def new_projector(encoder: EcgEncoder, base: BaseModel, recipe: AlignmentRecipe) -> EcgProjector:
    """Build an untrained projection from this encoder to this language model."""
    n_logits = len(encoder.superclasses) + len(encoder.codes) + len(encoder.attributes)
    width = int(base.decoder.config.hidden_size)
    return EcgProjector(encoder.config.feature_size, n_logits, recipe.projector_hidden, width, recipe.n_ecg_tokens)


def train_alignment(
    encoder: EcgEncoder,
    projector: EcgProjector,
    base: BaseModel,
    data: AlignmentData,
    recipe: AlignmentRecipe,
    out: Path,
) -> EcgTextModel:
    """Align `encoder` and `projector` with the frozen language model; goes on where `out` was left.

    The heads of the encoder stay as they are. Their probabilities change all the same where the layers below them are
    trained, so `evaluate classification` has to be run again on what comes out.

    Parameters
    ----------
    out : Path
        Folder for ``checkpoint.pt``, ``curve.jsonl``, ``curve.png`` and ``recipe.json``.

    Raises
    ------
    InvalidInput, ModelError
        As `ecg_chat.training.text_loop.run_loop`.
    """
    out.mkdir(parents=True, exist_ok=True)
    base.decoder.requires_grad_(False)
    encoder.requires_grad_(recipe.train_encoder)
    for head in (encoder.superclass_head, encoder.code_head):
        head.requires_grad_(False)
    device = base.decoder.device
    ecg_id = int(base.tokenizer.convert_tokens_to_ids(ECG))
    model = EcgTextModel(encoder.to(device), projector.to(device), base.decoder, ecg_id).eval()
    if recipe.gradient_checkpointing:
        base.decoder.activation_checkpointing_enable()
        base.decoder.train()  # transformers checkpoints in train mode only; a Llama has no dropout that would act
    run_loop(model, alignment_plan(base, data, recipe), recipe, out)
    write_recipe(out / "recipe.json", recipe)
    return model.eval()


def alignment_plan(base: BaseModel, data: AlignmentData, recipe: AlignmentRecipe) -> Plan:
    """Every ECG once as it is, and ``recipe.expansions`` times with leads left out, drawn anew in each epoch."""

    def make_batch(numbers: Sequence[int], epoch: int) -> TextBatch:
        encoded, rows, omitted = [], [], []
        for number in numbers:
            version, row = divmod(number, len(data.texts))
            text, left_out = data.texts[row], frozenset[str]()
            if version:
                text, left_out = omit_leads(
                    text, data.preprocess.leads, random.Random(f"{recipe.seed} {epoch} {number}")
                )
            encoded.append(encode_running_text(base.tokenizer, guideline_segments(text), recipe.n_ecg_tokens))
            rows.append(row)
            omitted.append(left_out)
        ids, labels = pad(encoded, base.tokenizer.pad_token_id, recipe.max_tokens)
        seeds = [(recipe.seed, epoch, number) for number in numbers]
        crops = draw_crops(data.signals_uv, rows, omitted, recipe.crops, seeds, data.preprocess)
        return TextBatch(ids, labels, *crops)

    run = {"base": base.fingerprint, "data": digest([*map(repr, data.texts), data.signals_uv])}
    return Plan("align", len(data.texts) * (1 + recipe.expansions), make_batch, run)
