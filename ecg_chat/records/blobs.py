"""Bytes in the log, once per content and named by it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ecg_chat.errors import StoreError
from ecg_chat.records.tables import BlobRow


def keep(session: Session, content: bytes) -> str:
    """Store bytes unless they are there; return their sha256 (hex)."""
    digest = hashlib.sha256(content).hexdigest()
    if session.scalar(select(BlobRow.sha256).where(BlobRow.sha256 == digest)) is None:
        values = {"sha256": digest, "size": len(content), "content": content}
        # Another process may be storing the same at this moment.
        if session.get_bind().dialect.name == "postgresql":
            session.execute(postgresql.insert(BlobRow).values(values).on_conflict_do_nothing())
        else:
            session.execute(sqlite.insert(BlobRow).values(values).on_conflict_do_nothing())
    return digest


def keep_json(session: Session, value: Mapping[str, Any]) -> str:
    """Store a JSON object unless an equal one is there; return its sha256 (hex)."""
    return keep(session, json.dumps(value, allow_nan=False, sort_keys=True, separators=(",", ":")).encode())


def verified(digest: str, content: bytes) -> bytes:
    """Return the bytes if they are those that were stored.

    Raises
    ------
    StoreError
        If the database gives back other bytes.
    """
    if hashlib.sha256(content).hexdigest() != digest:
        raise StoreError("The log is damaged: a stored file is not what was stored; restore the log from a backup.")
    return bytes(content)


def json_objects(session: Session, digests: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return stored JSON objects by their sha256."""
    query = select(BlobRow.sha256, BlobRow.content).where(BlobRow.sha256.in_(tuple(set(digests))))
    return {digest: json.loads(verified(digest, content)) for digest, content in session.execute(query)}
