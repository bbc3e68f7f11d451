"""What decided an answer, gathered at the moment it is asked for."""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Mapping
from importlib import metadata

from ecg_chat.chat.types import Assistant, GenerationSettings
from ecg_chat.conversation.types import Conversation
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.measurements.types import Measurements
from ecg_chat.records.views import Provenance
from ecg_chat.signals.ecg import Ecg

PACKAGES = (
    "numpy",
    "scipy",
    "wfdb",
    "ecgdatakit",
    "torch",
    "transformers",
    "tokenizers",
    "bitsandbytes",
    "peft",
)
"""Packages that can change a sample, a measurement or a token."""


def provenance_of(
    assistant: Assistant,
    conversation: Conversation,
    ecg: Ecg,
    measurements: Measurements,
    settings: GenerationSettings,
) -> Provenance:
    """Return everything that decides the answer of `assistant` to the last message of `conversation`."""
    info = assistant.info
    return Provenance(
        prompt=assistant.prompt(conversation),
        model_name=info.name,
        model_revision=info.revision,
        quantisation=info.quantisation,
        device=info.device,
        conversation=conversation,
        settings=settings,
        preprocessing=dict(info.preprocessing),
        packages=package_versions(),
        signal_sha256=signal_digest(ecg),
        measurements=to_dict(measurements),
    )


@functools.cache
def package_versions() -> Mapping[str, str]:
    """Return the versions of Python and of `PACKAGES`; what is not installed is left out."""
    installed = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            installed[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return installed


def signal_digest(ecg: Ecg) -> str:
    """Return the sha256 (hex) of rate, lead names and samples: the same for the same signal and no other."""
    digest = hashlib.sha256(f"{ecg.fs_hz!r} {' '.join(ecg.leads)} {ecg.n_samples}\n".encode())
    digest.update(ecg.signal.astype("<f4").tobytes())
    return digest.hexdigest()
