"""How long the page takes to come up, as a person meets it: a new process until the first answer with status 200."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from ecg_chat.errors import InvalidSettings
from ecg_chat.settings import PREFIX, Settings

PATIENCE_S = 180.0


@dataclass(frozen=True)
class StartTimes:
    """Seconds to the first page, and the memory that the process then has."""

    page_s: float
    memory_mb: float

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def time_start(command: Sequence[str], settings: Settings, data_dir: Path) -> StartTimes:
    """Start the page on a free port with a database of its own, wait for it, and end it.

    Raises
    ------
    InvalidSettings
        When it ends by itself or does not answer within three minutes.
    """
    port = _free_port(settings.host)
    environment = os.environ | {
        f"{PREFIX}PORT": str(port),
        f"{PREFIX}DATA_DIR": str(data_dir),
        f"{PREFIX}DATABASE_URL": "",
    }
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - the command is ours
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(process, settings.host, port, started + PATIENCE_S)
            return StartTimes(time.perf_counter() - started, _memory_mb(process.pid))
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], host: str, port: int, deadline: float) -> None:
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise InvalidSettings(f"the page ended by itself with code {process.returncode}; start app.py to see why")
        connection = http.client.HTTPConnection(host, port, timeout=30)
        try:
            connection.request("GET", "/")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:  # nobody listens yet
            time.sleep(0.05)
        finally:
            connection.close()
    raise InvalidSettings(f"the page did not answer within {PATIENCE_S:.0f} s")


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _memory_mb(pid: int) -> float:
    process = psutil.Process(pid)
    return float(sum(p.memory_info().rss for p in [process, *process.children(recursive=True)])) / 1e6
