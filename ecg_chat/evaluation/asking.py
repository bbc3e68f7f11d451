"""Ask a model about records: one question or many, with the ECG or by language alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from ecg_chat.chat.reading import Reading
from ecg_chat.chat.session import ChatSession
from ecg_chat.conversation.types import Audience, Conversation, Message, PatientContext
from ecg_chat.datasets.ptbxl import Record, as_ecg, read_signals
from ecg_chat.datasets.readings import load_readings, measure_ecgs, measure_records
from ecg_chat.evaluation.unseen import Trial
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.signals.ecg import Ecg
from ecg_chat.statements.judge import found, judge

CHUNK = 256
"""Questions whose embedded prompts are in memory at a time."""


@dataclass(frozen=True)
class Asked:
    """One question about one record."""

    ecg_id: int
    question: str
    audience: Audience = "clinician"


@dataclass(frozen=True)
class Asker:
    """A model, and the readings of the records that it is asked about.

    Attributes
    ----------
    assistant : LocalAssistant
    readings : mapping of ecg_id to Reading
    no_ecg : bool
        True for the language prior alone: zeros in place of the ECG embeddings and no line of facts in the prompt.
        What is stated about the patient stays.
    """

    assistant: LocalAssistant
    readings: Mapping[int, Reading]
    no_ecg: bool = False
    _tokens: dict[int, Tensor] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Embeddings of the ECGs asked about so far: the same for every question."""

    def conversation(self, asked: Asked) -> Conversation:
        """Build what the model is shown, exactly as the chat builds it."""
        reading = self.readings[asked.ecg_id]
        if self.no_ecg:
            return Conversation((Message("user", asked.question),), reading.patient, asked.audience)
        return ChatSession(self.assistant, reading, asked.audience).conversation_for(asked.question)

    def answers(self, asked: Sequence[Asked], max_new_tokens: int = 320, label: str = "asking") -> list[str]:
        """Answer each question in a conversation of its own, greedily.

        Parameters
        ----------
        asked : sequence of Asked
        max_new_tokens : int
            Longer answers are cut there.
        label : str
            Of the progress bar.
        """
        said: list[str] = []
        with tqdm(total=len(asked), desc=label, unit="question") as bar:
            for start in range(0, len(asked), CHUNK):
                chunk = asked[start : start + CHUNK]
                jobs = [(self.conversation(a), self._ecg_tokens(a.ecg_id)) for a in chunk]
                said += self.assistant.answer_all(jobs, max_new_tokens)
                bar.update(len(chunk))
        return said

    def first_token_probabilities(self, asked: Sequence[Asked], options: Sequence[str]) -> NDArray[np.float32]:
        """Return how likely each answer begins as each option does, shape (asked, options)."""
        parts = []
        for start in range(0, len(asked), CHUNK):
            chunk = asked[start : start + CHUNK]
            jobs = [(self.conversation(a), self._ecg_tokens(a.ecg_id)) for a in chunk]
            parts.append(self.assistant.first_token_probabilities(jobs, options).numpy())
        return np.concatenate(parts) if parts else np.zeros((0, len(options)), np.float32)

    def answer(self, asked: Asked, max_new_tokens: int = 320) -> str:
        """Answer one question."""
        job = (self.conversation(asked), self._ecg_tokens(asked.ecg_id))
        return self.assistant.answer_all([job], max_new_tokens)[0]

    def _ecg_tokens(self, ecg_id: int) -> Tensor:
        if ecg_id not in self._tokens:
            reading = self.readings[ecg_id]
            seen = (None, None) if self.no_ecg else (reading.ecg, reading.measurements)
            self._tokens[ecg_id] = self.assistant.ecg_tokens(*seen)
        return self._tokens[ecg_id]


def asker_for(trial: Trial, records: Sequence[Record], assistant: LocalAssistant) -> Asker:
    """Read and measure records; measurements that ``trial.readings`` holds are not taken again.

    Parameters
    ----------
    trial : Trial
    records : sequence of Record
    assistant : LocalAssistant
    """
    signals = np.array(read_signals(trial.ptbxl, records))
    measured = measurements_of(records, signals, trial.readings, trial.workers)
    ecgs = {record.ecg_id: as_ecg(record, signal) for record, signal in zip(records, signals, strict=True)}
    return asker_about(records, ecgs, measured, assistant, no_ecg=trial.no_ecg)


def asker_about(
    records: Sequence[Record],
    ecgs: Mapping[int, Ecg],
    measured: Mapping[int, Measurements],
    assistant: LocalAssistant,
    *,
    no_ecg: bool = False,
) -> Asker:
    """Read recordings that are measured already: criteria, and what the model's encoders find."""
    readings = {}
    for record in records:
        patient = PatientContext(record.age_years, record.sex, record.height_cm, record.weight_kg)
        ecg, measurements = ecgs[record.ecg_id], measured[record.ecg_id]
        judgements = judge(measurements, age_years=patient.age_years, sex=patient.sex)
        network = assistant.findings(ecg, measurements)
        readings[record.ecg_id] = Reading(ecg, measurements, judgements, found(judgements), network, patient)
    return Asker(assistant, readings, no_ecg)


def measurements_of(
    records: Sequence[Record], signals_uv: NDArray[np.int16], kept: Path | None, workers: int
) -> dict[int, Measurements]:
    """Measure what the file `kept` does not hold yet; without a file nothing is kept."""
    if kept is not None:
        measure_records(records, signals_uv, kept, workers)
        return load_readings(kept, {record.ecg_id for record in records})
    ecgs = [as_ecg(record, signal) for record, signal in zip(records, signals_uv, strict=True)]
    return dict(zip((record.ecg_id for record in records), measure_ecgs(ecgs, workers), strict=True))
