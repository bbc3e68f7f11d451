"""The wave network's folder: weights, what they were trained on, and checks that they are what was saved."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ecg_chat.delineation.wave_net import WaveNet, WaveNetConfig
from ecg_chat.errors import ModelError

FORMAT = 1
CONFIG_FILE = "config.json"
FOLDER = Path(__file__).resolve().parents[2] / "models" / "delineator"


@dataclass(frozen=True, eq=False)
class WaveModel:
    """An ensemble: each member was trained on all marked records but those of its own fold.

    Attributes
    ----------
    members : tuple of WaveNet
    folds : mapping of str to int
        LUDB record → the member that did not see it.
    revision : str
        Twelve hex digits that change whenever a weight file changes.
    """

    members: tuple[WaveNet, ...]
    folds: Mapping[str, int]
    revision: str

    @property
    def multiple(self) -> int:
        """Length in samples that inputs must be a multiple of."""
        return self.members[0].config.multiple


def member_file(k: int) -> str:
    """File name of one member's weights."""
    return f"member_{k}.safetensors"


def save_wave_model(folder: Path, members: Sequence[WaveNet], folds: Mapping[str, int]) -> None:
    """Write weights (half precision) and ``config.json`` with shape, checksums and the records of each fold."""
    folder.mkdir(parents=True, exist_ok=True)
    for k, net in enumerate(members):
        state = {
            key: value.detach().to(torch.float16) if value.is_floating_point() else value
            for key, value in net.state_dict().items()
        }
        save_file(state, folder / member_file(k))
    config = {
        "format": FORMAT,
        "network": dataclasses.asdict(members[0].config),
        "folds": dict(sorted(folds.items(), key=lambda item: (len(item[0]), item[0]))),
        "files": {member_file(k): _sha256(folder / member_file(k)) for k in range(len(members))},
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


@lru_cache(maxsize=2)
def load_wave_model(folder: Path = FOLDER) -> WaveModel:
    """Load and check the ensemble; the same folder is loaded once.

    Raises
    ------
    ModelError
        When a file is missing, differs from what was saved, or does not fit the config.
    """
    path = folder / CONFIG_FILE
    if not path.is_file():
        raise ModelError(f"the wave network's folder {folder.name!r} has no {CONFIG_FILE}; restore its files")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        if config["format"] != FORMAT:
            raise ModelError(f"the wave network has format {config['format']}, this version reads {FORMAT}")
        network = config["network"]
        shape = WaveNetConfig(**(network | {"channels": tuple(network["channels"])}))
        files: dict[str, str] = dict(config["files"])
        folds = {str(record): int(fold) for record, fold in config["folds"].items()}
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{CONFIG_FILE} of the wave network cannot be used: {error!r}") from error
    members = tuple(_load_member(folder / name, digest, shape) for name, digest in files.items())
    if not members or not set(folds.values()) <= set(range(len(members))):
        named = sorted(set(folds.values()))
        raise ModelError(f"the wave network has {len(members)} members, but its folds name {named}")
    return WaveModel(members, folds, hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()[:12])


def members_for(ludb_record: str, folder: Path = FOLDER) -> tuple[int, ...] | None:
    """Return the members that were not trained on a LUDB record; ``None`` (all of them) if no one was."""
    fold = load_wave_model(folder).folds.get(ludb_record)
    return None if fold is None else (fold,)


def _load_member(path: Path, digest: str, shape: WaveNetConfig) -> WaveNet:
    if not path.is_file():
        raise ModelError(f"the wave network lacks its file {path.name}")
    if _sha256(path) != digest:
        raise ModelError(f"the wave network's file {path.name} is not the one that was saved: its checksum differs")
    net = WaveNet(shape)
    try:
        net.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()})
    except (SafetensorError, RuntimeError) as error:
        raise ModelError(f"{path.name} does not fit the wave network's config: {error}") from error
    return net.eval()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
