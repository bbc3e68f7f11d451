"""From the shape of an encoder to the network of its layout."""

from __future__ import annotations

from ecg_chat.network.encoder import EcgEncoder
from ecg_chat.network.encoder_shapes import EncoderConfig, StateSpaceConfig
from ecg_chat.network.resnet import ResNetEncoder
from ecg_chat.network.state_space import StateSpaceEncoder


def new_encoder(
    shape: EncoderConfig,
    superclasses: tuple[str, ...],
    codes: tuple[str, ...],
    attributes: tuple[str, ...] = (),
) -> EcgEncoder:
    """Build an untrained encoder of a shape; see `EcgEncoder` for the labels."""
    if isinstance(shape, StateSpaceConfig):
        return StateSpaceEncoder(shape, superclasses, codes, attributes)
    return ResNetEncoder(shape, superclasses, codes, attributes)
