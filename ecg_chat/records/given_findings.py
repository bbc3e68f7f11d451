"""The findings that go with the numbers an answer was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ecg_chat.measurements.as_json import from_dict
from ecg_chat.records.views import ConversationView
from ecg_chat.statements.judge import found, judge


def findings_with(measurements: Mapping[str, Any], started: ConversationView) -> list[dict[str, Any]]:
    """Return the findings that belong to `measurements`, as the log keeps findings.

    A conversation logs its findings once, when it is started. Where its numbers changed since (a person moved a
    boundary), those by criteria are judged again from the numbers; what the network said of the signal stays.

    Parameters
    ----------
    measurements : mapping
        What an answer was given, as JSON.
    started : ConversationView
        As `Store.conversation_without_turns` returns it: with the measurements it was started with.
    """
    if measurements == started.measurements:
        return started.findings
    patient = started.context
    judgements = judge(from_dict(measurements), age_years=patient.age_years, sex=patient.sex)
    by_criteria = [
        {"code": item.code, "source": item.source, "probability": None, "evidence": [asdict(e) for e in item.evidence]}
        for item in found(judgements)
    ]
    return [*by_criteria, *(item for item in started.findings if item.get("probability") is not None)]
