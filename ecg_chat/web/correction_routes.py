"""The median beat of a window, and moving its boundaries."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from ecg_chat.delineation.types import Corrections
from ecg_chat.records.correcting import in_force
from ecg_chat.web.corrections import corrections_view
from ecg_chat.web.median_view import median_view
from ecg_chat.web.recording_routes import reading_of_window
from ecg_chat.web.room import Room, room_of

router = APIRouter(prefix="/api/recordings/{recording_id}")
InRoom = Annotated[Room, Depends(room_of)]
Milliseconds = Annotated[float, Field(strict=True, allow_inf_nan=False)] | None
Seconds = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]


class Boundaries(BaseModel):
    """Everything that shall be set by hand, in ms from R; null is as found."""

    model_config = ConfigDict(extra="forbid")
    p_on_ms: Milliseconds = None
    p_off_ms: Milliseconds = None
    qrs_on_ms: Milliseconds = None
    qrs_off_ms: Milliseconds = None
    t_off_ms: Milliseconds = None


class CorrectionForm(BaseModel):
    """What the page sends when a boundary was moved."""

    start_s: Seconds = 0.0
    boundaries: Boundaries
    who: str = Field(max_length=200)
    comment: str = Field("", max_length=4000)
    based_on: str = Field("", max_length=64)


@router.get("/median")
def median(recording_id: str, room: InRoom, start: float = 0.0) -> dict[str, Any]:
    """Return the median beat of a window with its boundaries."""
    quality, found = room.desk.found(recording_id, start)
    newest = room.store.boundary_correction(recording_id, room.desk.recording(recording_id).start_of(start))
    by_hand, _ = in_force(found, newest)
    return median_view(found, by_hand, quality) | {"based_on": newest.id if newest else ""}


@router.get("/corrections")
def corrections(recording_id: str, room: InRoom, start: float = 0.0) -> dict[str, Any]:
    """Return who moved which boundary of a window, newest first."""
    start_s = room.desk.recording(recording_id).start_of(start)
    return {"corrections": corrections_view(room.store.boundary_corrections(recording_id, start_s))}


@router.post("/corrections")
def correct(recording_id: str, form: CorrectionForm, room: InRoom) -> dict[str, Any]:
    """Set boundaries by hand; return what follows: numbers, findings, marks and the median beat."""
    given = form.boundaries.model_dump(exclude_none=True)
    asked = Corrections(**{name: round(ms, 3) for name, ms in given.items()})  # as exactly as they are logged and shown
    room.desk.correct(recording_id, form.start_s, asked, who=form.who, comment=form.comment, based_on=form.based_on)
    return {
        "reading": reading_of_window(room, recording_id, form.start_s),
        "median": median(recording_id, room, form.start_s),
    }
