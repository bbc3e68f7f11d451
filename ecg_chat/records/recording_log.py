"""Recordings and patient contexts in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ecg_chat.conversation.types import PatientContext
from ecg_chat.errors import NotFound
from ecg_chat.records import blobs, stored_json
from ecg_chat.records.columns import now
from ecg_chat.records.door import Door, new_id
from ecg_chat.records.tables import (
    AnswerRow,
    BlobRow,
    ContextRow,
    ConversationRow,
    QuestionRow,
    RatingRow,
    RecordingFileRow,
    RecordingRow,
)
from ecg_chat.records.views import RecordingState, RecordingSummary, RecordingView
from ecg_chat.signals.ecg import Ecg

_N_CONVERSATIONS = (
    select(func.count(ConversationRow.id))
    .where(ConversationRow.recording_id == RecordingRow.id)
    .correlate(RecordingRow)
    .scalar_subquery()
)
_REVIEWED = exists(
    select(RatingRow.sequence)
    .join(AnswerRow, AnswerRow.id == RatingRow.answer_id)
    .join(QuestionRow, QuestionRow.id == AnswerRow.question_id)
    .join(ConversationRow, ConversationRow.id == QuestionRow.conversation_id)
    .where(ConversationRow.recording_id == RecordingRow.id)
    .correlate(RecordingRow)
)


class RecordingLog(Door):
    """The part of the store that holds recordings."""

    def add_recording(
        self,
        files: Mapping[str, bytes],
        ecg: Ecg,
        measurements: Mapping[str, Any],
        findings: Sequence[Mapping[str, Any]],
        *,
        description: object | None = None,
        thumbnail_svg: str = "",
    ) -> str:
        """Store an opened recording with its original bytes; return its id.

        Parameters
        ----------
        files : mapping of str to bytes
            What was uploaded, by file name.
        measurements, findings
            JSON-able; each finding has at least a ``code``.
        description : TableDescription, optional
            What the person stated of a table of numbers; without it such a file could not be read again.
        thumbnail_svg : str
            A small drawing for the history list.

        Raises
        ------
        StoreError
            When the database cannot take it; nothing of it is stored then.
        """
        if not files:
            raise ValueError("a recording needs its files")
        codes = tuple(dict.fromkeys(str(finding["code"]) for finding in findings))
        recording_id = new_id()
        with self._write() as session:
            digests = [blobs.keep(session, content) for content in files.values()]
            session.add(
                RecordingRow(
                    id=recording_id,
                    created_at=now(),
                    name=ecg.source.name,
                    pseudonym=_pseudonym(session, ecg.patient.identifier, recording_id),
                    format=ecg.source.format,
                    sha256=ecg.source.sha256,
                    fs_hz=float(ecg.fs_hz),
                    duration_s=float(ecg.duration_s),
                    leads=list(ecg.leads),
                    start=ecg.start.isoformat() if ecg.start else None,
                    patient_identifier=ecg.patient.identifier,
                    patient=stored_json.from_patient(ecg.patient),
                    notes=stored_json.from_notes(ecg.notes),
                    description=_stated(description),
                    measurements=dict(measurements),
                    findings=[dict(finding) for finding in findings],
                    finding_codes=" ".join(codes),
                    thumbnail_svg=thumbnail_svg,
                )
            )
            session.flush()
            session.add_all(
                RecordingFileRow(recording_id=recording_id, position=position, name=name, sha256=digest)
                for position, (name, digest) in enumerate(zip(files, digests, strict=True))
            )
        return recording_id

    def recording(self, recording_id: str) -> RecordingView:
        """Return a recording; its bytes are fetched only when ``files()`` is called.

        Raises
        ------
        NotFound
            If there is none with this id.
        """
        with self._read() as session:
            row = existing_recording(session, recording_id)
            names = session.scalars(
                select(RecordingFileRow.name)
                .where(RecordingFileRow.recording_id == recording_id)
                .order_by(RecordingFileRow.position)
            ).all()
            reviewed = bool(session.scalar(select(_REVIEWED).where(RecordingRow.id == recording_id)))
        return RecordingView(
            id=row.id,
            created_at=row.created_at,
            name=row.name,
            pseudonym=row.pseudonym,
            format=row.format,
            sha256=row.sha256,
            fs_hz=row.fs_hz,
            duration_s=row.duration_s,
            leads=tuple(row.leads),
            start=row.start,
            patient=stored_json.to_patient(row.patient),
            notes=stored_json.to_notes(row.notes),
            description=row.description or None,
            measurements=row.measurements,
            findings=row.findings,
            thumbnail_svg=row.thumbnail_svg,
            state=_state(row.confirmed_by, reviewed),
            confirmed_by=row.confirmed_by,
            confirmed_at=row.confirmed_at,
            file_names=tuple(names),
            read_files=lambda: self._files(recording_id),
        )

    def recordings(self, *, search: str = "", limit: int = 100) -> list[RecordingSummary]:
        """Return recordings, newest first.

        Every word of `search` must occur in the name, the pseudonym, the format, a finding code or a question.
        """
        query = select(
            RecordingRow.id,
            RecordingRow.created_at,
            RecordingRow.name,
            RecordingRow.pseudonym,
            RecordingRow.format,
            RecordingRow.duration_s,
            RecordingRow.finding_codes,
            RecordingRow.thumbnail_svg,
            RecordingRow.confirmed_by,
            RecordingRow.confirmed_at,
            _N_CONVERSATIONS.label("n_conversations"),
            _REVIEWED.label("reviewed"),
        )
        for word in search.split():
            query = query.where(_mentions(word))
        with self._read() as session:
            rows = session.execute(query.order_by(RecordingRow.created_at.desc(), RecordingRow.id).limit(limit)).all()
        return [_summary(row) for row in rows]

    def save_context(self, recording_id: str, context: PatientContext) -> str:
        """Store a version of the patient context; return its id. An unchanged context keeps its version."""
        body = stored_json.from_context(context)
        with self._write() as session:
            existing_recording(session, recording_id, lock=True)
            newest = _newest_context(session, recording_id)
            if newest is not None and newest.body == body:
                return newest.id
            row = ContextRow(
                id=new_id(),
                recording_id=recording_id,
                version=newest.version + 1 if newest else 1,
                created_at=now(),
                body=body,
            )
            session.add(row)
        return row.id

    def latest_context(self, recording_id: str) -> PatientContext | None:
        """Return the newest context of a recording, None if nothing was entered."""
        with self._read() as session:
            row = _newest_context(session, recording_id)
        return stored_json.to_context(row.body) if row else None

    def _files(self, recording_id: str) -> dict[str, bytes]:
        query = (
            select(RecordingFileRow.name, BlobRow.sha256, BlobRow.content)
            .join(BlobRow, BlobRow.sha256 == RecordingFileRow.sha256)
            .where(RecordingFileRow.recording_id == recording_id)
            .order_by(RecordingFileRow.position)
        )
        with self._read() as session:
            return {name: blobs.verified(digest, content) for name, digest, content in session.execute(query)}


def _stated(description: object | None) -> dict[str, Any]:
    if description is None:
        return {}
    if not is_dataclass(description) or isinstance(description, type):
        raise TypeError(f"description is {type(description).__name__}, expected a dataclass")
    stated: dict[str, Any] = json.loads(json.dumps(asdict(description)))  # tuples become lists, as they are read
    return stated


def _pseudonym(session: Session, identifier: str | None, recording_id: str) -> str:
    """Return the name shown instead of the patient's; the same for recordings that state the same identifier."""
    if identifier:
        known = session.scalar(
            select(RecordingRow.pseudonym).where(RecordingRow.patient_identifier == identifier).limit(1)
        )
        if known is not None:
            return known
    return f"P-{recording_id[:6].upper()}"


def existing_recording(session: Session, recording_id: str, *, lock: bool = False) -> RecordingRow:
    """Return the row of a recording, locked until the transaction ends if asked; `NotFound` if there is none."""
    row = session.get(RecordingRow, recording_id, with_for_update=lock or None)
    if row is None:
        raise NotFound("There is no such recording in the log; it may have been opened in another database.")
    return row


def _newest_context(session: Session, recording_id: str) -> ContextRow | None:
    return session.scalar(
        select(ContextRow).where(ContextRow.recording_id == recording_id).order_by(ContextRow.version.desc()).limit(1)
    )


def _mentions(word: str) -> Any:
    columns: tuple[InstrumentedAttribute[str], ...] = (
        RecordingRow.name,
        RecordingRow.pseudonym,
        RecordingRow.format,
        RecordingRow.finding_codes,
    )
    asked = (
        select(QuestionRow.id)
        .join(ConversationRow, ConversationRow.id == QuestionRow.conversation_id)
        .where(ConversationRow.recording_id == RecordingRow.id, QuestionRow.text.icontains(word, autoescape=True))
        .correlate(RecordingRow)
    )
    return or_(*(column.icontains(word, autoescape=True) for column in columns), exists(asked))


def _state(confirmed_by: str | None, reviewed: bool) -> RecordingState:
    if confirmed_by:
        return "confirmed"
    return "under review" if reviewed else "unconfirmed"


def _summary(row: Any) -> RecordingSummary:
    return RecordingSummary(
        id=row.id,
        created_at=row.created_at,
        name=row.name,
        pseudonym=row.pseudonym,
        format=row.format,
        duration_s=row.duration_s,
        finding_codes=tuple(row.finding_codes.split()),
        thumbnail_svg=row.thumbnail_svg,
        n_conversations=row.n_conversations,
        state=_state(row.confirmed_by, row.reviewed),
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
    )
