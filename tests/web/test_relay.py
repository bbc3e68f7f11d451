from __future__ import annotations

import asyncio
import json
import threading

import pytest

from ecg_chat.errors import InvalidInput
from ecg_chat.web.relay import Put, relay


async def _collect(work: object) -> list[dict[str, object]]:
    return [json.loads(line) async for line in relay(work)]  # type: ignore[arg-type]


def test_events_arrive_in_order() -> None:
    def work(put: Put, cancel: threading.Event) -> None:
        for number in range(3):
            put({"n": number, "text": "a\nb"})

    assert asyncio.run(_collect(work)) == [{"n": number, "text": "a\nb"} for number in range(3)]


def test_a_refusal_is_the_last_event() -> None:
    def work(put: Put, cancel: threading.Event) -> None:
        put({"n": 1})
        raise InvalidInput("Too long.")

    assert asyncio.run(_collect(work)) == [{"n": 1}, {"type": "error", "error": "Too long.", "kind": "InvalidInput"}]


def test_a_program_error_still_ends_the_stream_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    reported = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda arguments: reported.set())

    def work(put: Put, cancel: threading.Event) -> None:
        raise ZeroDivisionError

    events = asyncio.run(_collect(work))
    assert reported.wait(5), "the terminal must show what happened"
    assert [event["kind"] for event in events] == ["Unexpected"]


def test_who_leaves_stops_the_work() -> None:
    ended = threading.Event()

    def work(put: Put, cancel: threading.Event) -> None:
        put({"n": 0})
        assert cancel.wait(5)
        ended.set()

    async def leave() -> None:
        lines = relay(work)
        await anext(lines)
        await lines.aclose()  # type: ignore[attr-defined]

    asyncio.run(leave())
    assert ended.wait(5)
