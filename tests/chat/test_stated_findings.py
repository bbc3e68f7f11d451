"""What of a network's many probabilities is kept as a finding."""

from __future__ import annotations

import dataclasses

from ecg_chat.chat.stated_findings import finding_records, stated_by_network
from ecg_chat.statements.types import Finding
from tests.chat.readings import READINGS

NORMAL = READINGS["normal"]
JUDGEMENTS = NORMAL.judgements


def network(**probabilities: float) -> list[Finding]:
    return [Finding(code, "network", probability=p) for code, p in probabilities.items()]


def test_what_is_unlikely_or_no_statement_is_not_stated() -> None:
    spoken = [*network(LVH=0.9, CLBBB=0.01), *network(**{"class HYP": 0.95, "static_noise V1": 0.99})]
    assert [one.code for one in stated_by_network(spoken, JUDGEMENTS)] == ["LVH"]


def test_a_normal_ecg_is_not_stated_against_the_measurements() -> None:
    rejected = {**JUDGEMENTS, "NORM": dataclasses.replace(JUDGEMENTS["NORM"], verdict="rejected")}
    met = {**JUDGEMENTS, "NORM": dataclasses.replace(JUDGEMENTS["NORM"], verdict="met")}
    assert stated_by_network(network(NORM=0.99), rejected) == []
    assert len(stated_by_network(network(NORM=0.99), met)) == 1


def test_the_log_keeps_criteria_and_what_is_stated() -> None:
    records = finding_records(JUDGEMENTS, network(LVH=0.9, CLBBB=0.01))
    by_network = [record for record in records if record["source"] == "network"]
    assert [(record["code"], record["probability"]) for record in by_network] == [("LVH", 0.9)]
    assert {str(record["code"]) for record in records} >= {one.code for one in NORMAL.criteria_findings}
