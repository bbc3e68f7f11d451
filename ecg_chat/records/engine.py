"""From a URL to connections that behave: durable, waiting for locks, strict about references."""

from __future__ import annotations

import functools
import json
import os
import sqlite3
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from ecg_chat.errors import StoreError

WRITE = {"begins_writing": True}
"""Execution option of a transaction that will write."""
_to_json = functools.partial(json.dumps, allow_nan=False, separators=(",", ":"))


def parse(url: str) -> URL:
    """Check a database URL.

    Raises
    ------
    StoreError
        If it is no URL, names another kind of database, or SQLite without a file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "The database address cannot be read; expected sqlite:///FILE or postgresql://HOST/NAME."
        ) from error
    kind = parsed.get_backend_name()
    if kind == "postgresql":
        if find_spec("psycopg") is None:
            raise StoreError("A PostgreSQL log needs the package psycopg: pip install 'psycopg[binary]'.")
        return parsed.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise StoreError(f"The database address starts with {kind!r}, expected sqlite or postgresql.")
    if parsed.database in (None, "", ":memory:"):
        raise StoreError("A log in memory is lost when the program ends; give a file: sqlite:///FILE.")
    return parsed


def connect(url: URL, *, wait_s: float) -> Engine:
    """Return an engine; statements wait `wait_s` seconds for a lock.

    Error texts never hold bound values, because those are what patients said.
    """
    if url.get_backend_name() == "sqlite":
        _prepare_file(Path(str(url.database)))
        engine = create_engine(url, json_serializer=_to_json, hide_parameters=True, connect_args={"timeout": wait_s})
        event.listen(engine, "connect", functools.partial(_on_sqlite_connect, wait_s=wait_s))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = f"-c lock_timeout={round(wait_s * 1000)}"
    return create_engine(
        url,
        json_serializer=_to_json,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 10},
    )


def _prepare_file(path: Path) -> None:
    """Make the folder and the file, readable by their owner alone: they hold what patients said."""
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"The log {path} cannot be made: {(error.strerror or 'no access').lower()}.") from error


def _on_sqlite_connect(connection: sqlite3.Connection, _record: Any, *, wait_s: float) -> None:
    # The driver's own transaction control begins too late (at the first write); `_begin_sqlite` does it instead.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {round(wait_s * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # a commit survives a power cut, not only a killed process
    _write_ahead(connection, wait_s)


def _write_ahead(connection: sqlite3.Connection, wait_s: float) -> None:
    """Switch the file to WAL once. SQLite does not wait for a lock here, so this does."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    deadline = time.monotonic() + wait_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
                return  # an old read-only log in another mode can still be read
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes could fail at once where another one wrote in between;
    # one that says at the start that it will write waits its turn.
    writes = connection.get_execution_options().get("begins_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
