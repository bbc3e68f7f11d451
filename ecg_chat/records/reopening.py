"""From the log back to a recording one can ask about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecg_chat.chat.reading import Reading
from ecg_chat.chat.session import ChatSession
from ecg_chat.chat.types import Assistant
from ecg_chat.measurements import as_json
from ecg_chat.measurements.measure import delineated
from ecg_chat.measurements.types import Measurements
from ecg_chat.records.correcting import measured_as_corrected
from ecg_chat.records.logged_chat import LoggedChat
from ecg_chat.records.store import Store
from ecg_chat.records.views import ConversationView, RecordingView
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.reading import read_ecg
from ecg_chat.signals.tables import TableDescription
from ecg_chat.statements.judge import found, judge


def read_again(recording: RecordingView) -> Ecg:
    """Read a recording from its original bytes."""
    return read_ecg(recording.files(), _described(recording.description))


def window_of(ecg: Ecg, conversation: ConversationView) -> Ecg:
    """Return the part of a recording that a conversation is about."""
    if conversation.window_start_s <= 0 and ecg.duration_s <= conversation.window_duration_s:
        return ecg
    return ecg.window(conversation.window_start_s, conversation.window_duration_s)


def reopen(store: Store, conversation_id: str, assistant: Assistant) -> LoggedChat:
    """Return a conversation from the log, ready for the next question.

    The measurements are those that its last answer was given, so that it goes on about the same numbers even where a
    newer version would measure others; only where nothing was answered yet, the window is measured, with the boundaries
    that a person set.

    Raises
    ------
    NotFound
        If there is no such conversation.
    """
    conversation = store.conversation(conversation_id)
    ecg = window_of(read_again(store.recording(conversation.recording_id)), conversation)
    measurements = _given(store, conversation, ecg)
    patient = conversation.context
    judgements = judge(measurements, age_years=patient.age_years, sex=patient.sex)
    network = assistant.findings(ecg, measurements)
    reading = Reading(ecg, measurements, judgements, found(judgements), network, patient)
    return LoggedChat(store, conversation_id, ChatSession(assistant, reading, conversation.audience))


def _given(store: Store, conversation: ConversationView, ecg: Ecg) -> Measurements:
    if conversation.is_answered:
        return as_json.from_dict(conversation.measurements)
    correction = store.boundary_correction(conversation.recording_id, conversation.window_start_s)
    return measured_as_corrected(ecg, delineated(ecg)[1], correction)


def _described(stated: Mapping[str, Any] | None) -> TableDescription | None:
    if stated is None:
        return None
    return TableDescription(fs_hz=stated["fs_hz"], unit=stated["unit"], leads=tuple(stated["leads"]))
