"""The single checks of ``doctor``; each looks and changes nothing."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

from ecg_chat.delineation.wave_model import load_wave_model
from ecg_chat.errors import ModelError, StoreError
from ecg_chat.records.store import open_store
from ecg_chat.settings import REPOSITORY, Settings

LOW_DISK_GB = 1.0
"""Below this the log may soon fail: one recording with its bytes takes up to 200 MB."""
TORCH_PROBE = """
import json, torch
gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "gpus": gpus}))
"""


@dataclass(frozen=True)
class Check:
    """What was looked at, whether it is as it should be, and what was found."""

    name: str
    ok: bool
    text: str


def checkup(settings: Settings) -> list[Check]:
    """Run every check."""
    return [
        _python(),
        _machine(),
        _packages(),
        _torch(settings.device),
        _model(settings.model_dir),
        _wave_network(),
        _database(settings),
        _disk(settings.data_dir),
        _port(settings.host, settings.port),
    ]


def _python() -> Check:
    return Check("Python", sys.version_info >= (3, 11), f"{platform.python_version()} (3.11 or later is needed)")


def _machine() -> Check:
    memory = psutil.virtual_memory()
    text = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, {memory.available / 1e9:.1f} GB memory free"
    )
    return Check("Machine", True, f"{text} of {memory.total / 1e9:.1f} GB")


def _packages() -> Check:
    path = REPOSITORY / "requirements.txt"
    if not path.is_file():
        return Check("Packages", False, "requirements.txt is not there, so the versions cannot be compared")
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    wrong = [text for line in lines if "==" in line if (text := _wrong_version(line))]
    return Check("Packages", not wrong, "; ".join(wrong) if wrong else "all as in requirements.txt")


def _wrong_version(pin: str) -> str:
    name, _, wanted = pin.partition("==")
    name = name.partition("[")[0]
    try:
        # A torch build calls itself 2.13.0+cpu; what follows the plus is not part of the pin.
        installed = metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        return f"{name} is not installed"
    return "" if installed == wanted else f"{name} is {installed}, expected {wanted}"


def _torch(device: str) -> Check:
    # In a process of its own: a torch that cannot be loaded may end the process it is in.
    command = [sys.executable, "-c", TORCH_PROBE]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own constant
    if result.returncode != 0:
        last = result.stderr.strip().splitlines()[-1:] or ["no message"]
        return Check("Torch", False, f"cannot be loaded: {last[0]}")
    found = json.loads(result.stdout)
    gpus = ", ".join(found["gpus"]) or "none"
    ok = bool(found["gpus"]) or not device.startswith("cuda")
    return Check(
        "Torch", ok, f"{found['version']}, {found['threads']} threads, GPU: {gpus}; the model runs on {device}"
    )


def _model(folder: Path) -> Check:
    config = folder / "config.json"
    if not config.is_file():
        return Check("Model", False, f"there is no {config}")
    try:
        json.loads(config.read_text("utf-8"))
    except ValueError as error:
        return Check("Model", False, f"{config} is not JSON: {error}")
    weights = [path for path in folder.rglob("*.safetensors") if path.is_file()]
    size_mb = sum(path.stat().st_size for path in weights) / 1e6
    return Check("Model", bool(weights), f"{folder.name}, {len(weights)} weight files, {size_mb:.1f} MB")


def _wave_network() -> Check:
    try:
        model = load_wave_model()
    except ModelError as error:
        return Check("Wave network", False, str(error))
    members = f"{len(model.members)} members"
    return Check("Wave network", True, f"revision {model.revision}, {members}; every measurement needs it")


def _database(settings: Settings) -> Check:
    url = settings.resolved_database_url
    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    if file is not None and not file.exists():
        return Check("Database", True, f"{file} will be made at the first start")
    shown = str(file) if file else without_password(url)
    try:
        with open_store(url):
            return Check("Database", True, shown)
    except StoreError as error:
        return Check("Database", False, f"{shown}: {error}")


def without_password(url: str) -> str:
    """Return a database URL with its password blotted out."""
    scheme, separator, rest = url.partition("://")
    login, at, host = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{scheme}{separator}{user}{colon}{'***' if colon else ''}{at}{host}"


def _disk(folder: Path) -> Check:
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    free_gb = shutil.disk_usage(existing).free / 1e9
    writable = os.access(existing, os.W_OK)
    text = f"{free_gb:.1f} GB free at {folder}" + ("" if writable else ", which cannot be written to")
    return Check("Disk", writable and free_gb >= LOW_DISK_GB, text)


def _port(host: str, port: int) -> Check:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        in_use = probe.connect_ex((host, port)) == 0
    return Check(
        "Address", True, f"http://{host}:{port}" + (" (something is listening there already)" if in_use else "")
    )
