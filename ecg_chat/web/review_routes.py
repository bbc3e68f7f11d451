"""The queue of logged answers, and what people think of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.as_json import from_dict
from ecg_chat.plotting.strip import strip_payload
from ecg_chat.records import rubric
from ecg_chat.records.given_findings import findings_with
from ecg_chat.records.views import Opinion, Rating
from ecg_chat.web.conversation_view import answer_view, claim_view
from ecg_chat.web.finding_view import logged_findings
from ecg_chat.web.number_view import summary_view
from ecg_chat.web.reading_view import context_text
from ecg_chat.web.room import Room, room_of

router = APIRouter(prefix="/api/review")
InRoom = Annotated[Room, Depends(room_of)]
COMMENT_FROM = 2  # a number of this or less needs a comment


class Draft(BaseModel):
    """A rating that may not be complete."""

    items: dict[str, int | None] = {}
    claims: dict[int, Opinion] = {}
    unsafe: bool = False
    corrected_answer: str = Field("", max_length=8000)
    comment: str = Field("", max_length=4000)


class RatingForm(Draft):
    """What the review page sends in the end."""

    rater: str = Field(max_length=80)
    skip_reason: str = Field("", max_length=400)
    time_on_task_s: float | None = Field(None, ge=0, allow_inf_nan=False)


@router.get("/rubric")
def show_rubric() -> dict[str, Any]:
    """Return the seven items with question and anchors."""
    items = [
        {"key": item.key, "label": item.label, "question": item.question, "anchors": list(item.anchors)}
        for item in rubric.ITEMS
    ]
    return {"version": rubric.VERSION, "items": items}


@router.get("")
def queue(rater: str, room: InRoom) -> dict[str, Any]:
    """Return the next answer for a rater, and how many are done."""
    done, waiting = room.store.review_count(rater=rater)
    following = room.store.review_queue(rater=rater, limit=1)
    return {"next": following[0].id if following else None, "done": done, "total": done + waiting}


@router.get("/{answer_id}")
def item(answer_id: str, rater: str, room: InRoom) -> dict[str, Any]:
    """Return one answer with the strip, the numbers, findings and context that it was given with."""
    answer = room.store.answer(answer_id)
    conversation = room.store.conversation(answer.conversation_id)
    window = room.desk.recording(answer.recording_id).window(conversation.window_start_s)
    # As logged, not measured again: the rater judges the answer by the numbers that it was given.
    given = answer.provenance.measurements or conversation.measurements
    measurements = from_dict(given)
    findings = findings_with(given, room.store.conversation_without_turns(answer.conversation_id))
    patient = answer.provenance.conversation.patient
    view = answer_view(answer)
    view |= {"question": answer.question, "claims": [claim_view(claim) for claim in answer.claims]}
    return {
        "answer": view,
        "draft": room.store.draft(answer_id, rater),
        "strip": strip_payload(window, measurements),
        "summary": summary_view(measurements, patient),
        "context_text": context_text(patient),
        "finding_text": "Findings: " + ("; ".join(logged_findings(findings)) or "none"),
    }


@router.put("/{answer_id}/draft")
def keep_draft(answer_id: str, rater: str, draft: Draft, room: InRoom) -> dict[str, str]:
    """Keep a half-filled form."""
    return {"saved_at": room.store.save_draft(answer_id, rater, draft.model_dump(mode="json")).isoformat()}


@router.post("/{answer_id}")
def rate(answer_id: str, form: RatingForm, room: InRoom) -> dict[str, str]:
    """Store a rating, or that the answer was skipped and why."""
    if form.skip_reason.strip():
        return {"id": room.store.skip(answer_id, form.rater, form.skip_reason)}
    if (
        any(number is not None and number <= COMMENT_FROM for number in form.items.values())
        and not form.comment.strip()
    ):
        raise InvalidInput(f"A rating of {COMMENT_FROM} or less needs a comment.")
    rating = Rating(
        rater=form.rater,
        items=dict(form.items),
        claims=dict(form.claims),
        unsafe=form.unsafe,
        corrected_answer=form.corrected_answer.strip(),
        comment=form.comment.strip(),
        time_on_task_s=form.time_on_task_s,
    )
    return {"id": room.store.add_rating(answer_id, rating)}
