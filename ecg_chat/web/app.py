"""Wires the rooms into one app: pages, routes, guard, log, model."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import plotly
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from ecg_chat.chat.types import Assistant
from ecg_chat.records.store import open_store
from ecg_chat.settings import Settings
from ecg_chat.web import conversation_routes, correction_routes, failures, recording_routes, review_routes
from ecg_chat.web.desk import Desk
from ecg_chat.web.guard import Guard
from ecg_chat.web.model_slot import ModelSlot
from ecg_chat.web.page_files import HEAD, STATIC
from ecg_chat.web.room import Room
from ecg_chat.web.turns import Turns

PLOTLY_ASSETS = Path(plotly.__file__).parent / "package_data"
# A multipart request is a little longer than the files in it.
FORM_OVERHEAD_BYTES = 1_000_000


def create_app(settings: Settings, assistant: Assistant | None = None) -> FastAPI:
    """Return the app; without an `assistant` the settings' model is loaded in the background.

    Raises
    ------
    StoreError
        When the log cannot be opened.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = open_store(settings.resolved_database_url)
    slot = ModelSlot(assistant)
    desk = Desk(store, slot, settings.max_upload_mb * 1_000_000)
    room = Room(settings, store, slot, desk, Turns())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if assistant is None:
            slot.load_in_background(lambda: load_model(settings))
        yield
        store.close()

    app = FastAPI(title="ecg_chat", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.room = room
    failures.add_handlers(app)
    for routes in (recording_routes, correction_routes, conversation_routes, review_routes):
        app.include_router(routes.router)
    app.mount("/ecg-assets/plotly", StaticFiles(directory=PLOTLY_ASSETS), name="plotly")
    app.mount("/ecg-assets", StaticFiles(directory=STATIC), name="ecg-assets")
    app.add_middleware(Guard, max_body_bytes=room.max_upload_bytes + FORM_OVERHEAD_BYTES)
    return _with_pages(app, settings)


def load_model(settings: Settings) -> Assistant:
    """Load the model that the settings name.

    Raises
    ------
    ModelError
        When its folder is missing or damaged.
    """
    # torch takes seconds to import; the first page does not wait for it
    from ecg_chat.network.assistant import load_assistant  # noqa: PLC0415

    return load_assistant(settings.model_dir, settings.device)


def _with_pages(app: FastAPI, settings: Settings) -> FastAPI:
    # Gradio reads these when it is imported; nothing may leave the machine and no upload may lie in a shared folder.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = str(settings.data_dir / "gradio")
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gradio as gr  # noqa: PLC0415

    from ecg_chat.web.pages import build_pages, theme  # noqa: PLC0415

    async def mount() -> FastAPI:
        return gr.mount_gradio_app(  # type: ignore[no-any-return]
            app,
            build_pages(),
            path="/",
            server_name=settings.host,
            server_port=settings.port,
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size=1,  # the pages upload to /api/recordings; nothing may be left in Gradio's own folder
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            enable_monitoring=False,
            theme=theme(),
            head=HEAD,
        )

    # Without a running event loop Gradio makes one for each of its locks and never closes them. The thread is for
    # callers that have a loop of their own.
    with warnings.catch_warnings(), ThreadPoolExecutor(1) as thread:
        # It says that several pages cannot be rendered on the server, even where nobody asks for that.
        warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        return thread.submit(lambda: asyncio.run(mount())).result()
