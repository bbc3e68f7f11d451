"""Findings, judgements and quality as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecg_chat.chat.reading import Reading
from ecg_chat.chat.stated_findings import stated_by_network
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import explain
from ecg_chat.statements.types import Evidence, Judgement, Statement
from ecg_chat.web.number_view import place_view

URGENCY_ORDER = ("emergency", "same-day", "routine", "none")


def findings_view(reading: Reading) -> list[dict[str, object]]:
    """Return the statements found by criteria or network, the urgent ones first."""
    catalogue = load_catalogue()
    by_criteria = {finding.code: finding for finding in reading.criteria_findings}
    by_network = {finding.code: finding for finding in stated_by_network(reading.network_findings, reading.judgements)}
    codes = sorted({*by_criteria, *by_network}, key=lambda code: (URGENCY_ORDER.index(catalogue[code].urgency), code))
    return [_finding(catalogue[code], reading, in_network=code in by_network) for code in codes]


def rejected_view(reading: Reading) -> list[dict[str, str]]:
    """Return the statements whose criteria are not met, for "why not?"."""
    catalogue = load_catalogue()
    rejected = [j.code for j in reading.judgements.values() if j.verdict in ("rejected", "undecided")]
    return sorted(
        ({"code": code, "name": catalogue[code].name} for code in rejected), key=lambda item: item["name"].lower()
    )


def judgement_view(reading: Reading, code: str) -> dict[str, object]:
    """Return why a statement was found or not, with every condition."""
    judgement = reading.judgements[code]
    name = load_catalogue()[code].name
    return {"sentence": _sentence(name, judgement), "evidence": [_evidence(item) for item in judgement.evidence]}


def quality_view(quality: Mapping[str, tuple[str, ...]]) -> list[dict[str, object]]:
    """Return the flags of each lead."""
    return [{"lead": lead, "flags": list(flags)} for lead, flags in quality.items()]


def _finding(statement: Statement, reading: Reading, *, in_network: bool) -> dict[str, object]:
    catalogue = load_catalogue()
    judgement = reading.judgements.get(statement.code)
    probability = reading.probabilities.get(statement.code)
    return {
        "code": statement.code,
        "name": statement.name,
        "plain": statement.plain,
        "meaning": statement.meaning,
        "urgency": statement.urgency,
        "mimics": [catalogue[mimic].name if mimic in catalogue else mimic for mimic in statement.mimics],
        "reference": statement.source,
        "criteria": judgement.verdict if judgement else "no criteria",
        "network": in_network,
        "probability": None if probability is None else round(probability, 3),
        "evidence": [_evidence(item) for item in judgement.evidence] if judgement else [],
    }


def _evidence(item: Evidence) -> dict[str, object]:
    return {"text": item.text, "met": item.met, "places": [place_view(item.place)] if item.place else []}


def _sentence(name: str, judgement: Judgement) -> str:
    if judgement.verdict == "met":
        return f"{name}: the criteria are met."
    if judgement.verdict == "no criteria":
        return explain(judgement, load_catalogue())
    if judgement.verdict == "undecided":
        return f"{name}: the criteria cannot be decided on this recording."
    return f"{name}: the criteria are not met."


def logged_findings(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line for each statement that the log has for a recording, with its sources."""
    catalogue = load_catalogue()
    sources: dict[str, list[str]] = {}
    for finding in findings:
        probability = finding.get("probability")
        source = "criteria" if probability is None else f"network {probability:.2f}"
        sources.setdefault(finding["code"], []).append(source)
    return [f"{catalogue[code].name if code in catalogue else code} ({', '.join(by)})" for code, by in sources.items()]
