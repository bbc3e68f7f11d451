"""Everything the Read page shows of one window of a recording, as JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

from ecg_chat.chat.reading import Reading
from ecg_chat.conversation.types import PatientContext
from ecg_chat.plotting.strip import strip_payload
from ecg_chat.records.views import RecordingView
from ecg_chat.statements.lead_limits import outside_limits
from ecg_chat.web.beat_view import beat_kinds, beats_view
from ecg_chat.web.desk import WINDOW_S, OnDesk
from ecg_chat.web.finding_view import findings_view, quality_view, rejected_view
from ecg_chat.web.matrix_view import matrix_view
from ecg_chat.web.number_view import derived_view, more_view, summary_view
from ecg_chat.web.rhythm_view import rhythm_view

LIMITS = (
    "The measurements come from rules applied to this recording alone; they are tested on synthetic and open annotated "
    "data, and no conformity with a standard is claimed.",
    "Criteria are textbook limits. They do not know the patient beyond age and sex, and earlier ECGs are not compared.",
    "The language model is small. It can leave out what matters and say what is wrong; the marks ✓ ✗ ◌ check numbers, "
    "leads and statement names, not the reasoning between them.",
    "A normal reading does not exclude a heart attack or another emergency.",
)


def reading_view(
    recording: RecordingView, opened: OnDesk, start_s: float, reading: Reading, *, network: str, with_strip: bool = True
) -> dict[str, Any]:
    """Return the page's data.

    Parameters
    ----------
    start_s : float
        Where the shown window begins in the recording.
    network : str
        "ready", "loading" or "missing": whether a model was there to look at the ECG.
    """
    measurements = reading.measurements
    if network == "ready" and not reading.network_findings and not reading.ecg.has_standard_leads:
        network = "no leads"
    age_years, sex = reading.patient.age_years, reading.patient.sex
    outside = outside_limits(measurements, reading.judgements, age_years=age_years, sex=sex)
    return {
        "recording": _recording(recording),
        "window": {
            "start_s": start_s,
            "duration_s": min(WINDOW_S, opened.ecg.duration_s),
            "total_s": opened.ecg.duration_s,
            "best_s": opened.best_start_s,
            "starts": list(opened.window_starts()),
        },
        "strip": strip_payload(reading.ecg, measurements) if with_strip else None,
        "summary": summary_view(measurements, reading.patient),
        "more": more_view(measurements, reading.patient),
        "derived": derived_view(measurements, reading.patient),
        "rhythm": rhythm_view(measurements),
        "matrix": matrix_view(measurements, outside),
        "beats": beats_view(measurements),
        "beat_kinds": beat_kinds(measurements),
        "findings": findings_view(reading),
        "rejected": rejected_view(reading),
        "network": network,
        "quality": quality_view(measurements.quality),
        "warnings": list(measurements.warnings),
        "notes": [{"kind": note.kind, "text": note.text} for note in opened.ecg.notes],
        "limits": _limits(reading),
        "context": dataclasses.asdict(reading.patient),
    }


def context_text(patient: PatientContext) -> str:
    """Return the patient context as one line."""
    parts = [
        f"{patient.age_years:g} years" if patient.age_years is not None else "",
        patient.sex or "",
        f"{patient.height_cm:g} cm" if patient.height_cm is not None else "",
        f"{patient.weight_kg:g} kg" if patient.weight_kg is not None else "",
        f"symptoms: {patient.symptoms}" if patient.symptoms else "",
        f"history: {patient.history}" if patient.history else "",
        f"medication: {patient.medication}" if patient.medication else "",
    ]
    return " · ".join(part for part in parts if part) or "not stated"


def _recording(recording: RecordingView) -> dict[str, Any]:
    return {
        "id": recording.id,
        "name": recording.name,
        "pseudonym": recording.pseudonym,
        "format": recording.format,
        "fs_hz": round(recording.fs_hz, 3),
        "leads": list(recording.leads),
        "start": recording.start.replace("T", " ") if recording.start else None,
        "confirmed_by": recording.confirmed_by,
    }


def _limits(reading: Reading) -> list[str]:
    limits = list(LIMITS)
    coarse = {value.limited: None for value in reading.measurements.overall.values() if value.limited}
    limits[:0] = [f"Some numbers are coarse: {why}." for why in coarse]
    if not reading.ecg.has_standard_leads:
        limits.insert(0, "Not all twelve standard leads are here; statements that need the others cannot be decided.")
    return limits
