"""Migration 4: wave boundaries that a person moved."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def m004_boundary_corrections(connection: Connection) -> None:
    """Add the table ``boundary_corrections``; append only, the newest row of a window is in force."""
    metadata = MetaData(naming_convention=NAMING)
    Table("recordings", metadata, Column("id", String(32), primary_key=True))  # as much of it as the reference needs
    Table(
        "boundary_corrections",
        metadata,
        Column("sequence", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
        Column("id", String(32), nullable=False, unique=True),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("recording_id", String(32), ForeignKey("recordings.id"), nullable=False, index=True),
        Column("window_start_s", Float, nullable=False),
        Column("reference_s", Float, nullable=False),
        Column("by_hand", JSON, nullable=False),
        Column("before", JSON, nullable=False),
        Column("after", JSON, nullable=False),
        Column("who", Text, nullable=False),
        Column("comment", Text, nullable=False),
    ).create(connection)
