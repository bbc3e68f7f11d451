"""Everything that is known about one ECG before anybody speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecg_chat.chat.types import Assistant
from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import Ecg
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding, Judgement


@dataclass(frozen=True)
class Reading:
    """What answers are held against.

    Attributes
    ----------
    judgements : mapping of code to Judgement
        One for each statement of the catalogue.
    criteria_findings : tuple of Finding
        The statements whose criteria are met.
    network_findings : tuple of Finding
        What the network gave a probability to; empty if the model has no such head.
    """

    ecg: Ecg
    measurements: Measurements
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    criteria_findings: tuple[Finding, ...] = ()
    network_findings: tuple[Finding, ...] = ()
    patient: PatientContext = PatientContext()

    @classmethod
    def of(cls, ecg: Ecg, assistant: Assistant | None, patient: PatientContext) -> Reading:
        """Measure, judge and ask the assistant for its findings (there are none without an assistant)."""
        measurements = measure(ecg)
        judgements = judge(measurements, age_years=patient.age_years, sex=patient.sex)
        network = assistant.findings(ecg, measurements) if assistant is not None else ()
        return cls(ecg, measurements, judgements, found(judgements), network, patient)

    @property
    def probabilities(self) -> Mapping[str, float]:
        """Probability that the network gave to each code, superclass and attribute it spoke of."""
        return {f.code: f.probability for f in self.network_findings if f.probability is not None}

    @property
    def evidence(self) -> NetworkEvidence:
        """What is looked up for a question."""
        usual = {f.code: f.usual for f in self.network_findings if f.usual is not None}
        thresholds = {f.code: f.threshold for f in self.network_findings if f.threshold is not None}
        return NetworkEvidence.of(self.probabilities, self.judgements, usual, thresholds)
