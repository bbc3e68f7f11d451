"""Asking, answering again, and taking a conversation along."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from ecg_chat.chat.stated_findings import finding_records
from ecg_chat.chat.types import GenerationSettings
from ecg_chat.conversation.types import Audience
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.web import answering
from ecg_chat.web.conversation_view import conversation_view, list_view
from ecg_chat.web.desk import WINDOW_S
from ecg_chat.web.export import conversation_markdown, conversation_pdf
from ecg_chat.web.relay import relay
from ecg_chat.web.room import Room, room_of

router = APIRouter(prefix="/api")
InRoom = Annotated[Room, Depends(room_of)]
# The first answer is greedy and can be replayed bit for bit. Asking again would only repeat it, so that is drawn.
AGAIN_TEMPERATURE = 0.7
AGAIN_TOP_P = 0.9


class NewConversation(BaseModel):
    """Which window of which recording is talked about, and to whom."""

    recording_id: str
    window_start_s: float = Field(ge=0, allow_inf_nan=False)
    audience: Audience = "clinician"


class Question(BaseModel):
    """A question as typed; its length is judged where it is asked."""

    text: str


@router.post("/conversations")
def start(form: NewConversation, room: InRoom) -> dict[str, Any]:
    """Begin a conversation about one window, with the patient context as it stands now."""
    reading = room.desk.reading(form.recording_id, form.window_start_s)
    conversation_id = room.store.start_conversation(
        form.recording_id,
        audience=form.audience,
        window_start_s=form.window_start_s,
        window_duration_s=WINDOW_S,
        context_id=room.store.save_context(form.recording_id, reading.patient),
        measurements=to_dict(reading.measurements),
        findings=finding_records(reading.judgements, reading.network_findings),
    )
    listed = list_view(room.store.conversations(form.recording_id))
    return {
        "conversation": conversation_view(room.store.conversation(conversation_id)),
        "conversations": [{"id": conversation_id, "title": "New conversation"}, *listed],
    }


@router.get("/conversations/{conversation_id}")
def look(conversation_id: str, room: InRoom) -> dict[str, Any]:
    """Return a conversation as it was logged."""
    return conversation_view(room.store.conversation(conversation_id))


@router.post("/conversations/{conversation_id}/questions")
async def ask(conversation_id: str, question: Question, room: InRoom) -> StreamingResponse:
    """Ask, and stream the answer as lines of JSON."""
    return _streamed(room, conversation_id, lambda chat, cancel: chat.ask(question.text, cancel=cancel))


@router.post("/conversations/{conversation_id}/questions/{question_id}/answers")
async def answer_again(conversation_id: str, question_id: str, room: InRoom) -> StreamingResponse:
    """Answer a question again, as a new version, drawn at random."""
    versions = next((t.answers for t in room.store.conversation(conversation_id).turns if t.id == question_id), ())
    settings = GenerationSettings(temperature=AGAIN_TEMPERATURE, top_p=AGAIN_TOP_P, seed=len(versions))
    return _streamed(room, conversation_id, lambda chat, cancel: chat.regenerate(question_id, settings, cancel))


@router.get("/conversations/{conversation_id}/export.md")
def export_markdown(conversation_id: str, room: InRoom) -> Response:
    """Return the conversation with numbers, findings and verdicts as Markdown."""
    text = conversation_markdown(room, conversation_id)
    return Response(text, media_type="text/markdown; charset=utf-8", headers=_attachment(conversation_id, "md"))


@router.get("/conversations/{conversation_id}/export.pdf")
def export_pdf(conversation_id: str, room: InRoom) -> Response:
    """Return the same with the strip as PDF."""
    return Response(
        conversation_pdf(room, conversation_id),
        media_type="application/pdf",
        headers=_attachment(conversation_id, "pdf"),
    )


def _streamed(room: Room, conversation_id: str, begin: answering.Begin) -> StreamingResponse:
    lines = relay(lambda put, cancel: answering.answer(room, conversation_id, begin, put, cancel))
    return StreamingResponse(lines, media_type="application/x-ndjson")


def _attachment(conversation_id: str, ending: str) -> dict[str, str]:
    # The recording's own name may hold anything; the id is ours.
    return {"Content-Disposition": f'attachment; filename="ecg-conversation-{conversation_id[:8]}.{ending}"'}
