"""Values of other rooms to JSON and back, exactly: a float comes back as the same float."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ecg_chat.chat.types import Claim, Done, GenerationSettings
from ecg_chat.conversation.types import Conversation, Message, PatientContext
from ecg_chat.measurements.types import Span
from ecg_chat.records.columns import storable
from ecg_chat.records.tables import ClaimRow
from ecg_chat.signals.ecg import FilePatient, Note


def from_conversation(conversation: Conversation) -> dict[str, Any]:
    """Return a conversation as JSON."""
    return asdict(conversation)


def to_conversation(stored: Mapping[str, Any]) -> Conversation:
    """Return the conversation that `from_conversation` was given."""
    return Conversation(
        messages=tuple(Message(**message) for message in stored["messages"]),
        patient=PatientContext(**stored["patient"]),
        audience=stored["audience"],
        facts=stored["facts"],
    )


def from_context(context: PatientContext) -> dict[str, Any]:
    """Return a patient context as JSON."""
    return {key: storable(value) if isinstance(value, str) else value for key, value in asdict(context).items()}


def to_context(stored: Mapping[str, Any]) -> PatientContext:
    """Return the context that `from_context` was given."""
    return PatientContext(**stored)


def to_settings(stored: Mapping[str, Any]) -> GenerationSettings:
    """Return generation settings from their dict."""
    return GenerationSettings(**stored)


def to_done(stored: Mapping[str, Any]) -> Done | None:
    """Return the end of an answer, or None where there was none."""
    return Done(**stored) if stored else None


def from_notes(notes: tuple[Note, ...]) -> list[dict[str, Any]]:
    """Return the notes of a recording as JSON."""
    return [{"kind": note.kind, "text": storable(note.text), "leads": list(note.leads)} for note in notes]


def to_notes(stored: list[dict[str, Any]]) -> tuple[Note, ...]:
    """Return the notes that `from_notes` was given."""
    return tuple(Note(kind=note["kind"], text=note["text"], leads=tuple(note["leads"])) for note in stored)


def from_patient(patient: FilePatient) -> dict[str, Any]:
    """Return what a file says of the patient as JSON."""
    return {key: storable(value) if isinstance(value, str) else value for key, value in asdict(patient).items()}


def to_patient(stored: Mapping[str, Any]) -> FilePatient:
    """Return the patient that `from_patient` was given."""
    return FilePatient(**stored)


def to_claim_row(answer_id: str, position: int, claim: Claim) -> ClaimRow:
    """Return the row of a claim."""
    return ClaimRow(
        answer_id=answer_id,
        position=position,
        start=claim.start,
        stop=claim.stop,
        kind=claim.kind,
        verdict=claim.verdict,
        text=claim.text,
        says=claim.says,
        measured=claim.measured,
        measure=claim.measure,
        lead=claim.lead,
        place=asdict(claim.place) if claim.place else {},
    )


def to_claim(row: ClaimRow) -> Claim:
    """Return the claim of a row."""
    return Claim(
        start=row.start,
        stop=row.stop,
        kind=row.kind,  # type: ignore[arg-type]
        text=row.text,
        verdict=row.verdict,  # type: ignore[arg-type]
        says=row.says,
        measured=row.measured,
        measure=row.measure,
        lead=row.lead,
        place=Span(**row.place) if row.place else None,
    )
