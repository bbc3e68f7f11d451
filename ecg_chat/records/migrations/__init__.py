"""The schema's history: numbered functions, applied in order when a database is opened.

Numbered functions rather than Alembic: an integer can tell an older database from a newer one (a newer one is refused
with a sentence, where Alembic knows only an unknown revision), the same code path makes a new database and upgrades an
old one, both inside one transaction on SQLite and PostgreSQL alike, and there is no script folder to ship, find and
configure. A migration never changes once released: it draws its tables itself and does not import `tables`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, inspect, select, text

from ecg_chat.errors import StoreError
from ecg_chat.records.columns import UtcDateTime, now
from ecg_chat.records.migrations.m001_first import m001_first
from ecg_chat.records.migrations.m002_raw_text_and_drafts import m002_raw_text_and_drafts
from ecg_chat.records.migrations.m003_measurements_of_answers import m003_measurements_of_answers
from ecg_chat.records.migrations.m004_boundary_corrections import m004_boundary_corrections

MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    m001_first,
    m002_raw_text_and_drafts,
    m003_measurements_of_answers,
    m004_boundary_corrections,
)
"""Migration number n is the n-th; each is called once, inside the transaction of `migrate`."""
LATEST = len(MIGRATIONS)
POSTGRES_LOCK = 0x656367  # any fixed number: two processes that open a new database take turns

SCHEMA = Table(
    "ecg_chat_schema",
    MetaData(naming_convention={"pk": "pk_%(table_name)s"}),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", UtcDateTime, nullable=False),
)
log = logging.getLogger(__name__)


def version(connection: Connection) -> int:
    """Return the number of the last applied migration, 0 for an empty database.

    Raises
    ------
    StoreError
        If the database belongs to another program or to a newer version of this one.
    """
    names = inspect(connection).get_table_names()
    if SCHEMA.name not in names:
        if names and connection.dialect.name == "sqlite":
            raise StoreError("The database file belongs to another program (it has tables, but none of this one).")
        return 0
    found = connection.execute(select(func.max(SCHEMA.c.version))).scalar() or 0
    if found > LATEST:
        raise StoreError(
            f"The log was written by a newer version of this program (schema {found}; this one knows {LATEST})."
        )
    return found


def migrate(connection: Connection) -> None:
    """Apply what is missing; the caller's transaction is open for writing and commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRES_LOCK})
    found = version(connection)  # again: another process may have been first
    if found == 0:
        SCHEMA.create(connection)
    for number, step in enumerate(MIGRATIONS[found:], start=found + 1):
        step(connection)
        connection.execute(insert(SCHEMA).values(version=number, applied_at=now()))
        log.info("applied migration %d of %d", number, LATEST)
