"""Say a logged answer again and compare it, character by character.

The conversation (messages, facts, patient), the measurements and the settings are taken from the log as they were
stored; the ECG is read again from the original bytes. So a difference in the text can only come from what `replay`
names: another model, another reading of the file, another prompt, other packages, another machine.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass

from ecg_chat.chat.types import Assistant, Done
from ecg_chat.errors import StoreError
from ecg_chat.measurements import as_json
from ecg_chat.records.columns import storable
from ecg_chat.records.provenance import provenance_of
from ecg_chat.records.reopening import read_again, window_of
from ecg_chat.records.store import Store
from ecg_chat.records.views import AnswerView, Provenance


@dataclass(frozen=True)
class ReplayResult:
    """How a replay came out.

    Attributes
    ----------
    same : bool
        Whether the model wrote the same characters; of an answer that was cut off, as far as it went.
    text, stored_text : str
        What the model wrote now and then.
    differences : tuple of str
        What was not as it was then, one clause each; empty if everything was.
    """

    same: bool
    text: str
    stored_text: str
    differences: tuple[str, ...]


def replay(store: Store, answer_id: str, assistant: Assistant) -> ReplayResult:
    """Generate a logged answer again.

    Raises
    ------
    NotFound
        If there is no such answer.
    StoreError
        If the answer is still being written.
    GenerationFailed
        When the model cannot go on.
    """
    answer = store.answer(answer_id)
    if answer.state == "streaming":
        raise StoreError("This answer is still being written; replay it when it has ended.")
    conversation = store.conversation_without_turns(answer.conversation_id)
    ecg = window_of(read_again(store.recording(answer.recording_id)), conversation)
    then = answer.provenance
    measurements = as_json.from_dict(then.measurements or conversation.measurements)
    now = provenance_of(assistant, then.conversation, ecg, measurements, then.settings)
    cancel = threading.Event()
    whole = answer.state == "complete"
    text = ""
    for event in assistant.stream(then.conversation, ecg, measurements, then.settings, cancel):
        if isinstance(event, Done):
            break
        text += event.text
        if not whole and len(text) >= len(answer.raw):
            cancel.set()  # the rest was never logged, so there is nothing to compare it with
    text = storable(text)
    same = text == answer.raw if whole else text.startswith(answer.raw)
    return ReplayResult(same, text, answer.raw, _differences(then, now, answer))


def _differences(then: Provenance, now: Provenance, answer: AnswerView) -> tuple[str, ...]:
    found: list[str] = []
    for label, old, new in (
        ("model", then.model_name, now.model_name),
        ("revision", then.model_revision, now.model_revision),
        ("quantisation", then.quantisation, now.quantisation),
        ("device", then.device, now.device),
        *((f"package {name}", old, now.packages.get(name, "none")) for name, old in then.packages.items()),
    ):
        if old != new:
            found.append(f"{label} is {new}, was {old}")
    # Compared as they are stored: the log gives lists back where the assistant has tuples.
    if json.dumps(dict(then.preprocessing), sort_keys=True) != json.dumps(dict(now.preprocessing), sort_keys=True):
        found.append("the ECG is prepared in another way")
    if then.signal_sha256 and then.signal_sha256 != now.signal_sha256:
        found.append("the file reads as another signal")
    if storable(then.prompt) != storable(now.prompt):
        found.append("the prompt is rendered in another way")
    if answer.state != "complete":
        found.append(f"the answer was {answer.state}: compared as far as it went")
    return tuple(found)
