"""Migration 3: each answer names the measurements that the model was given."""

from __future__ import annotations

from sqlalchemy import Connection, text


def m003_measurements_of_answers(connection: Connection) -> None:
    """Add ``answers.measurements_sha256``, a reference to JSON among the blobs.

    By reference, because all answers about a window share them. NULL for answers from before this migration: those
    were given the measurements of their conversation.
    """
    connection.execute(
        text(
            "ALTER TABLE answers ADD COLUMN measurements_sha256 VARCHAR(64) "
            "CONSTRAINT fk_answers_measurements_sha256_blobs REFERENCES blobs (sha256)"
        )
    )
