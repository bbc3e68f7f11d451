"""Yes or no: "Is there …?" about statements that a record has and does not have, against PTB-XL's labels."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.evaluation.asking import Asked, Asker
from ecg_chat.statements.catalogue import load_catalogue

VERIFIED = ("AFIB", "CLBBB", "CRBBB", "LAFB", "LVH", "IMI", "ASMI", "1AVB", "PVC", "STACH", "SBRAD")
"""Codes asked about; half of the questions are about codes that the record has, where it has one."""
SAID = ("Yes", "No", "Possibly")


@dataclass(frozen=True)
class Verified:
    """One answer to "Is there …?": the label, and what the answer began with."""

    code: str
    label: bool
    said: str


def verify(asker: Asker, records: Sequence[Record], rng: random.Random, max_new_tokens: int) -> list[Verified]:
    """Ask each record about one statement it has, if it has one of them, and about one it does not have."""
    drawn: list[tuple[Record, str]] = []
    for record in records:
        present = [code for code in VERIFIED if code in record.codes]
        absent = [code for code in VERIFIED if code not in record.codes]
        codes = [*rng.sample(present, min(1, len(present))), *rng.sample(absent, min(1, len(absent)))]
        drawn += [(record, code) for code in codes]
    asked = [Asked(record.ecg_id, f"Is there {load_catalogue()[code].name}?") for record, code in drawn]
    answers = asker.answers(asked, max_new_tokens, "yes or no")
    return [
        Verified(code, code in record.codes, said(text)) for (record, code), text in zip(drawn, answers, strict=True)
    ]


def said(text: str) -> str:
    """Return the word of `SAID` that an answer begins with, or "other"."""
    first = text.split(maxsplit=1)[0].strip(".,;:!").capitalize() if text.strip() else ""
    return first if first in SAID else "other"


def agreement(answers: Sequence[Verified]) -> dict[str, object]:
    """Share of right answers; "Possibly" counts as yes, anything else than yes or no as wrong."""
    positive = [a.said in ("Yes", "Possibly") for a in answers if a.label]
    negative = [a.said == "No" for a in answers if not a.label]
    return {
        "n": len(answers),
        "sensitivity": proportion(positive),
        "specificity": proportion(negative),
        "unparsed": sum(a.said == "other" for a in answers),
    }


def proportion(right: Sequence[bool]) -> dict[str, object]:
    """Return a share with its 95 % Wilson interval."""
    if not right:
        return {"n": 0, "value": None, "interval": None}
    interval = binomtest(sum(right), len(right)).proportion_ci(method="wilson")
    return {
        "n": len(right),
        "value": round(sum(right) / len(right), 3),
        "interval": [round(float(interval.low), 3), round(float(interval.high), 3)],
    }
