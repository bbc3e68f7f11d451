"""Conversations and questions in the log."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecg_chat.conversation.types import Audience, PatientContext
from ecg_chat.errors import NotFound
from ecg_chat.records import stored_json
from ecg_chat.records.answer_log import AnswerLog
from ecg_chat.records.columns import now
from ecg_chat.records.door import new_id
from ecg_chat.records.tables import ContextRow, ConversationRow, QuestionRow, RecordingRow
from ecg_chat.records.views import AnswerView, ConversationSummary, ConversationView, TurnView

NO_CONVERSATION = "There is no such conversation in the log."


class ConversationLog(AnswerLog):
    """The part of the store that holds what was said."""

    def start_conversation(
        self,
        recording_id: str,
        *,
        audience: Audience,
        window_start_s: float,
        context_id: str | None = None,
        window_duration_s: float = 10.0,
        measurements: Mapping[str, Any] | None = None,
        findings: Sequence[Mapping[str, Any]] | None = None,
    ) -> str:
        """Begin a conversation about one window of a recording; return its id.

        `measurements` and `findings` are those of the window, if it is not the one that the recording was stored with.
        """
        row = ConversationRow(
            id=new_id(),
            recording_id=recording_id,
            context_id=context_id,
            created_at=now(),
            audience=audience,
            window_start_s=float(window_start_s),
            window_duration_s=float(window_duration_s),
            measurements=dict(measurements or {}),
            findings=None if findings is None else [dict(finding) for finding in findings],
        )
        with self._write() as session:
            if session.scalar(select(RecordingRow.id).where(RecordingRow.id == recording_id)) is None:
                raise NotFound("There is no such recording in the log.")
            if context_id is not None and session.get(ContextRow, context_id) is None:
                raise NotFound("There is no such patient context in the log.")
            session.add(row)
        return row.id

    def conversations(self, recording_id: str) -> list[ConversationSummary]:
        """Return the conversations about a recording, newest first."""
        first = (
            select(QuestionRow.text)
            .where(QuestionRow.conversation_id == ConversationRow.id, QuestionRow.position == 0)
            .correlate(ConversationRow)
            .scalar_subquery()
        )
        number = (
            select(func.count(QuestionRow.id))
            .where(QuestionRow.conversation_id == ConversationRow.id)
            .correlate(ConversationRow)
            .scalar_subquery()
        )
        query = (
            select(ConversationRow, first, number)
            .where(ConversationRow.recording_id == recording_id)
            .order_by(ConversationRow.created_at.desc(), ConversationRow.id)
        )
        with self._read() as session:
            return [
                ConversationSummary(
                    id=row.id,
                    recording_id=row.recording_id,
                    created_at=row.created_at,
                    audience=row.audience,
                    window_start_s=row.window_start_s,
                    n_questions=n_questions,
                    title=title or "",
                )
                for row, title, n_questions in session.execute(query)
            ]

    def conversation(self, conversation_id: str) -> ConversationView:
        """Return a conversation with its questions, all versions of the answers, and their claims.

        Raises
        ------
        NotFound
            If there is none with this id.
        """
        self.mark_interrupted(conversation_id)
        with self._read() as session:
            view = _view_without_turns(session, conversation_id)
            questions = session.scalars(
                select(QuestionRow).where(QuestionRow.conversation_id == conversation_id).order_by(QuestionRow.position)
            ).all()
            answers = self._answers(session, QuestionRow.conversation_id == conversation_id)
        versions: dict[str, list[AnswerView]] = defaultdict(list)
        for answer in sorted(answers, key=lambda a: a.version):
            versions[answer.question_id].append(answer)
        turns = tuple(TurnView(q.id, q.position, q.text, q.created_at, tuple(versions[q.id])) for q in questions)
        given = [answer.provenance.measurements for answer in answers if answer.provenance.measurements]
        return dataclasses.replace(view, turns=turns, measurements=dict(given[-1]) if given else view.measurements)

    def conversation_without_turns(self, conversation_id: str) -> ConversationView:
        """Return a conversation as it was started: a cheap read, however long it has become."""
        with self._read() as session:
            return _view_without_turns(session, conversation_id)

    def add_question(self, conversation_id: str, text: str) -> str:
        """Store a question after those that are there; return its id."""
        with self._write() as session:
            if session.get(ConversationRow, conversation_id, with_for_update=True) is None:
                raise NotFound(NO_CONVERSATION)
            last = session.scalar(
                select(func.max(QuestionRow.position)).where(QuestionRow.conversation_id == conversation_id)
            )
            position = 0 if last is None else last + 1
            row = QuestionRow(
                id=new_id(), conversation_id=conversation_id, position=position, created_at=now(), text=text
            )
            session.add(row)
        return row.id


def _view_without_turns(session: Session, conversation_id: str) -> ConversationView:
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise NotFound(NO_CONVERSATION)
    context = session.get(ContextRow, row.context_id) if row.context_id else None
    measurements, findings = session.execute(
        select(RecordingRow.measurements, RecordingRow.findings).where(RecordingRow.id == row.recording_id)
    ).one()
    return ConversationView(
        id=row.id,
        recording_id=row.recording_id,
        created_at=row.created_at,
        audience=row.audience,  # type: ignore[arg-type]
        window_start_s=row.window_start_s,
        window_duration_s=row.window_duration_s,
        context_id=row.context_id,
        context=stored_json.to_context(context.body) if context else PatientContext(),
        measurements=row.measurements or measurements,
        findings=findings if row.findings is None else row.findings,
        turns=(),
    )
