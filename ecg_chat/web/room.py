"""What the routes share: settings, log, desk, model and the queue before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from ecg_chat.records.store import Store
from ecg_chat.settings import Settings
from ecg_chat.web.desk import Desk
from ecg_chat.web.model_slot import ModelSlot
from ecg_chat.web.turns import Turns


@dataclass(frozen=True)
class Room:
    """The parts of one running app."""

    settings: Settings
    store: Store
    slot: ModelSlot
    desk: Desk
    turns: Turns

    @property
    def max_upload_bytes(self) -> int:
        """The most that one upload may have."""
        return self.settings.max_upload_mb * 1_000_000


def room_of(request: Request) -> Room:
    """Return the room of the app that serves this request."""
    return cast(Room, request.app.state.room)
