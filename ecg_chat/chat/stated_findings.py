"""Which findings count as stated: by criteria, or by a network that finds them more likely than not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from ecg_chat.chat.tolerances import SUPPORTED_FROM_PROBABILITY
from ecg_chat.statements.judge import found
from ecg_chat.statements.types import Finding, Judgement

NORMAL = "NORM"


def stated_by_network(network: Sequence[Finding], judgements: Mapping[str, Judgement]) -> list[Finding]:
    """Return what the network finds more likely than not; it gives a probability to each statement it knows.

    It also speaks of superclasses and of things that are no statements, such as noise; those are left out.
    Its "normal ECG" is left out where the measurements reject that: a reassurance must not stand beside a finding.
    """
    return [
        finding
        for finding in network
        if finding.code in judgements
        and finding.probability is not None
        and finding.probability >= SUPPORTED_FROM_PROBABILITY
        and not (finding.code == NORMAL and NORMAL in judgements and judgements[NORMAL].verdict == "rejected")
    ]


def finding_records(judgements: Mapping[str, Judgement], network: Sequence[Finding]) -> list[dict[str, object]]:
    """Return findings as the log keeps them: all by criteria, and what the network states."""
    kept = (*found(judgements), *stated_by_network(network, judgements))
    return [
        {
            "code": finding.code,
            "source": finding.source,
            "probability": finding.probability,
            "evidence": [dataclasses.asdict(item) for item in finding.evidence],
        }
        for finding in kept
    ]
