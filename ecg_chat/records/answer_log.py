"""Answers in the log, written as they happen."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, tuple_, update
from sqlalchemy.orm import Session

from ecg_chat.chat.types import Claim, Done
from ecg_chat.errors import NotFound
from ecg_chat.records import blobs, stored_json
from ecg_chat.records.columns import now
from ecg_chat.records.door import Door, new_id
from ecg_chat.records.tables import AnswerRow, ClaimRow, ConversationRow, QuestionRow, WriterRow
from ecg_chat.records.views import AnswerView, FinalState, Provenance
from ecg_chat.records.writers import Process, is_dead

NO_QUESTION = "There is no such question in the log."
NO_ANSWER = "There is no such answer in the log."
log = logging.getLogger(__name__)


class AnswerLog(Door):
    """The part of the store that holds answers."""

    def __init__(self, engine: Engine, where: str, wait_s: float) -> None:
        super().__init__(engine, where, wait_s)
        self._writer_id: str | None = None  # set with the first answer: who only reads leaves no trace
        self._writing: set[str] = set()  # answers that are streaming through this very store
        self._starting = threading.Lock()

    def start_answer(self, question_id: str, provenance: Provenance) -> str:
        """Begin the next version of the answer to a question; return its id. It streams until `finish_answer`."""
        answer_id = new_id()
        moment = now()
        with self._starting, self._write() as session:
            if session.get(QuestionRow, question_id, with_for_update=True) is None:
                raise NotFound(NO_QUESTION)
            last = session.scalar(select(func.max(AnswerRow.version)).where(AnswerRow.question_id == question_id))
            writer_id = self._writer(session)
            kept = blobs.keep_json(session, provenance.measurements) if provenance.measurements else None
            session.add(
                AnswerRow(
                    id=answer_id,
                    question_id=question_id,
                    version=(last or 0) + 1,
                    state="streaming",
                    created_at=moment,
                    updated_at=moment,
                    writer_id=writer_id,
                    text="",
                    raw="",
                    notice="",
                    withheld="",
                    done={},
                    prompt=provenance.prompt,
                    model_name=provenance.model_name,
                    model_revision=provenance.model_revision,
                    quantisation=provenance.quantisation,
                    device=provenance.device,
                    preprocessing=dict(provenance.preprocessing),
                    settings=asdict(provenance.settings),
                    packages=dict(provenance.packages),
                    conversation=stored_json.from_conversation(provenance.conversation),
                    signal_sha256=provenance.signal_sha256,
                    measurements_sha256=kept,
                )
            )
            self._writing.add(answer_id)
        self._writer_id = writer_id
        return answer_id

    def extend_answer(self, answer_id: str, text_so_far: str, *, raw: str | None = None, notice: str = "") -> None:
        """Store what an answer says so far; it is on the disk when this returns.

        `raw` is what the model wrote, where that is not what is shown.
        """
        with self._write() as session:
            written = text_so_far if raw is None else raw
            self._update(session, answer_id, state="streaming", text=text_so_far, raw=written, notice=notice)

    def finish_answer(
        self,
        answer_id: str,
        state: FinalState,
        text: str,
        done: Done | None = None,
        claims: Sequence[Claim] = (),
        notice: str = "",
        *,
        raw: str | None = None,
        withheld: str = "",
    ) -> None:
        """Store how an answer ended. It never changes after this.

        `raw` is what the model wrote, where that is not what is shown; `withheld` says why.

        Raises
        ------
        ValueError
            If it ended before.
        """
        moment = now()
        with self._write() as session:
            self._update(
                session,
                answer_id,
                state=state,
                text=text,
                raw=text if raw is None else raw,
                notice=notice,
                withheld=withheld,
                done=asdict(done) if done else {},
                finished_at=moment,
            )
            session.add_all(stored_json.to_claim_row(answer_id, number, claim) for number, claim in enumerate(claims))
        self.let_go(answer_id)

    def let_go(self, answer_id: str) -> None:
        """Say that this store writes no more to an answer, finished or not."""
        self._writing.discard(answer_id)

    def answer(self, answer_id: str) -> AnswerView:
        """Return one version of an answer.

        Raises
        ------
        NotFound
            If there is none with this id.
        """
        with self._read() as session:
            found = self._answers(session, AnswerRow.id == answer_id)
        if not found:
            raise NotFound(NO_ANSWER)
        return found[0]

    def answer_count(self) -> int:
        """Return how many answers, all versions, the log has."""
        with self._read() as session:
            return session.scalar(select(func.count(AnswerRow.id))) or 0

    def all_answers(self, *, batch: int = 100) -> Iterator[AnswerView]:
        """Yield every answer, oldest first.

        No more than `batch` of them are held in memory, and no transaction is open between two batches.
        """
        after: tuple[Any, ...] = ()
        while True:
            with self._read() as session:
                found = self._answers(session, *after, limit=batch)
            yield from found
            if len(found) < batch:
                return
            last = found[-1]
            after = (tuple_(AnswerRow.created_at, AnswerRow.id) > tuple_(last.created_at, last.id),)

    def mark_interrupted(self, conversation_id: str | None = None) -> int:
        """Mark answers whose writer died in the middle; return how many there were.

        Answers that a living process is writing are left alone.
        """
        query = (
            select(AnswerRow.id, AnswerRow.updated_at, WriterRow)
            .join(WriterRow, WriterRow.id == AnswerRow.writer_id)
            .where(AnswerRow.state == "streaming")
        )
        if conversation_id is not None:
            query = query.join(QuestionRow, QuestionRow.id == AnswerRow.question_id).where(
                QuestionRow.conversation_id == conversation_id
            )
        with self._read() as session:
            left = [row[0] for row in session.execute(query) if self._is_left_behind(*row)]
        if not left:
            return 0
        with self._write() as session:
            session.execute(
                update(AnswerRow)
                .where(AnswerRow.id.in_(left), AnswerRow.state == "streaming")
                .values(state="interrupted", finished_at=now())
            )
        log.info("marked %d answers as interrupted", len(left))
        return len(left)

    def _is_left_behind(self, answer_id: str, updated_at: datetime, writer: WriterRow) -> bool:
        if writer.id == self._writer_id:
            return answer_id not in self._writing
        return is_dead(Process(writer.machine, writer.pid, writer.started), updated_at)

    def _writer(self, session: Session) -> str:
        if self._writer_id is not None:
            return self._writer_id
        this = Process.this()
        row = WriterRow(id=new_id(), machine=this.machine, pid=this.pid, started=this.started, opened_at=now())
        session.add(row)
        session.flush()
        return row.id

    def _update(self, session: Session, answer_id: str, **values: Any) -> None:
        # "interrupted" may be taken back by the writer itself: to another machine it can look dead and be alive.
        changed = session.execute(
            update(AnswerRow)
            .where(
                AnswerRow.id == answer_id,
                AnswerRow.writer_id == self._writer_id,
                AnswerRow.state.in_(("streaming", "interrupted")),
            )
            .values(updated_at=now(), **values)
        )
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            if session.get(AnswerRow, answer_id) is None:
                raise NotFound(NO_ANSWER)
            raise ValueError("the answer ended before, or another process is writing it")

    def _answers(self, session: Session, *conditions: Any, limit: int | None = None) -> list[AnswerView]:
        """Return answers that fulfil the conditions, oldest first."""
        query = (
            select(AnswerRow, QuestionRow, ConversationRow.recording_id)
            .join(QuestionRow, QuestionRow.id == AnswerRow.question_id)
            .join(ConversationRow, ConversationRow.id == QuestionRow.conversation_id)
            .where(*conditions)
            .order_by(AnswerRow.created_at, AnswerRow.id)
            .limit(limit)
        )
        rows = session.execute(query).all()
        claims = _claims(session, [row.AnswerRow.id for row in rows])
        digests = (row.AnswerRow.measurements_sha256 for row in rows)
        measured = blobs.json_objects(session, (digest for digest in digests if digest))
        return [
            _answer_view(
                row.AnswerRow,
                row.QuestionRow,
                row.recording_id,
                claims[row.AnswerRow.id],
                measured.get(row.AnswerRow.measurements_sha256, {}),
            )
            for row in rows
        ]


def _claims(session: Session, answer_ids: Iterable[str]) -> dict[str, list[Claim]]:
    claims: dict[str, list[Claim]] = defaultdict(list)
    query = (
        select(ClaimRow)
        .where(ClaimRow.answer_id.in_(tuple(answer_ids)))
        .order_by(ClaimRow.answer_id, ClaimRow.position)
    )
    for row in session.scalars(query):
        claims[row.answer_id].append(stored_json.to_claim(row))
    return claims


def _answer_view(
    row: AnswerRow, question: QuestionRow, recording_id: str, claims: Sequence[Claim], measurements: dict[str, Any]
) -> AnswerView:
    return AnswerView(
        id=row.id,
        question_id=row.question_id,
        conversation_id=question.conversation_id,
        recording_id=recording_id,
        question=question.text,
        version=row.version,
        state=row.state,  # type: ignore[arg-type]
        text=row.text,
        raw=row.raw,
        notice=row.notice,
        withheld=row.withheld,
        claims=tuple(claims),
        done=stored_json.to_done(row.done),
        provenance=Provenance(
            prompt=row.prompt,
            model_name=row.model_name,
            model_revision=row.model_revision,
            quantisation=row.quantisation,
            device=row.device,
            conversation=stored_json.to_conversation(row.conversation),
            settings=stored_json.to_settings(row.settings),
            preprocessing=row.preprocessing,
            packages=row.packages,
            signal_sha256=row.signal_sha256,
            measurements=measurements,
        ),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
