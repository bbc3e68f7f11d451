"""What may be said about a training ECG: its labels or what an encoder finds, held against its measurements."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecg_chat.conversation.evidence import NetworkEvidence
from ecg_chat.conversation.fact_kinds import RHYTHM_CODES, SINUS_CODES, UNSPECIFIC_CODES
from ecg_chat.conversation.types import PatientContext
from ecg_chat.datasets.ptbxl import Record
from ecg_chat.measurements.types import Measurements
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.hard_limits import DECIDED_BY_NUMBER, fails_by_number
from ecg_chat.statements.judge import URGENCY_ORDER
from ecg_chat.statements.types import Judgement, Statement, Verdict

MAX_SAID = 5
STATED_LIKELIHOOD = 80.0
"""PTB-XL likelihoods below this (and above 0) are told as possible."""

Certainty = Literal["stated", "possible"]
CriteriaWord = Literal["met", "not met", "none"]
_FOOTER = re.compile(r"\s*4\.46\s+unbestätigter bericht\W*$")
"""Version of the cart's program, and "unconfirmed report"."""


@dataclass(frozen=True)
class Said:
    """One statement that an answer makes."""

    code: str
    certainty: Certainty
    criteria: CriteriaWord
    doubted: bool = False
    """Whether the reader gave it a likelihood between 0 and 100 %."""


@dataclass(frozen=True)
class Truth:
    """One training ECG with everything that its dialogue is made from."""

    measurements: Measurements
    judgements: Mapping[str, Judgement]
    patient: PatientContext
    said: tuple[Said, ...]
    rhythm: str
    labels: frozenset[str]
    record: Record
    known: tuple[Said, ...] = ()
    """Every statement that holds, those included that `said` leaves out as unspecific or as too many."""
    report: str = ""
    """What the cart or the reader wrote, in their language and without the device's footer; "" if unknown."""
    possible_rhythms: frozenset[str] = frozenset()
    """Rhythms that the encoder finds possible beside the one that is stated."""
    network: NetworkEvidence = field(default_factory=NetworkEvidence)
    """Probabilities of an encoder that was not trained on this ECG, for the facts in the prompt."""

    @property
    def catalogue(self) -> Mapping[str, Statement]:
        """The statement catalogue."""
        return load_catalogue()

    @property
    def normal(self) -> bool:
        """Whether it was called normal and neither a statement nor a rhythm speaks against it."""
        return "NORM" in self.labels and not self.said and self.rhythm in ("", *SINUS_CODES)

    @property
    def plainly_normal(self) -> bool:
        """Whether it is normal and no criterion of anything else is met."""
        return self.normal and not self.only_by_criteria() and not fails_by_number(self.judgements["NORM"])

    @property
    def adult(self) -> bool:
        """Whether adult limits apply; an unstated age counts as adult, as it does in the criteria."""
        return self.patient.age_years is None or self.patient.age_years >= 16

    def about(self, code: str) -> Said | None:
        """Return what may be said of one statement; None if it does not hold."""
        if code == "NORM":
            criteria = _criteria_word(self.judgements[code].verdict)
            return Said(code, "stated" if self.plainly_normal else "possible", criteria) if self.normal else None
        if code in RHYTHM_CODES:
            return self._about_rhythm(code)
        return next((s for s in self.known if s.code == code), None)

    def _about_rhythm(self, code: str) -> Said | None:
        verdict = self.judgements[code].verdict
        if code in self.possible_rhythms and code != self.rhythm:
            return Said(code, "possible", _criteria_word(verdict))
        if code == self.rhythm or (code in self.labels and code not in DECIDED_BY_NUMBER | {"SR"}):
            return Said(code, "stated", _criteria_word(verdict))
        if code in self.labels and code in DECIDED_BY_NUMBER and verdict == "undecided":
            return Said(code, "possible", "none")
        return None

    def only_by_criteria(self) -> list[str]:
        """Codes whose criteria are met although the readers did not state them; the urgent ones first."""
        told = {s.code for s in self.said} | {self.rhythm, "NORM", "SR"} | UNSPECIFIC_CODES | set(RHYTHM_CODES)
        met = [code for code, j in self.judgements.items() if j.verdict == "met" and code not in told]
        return sorted(met, key=lambda code: URGENCY_ORDER[self.catalogue[code].urgency])[:2]


def truth_of(record: Record, measurements: Measurements, judgements: Mapping[str, Judgement]) -> Truth:
    """Hold the labels of a record against its measurements."""
    patient = PatientContext(record.age_years, record.sex, record.height_cm, record.weight_kg)
    labels = frozenset(record.codes)
    known = tuple(s for code in load_catalogue() if (s := _said(code, record, judgements)) is not None)
    said = list(known)
    if any(s.code not in UNSPECIFIC_CODES for s in said):
        said = [s for s in said if s.code not in UNSPECIFIC_CODES]
    said.sort(key=lambda s: (s.certainty == "possible", URGENCY_ORDER[load_catalogue()[s.code].urgency]))
    rhythm = _rhythm(labels, judgements, regular=measurements.rhythm.regularity == "regular")
    report = tidy_report(record.report)
    return Truth(measurements, judgements, patient, tuple(said[:MAX_SAID]), rhythm, labels, record, known, report)


def as_found(truth: Truth, network: NetworkEvidence) -> Truth:
    """Let an encoder's findings take the place of the labels.

    An answer is to say what stands in the facts and in the line after the question. Where the label differed from
    them, the language model learnt to say something that it was not shown: another wall of an infarct, for instance.
    The labels stay in `Truth.record`.
    """
    levels = {code: network.level(code) for code in load_catalogue() if code in network.probabilities}
    likely = {code: 100.0 for code, level in levels.items() if level == "likely"}
    doubtful = [code for code, level in levels.items() if level == "possible" and code not in (*RHYTHM_CODES, "NORM")]
    record = dataclasses.replace(truth.record, codes=likely | dict.fromkeys(doubtful, 50.0), row_source="original")
    found = truth_of(record, truth.measurements, truth.judgements)
    doubtful_rhythms = [code for code in RHYTHM_CODES if _is_doubtful(code, found, network)]
    told = [Said(code, "possible", _criteria_word(truth.judgements[code].verdict)) for code in doubtful_rhythms]
    return dataclasses.replace(
        found,
        said=(*found.said, *(one for one in told if one.code not in SINUS_CODES))[:MAX_SAID],
        record=truth.record,
        report=truth.report,
        patient=truth.patient,
        network=network,
        possible_rhythms=frozenset(doubtful_rhythms),
    )


def _is_doubtful(code: str, found: Truth, network: NetworkEvidence) -> bool:
    """Whether a rhythm beside the stated one is possible; a number that decides one alone leaves no doubt."""
    if code == found.rhythm or code in DECIDED_BY_NUMBER:
        return False
    level = network.level(code)
    return level == "possible" or (level == "likely" and fails_by_number(found.judgements[code]))


def tidy_report(report: str) -> str:
    """Take off the device's footer and doubled blanks; letters go to lower case ("MÖGLICH" is half done there)."""
    return " ".join(_FOOTER.sub("", report.lower()).split())


def _said(code: str, record: Record, judgements: Mapping[str, Judgement]) -> Said | None:
    verdict = judgements[code].verdict
    if code in RHYTHM_CODES or code == "NORM":
        return None
    if code in DECIDED_BY_NUMBER:
        if verdict == "undecided" and code in record.codes:
            return Said(code, "possible", "none")
        return Said(code, "stated", "met") if verdict == "met" else None
    if code not in record.codes:
        return None
    likelihood = record.codes[code]
    certain = likelihood >= STATED_LIKELIHOOD or likelihood == 0 or record.row_source == "reconstructed"
    criteria = _criteria_word(verdict)
    by_number = fails_by_number(judgements[code])
    hedge = criteria == "not met" and (load_catalogue()[code].superclass == "CD" or by_number)
    doubted = 0 < likelihood < 100 and record.row_source != "reconstructed"
    return Said(code, "stated" if certain and not hedge else "possible", criteria, doubted)


def _criteria_word(verdict: Verdict) -> CriteriaWord:
    return "met" if verdict == "met" else "not met" if verdict == "rejected" else "none"


def _rhythm(labels: frozenset[str], judgements: Mapping[str, Judgement], *, regular: bool) -> str:
    for code in RHYTHM_CODES:
        if code in ("STACH", "SBRAD"):
            present = judgements[code].verdict == "met"
        elif code == "SARRH":  # its criteria alone do not outweigh beats that are called regular
            present = code in labels or (judgements[code].verdict == "met" and not regular)
        elif code == "SR":
            present = code in labels or judgements[code].verdict == "met"
        else:
            present = code in labels and not fails_by_number(judgements[code])
        if present:
            return code
    return ""
