"""The language model that ECG tokens are put into: loaded with its own tokenizer, and taught the marks and slots.

Any causal model of `transformers` in the Llama layout will do. It is read from a folder; only a name that the person
gives as a hub model is looked up on the hub.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging as transformers_logging

from ecg_chat.errors import ModelError
from ecg_chat.network.tokenizer import PAD, with_slots
from ecg_chat.training.device import usable_device
from ecg_chat.training.stage_files import digest


@dataclass(frozen=True)
class BaseModel:
    """A language model, its tokenizer, and the ids of the tokens that it had to be given."""

    decoder: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    added_ids: tuple[int, ...]
    name: str = ""
    """As it was given: the name of its folder, or that on the hub."""

    @property
    def fingerprint(self) -> str:
        """What tells it from another language model: the number of embeddings, and the first of them."""
        weight = self.decoder.get_input_embeddings().weight.detach()
        return digest([str(tuple(weight.shape)), weight[:64].to(device="cpu", dtype=torch.float32).numpy()])


def load_base(source: str, *, hub: bool = False, device: str = "cpu", quantised: bool = False) -> BaseModel:
    """Load model and tokenizer.

    Parameters
    ----------
    source : str
        A folder, or with `hub` the name of a model on the Hugging Face hub.
    hub : bool
        Whether the network may be used.
    device : str
        "cpu" (float32) or "cuda" (bfloat16).
    quantised : bool
        Store linear layers in NF4 with double quantisation while training, for a small GPU.

    Raises
    ------
    ModelError
        When there is no such folder, it cannot be loaded, or CUDA is asked for and absent.
    """
    if not hub and not Path(source).is_dir():
        raise ModelError(f"the base model {source!r} is not a folder; give the one that you downloaded, or use --hub")
    usable_device(device)
    transformers_logging.disable_progress_bar()
    dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
    options = {"quantization_config": _nf4(dtype)} if quantised else {}
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=not hub)
        decoder = AutoModelForCausalLM.from_pretrained(
            source, local_files_only=not hub, dtype=dtype, device_map=device, **options
        )
    except (OSError, ValueError, KeyError, ImportError) as error:  # ImportError: tokenizer.model without its reader
        raise ModelError(f"the base model {source!r} cannot be loaded: {error}") from error
    return dataclasses.replace(with_marks(decoder, tokenizer), name=source if hub else Path(source).resolve().name)


def with_marks(decoder: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> BaseModel:
    """Add the marks of a conversation, the slots of measured values and padding; old ids stay.

    A new token starts at the mean of the old ones, in the input and in the output layer, so that nothing is random.
    """
    before = set(tokenizer.get_vocab())
    with_slots(tokenizer)
    tokenizer.add_special_tokens({"pad_token": PAD})
    added = tuple(sorted(id_ for token, id_ in tokenizer.get_vocab().items() if token not in before))
    rows = decoder.get_input_embeddings().weight.shape[0]
    if added and max(added) >= rows:
        decoder.resize_token_embeddings(max(added) + 1, mean_resizing=False)
    with torch.no_grad():
        for layer in (decoder.get_input_embeddings(), decoder.get_output_embeddings()):
            if added:
                weight = layer.weight
                weight[list(added)] = weight[: min(added)].float().mean(dim=0).to(weight.dtype)
    decoder.config.pad_token_id = tokenizer.pad_token_id
    return BaseModel(decoder, tokenizer, added)


def _nf4(dtype: torch.dtype) -> BitsAndBytesConfig:
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )
