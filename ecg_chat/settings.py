"""What can be configured; the only reader of the environment.

Every field ``name`` is read from ``ECG_CHAT_NAME``. An unknown ``ECG_CHAT_…`` variable is refused, because a
misspelt setting that is silently ignored is worse than a process that does not start.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from ecg_chat.errors import InvalidSettings

PREFIX = "ECG_CHAT_"
REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """Settings of one process."""

    host: str = "127.0.0.1"
    """Address to listen on; only loopback addresses until sign-in exists."""
    port: int = 7860
    """Port to listen on."""
    data_dir: Path = Path.home() / ".local" / "share" / "ecg_chat"
    """Where the default database and temporary upload files live."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in ``data_dir``."""
    model: str = "mini"
    """Name of a folder under ``models_dir``, or a path to one."""
    models_dir: Path = REPOSITORY / "models"
    """Where model folders are looked up."""
    device: str = "cpu"
    """Torch device: "cpu" or "cuda"."""
    max_upload_mb: int = 200
    """Uploads above this are refused before they are parsed."""

    def __post_init__(self) -> None:
        if not 0 < self.port < 65536:
            raise InvalidSettings(f"port is {self.port}, expected 1 to 65535")
        if self.max_upload_mb < 1:
            raise InvalidSettings(f"max_upload_mb is {self.max_upload_mb}, expected 1 or more")
        if not _is_loopback(self.host):
            raise InvalidSettings(
                f"host is {self.host!r}: without sign-in this version listens on loopback addresses only "
                "(127.0.0.1, localhost, ::1)"
            )

    @property
    def resolved_database_url(self) -> str:
        """The URL in use, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ecg_chat.sqlite'}"

    @property
    def model_dir(self) -> Path:
        """Folder of the chosen model."""
        path = Path(self.model)
        return path if path.is_absolute() or path.parts[:1] == (".",) else self.models_dir / self.model

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read ``ECG_CHAT_…`` variables.

        Raises
        ------
        InvalidSettings
            For an unknown variable or a value of the wrong type.
        """
        known = {f.name: f for f in fields(cls)}
        given: dict[str, object] = {}
        for key, text in environ.items():
            if not key.startswith(PREFIX):
                continue
            name = key.removeprefix(PREFIX).lower()
            if name not in known:
                names = ", ".join(PREFIX + n.upper() for n in known)
                raise InvalidSettings(f"{key} is not a setting; known are {names}")
            given[name] = _parse(key, text, type(known[name].default))
        return cls(**given)  # type: ignore[arg-type]


def _parse(key: str, text: str, kind: type) -> object:
    if kind is int:
        try:
            return int(text)
        except ValueError as error:
            raise InvalidSettings(f"{key} is {text!r}, expected a whole number") from error
    if issubclass(kind, Path):
        return Path(text).expanduser()
    return text


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
