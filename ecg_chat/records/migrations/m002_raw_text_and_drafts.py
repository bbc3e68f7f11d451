"""Migration 2: what the model wrote beside what was shown, and half-filled ratings."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Connection, DateTime, ForeignKey, MetaData, String, Table, Text, text

NAMING = {"fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s"}


def m002_raw_text_and_drafts(connection: Connection) -> None:
    """Add ``answers.raw`` and ``answers.withheld``, and the table ``drafts``."""
    # Replay compares with what the model wrote. Until now nothing was held back, so that is what was shown.
    connection.execute(text("ALTER TABLE answers ADD COLUMN raw TEXT DEFAULT '' NOT NULL"))
    connection.execute(text("ALTER TABLE answers ADD COLUMN withheld TEXT DEFAULT '' NOT NULL"))
    connection.execute(text("UPDATE answers SET raw = text"))
    metadata = MetaData(naming_convention=NAMING)
    Table("answers", metadata, Column("id", String(32), primary_key=True))  # as much of it as the reference needs
    Table(
        "drafts",
        metadata,
        Column("answer_id", String(32), ForeignKey("answers.id"), primary_key=True),
        Column("rater", Text, primary_key=True),
        Column("saved_at", DateTime(timezone=True), nullable=False),
        Column("body", JSON, nullable=False),
    ).create(connection)
