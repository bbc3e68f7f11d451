"""How the parts of the store reach the database: one transaction to read, one to write."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ecg_chat.errors import StoreError
from ecg_chat.records.engine import WRITE
from ecg_chat.records.failures import LOCKED, translated


def new_id() -> str:
    """Return an opaque random id, safe in a URL and on a command line."""
    return secrets.token_hex(12)


class Door:
    """Base of the store's parts.

    Transactions are short: none is held while a model thinks or a person reads. They may be used from any thread.
    """

    def __init__(self, engine: Engine, where: str, wait_s: float) -> None:
        self._engine = engine
        self._wait_s = wait_s
        # SQLite lets one transaction write at a time and is not fair to those who wait: threads queue here instead.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._writing_engine = engine.execution_options(**WRITE)
        self._where = where

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with translated(self._where), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        """Commit at the end; nothing of it is stored if anything goes wrong."""
        with (
            self._my_turn(),
            translated(self._where),
            Session(self._writing_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=self._wait_s):
            raise StoreError(LOCKED.format(where=self._where))
        try:
            yield
        finally:
            self._turn.release()
