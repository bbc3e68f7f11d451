"""Save and load a model folder: encoder, projector, decoder stored in NF4, tokenizer, config."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from bitsandbytes.functional import dequantize_4bit
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from ecg_chat.errors import ModelError
from ecg_chat.network.boosted_trees import BoostedTrees
from ecg_chat.network.config import (
    DECODER_DIR,
    ENCODER_FILE,
    PROJECTOR_FILE,
    TREES_FILE,
    ModelConfig,
    load_config,
    save_config,
)
from ecg_chat.network.encoder import EncoderEnsemble
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.measured_reader import MeasuredReader
from ecg_chat.network.multimodal import EcgProjector


@dataclass(frozen=True)
class LoadedModel:
    """The parts of a model, ready to use."""

    config: ModelConfig
    encoder: EncoderEnsemble
    projector: EcgProjector
    decoder: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    device: str
    reader: MeasuredReader | None = None
    """Joins what the encoders say with what the measured values say, where the model has it."""


def save_model(
    folder: Path,
    config: ModelConfig,
    *,
    encoder: EncoderEnsemble,
    projector: EcgProjector,
    decoder: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    trees: BoostedTrees | None = None,
) -> ModelConfig:
    """Write a model folder; the decoder's linear layers are stored as NF4 with double quantisation.

    Encoder and projector are stored in half precision, which halves the file and changes no printed digit. The trees of
    the reader of measured values, which ``config.measured`` describes, are stored as they are.

    Returns
    -------
    ModelConfig
        With the checksums of the files.

    Raises
    ------
    ModelError
        When there are trees that the config does not describe, or none that it describes.
    """
    if (trees is None) != (config.measured is None):
        raise ModelError("trees and what the config says of them belong together; got only one of both")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / DECODER_DIR
    with TemporaryDirectory() as temporary:
        decoder.save_pretrained(temporary)
        quantised = AutoModelForCausalLM.from_pretrained(temporary, quantization_config=_nf4(), dtype=torch.float32)
    if target.exists():
        shutil.rmtree(target)
    quantised.save_pretrained(target)
    tokenizer.save_pretrained(target)
    save_file(_half(encoder.state_dict()), folder / ENCODER_FILE)
    save_file(_half(projector.state_dict()), folder / PROJECTOR_FILE)
    (folder / TREES_FILE).unlink(missing_ok=True)
    if trees is not None:
        save_file(trees.state_dict(), folder / TREES_FILE)
    return save_config(config, folder)


def load_model(folder: Path, device: str = "cpu") -> LoadedModel:
    """Load a model folder without touching the network.

    Raises
    ------
    ModelError
        When files are missing, were changed, or do not fit the config.
    """
    config = load_config(folder)
    if not config.files:
        raise ModelError(f"the model {config.name} has no weights here; its card.md says how to make them")
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ModelError(f"device is {device!r}, but no CUDA device is available; use 'cpu'")
    encoder = new_encoders(config)
    _load(encoder, folder / ENCODER_FILE)
    transformers_logging.disable_progress_bar()
    # It advises to install a package that would fetch code from a hub; the built-in path is what this project measures.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    try:
        decoder = AutoModelForCausalLM.from_pretrained(
            folder / DECODER_DIR, device_map=device, local_files_only=True, dtype=torch.float32
        )
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / DECODER_DIR, local_files_only=True)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"the language model of {config.name} cannot be loaded: {error}") from error
    width = decoder.config.hidden_size
    projector = EcgProjector(config.n_features, config.n_logits, config.projector_hidden, width, config.n_ecg_tokens)
    _load(projector, folder / PROJECTOR_FILE)
    return LoadedModel(
        config,
        encoder.to(device).eval(),
        projector.to(device).eval(),
        decoder.eval(),
        tokenizer,
        device,
        _load_reader(config, folder, device),
    )


def _load_reader(config: ModelConfig, folder: Path, device: str) -> MeasuredReader | None:
    if config.measured is None:
        return None
    reader = MeasuredReader(config.measured, config.label_names)
    _load(reader.trees, folder / TREES_FILE)
    return reader.to(device).eval()


def new_encoders(config: ModelConfig) -> EncoderEnsemble:
    """Build the untrained encoders of a model."""
    labels = config.superclasses, config.codes
    members = [new_encoder(config.encoder, *labels, config.attributes) for _ in range(config.members)]
    return EncoderEnsemble([*members, *(new_encoder(shape, *labels) for shape in config.further_encoders)])


def full_precision(decoder: PreTrainedModel) -> dict[str, Tensor]:
    """Return the weights of a loaded decoder as float32, its 4-bit layers with the values that they compute with."""
    weights = {}
    for name, module in decoder.named_modules():
        for key, value in module.named_parameters(prefix=name, recurse=False):
            state = getattr(value, "quant_state", None)
            full = value.detach() if state is None else dequantize_4bit(value.detach(), state)
            weights[key] = full.to(torch.float32).cpu()
    return weights


def _nf4() -> BitsAndBytesConfig:
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.float32,
    )


def _half(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {k: v.detach().to(torch.float16) if v.is_floating_point() else v for k, v in state.items()}


def _load(module: nn.Module, path: Path) -> None:
    try:
        module.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()})
    except (SafetensorError, RuntimeError, OSError) as error:
        raise ModelError(f"{path.name} does not fit the model's config: {error}") from error
