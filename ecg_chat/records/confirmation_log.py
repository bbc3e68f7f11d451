"""Who confirmed or corrected a reading, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecg_chat.errors import InvalidInput
from ecg_chat.records.columns import now
from ecg_chat.records.recording_log import RecordingLog, existing_recording
from ecg_chat.records.tables import AuditRow
from ecg_chat.records.views import AuditEntry


class ConfirmationLog(RecordingLog):
    """The part of the store that holds what named persons did to a recording."""

    def confirm(self, recording_id: str, name: str) -> None:
        """Note that a named person confirms the reading; who and when stay in the audit."""
        if not name.strip():
            raise InvalidInput("A reading is confirmed by a person: give your name.")
        with self._write() as session:
            row = existing_recording(session, recording_id, lock=True)
            row.confirmed_by, row.confirmed_at = name.strip(), now()
            add_audit(session, recording_id, name.strip(), "confirmed", {})

    def record_correction(self, recording_id: str, name: str, detail: Mapping[str, Any]) -> None:
        """Note that a person corrected something (a boundary, a finding); the reading must be confirmed again."""
        if not name.strip():
            raise InvalidInput("A correction is made by a person: give your name.")
        with self._write() as session:
            row = existing_recording(session, recording_id, lock=True)
            row.confirmed_by = row.confirmed_at = None
            add_audit(session, recording_id, name.strip(), "corrected", detail)

    def audit(self, recording_id: str | None = None) -> list[AuditEntry]:
        """Return who did what, oldest first; of one recording or of all."""
        query = select(AuditRow).order_by(AuditRow.sequence)
        if recording_id is not None:
            query = query.where(AuditRow.recording_id == recording_id)
        with self._read() as session:
            return [
                AuditEntry(row.created_at, row.who, row.action, row.recording_id, row.detail)
                for row in session.scalars(query)
            ]


def add_audit(session: Session, recording_id: str, who: str, action: str, detail: Mapping[str, Any]) -> None:
    """Note who did what to a recording, in the caller's transaction."""
    session.add(AuditRow(created_at=now(), who=who, action=action, recording_id=recording_id, detail=dict(detail)))
