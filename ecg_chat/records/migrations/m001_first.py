"""Migration 1: the first schema. Frozen: what changes later is a later migration."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Kind = TypeEngine[Any] | type[TypeEngine[Any]]
ID = String(32)
SHA256 = String(64)
COUNT = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts by itself only in INTEGER
MOMENT = DateTime(timezone=True)
RATING_ITEMS = (
    "analytical_relevance",
    "analytical_accuracy",
    "analytical_completeness",
    "reasoning_quality",
    "findings_novelty",
    "clinical_value",
    "overall_satisfaction",
)


def m001_first(connection: Connection) -> None:
    """Make every table of the first version."""
    metadata = MetaData(naming_convention=NAMING)
    _recordings(metadata)
    _conversations(metadata)
    _answers(metadata)
    _ratings(metadata)
    metadata.create_all(connection, checkfirst=False)


def _column(name: str, kind: Kind, *, index: bool = False) -> Column[Any]:
    return Column(name, kind, nullable=False, index=index)


def _optional(name: str, kind: Kind, *, index: bool = False) -> Column[Any]:
    return Column(name, kind, nullable=True, index=index)


def _key(name: str, kind: Kind = ID) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _counter(name: str) -> Column[Any]:
    return Column(name, COUNT, primary_key=True)


def _refers(name: str, to: str, kind: Kind = ID, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    return Column(name, kind, ForeignKey(to), nullable=nullable, index=index)


def _recordings(metadata: MetaData) -> None:
    # Bytes are kept once per content: the same file opened twice costs its size once.
    Table("blobs", metadata, _key("sha256", SHA256), _column("size", Integer), _column("content", LargeBinary))
    Table(
        "recordings",
        metadata,
        _key("id"),
        _column("created_at", MOMENT, index=True),
        _column("name", Text),
        _column("pseudonym", Text),
        _column("format", Text),
        _column("sha256", SHA256, index=True),
        _column("fs_hz", Float),
        _column("duration_s", Float),
        _column("leads", JSON),
        _optional("start", Text),  # the file's own text; NULL where the file says nothing
        _optional("patient_identifier", Text, index=True),  # NULL where the file says nothing
        _column("patient", JSON),
        _column("notes", JSON),
        _column("description", JSON),  # {} unless a person had to state rate, unit and leads
        _column("measurements", JSON),
        _column("findings", JSON),
        _column("finding_codes", Text),
        _column("thumbnail_svg", Text),
        _optional("confirmed_by", Text),  # NULL until a named person confirms the reading
        _optional("confirmed_at", MOMENT),
    )
    Table(
        "recording_files",
        metadata,
        Column("recording_id", ID, ForeignKey("recordings.id"), primary_key=True),
        _key("position", Integer),
        _column("name", Text),
        _refers("sha256", "blobs.sha256", SHA256),
    )
    Table(
        "audit",
        metadata,
        _counter("sequence"),
        _column("created_at", MOMENT),
        _column("who", Text),
        _column("action", String(32)),
        _refers("recording_id", "recordings.id", index=True),
        _column("detail", JSON),
    )


def _conversations(metadata: MetaData) -> None:
    Table(
        "contexts",
        metadata,
        _key("id"),
        _refers("recording_id", "recordings.id"),
        _column("version", Integer),
        _column("created_at", MOMENT),
        _column("body", JSON),
        UniqueConstraint("recording_id", "version"),
    )
    Table(
        "conversations",
        metadata,
        _key("id"),
        _refers("recording_id", "recordings.id", index=True),
        _refers("context_id", "contexts.id", nullable=True),  # NULL: nothing was entered about the patient
        _column("created_at", MOMENT),
        _column("audience", Text),
        _column("window_start_s", Float),
        _column("window_duration_s", Float),
        _column("measurements", JSON),  # {}: the window has those of the recording
        _optional("findings", JSON),  # NULL: the window has those of the recording ([] would mean: none)
    )
    Table(
        "questions",
        metadata,
        _key("id"),
        _refers("conversation_id", "conversations.id"),
        _column("position", Integer),
        _column("created_at", MOMENT),
        _column("text", Text),
        UniqueConstraint("conversation_id", "position"),
    )


def _answers(metadata: MetaData) -> None:
    Table(
        "writers",
        metadata,
        _key("id"),
        _column("machine", Text),
        _column("pid", Integer),
        _column("started", Text),
        _column("opened_at", MOMENT),
    )
    Table(
        "answers",
        metadata,
        _key("id"),
        _refers("question_id", "questions.id"),
        _column("version", Integer),
        _column("state", String(16), index=True),
        _column("created_at", MOMENT, index=True),
        _column("updated_at", MOMENT),  # sign of life of a writer on another machine
        _optional("finished_at", MOMENT),  # NULL while it streams
        _refers("writer_id", "writers.id"),
        _column("text", Text),
        _column("notice", Text),
        _column("done", JSON),  # {} where the model did not come to an end
        _column("prompt", Text),
        _column("model_name", Text),
        _column("model_revision", Text),
        _column("quantisation", Text),
        _column("device", Text),
        _column("preprocessing", JSON),
        _column("settings", JSON),
        _column("packages", JSON),
        _column("conversation", JSON),
        _column("signal_sha256", Text),
        UniqueConstraint("question_id", "version"),
        CheckConstraint("state IN ('streaming', 'complete', 'stopped', 'interrupted', 'failed')", name="state"),
    )
    Table(
        "claims",
        metadata,
        Column("answer_id", ID, ForeignKey("answers.id"), primary_key=True),
        _key("position", Integer),
        _column("start", Integer),
        _column("stop", Integer),
        _column("kind", String(16)),
        _column("verdict", String(16)),
        _column("text", Text),
        _column("says", Text),
        _column("measured", Text),
        _column("measure", Text),
        _optional("lead", Text),
        _column("place", JSON),  # {} where there is none
    )


def _ratings(metadata: MetaData) -> None:
    Table(
        "ratings",
        metadata,
        _counter("sequence"),
        Column("id", ID, nullable=False, unique=True),
        _refers("answer_id", "answers.id", index=True),
        _column("created_at", MOMENT),
        _column("rater", Text, index=True),
        _column("rubric", Text),
        *(_optional(item, Integer) for item in RATING_ITEMS),  # NULL: not applicable, or skipped
        *(CheckConstraint(f"{item} BETWEEN 1 AND 5", name=item) for item in RATING_ITEMS),
        _column("unsafe", Boolean),
        _column("corrected_answer", Text),
        _column("comment", Text),
        _column("skip_reason", Text),  # "" unless skipped
        _optional("time_on_task_s", Float),
    )
    Table(
        "claim_opinions",
        metadata,
        Column("rating_sequence", COUNT, ForeignKey("ratings.sequence"), primary_key=True, autoincrement=False),
        _key("position", Integer),
        _column("opinion", String(16)),
    )
