"""The pages and the routes behind them; `create_app` wires the other rooms together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecg_chat.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ecg_chat.chat.types import Assistant


def create_app(settings: Settings, assistant: Assistant | None = None) -> FastAPI:
    """Return the app, see `ecg_chat.web.app.create_app`; imported here late, because Gradio takes seconds to import."""
    from ecg_chat.web.app import create_app as create  # noqa: PLC0415

    return create(settings, assistant)


__all__ = ["create_app"]
