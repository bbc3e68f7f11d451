"""What the database says, in words for the person.

Only troubles that a person can meet are translated: a bad address, a lock, a read-only or full disk, a damaged or
foreign file, a server that is gone. Everything else (a broken constraint, wrong SQL) is a programming error and stays
what it is. No text of a row is ever part of a sentence.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ecg_chat.errors import StoreError

LOCKED = "The log {where} is locked by another program: what was logged before is safe; try again in a moment."
READ_ONLY = "The log {where} is read-only here, so nothing can be logged; make the file and its folder writable."
FULL = "The disk that holds the log {where} is full: what was logged before is safe; free some space and try again."
NOT_OURS = "{where} is not a database of this program (expected SQLite, or a PostgreSQL address)."
DAMAGED = "The log {where} is damaged; restore it from a backup, and keep the damaged file."
UNREACHABLE = "The log {where} cannot be opened: the folder does not exist, may not be written to, or is no folder."
DEVICE = "Reading or writing the log {where} failed on the disk itself; what was logged before should be checked."
NO_SERVER = "The database server of the log {where} cannot be reached; start it, or check the address."
BUSY_POOL = "Too many things are using the log {where} at once; try again in a moment."

SQLITE_SENTENCES = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_NOTADB: NOT_OURS,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: UNREACHABLE,
    sqlite3.SQLITE_IOERR: DEVICE,
}
# Condition codes of https://www.postgresql.org/docs/15/errcodes-appendix.html
POSTGRES_SENTENCES = {
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "53100": FULL,
    "53300": BUSY_POOL,
    "55P03": LOCKED,
    "40P01": LOCKED,
    "57P01": NO_SERVER,
    "57P02": NO_SERVER,
    "57P03": NO_SERVER,
}


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise `StoreError` for the database's own troubles.

    Parameters
    ----------
    where : str
        The database, as the person knows it; without a password.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StoreError(BUSY_POOL.format(where=where)) from error
    except DBAPIError as error:
        sentence = _sentence(error)
        if sentence is not None:
            raise StoreError(sentence.format(where=where)) from error
        diagnosis = getattr(error.orig, "diag", None)
        if diagnosis is None:
            raise
        # PostgreSQL quotes the row that it refuses, so neither its text nor its exception may be passed on.
        raise RuntimeError(
            f"PostgreSQL refused a statement with condition {diagnosis.sqlstate} "
            f"(table {diagnosis.table_name}, constraint {diagnosis.constraint_name}, column {diagnosis.column_name})"
        ) from None


def _sentence(error: DBAPIError) -> str | None:
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return SQLITE_SENTENCES.get(code & 0xFF)  # the low byte is the primary code, the rest its variety
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return POSTGRES_SENTENCES.get(state, NO_SERVER if state.startswith("08") else None)
    return NO_SERVER if error.connection_invalidated or type(cause).__name__ == "OperationalError" else None
