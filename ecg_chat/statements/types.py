"""Diagnostic statements, and what it means that one was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecg_chat.measurements.types import Span
from ecg_chat.statements.conditions import Criteria

Urgency = Literal["emergency", "same-day", "routine", "none"]
StatementKind = Literal["diagnostic", "form", "rhythm"]
FindingSource = Literal["criteria", "network"]
Verdict = Literal["met", "rejected", "undecided", "no criteria"]


@dataclass(frozen=True)
class Statement:
    """One entry of the catalogue.

    ``aliases`` are lower-case phrases that name it in running text ("complete left bundle branch block", "lbbb");
    ``superclass`` is PTB-XL's diagnostic class (NORM, MI, STTC, CD, HYP) or "". ``mimics`` are codes of the catalogue.
    """

    code: str
    name: str
    plain: str
    meaning: str
    urgency: Urgency
    kinds: tuple[StatementKind, ...]
    superclass: str
    leads: tuple[str, ...]
    mimics: tuple[str, ...]
    source: str
    aliases: tuple[str, ...]
    has_criteria: bool
    mimics_other: tuple[str, ...] = ()  # mimics that are no code of the catalogue ("limb leads swapped")
    differs: str = ""  # what another source says, where sources contradict each other
    no_criteria: str = ""  # why measurements cannot decide it, where they cannot
    advice: str = ""  # one sentence for the patient that follows from the urgency
    criteria: Criteria | None = None
    covered_by: tuple[str, ...] = ()  # more specific statements: where one of them is found, this one adds nothing


@dataclass(frozen=True)
class Evidence:
    """One condition of a criterion, as it came out on this recording.

    ``met`` is None when a measurement it needs is not there. ``text`` is one clause with the measured value and
    the limit ("QRS 148 ms, at least 120 ms needed").
    """

    text: str
    met: bool | None
    measure: str = ""
    lead: str | None = None
    value: float | None = None
    unit: str = ""
    place: Span | None = None


@dataclass(frozen=True)
class Finding:
    """A statement that holds on this recording, by criteria or by the network's probability (0-1).

    ``usual`` is the share of the network's training records that have it, if known: .05 is much for something rare.
    ``threshold`` is the probability from which naming it gives the network's best F1, if known.
    """

    code: str
    source: FindingSource
    evidence: tuple[Evidence, ...] = ()
    probability: float | None = None
    usual: float | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class Judgement:
    """How one statement's criteria came out, with every condition; says which failed for a rejected one."""

    code: str
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()

    @property
    def failed(self) -> tuple[Evidence, ...]:
        """The conditions that were not met."""
        return tuple(e for e in self.evidence if e.met is False)
