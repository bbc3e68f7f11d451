"""Save and load a model folder: encoder, projector, decoder stored in NF4, tokenizer, config."""

from __future__ import annotations

import logging
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
    own_names,
    save_config,
)
from ecg_chat.network.encoder import EncoderEnsemble
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.folder_swap import naming_the_reason, replacing
from ecg_chat.network.measured_reader import MeasuredReader
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.network.unpacked import unpack_if_faster


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
    texts: Mapping[str, str] | None = None,
) -> ModelConfig:
    """Write a model folder; the decoder's linear layers are stored as NF4 with double quantisation.

    Encoder and projector are stored in half precision, which halves the file and changes no printed digit. The trees of
    the reader of measured values, which ``config.measured`` describes, are stored as they are.

    A model that is in the folder is replaced when the new one is whole, and stays as it is if anything fails before.
    Files that are no part of it (card, results, notes of the training) stay.

    Parameters
    ----------
    folder : Path
    config : ModelConfig
    encoder, projector, decoder, tokenizer
        The parts.
    trees : BoostedTrees, optional
        Where ``config.measured`` describes them.
    texts : mapping of file name to text, optional
        Text files that belong to the model like its weights, such as the list of the records that it was trained on.

    Returns
    -------
    ModelConfig
        With the checksums of the files.

    Raises
    ------
    ModelError
        When there are trees that the config does not describe, or none that it describes, or when the folder cannot be
        written (disk full).
    """
    if (trees is None) != (config.measured is None):
        raise ModelError("trees and what the config says of them belong together; got only one of both")
    with naming_the_reason(folder):
        quantised = _quantised(decoder)
        with replacing(folder, own_names(folder)) as new:
            quantised.save_pretrained(new / DECODER_DIR)
            _save_tokenizer(tokenizer, new / DECODER_DIR)
            save_file(_half(encoder.state_dict()), new / ENCODER_FILE)
            save_file(_half(projector.state_dict()), new / PROJECTOR_FILE)
            if trees is not None:
                save_file(trees.state_dict(), new / TREES_FILE)
            for name, text in (texts or {}).items():
                (new / name).write_text(text, encoding="utf-8")
            config = save_config(config, new, further=tuple(texts or ()))
    return config


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
    unpack_if_faster(decoder)
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


def _quantised(decoder: PreTrainedModel) -> PreTrainedModel:
    with TemporaryDirectory() as temporary:
        decoder.save_pretrained(temporary)
        quantised: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
            temporary, quantization_config=_nf4(), dtype=torch.float32
        )
    return quantised


def _save_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    # Written here first, for an OSError on a full disk: what its own writer raises then has no class of its own.
    (folder / "tokenizer.json").write_text(tokenizer.backend_tokenizer.to_str(True), encoding="utf-8")
    tokenizer.save_pretrained(folder)


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
