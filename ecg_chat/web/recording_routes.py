"""Opening recordings, looking at them, and the history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from ecg_chat.errors import NotFound
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.web.context_form import parse_context
from ecg_chat.web.conversation_view import conversation_view, list_view
from ecg_chat.web.corrections import corrections_view
from ecg_chat.web.examples import example_files, examples
from ecg_chat.web.failures import as_sentence
from ecg_chat.web.finding_view import judgement_view
from ecg_chat.web.reading_view import reading_view
from ecg_chat.web.room import Room, room_of
from ecg_chat.web.upload import read_upload

router = APIRouter(prefix="/api")
LISTED = 200
InRoom = Annotated[Room, Depends(room_of)]


@router.get("/status")
def status(room: InRoom) -> dict[str, Any]:
    """Say which model answers, or why none does."""
    assistant = room.slot.peek()
    state: dict[str, Any] = {"state": room.slot.state, "problem": room.slot.problem and as_sentence(room.slot.problem)}
    if assistant is not None:
        info = assistant.info
        state |= {
            "name": info.name,
            "revision": info.revision,
            "quantisation": info.quantisation,
            "device": info.device,
        }
        state["tokens_per_s"] = round(room.slot.last_tokens_per_s, 1)
    return state


@router.get("/examples")
def list_examples(room: InRoom) -> dict[str, Any]:
    """List what can be opened with one click, each with its origin."""
    listed = [{"kind": item.kind, "label": item.label, "origin": item.origin} for item in examples()]
    return {"examples": listed, "max_upload_bytes": room.max_upload_bytes}


@router.post("/examples/{kind}")
def open_example(kind: str, room: InRoom) -> dict[str, Any]:
    """Open an example as if its files had been uploaded."""
    return _view(room, room.desk.add(example_files(kind), None))


@router.post("/recordings")
async def open_files(request: Request, room: InRoom) -> dict[str, Any]:
    """Open uploaded files as one recording."""
    files, description = await read_upload(request, room.max_upload_bytes)
    recording_id = await run_in_threadpool(room.desk.add, files, description)
    return await run_in_threadpool(_view, room, recording_id)


@router.get("/recordings")
def history(room: InRoom, search: str = "") -> dict[str, Any]:
    """List recordings, newest first."""
    names = {code: statement.name for code, statement in load_catalogue().items()}
    found = room.store.recordings(search=search[:200], limit=LISTED)
    return {
        "more": len(found) == LISTED,
        "recordings": [
            {
                "id": item.id,
                "created_at": item.created_at.isoformat(),
                "name": item.name,
                "pseudonym": item.pseudonym,
                "format": item.format,
                "findings": [names.get(code, code) for code in item.finding_codes],
                "n_conversations": item.n_conversations,
                "state": item.state,
                "confirmed_by": item.confirmed_by,
            }
            for item in found
        ],
    }


@router.get("/recordings/{recording_id}")
def look(
    recording_id: str, room: InRoom, start: float | None = None, conversation: str | None = None, strip: bool = True
) -> dict[str, Any]:
    """Return a recording with one conversation.

    Without `conversation` its newest one is opened; an empty one means: none. Without `start` the window is the
    conversation's, or the cleanest one.
    """
    return _view(room, recording_id, start, conversation, with_strip=strip)


@router.get("/recordings/{recording_id}/thumbnail.svg")
def thumbnail(recording_id: str, room: InRoom) -> Response:
    """Draw lead II for the history list."""
    return Response(room.store.recording(recording_id).thumbnail_svg, media_type="image/svg+xml")


@router.get("/recordings/{recording_id}/judgements/{code}")
def judgement(recording_id: str, code: str, room: InRoom, start: float = 0.0) -> dict[str, Any]:
    """Say why a statement was found or not."""
    if code not in load_catalogue():
        raise NotFound("There is no such statement in the catalogue.")
    return judgement_view(room.desk.reading(recording_id, start), code)


@router.put("/recordings/{recording_id}/context")
def save_context(
    recording_id: str, room: InRoom, form: Annotated[dict[str, Any], Body()], start: float | None = None
) -> dict[str, Any]:
    """Store the patient form and judge again with it."""
    room.store.save_context(recording_id, parse_context(form))
    return _view(room, recording_id, start, "", with_strip=False)


def reading_of_window(room: Room, recording_id: str, start_s: float) -> dict[str, Any]:
    """Return everything that the page shows of one window, without a conversation."""
    return _view(room, recording_id, start_s, "")


def _view(
    room: Room,
    recording_id: str,
    start: float | None = None,
    conversation_id: str | None = None,
    *,
    with_strip: bool = True,
) -> dict[str, Any]:
    recording = room.store.recording(recording_id)
    listed = room.store.conversations(recording_id)
    if conversation_id is None and start is None and listed:
        conversation_id = listed[0].id
    conversation = room.store.conversation(conversation_id) if conversation_id else None
    if conversation is not None and conversation.recording_id != recording_id:
        raise NotFound("This conversation is about another recording.")
    opened = room.desk.recording(recording_id)
    if conversation is not None and start is None:
        start = conversation.window_start_s
    shown_start = opened.start_of(opened.best_start_s if start is None else start)
    reading = room.desk.reading(recording_id, shown_start)
    view = reading_view(recording, opened, shown_start, reading, network=room.slot.state, with_strip=with_strip)
    corrections = room.store.boundary_corrections(recording_id, opened.start_of(shown_start))
    view["corrections"] = corrections_view(corrections)
    view["conversations"] = list_view(listed)
    view["conversation"] = conversation_view(conversation) if conversation else None
    view["context_from_file"] = (
        room.store.latest_context(recording_id) is None and reading.patient != type(reading.patient)()
    )
    return view
