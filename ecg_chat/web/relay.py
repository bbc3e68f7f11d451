"""Work of a thread, relayed line by line to a browser that may leave at any time."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

from ecg_chat.errors import EcgChatError
from ecg_chat.web.failures import failure

Event = dict[str, Any]
Put = Callable[[Event], None]
Work = Callable[[Put, threading.Event], None]

BROKEN = "The answer broke off because of an error in the program; the terminal shows what happened."


async def relay(work: Work) -> AsyncIterator[str]:
    """Run `work` in a thread and yield each event that it puts as one line of JSON.

    When the browser leaves (or stops), the `threading.Event` that `work` was given is set; `work` then ends in its own
    time, so that whatever it has to write down is written.
    """
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    left = threading.Event()

    def put(event: Event | None) -> None:
        if not loop.is_closed():  # the server may have ended before the thread
            loop.call_soon_threadsafe(events.put_nowait, event)

    def run() -> None:
        last: Event | None = {"type": "error", "error": BROKEN, "kind": "Unexpected"}
        try:
            work(put, left)
            last = None
        except EcgChatError as error:
            last = {"type": "error", **failure(error)}
        finally:
            if last is not None:
                put(last)
            put(None)

    threading.Thread(target=run, name="answer", daemon=True).start()
    try:
        while (event := await events.get()) is not None:
            yield json.dumps(event, ensure_ascii=False) + "\n"
    finally:
        left.set()
