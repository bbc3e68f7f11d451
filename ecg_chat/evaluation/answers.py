"""What the model itself says on unseen records: claims against measurements, yes and no against labels."""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from tqdm import tqdm

from ecg_chat.chat.session import ChatSession, Reading
from ecg_chat.chat.types import GenerationSettings
from ecg_chat.conversation.types import Audience, PatientContext
from ecg_chat.datasets.bad_rows import OnBad
from ecg_chat.datasets.ptbxl import Record, as_ecg, read_signals
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.classification import refuse_trained
from ecg_chat.evaluation.ptbxl_fold import add_on_bad, fold_records
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.network.assistant import LocalAssistant, load_assistant
from ecg_chat.settings import Settings
from ecg_chat.statements.catalogue import load_catalogue

QUESTIONS = (
    "Interpret this ECG.",
    "What is the rhythm?",
    "What is the heart rate?",
    "What is the axis?",
    "What are the intervals?",
    "Is there ST elevation?",
)
AUDIENCES: tuple[Audience, ...] = ("clinician", "patient")
VERIFIED = ("AFIB", "CLBBB", "CRBBB", "LAFB", "LVH", "IMI", "ASMI", "1AVB", "PVC", "STACH", "SBRAD")
"""Codes asked about with "Is there …?"; half of the questions are about codes that the record has, where it has one."""


@dataclass(frozen=True)
class Verified:
    """One answer to "Is there …?": the label, and what the answer began with."""

    code: str
    label: bool
    said: str


def evaluate_answers(
    ptbxl: Path, model_dir: Path, fold: int, n_records: int, seed: int = 0, *, on_bad: OnBad = "refuse"
) -> Result:
    """Ask fixed questions about records of a fold and count how the claims come out.

    Parameters
    ----------
    ptbxl : Path
        PTB-XL in its publisher's layout.
    model_dir : Path
    fold, n_records : int
        Fold, and how many of its records are drawn.
    seed : int

    Raises
    ------
    InvalidInput
        When a drawn record was trained on, or the fold is not there.
    """
    records = fold_records(ptbxl, fold, on_bad)
    if not records:
        raise InvalidInput(f"no record of fold {fold} is in {ptbxl}")
    rng = random.Random(seed)
    records = rng.sample(records, min(n_records, len(records)))
    refuse_trained(records, model_dir)
    signals = np.array(read_signals(ptbxl, records))
    assistant = load_assistant(model_dir)
    verdicts: dict[str, list[Counter[str]]] = {audience: [] for audience in AUDIENCES}
    verified: list[Verified] = []
    samples: list[dict[str, object]] = []
    for record, signal in zip(tqdm(records, desc="asking"), signals, strict=True):
        reading = _reading(record, signal, assistant)
        for audience in AUDIENCES:
            session = ChatSession(assistant, reading, audience)
            verdicts[audience].append(Counter())
            for question in QUESTIONS if audience == "clinician" else QUESTIONS[:1]:
                text, counts = _ask(session, question)
                verdicts[audience][-1] += counts
                if len(samples) < 40:
                    samples.append({"ecg_id": record.ecg_id, "audience": audience, "q": question, "a": text})
        verified += _verify(ChatSession(assistant, reading, "clinician"), record, rng)
    return {
        "model": assistant.info.name,
        "revision": assistant.info.revision,
        "date": datetime.now(UTC).date().isoformat(),
        "fold": fold,
        "records": len(records),
        "claims": {audience: _shares(counts) for audience, counts in verdicts.items()},
        "verify": _agreement(verified),
        "samples": samples,
    }


def as_markdown(result: Result) -> str:
    """Tabulate the verdicts and the agreement."""
    claims, verify = result["claims"], result["verify"]
    lines = ["| audience | claims | supported | contradicted | not checkable |", "| --- | --- | --- | --- | --- |"]
    for audience, row in claims.items():
        shares = " | ".join(f"{row[v]:.1%}" for v in ("supported", "contradicted", "not checkable"))
        lines.append(f"| {audience} | {row['claims']} | {shares} |")
    lines += ["", f"Yes/no questions: {verify}"]
    return "\n".join(lines)


def _reading(record: Record, signal: NDArray[np.int16], assistant: LocalAssistant) -> Reading:
    patient = PatientContext(record.age_years, record.sex, record.height_cm, record.weight_kg)
    return Reading.of(as_ecg(record, signal), assistant, patient)


def _ask(session: ChatSession, question: str) -> tuple[str, Counter[str]]:
    update = None
    for update in session.ask(question, GenerationSettings()):  # noqa: B007  (the last one is the answer)
        pass
    assert update is not None
    return update.text, Counter(claim.verdict for claim in update.claims)


def _verify(session: ChatSession, record: Record, rng: random.Random) -> list[Verified]:
    present = [code for code in VERIFIED if code in record.codes]
    absent = [code for code in VERIFIED if code not in record.codes]
    asked = [*rng.sample(present, min(1, len(present))), rng.choice(absent)]
    answers = []
    for code in asked:
        text, _ = _ask(session, f"Is there {load_catalogue()[code].name}?")
        said = next((word for word in ("Yes", "No", "Possibly") if text.startswith(word)), "other")
        answers.append(Verified(code, code in record.codes, said))
    return answers


def _agreement(answers: Sequence[Verified]) -> dict[str, object]:
    """Share of right answers; "Possibly" counts as yes, anything else than yes or no as wrong."""
    positive = [a.said in ("Yes", "Possibly") for a in answers if a.label]
    negative = [a.said == "No" for a in answers if not a.label]
    return {
        "n": len(answers),
        "sensitivity": _proportion(positive),
        "specificity": _proportion(negative),
        "unparsed": sum(a.said == "other" for a in answers),
    }


def _proportion(right: Sequence[bool]) -> dict[str, object]:
    """Share with its 95 % Wilson interval."""
    if not right:
        return {"n": 0}
    interval = binomtest(sum(right), len(right)).proportion_ci(method="wilson")
    share = sum(right) / len(right)
    return {
        "n": len(right),
        "share": round(share, 3),
        "interval": [round(float(interval.low), 3), round(float(interval.high), 3)],
    }


def _shares(counts: Sequence[Counter[str]]) -> dict[str, object]:
    """Share of each verdict; the interval of the contradicted ones resamples records, whose claims go together."""
    total = sum(counts, Counter[str]())
    claims = sum(total.values())
    shares = {v: round(total[v] / max(1, claims), 4) for v in ("supported", "contradicted", "not checkable")}
    rng = np.random.default_rng(0)
    contradicted = []
    for _ in range(500):
        drawn = sum((counts[k] for k in rng.integers(0, len(counts), len(counts))), Counter[str]())
        contradicted.append(drawn["contradicted"] / max(1, sum(drawn.values())))
    low, high = np.percentile(contradicted, [2.5, 97.5])
    return {"claims": claims, **shares, "contradicted interval": [round(float(low), 4), round(float(high), 4)]}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument("--ptbxl", type=Path, required=True, metavar="DIR", help="PTB-XL in its publisher's layout")
    parser.add_argument("--model", type=Path, default=Settings().model_dir, metavar="DIR", help="model folder")
    parser.add_argument("--fold", type=int, default=9)
    parser.add_argument("--records", type=int, default=60, metavar="N", help="records to ask about")
    add_on_bad(parser)


COMMAND = SubCommand(
    "what the model says: share of claims supported, contradicted, not checkable; answers per kind of question",
    add_arguments,
    lambda args: evaluate_answers(args.ptbxl, args.model, args.fold, args.records, on_bad=args.on_bad),
    as_markdown,
)
