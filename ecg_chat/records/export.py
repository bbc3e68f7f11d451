"""The log as JSON lines: one per answer, then one per correction of wave boundaries; ``format`` tells which.

An answer's line holds what was said, its claims, its ratings and its provenance.

De-identified by default. Never written: file names, what the file says of the patient (identifier), the names of those
who rated or corrected (they are numbered in the order in which they began, the same in every export). Written only with
`include_context`: symptoms, history and medication, the exact prompt (it contains them), and the moments at which
things happened; without it the prompt is given as a sha256. Ages from 90 on are written as 90. What people typed as
questions, comments and corrected answers is the matter of the export and is written as typed: who passes the file on
reads it first.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from ecg_chat.conversation.types import PatientContext
from ecg_chat.records.given_findings import findings_with
from ecg_chat.records.store import Store
from ecg_chat.records.views import (
    AnswerView,
    BoundaryCorrectionView,
    ConversationView,
    RatingView,
    RecordingView,
)

FORMAT = "ecg_chat answer 1"
CORRECTION_FORMAT = "ecg_chat correction 1"
OLDEST_TOLD_YEARS = 90
"""Ages above 89 identify: HIPAA safe harbour, 45 CFR 164.514(b)(2)(i)(C), lumps them as "90 or older"."""
REMEMBERED = 16


def export_jsonl(store: Store, *, include_context: bool = False) -> Iterator[str]:
    r"""Yield one line of ASCII JSON (with its ``\n``) per answer, all versions, oldest first; then one per correction.

    Memory does not grow with the log. `Store.answer_count` tells how many answers there will be.
    """
    numbers = {rater: f"rater {number}" for number, rater in enumerate(store.raters(), start=1)}
    recording = functools.lru_cache(REMEMBERED)(store.recording)
    conversation = functools.lru_cache(REMEMBERED)(store.conversation_without_turns)
    for answer in store.all_answers():
        line = _line(answer, recording(answer.recording_id), conversation(answer.conversation_id), include_context)
        line["ratings"] = [_rating(view, numbers, include_context) for view in store.ratings(answer.id)]
        yield _json(line)
    persons: dict[str, str] = {}
    for view in store.all_boundary_corrections():
        person = persons.setdefault(view.correction.who, f"person {len(persons) + 1}")
        yield _json(_correction(view, recording(view.correction.recording_id), person, include_context))


def _json(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=True, allow_nan=False) + "\n"


def _line(
    answer: AnswerView, recording: RecordingView, conversation: ConversationView, include_context: bool
) -> dict[str, Any]:
    said = answer.provenance.conversation
    measurements = answer.provenance.measurements or conversation.measurements
    line: dict[str, Any] = {
        "format": FORMAT,
        "answer_id": answer.id,
        "question_id": answer.question_id,
        "conversation_id": answer.conversation_id,
        "recording_id": answer.recording_id,
        "version": answer.version,
        "state": answer.state,
        "audience": said.audience,
        "messages": [*(asdict(message) for message in said.messages), {"role": "assistant", "text": answer.text}],
        "notice": answer.notice,
        "withheld": answer.withheld,
        "facts": said.facts,
        "patient": _patient(said.patient, include_context),
        "claims": [asdict(claim) for claim in answer.claims],
        "done": asdict(answer.done) if answer.done else None,
        "recording": {
            "format": recording.format,
            "sha256": recording.sha256,
            "fs_hz": recording.fs_hz,
            "duration_s": recording.duration_s,
            "leads": recording.leads,
            "window_start_s": conversation.window_start_s,
            "window_duration_s": conversation.window_duration_s,
            "measurements": measurements,
            "findings": findings_with(measurements, conversation),
        },
        "provenance": _provenance(answer, include_context),
    }
    if include_context:
        line["created_at"] = answer.created_at.isoformat()
        line["finished_at"] = answer.finished_at.isoformat() if answer.finished_at else None
    return line


def _provenance(answer: AnswerView, include_context: bool) -> dict[str, Any]:
    provenance = answer.provenance
    told: dict[str, Any] = {
        "model": provenance.model_name,
        "revision": provenance.model_revision,
        "quantisation": provenance.quantisation,
        "device": provenance.device,
        "settings": asdict(provenance.settings),
        "preprocessing": provenance.preprocessing,
        "packages": provenance.packages,
        "signal_sha256": provenance.signal_sha256,
        "prompt_sha256": hashlib.sha256(provenance.prompt.encode()).hexdigest(),
    }
    if include_context:
        told["prompt"] = provenance.prompt
    return told


def _patient(patient: PatientContext, include_context: bool) -> dict[str, Any]:
    age = patient.age_years
    told: dict[str, Any] = {
        "age_years": None if age is None else min(age, OLDEST_TOLD_YEARS),
        "sex": patient.sex,
        "height_cm": patient.height_cm,
        "weight_kg": patient.weight_kg,
    }
    if include_context:
        told |= {"symptoms": patient.symptoms, "history": patient.history, "medication": patient.medication}
    return told


def _rating(view: RatingView, numbers: Mapping[str, str], include_context: bool) -> dict[str, Any]:
    told = asdict(view.rating)
    told["rater"] = numbers.get(view.rating.rater, "rater new")
    told["claims"] = [{"claim": position, "opinion": opinion} for position, opinion in view.rating.claims.items()]
    if include_context:
        told["created_at"] = view.created_at.isoformat()
    return told


def _correction(
    view: BoundaryCorrectionView, recording: RecordingView, person: str, include_context: bool
) -> dict[str, Any]:
    correction = view.correction
    line: dict[str, Any] = {
        "format": CORRECTION_FORMAT,
        "correction_id": view.id,
        "recording_id": correction.recording_id,
        "recording_sha256": recording.sha256,
        "window_start_s": correction.window_start_s,
        "reference_s": correction.reference_s,
        "by_hand": asdict(correction.by_hand),
        "before": asdict(correction.before),
        "after": asdict(correction.after),
        "who": person,
        "comment": correction.comment,
    }
    if include_context:
        line["created_at"] = view.created_at.isoformat()
    return line
