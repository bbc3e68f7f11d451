"""A conversation to take along: the report of `plotting` filled from the log."""

from __future__ import annotations

from typing import TypedDict

from ecg_chat.chat.types import Claim
from ecg_chat.measurements.as_json import from_dict
from ecg_chat.measurements.types import Measurements
from ecg_chat.plotting.report import Mark, ReportTurn, report_markdown, report_pdf
from ecg_chat.records.correcting import sentence
from ecg_chat.records.given_findings import findings_with
from ecg_chat.records.views import AnswerView, ConversationView, RecordingView
from ecg_chat.signals.ecg import Sex
from ecg_chat.web.finding_view import logged_findings
from ecg_chat.web.reading_view import context_text
from ecg_chat.web.room import Room

ENDINGS = {"complete": "", "streaming": "still being written", "stopped": "stopped by the person"}
ENDINGS |= {"interrupted": "interrupted: the app ended", "failed": "the model failed here"}


class Parts(TypedDict):
    """What both reports are made of."""

    title: str
    lines: list[str]
    findings: list[str]
    turns: list[ReportTurn]
    age_years: float | None
    sex: Sex | None


def conversation_markdown(room: Room, conversation_id: str) -> str:
    """Return numbers, findings and the conversation with its marks as Markdown."""
    conversation = room.store.conversation(conversation_id)
    recording = room.store.recording(conversation.recording_id)
    return report_markdown(_measured(conversation), **_parts(room, conversation, recording))


def conversation_pdf(room: Room, conversation_id: str) -> bytes:
    """Return the same as PDF, with the strip."""
    conversation = room.store.conversation(conversation_id)
    recording = room.store.recording(conversation.recording_id)
    window = room.desk.recording(recording.id).window(conversation.window_start_s)
    return report_pdf(window, _measured(conversation), **_parts(room, conversation, recording))


def _measured(conversation: ConversationView) -> Measurements:
    return from_dict(conversation.measurements)


def _parts(room: Room, conversation: ConversationView, recording: RecordingView) -> Parts:
    started = room.store.conversation_without_turns(conversation.id)
    start_s = room.desk.recording(recording.id).start_of(conversation.window_start_s)
    corrections = [f"Corrected: {sentence(view)}" for view in room.store.boundary_corrections(recording.id, start_s)]
    turns: list[ReportTurn] = []
    for turn in conversation.turns:
        turns.append(ReportTurn("Question", turn.text))
        turns += [_answer(answer, len(turn.answers)) for answer in turn.answers]
    return {
        "title": f"ECG report – {recording.name}",
        "lines": [*_lines(conversation, recording), *corrections],
        "findings": logged_findings(findings_with(conversation.measurements, started)),
        "turns": turns,
        "age_years": conversation.context.age_years,
        "sex": conversation.context.sex,
    }


def _lines(conversation: ConversationView, recording: RecordingView) -> list[str]:
    stop_s = min(recording.duration_s, conversation.window_start_s + conversation.window_duration_s)
    return [
        f"Recording: {recording.name} ({recording.format}), {recording.fs_hz:g} Hz, pseudonym {recording.pseudonym}",
        *([f"Recorded: {recording.start.replace('T', ' ')}"] if recording.start else []),
        f"Part: {conversation.window_start_s:g} to {stop_s:g} s of {recording.duration_s:.1f} s",
        f"Patient: {context_text(conversation.context)}",
        f"Conversation of {conversation.created_at:%Y-%m-%d %H:%M} UTC, in words for a {conversation.audience}",
        f"SHA-256 of the file: {recording.sha256}",
    ]


def _answer(answer: AnswerView, n_versions: int) -> ReportTurn:
    made_by = answer.provenance
    version = f", version {answer.version} of {n_versions}" if n_versions > 1 else ""
    note = "; ".join(part for part in (answer.notice, ENDINGS[answer.state]) if part)
    speaker = f"{made_by.model_name} ({made_by.quantisation}, revision {made_by.model_revision}{version})"
    return ReportTurn(speaker, answer.text, tuple(_mark(claim) for claim in answer.claims), note)


def _mark(claim: Claim) -> Mark:
    return Mark(claim.start, claim.stop, claim.verdict, claim.measured)
