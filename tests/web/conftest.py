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
from playwright.sync_api import Browser, Page, sync_playwright

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.settings import Settings
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.web import create_app

WAIT_MS = 60_000


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


@pytest.fixture(scope="module")
def browser(chromium_path: str | None) -> Iterator[Browser]:
    with sync_playwright() as tools:
        launched = tools.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test when a script fails or a request leaves this machine."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(WAIT_MS)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"script: {error}"))
    opened.on(
        "request",
        lambda request: (
            None if request.url.startswith(("http://127.0.0.1:", "data:", "blob:")) else problems.append(request.url)
        ),
    )
    yield opened
    context.close()
    assert not problems
