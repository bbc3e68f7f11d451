"""The app as it runs, in a thread, with an assistant that says what it was told to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
import wfdb

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.settings import Settings
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.web import create_app


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    data_dir: Path
    assistant: ScriptedAssistant


@pytest.fixture(scope="session")
def clbbb_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A WFDB pair of a synthetic left bundle branch block at 72/min."""
    folder = tmp_path_factory.mktemp("wfdb")
    ecg = make_ecg("clbbb").ecg
    signal = ecg.signal.T.astype("float64")
    wfdb.wrsamp(
        "lbbb",
        ecg.fs_hz,
        ["mV"] * len(ecg.leads),
        list(ecg.leads),
        p_signal=signal,
        fmt=["16"] * len(ecg.leads),
        write_dir=str(folder),
    )
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Running]]:
    """Start servers; they end with the module."""
    started: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(assistant: ScriptedAssistant, data_dir: Path | None = None) -> Running:
        folder = data_dir or tmp_path_factory.mktemp("data")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = Settings(port=port, data_dir=folder, max_upload_mb=5)
        config = uvicorn.Config(
            create_app(settings, assistant), port=port, log_level="error", timeout_graceful_shutdown=1, ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start within a minute"
            time.sleep(0.02)
        started.append((server, thread))
        return Running(f"http://127.0.0.1:{port}", folder, assistant)

    yield start
    for server, thread in started:
        server.should_exit = True
        thread.join(10)
