"""Encoder and projection between the stages: one file, in full precision, with the shape that loading needs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from ecg_chat.datasets.whole_file import write_whole
from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.network.checkpoint import new_encoders
from ecg_chat.network.config import ENCODER_FILE, encoder_shape, load_config
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.network.preprocess import PreprocessConfig

PARTS_FILE = "parts.safetensors"
_SHAPE = "shape"
"""Key of the shape in the header of the file."""


@dataclass(frozen=True)
class EcgParts:
    """What makes embeddings of an ECG, and how the signal is prepared for it."""

    encoder: EcgEncoder
    projector: EcgProjector
    preprocess: PreprocessConfig


def save_parts(folder: Path, parts: EcgParts) -> None:
    """Write both and their shape.

    Raises
    ------
    ModelError
        When the file cannot be written (disk full); what an earlier run wrote is still there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    encoder, projector = parts.encoder, parts.projector
    first = projector.layers[0]
    assert isinstance(first, nn.Linear)
    shape = {
        "encoder": dataclasses.asdict(encoder.config),
        "preprocess": dataclasses.asdict(parts.preprocess),
        "superclasses": encoder.superclasses,
        "codes": encoder.codes,
        "attributes": encoder.attributes,
        "projector_hidden": first.out_features,
        "width": projector.width,
        "n_ecg_tokens": projector.n_tokens,
    }
    weights = {
        f"{name}.{key}": value.detach().cpu().contiguous()
        for name, part in (("encoder", encoder), ("projector", projector))
        for key, value in part.state_dict().items()
    }
    content = save(weights, {_SHAPE: json.dumps(shape)})
    write_whole(folder / PARTS_FILE, lambda file: file.write(content), ModelError)


def load_parts(folder: Path) -> EcgParts:
    """Load what `save_parts` wrote.

    Raises
    ------
    InvalidInput
        When nothing is there.
    ModelError
        When the file is damaged or does not fit the shape.
    """
    path = folder / PARTS_FILE
    if not path.is_file():
        raise InvalidInput(f"{folder} holds no finished stage (no {PARTS_FILE}); run the stage before this one first")
    shape, weights = _stored(path)
    superclasses, codes = tuple(shape["superclasses"]), tuple(shape["codes"])
    attributes = tuple(shape["attributes"])
    encoder = new_encoder(encoder_shape(shape["encoder"]), superclasses, codes, attributes)
    n_logits = len(superclasses) + len(codes) + len(attributes)
    projector = EcgProjector(
        encoder.config.feature_size, n_logits, shape["projector_hidden"], shape["width"], shape["n_ecg_tokens"]
    )
    for name, part in (("encoder", encoder), ("projector", projector)):
        own = {key.removeprefix(f"{name}."): value for key, value in weights.items() if key.startswith(f"{name}.")}
        _fill(part, own, path)
    return EcgParts(encoder.eval(), projector.eval(), PreprocessConfig(**_tuples(shape["preprocess"])))


def encoder_of_model(folder: Path) -> tuple[EcgEncoder, PreprocessConfig]:
    """Load the (first) encoder of a model folder, as a start, and how its signals are prepared.

    Raises
    ------
    ModelError
        When the folder has no config, or its files are not those that were saved.
    """
    config = load_config(folder)
    ensemble = new_encoders(config)
    path = folder / ENCODER_FILE
    try:
        weights = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    _fill(ensemble, weights, path)
    first = ensemble.members[0]
    assert isinstance(first, EcgEncoder)
    return first.eval(), config.preprocess


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _stored(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            return json.loads(file.metadata()[_SHAPE]), {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, TypeError, KeyError, ValueError) as error:
        raise ModelError(f"{path} is damaged: {error}; run its stage again") from error


def _fill(module: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    try:
        module.load_state_dict({k: v.to(torch.float32) if v.is_floating_point() else v for k, v in weights.items()})
    except RuntimeError as error:
        raise ModelError(f"{path} does not fit its shape: {error}") from error
