"""Ratings in the log, and the queue of answers that wait for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select

from ecg_chat.errors import InvalidInput, NotFound
from ecg_chat.records import rubric
from ecg_chat.records.answer_log import NO_ANSWER
from ecg_chat.records.columns import now
from ecg_chat.records.conversation_log import ConversationLog
from ecg_chat.records.door import new_id
from ecg_chat.records.tables import AnswerRow, ClaimOpinionRow, ClaimRow, DraftRow, RatingRow
from ecg_chat.records.views import AnswerView, Rating, RatingView

RATEABLE = ("complete", "stopped")


class ReviewLog(ConversationLog):
    """The part of the store that holds what people think of the answers."""

    def add_rating(self, answer_id: str, rating: Rating) -> str:
        """Store a rating; return its id. Nothing is overwritten: a changed mind is a new rating.

        Raises
        ------
        NotFound
            If there is no such answer.
        InvalidInput
            If the answer has not ended, or has no claim at a position that was judged.
        """
        with self._write() as session:
            state = session.scalar(select(AnswerRow.state).where(AnswerRow.id == answer_id))
            if state is None:
                raise NotFound(NO_ANSWER)
            if state == "streaming":
                raise InvalidInput("This answer is still being written; rate it when it has ended.")
            n_claims = session.scalar(select(func.count()).where(ClaimRow.answer_id == answer_id)) or 0
            if any(not 0 <= position < n_claims for position in rating.claims):
                raise InvalidInput(f"A claim was judged that the answer does not have; it has {n_claims}.")
            row = RatingRow(
                id=new_id(),
                answer_id=answer_id,
                created_at=now(),
                rater=rating.rater,
                rubric=rating.rubric,
                **{key: rating.items.get(key) for key in rubric.ITEM_KEYS},
                unsafe=rating.unsafe,
                corrected_answer=rating.corrected_answer,
                comment=rating.comment,
                skip_reason=rating.skip_reason,
                time_on_task_s=rating.time_on_task_s,
            )
            session.add(row)
            session.flush()
            session.add_all(
                ClaimOpinionRow(rating_sequence=row.sequence, position=position, opinion=opinion)
                for position, opinion in rating.claims.items()
            )
            session.execute(delete(DraftRow).where(DraftRow.answer_id == answer_id, DraftRow.rater == rating.rater))
        return row.id

    def save_draft(self, answer_id: str, rater: str, body: Mapping[str, Any]) -> datetime:
        """Keep a half-filled form, so that a closed page loses nothing; return when it was saved."""
        moment = now()
        with self._write() as session:
            if session.scalar(select(AnswerRow.id).where(AnswerRow.id == answer_id)) is None:
                raise NotFound(NO_ANSWER)
            row = session.get(DraftRow, (answer_id, rater), with_for_update=True)
            if row is None:
                session.add(DraftRow(answer_id=answer_id, rater=rater, saved_at=moment, body=dict(body)))
            else:
                row.saved_at, row.body = moment, dict(body)
        return moment

    def draft(self, answer_id: str, rater: str) -> dict[str, Any] | None:
        """Return the form that this rater left half-filled, None if there is none."""
        with self._read() as session:
            row = session.get(DraftRow, (answer_id, rater))
        return row.body if row else None

    def raters(self) -> list[str]:
        """Return everybody who rated or skipped something, in the order in which they began."""
        with self._read() as session:
            return list(
                session.scalars(
                    select(RatingRow.rater).group_by(RatingRow.rater).order_by(func.min(RatingRow.sequence))
                )
            )

    def skip(self, answer_id: str, rater: str, reason: str) -> str:
        """Take an answer out of one rater's queue, and say why; return the id of that row."""
        if not reason.strip():
            raise InvalidInput("Say in a word why you skip this answer.")
        return self.add_rating(answer_id, Rating(rater=rater, skip_reason=reason.strip()))

    def ratings(self, answer_id: str) -> list[RatingView]:
        """Return every rating of an answer, oldest first; the last one of a rater is the one that counts."""
        with self._read() as session:
            rows = session.scalars(
                select(RatingRow).where(RatingRow.answer_id == answer_id).order_by(RatingRow.sequence)
            ).all()
            opinions: dict[int, dict[int, Any]] = {row.sequence: {} for row in rows}
            for opinion in session.scalars(
                select(ClaimOpinionRow)
                .where(ClaimOpinionRow.rating_sequence.in_(tuple(opinions)))
                .order_by(ClaimOpinionRow.position)
            ):
                opinions[opinion.rating_sequence][opinion.position] = opinion.opinion
        return [_rating_view(row, opinions[row.sequence]) for row in rows]

    def review_queue(self, *, rater: str, limit: int = 50) -> list[AnswerView]:
        """Return ended answers that this rater has neither rated nor skipped, oldest first."""
        with self._read() as session:
            return self._answers(session, *_waiting(rater), limit=limit)

    def review_count(self, *, rater: str) -> tuple[int, int]:
        """Return how many answers this rater has dealt with, and how many still wait."""
        done = select(func.count(func.distinct(RatingRow.answer_id))).where(RatingRow.rater == rater)
        waiting = select(func.count(AnswerRow.id)).where(*_waiting(rater))
        with self._read() as session:
            return session.scalar(done) or 0, session.scalar(waiting) or 0


def _waiting(rater: str) -> tuple[Any, ...]:
    rated = exists().where(RatingRow.answer_id == AnswerRow.id, RatingRow.rater == rater).correlate(AnswerRow)
    return (AnswerRow.state.in_(RATEABLE), AnswerRow.text != "", ~rated)


def _rating_view(row: RatingRow, opinions: dict[int, Any]) -> RatingView:
    return RatingView(
        id=row.id,
        answer_id=row.answer_id,
        created_at=row.created_at,
        rating=Rating(
            rater=row.rater,
            items={} if row.skip_reason else {key: getattr(row, key) for key in rubric.ITEM_KEYS},
            claims=opinions,
            unsafe=row.unsafe,
            corrected_answer=row.corrected_answer,
            comment=row.comment,
            skip_reason=row.skip_reason,
            time_on_task_s=row.time_on_task_s,
            rubric=row.rubric,
        ),
    )
