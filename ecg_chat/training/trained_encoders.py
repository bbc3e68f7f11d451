"""Encoders that were trained: the members that stage 1 left in a work folder, and those of an earlier model."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from ecg_chat.datasets.ptbxl_attributes import attribute_names
from ecg_chat.datasets.ptbxl_statements import SUPERCLASSES, read_statement_table
from ecg_chat.errors import InvalidInput
from ecg_chat.network.checkpoint import load_model
from ecg_chat.network.config import encoder_shape
from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.encoder_layouts import new_encoder
from ecg_chat.network.encoder_shapes import EncoderConfig
from ecg_chat.training.encoder_recipe import ENCODER, PREPROCESS
from ecg_chat.training.run_checkpoint import read_tensors


def further_encoders(folder: Path, beside: EcgEncoder, taken: Sequence[int] = ()) -> list[EcgEncoder]:
    """Load the encoders of an earlier model (those that are `taken`, or all), as ones to average with `beside`.

    Their labels are put into the order of the other's, what they said of short crops they say of windows, and what
    they said of attributes is left out.

    Raises
    ------
    InvalidInput
        When they do not predict the same labels at the same sampling rate.
    """
    earlier = load_model(folder)
    preprocess = earlier.config.preprocess
    if preprocess.fs_hz != PREPROCESS.fs_hz or preprocess.leads != PREPROCESS.leads:
        raise InvalidInput(
            f"the encoder of {folder.name} expects {preprocess.fs_hz} Hz, the new ones {PREPROCESS.fs_hz}"
        )
    window = round(preprocess.crop_s * preprocess.fs_hz) if preprocess.crop_s < PREPROCESS.crop_s else 0
    members = list(earlier.encoder.members)
    if any(k >= len(members) for k in taken):
        raise InvalidInput(
            f"{folder.name} has {len(members)} encoders, counted from 0; got {', '.join(map(str, taken))}"
        )
    chosen = [members[k] for k in taken] or members
    return [_beside(cast(EcgEncoder, one), beside, folder.name, window) for one in chosen]


def _beside(earlier: EcgEncoder, beside: EcgEncoder, name: str, window: int) -> EcgEncoder:
    if earlier.superclasses != beside.superclasses or set(earlier.codes) != set(beside.codes):
        raise InvalidInput(f"the encoder of {name} predicts other labels than the new ones")
    shape = dataclasses.replace(earlier.config, window_samples=earlier.config.window_samples or window)
    return without_attributes(earlier, beside, shape)


def without_attributes(encoder: EcgEncoder, beside: EcgEncoder, shape: EncoderConfig | None = None) -> EcgEncoder:
    """Return an encoder that predicts only labels, in the order of another's, with another shape if one is given."""
    order = [encoder.codes.index(code) for code in beside.codes]
    weights = encoder.state_dict()
    for key in ("code_head.weight", "code_head.bias"):
        weights[key] = weights[key][order]
    plain = new_encoder(shape or encoder.config, beside.superclasses, beside.codes)
    plain.load_state_dict({key: value for key, value in weights.items() if not key.startswith("attribute_head")})
    return plain.eval()


def load_encoders(ptbxl: Path, work: Path, members: Sequence[int] | None = None) -> list[EcgEncoder]:
    """Load the members that stage 1 left in `work`.

    Parameters
    ----------
    ptbxl, work : Path
    members : sequence of int, optional
        Only these; all that are there without it, which must be numbered from 0 without a gap.

    Raises
    ------
    InvalidInput
        When one of them has not been trained yet.
    ModelError
        When the file of one is damaged.
    """
    numbers = range(max(1, len(list(work.glob("encoder_*.pt"))))) if members is None else members
    missing = [k for k in numbers if not (work / f"encoder_{k}.pt").is_file()]
    if missing:
        raise InvalidInput(f"no encoder_{missing[0]}.pt is in {work}; run `python -m ecg_chat train encoder` first")
    encoders = []
    for k in numbers:
        encoder = new_encoder(
            _member_shape(work / f"encoder_{k}"), SUPERCLASSES, tuple(read_statement_table(ptbxl)), attribute_names()
        )
        encoder.load_state_dict(read_tensors(work / f"encoder_{k}.pt"))
        encoders.append(encoder.eval())
    return encoders


def _member_shape(folder: Path) -> EncoderConfig:
    """Return what a member was trained as; a recipe without a shape is older than the second layout."""
    recipe = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
    return encoder_shape(recipe["shape"]) if "shape" in recipe else ENCODER
