"""Puts a recording that was opened on the command line into the log, as the page does."""

from __future__ import annotations

from ecg_chat.chat.reading import Reading
from ecg_chat.chat.stated_findings import finding_records
from ecg_chat.cli.opening import Opened
from ecg_chat.conversation.types import Audience
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.plotting.thumbnail import lead_svg
from ecg_chat.records.store import Store


def log_recording(store: Store, opened: Opened, reading: Reading, audience: Audience) -> str:
    """Store the recording, the patient context and a new conversation; return the conversation's id."""
    recording_id = store.add_recording(
        opened.files,
        opened.recording,
        to_dict(reading.measurements),
        finding_records(reading.judgements, reading.network_findings),
        description=opened.description,
        thumbnail_svg=lead_svg(opened.window),
    )
    return store.start_conversation(
        recording_id,
        audience=audience,
        window_start_s=opened.window_start_s,
        window_duration_s=opened.window.duration_s,
        context_id=store.save_context(recording_id, reading.patient),
    )
