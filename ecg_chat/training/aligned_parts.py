"""Encoder and projection between the stages, in full precision, with the shape that they need to be loaded."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.network.checkpoint import new_encoders
from ecg_chat.network.config import ENCODER_FILE, PROJECTOR_FILE, encoder_shape, load_config
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.network.preprocess import PreprocessConfig

SHAPE_FILE = "parts.json"


@dataclass(frozen=True)
class EcgParts:
    """What makes embeddings of an ECG, and how the signal is prepared for it."""

    encoder: EcgEncoder
    projector: EcgProjector
    preprocess: PreprocessConfig


def save_parts(folder: Path, parts: EcgParts) -> None:
    """Write both and their shape."""
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
    for name, part in ((ENCODER_FILE, encoder), (PROJECTOR_FILE, projector)):
        save_file({key: value.detach().cpu().contiguous() for key, value in part.state_dict().items()}, folder / name)
    (folder / SHAPE_FILE).write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")


def load_parts(folder: Path) -> EcgParts:
    """Load what `save_parts` wrote.

    Raises
    ------
    InvalidInput
        When nothing is there.
    ModelError
        When a file does not fit the shape.
    """
    if not (folder / SHAPE_FILE).is_file():
        raise InvalidInput(f"{folder} holds no finished stage (no {SHAPE_FILE}); run the stage before this one first")
    shape = json.loads((folder / SHAPE_FILE).read_text(encoding="utf-8"))
    superclasses, codes = tuple(shape["superclasses"]), tuple(shape["codes"])
    attributes = tuple(shape["attributes"])
    encoder = new_encoder(encoder_shape(shape["encoder"]), superclasses, codes, attributes)
    n_logits = len(superclasses) + len(codes) + len(attributes)
    projector = EcgProjector(
        encoder.config.feature_size, n_logits, shape["projector_hidden"], shape["width"], shape["n_ecg_tokens"]
    )
    _fill(encoder, folder / ENCODER_FILE)
    _fill(projector, folder / PROJECTOR_FILE)
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
    _fill(ensemble, folder / ENCODER_FILE)
    first = ensemble.members[0]
    assert isinstance(first, EcgEncoder)
    return first.eval(), config.preprocess


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _fill(module: nn.Module, path: Path) -> None:
    try:
        weights = {k: v.to(torch.float32) if v.is_floating_point() else v for k, v in load_file(path).items()}
        module.load_state_dict(weights)
    except (SafetensorError, RuntimeError, OSError) as error:
        raise ModelError(f"{path} does not fit its shape: {error}") from error
