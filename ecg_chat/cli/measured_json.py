"""The object of ``measure --json``: numbers under names with units, null with a reason where not measurable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from ecg_chat.cli.opening import Opened
from ecg_chat.measurements.against_norm import against_norm
from ecg_chat.measurements.as_json import value_to_dict
from ecg_chat.measurements.derived import derived_for
from ecg_chat.measurements.rhythm_facts import LABELS
from ecg_chat.measurements.types import Measurements, Rhythm, Value
from ecg_chat.signals.ecg import Sex
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import found
from ecg_chat.statements.types import Judgement

DIGITS = 4


def measured_object(
    opened: Opened,
    measurements: Measurements,
    judgements: Mapping[str, Judgement],
    age_years: float | None,
    sex: Sex | None,
) -> dict[str, object]:
    """Return everything that was read, measured and found, ready for JSON.

    ``reasons`` maps each null to why it could not be measured: ``"pr_ms"`` for a global value, ``"V1.t_mv"`` for one
    of a lead. ``derived`` holds each number with unit, leads, place and, if null, its own reason; ``normal`` what is
    normal for this age and sex, its source and on which side of it the number lies.
    """
    reasons: dict[str, str] = {}
    overall = _numbers(measurements.overall, "", reasons)
    per_lead = {lead: _numbers(values, f"{lead}.", reasons) for lead, values in measurements.per_lead.items()}
    derived = derived_for(measurements, sex)
    recording, window = opened.recording, opened.window
    return {
        "file": recording.source.name,
        "format": recording.source.format,
        "fs_hz": recording.fs_hz,
        "duration_s": round(recording.duration_s, DIGITS),
        "window": {"start_s": round(opened.window_start_s, DIGITS), "duration_s": round(window.duration_s, DIGITS)},
        "leads": list(recording.leads),
        "patient": {"age_years": age_years, "sex": sex},
        "notes": [note.text for note in window.notes],
        "warnings": list(measurements.warnings),
        "quality": {lead: list(flags) for lead, flags in measurements.quality.items()},
        "global": overall,
        "per_lead": per_lead,
        "rhythm": _rhythm(measurements.rhythm),
        "reasons": reasons,
        "derived": {name: value_to_dict(value) for name, value in derived.items()},
        "normal": _normal({**measurements.overall, **derived}, age_years, sex),
        "statements": _statements(judgements),
    }


def _numbers(values: Mapping[str, Value], prefix: str, reasons: dict[str, str]) -> dict[str, float | None]:
    reasons.update({prefix + name: value.reason for name, value in values.items() if value.value is None})
    return {name: None if value.value is None else round(value.value, DIGITS) for name, value in values.items()}


def _rhythm(rhythm: Rhythm) -> dict[str, object]:
    """Return what the beats say together; ``holds`` null means not judged, and ``text`` says why."""
    return {
        "regularity": rhythm.regularity,
        "p_share": rhythm.p_share,
        "facts": {
            fact.name: {
                "label": LABELS[fact.name],
                "holds": fact.holds,
                "text": fact.text,
                "value": fact.value,
                "unit": fact.unit,
                "places": [asdict(place) for place in fact.places],
            }
            for fact in rhythm.facts
        },
    }


def _normal(values: Mapping[str, Value], age_years: float | None, sex: Sex | None) -> dict[str, dict[str, object]]:
    """Return the norm of each measure that has one at some age; ``text`` says why where there is none for this one."""
    out: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        held = against_norm(name, value, age_years, sex)
        if held.normal:
            text = {"text": held.normal, "source": held.source, "outside": held.outside}
            out[name] = {**text, "low": held.low, "high": held.high}
    return out


def _statements(judgements: Mapping[str, Judgement]) -> list[dict[str, object]]:
    catalogue = load_catalogue()
    return [
        {
            "code": finding.code,
            "name": catalogue[finding.code].name,
            "evidence": [evidence.text for evidence in finding.evidence],
        }
        for finding in found(judgements)
    ]
