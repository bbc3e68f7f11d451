"""From command line arguments to a running server."""

from __future__ import annotations

import argparse
import dataclasses
import os
import socket
import sys
from collections.abc import Sequence

from ecg_chat.errors import EcgChatError, InvalidSettings
from ecg_chat.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Serve until interrupted; return the exit code (2: the settings or the log do not allow it)."""
    try:
        settings = _settings(arguments)
        _check_free(settings)
        _serve(settings)
    except EcgChatError as error:
        print(f"ecg_chat: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _settings(arguments: Sequence[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="app.py", description="Read an ECG and talk about it. Not a medical device.")
    parser.add_argument("--host", help="loopback address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default 7860)")
    parser.add_argument("--model", help="folder under models/, or a path to one (default mini)")
    parser.add_argument("--device", help="torch device: cpu or cuda (default cpu)")
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    return dataclasses.replace(Settings.from_environment(os.environ), **given)


def _check_free(settings: Settings) -> None:
    """Say that the port is taken before anything slow starts; uvicorn would only log it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise InvalidSettings(
                f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}); "
                "choose another one with --port."
            ) from error


def _serve(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"ecg_chat is starting on http://{host}:{settings.port}", flush=True)  # noqa: T201
    # Gradio and FastAPI take seconds to import; the lines above answer first.
    import uvicorn  # noqa: PLC0415

    from ecg_chat.web.app import create_app  # noqa: PLC0415

    app = create_app(settings)
    print(f"ecg_chat is open on http://{host}:{settings.port} – not a medical device. Ctrl+C ends it.", flush=True)  # noqa: T201
    # An answer that streams keeps its connection open; ending the app must not wait for it.
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=3)
