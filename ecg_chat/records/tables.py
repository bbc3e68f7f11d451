"""The rows. They never leave this room: `views` holds what the rest of the house is given.

::

    blobs ◁── recording_files ──▷ recordings ◁── contexts
                                     △  △           △
                                     │  └── conversations ◁── questions ◁── answers ◁── claims
                                     ├── audit                                 △ △──── writers
                                     └── boundary_corrections                  │
                                                            drafts, ratings ───┘
                                                          claim_opinions ─▷ ratings

A question has several answers when it was regenerated; each is a version with its own provenance.
Ratings, claim opinions, audit and boundary corrections are append only: a change is a new row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ecg_chat.records.columns import Sequence, StoredText, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Id = String(32)
Json = dict[str, Any]


class Base(DeclarativeBase):
    """Base of all rows."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - the name and the form are SQLAlchemy's
        str: StoredText(),
        float: Float(),  # 64 bits on both
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


class SchemaRow(Base):
    """Which migrations were applied, and when."""

    __tablename__ = "ecg_chat_schema"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    applied_at: Mapped[datetime]


class BlobRow(Base):
    """Original bytes, once per content."""

    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RecordingRow(Base):
    """One opened ECG."""

    __tablename__ = "recordings"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    name: Mapped[str]
    pseudonym: Mapped[str]
    format: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    fs_hz: Mapped[float]
    duration_s: Mapped[float]
    leads: Mapped[list[Any]]
    start: Mapped[str | None]  # ISO text: files state local times without a zone
    patient_identifier: Mapped[str | None] = mapped_column(index=True)
    patient: Mapped[Json]
    notes: Mapped[list[Any]]
    description: Mapped[Json]  # {} unless a table of numbers was described by the person
    measurements: Mapped[Json]
    findings: Mapped[list[Any]]
    finding_codes: Mapped[str]  # space-separated, for search
    thumbnail_svg: Mapped[str]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class RecordingFileRow(Base):
    """An uploaded file of a recording, in upload order."""

    __tablename__ = "recording_files"
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))


class ContextRow(Base):
    """A version of the patient context."""

    __tablename__ = "contexts"
    __table_args__ = (UniqueConstraint("recording_id", "version"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"))
    version: Mapped[int]
    created_at: Mapped[datetime]
    body: Mapped[Json]


class ConversationRow(Base):
    """A conversation about one window of a recording."""

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    context_id: Mapped[str | None] = mapped_column(ForeignKey("contexts.id"))
    created_at: Mapped[datetime]
    audience: Mapped[str]
    window_start_s: Mapped[float]
    window_duration_s: Mapped[float]
    measurements: Mapped[Json]  # {}: those of the recording
    findings: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # NULL: those of the recording


class QuestionRow(Base):
    """What the person asked; positions count from 0 within the conversation."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    position: Mapped[int]
    created_at: Mapped[datetime]
    text: Mapped[str]


class WriterRow(Base):
    """A process that writes answers; tells the dead from the living, see `writers`."""

    __tablename__ = "writers"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    machine: Mapped[str]
    pid: Mapped[int]
    started: Mapped[str]
    opened_at: Mapped[datetime]


class AnswerRow(Base):
    """One version of an answer, and what is needed to say it again."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("question_id", "version"),
        CheckConstraint("state IN ('streaming', 'complete', 'stopped', 'interrupted', 'failed')", name="state"),
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("questions.id"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    writer_id: Mapped[str] = mapped_column(ForeignKey("writers.id"))
    text: Mapped[str]  # what was shown
    raw: Mapped[str]  # what the model wrote
    notice: Mapped[str]
    withheld: Mapped[str]
    done: Mapped[Json]  # {} while there is no end
    prompt: Mapped[str]
    model_name: Mapped[str]
    model_revision: Mapped[str]
    quantisation: Mapped[str]
    device: Mapped[str]
    preprocessing: Mapped[Json]
    settings: Mapped[Json]
    packages: Mapped[Json]
    conversation: Mapped[Json]
    signal_sha256: Mapped[str]
    measurements_sha256: Mapped[str | None] = mapped_column(String(64), ForeignKey("blobs.sha256"))


class ClaimRow(Base):
    """A checked claim of an answer, in text order."""

    __tablename__ = "claims"
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start: Mapped[int]
    stop: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    says: Mapped[str]
    measured: Mapped[str]
    measure: Mapped[str]
    lead: Mapped[str | None]
    place: Mapped[Json]  # {} where there is none


class RatingRow(Base):
    """One person's judgement of one answer, or why it was skipped. Append only; the newest row of a rater counts."""

    __tablename__ = "ratings"
    __table_args__ = tuple(
        CheckConstraint(f"{item} BETWEEN 1 AND 5", name=item)
        for item in (
            "analytical_relevance",
            "analytical_accuracy",
            "analytical_completeness",
            "reasoning_quality",
            "findings_novelty",
            "clinical_value",
            "overall_satisfaction",
        )
    )
    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), index=True)
    created_at: Mapped[datetime]
    rater: Mapped[str] = mapped_column(index=True)
    rubric: Mapped[str]
    analytical_relevance: Mapped[int | None]  # NULL in any of the seven: not applicable
    analytical_accuracy: Mapped[int | None]
    analytical_completeness: Mapped[int | None]
    reasoning_quality: Mapped[int | None]
    findings_novelty: Mapped[int | None]
    clinical_value: Mapped[int | None]
    overall_satisfaction: Mapped[int | None]
    unsafe: Mapped[bool]
    corrected_answer: Mapped[str]
    comment: Mapped[str]
    skip_reason: Mapped[str]  # "" unless skipped
    time_on_task_s: Mapped[float | None]


class ClaimOpinionRow(Base):
    """What a rater thinks of one claim."""

    __tablename__ = "claim_opinions"
    rating_sequence: Mapped[int] = mapped_column(Sequence, ForeignKey("ratings.sequence"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opinion: Mapped[str] = mapped_column(String(16))


class DraftRow(Base):
    """A rating that is being filled in; gone when it is given."""

    __tablename__ = "drafts"
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), primary_key=True)
    rater: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime]
    body: Mapped[Json]


class AuditRow(Base):
    """Who did what to a recording, and when. Append only."""

    __tablename__ = "audit"
    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True)
    created_at: Mapped[datetime]
    who: Mapped[str]
    action: Mapped[str] = mapped_column(String(32))
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    detail: Mapped[Json]


class BoundaryCorrectionRow(Base):
    """Boundaries of the median beat that a person set. Append only; the newest row of a window is in force."""

    __tablename__ = "boundary_corrections"
    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    created_at: Mapped[datetime]
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    window_start_s: Mapped[float]
    reference_s: Mapped[float]  # from which the ms count: R of a beat of the median, in s from the start of the window
    by_hand: Mapped[Json]  # what a person set, {}: everything as measured
    before: Mapped[Json]  # all boundaries in force before, by hand or not
    after: Mapped[Json]
    who: Mapped[str]
    comment: Mapped[str]
