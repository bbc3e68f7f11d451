"""The report in English, from the statements that the readers of a PTB-XL record coded.

PTB-XL's own reports are mostly German (Wagner et al. 2020); ECG-LM had them translated. Here the names of the coded
statements stand for them, unless a file of translations is given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.errors import InvalidInput
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.training.dialogue.truth import STATED_LIKELIHOOD


def coded_report(record: Record) -> str:
    """Join the names of the coded statements; "" if there is none.

    A likelihood below 80 is told as possible. 0 means that none was stated, and rows rebuilt from label tables
    do not know it: both are told plainly.
    """
    catalogue = load_catalogue()
    words = []
    for code in catalogue:
        if code in record.codes:
            likelihood = record.codes[code]
            hedged = 0 < likelihood < STATED_LIKELIHOOD and record.row_source != "reconstructed"
            words.append(f"possible {catalogue[code].name}" if hedged else catalogue[code].name)
    return ", ".join(words)


def read_translations(path: Path) -> dict[int, str]:
    """Read JSON lines of ``{"ecg_id": 1, "report": "sinus rhythm, …"}``.

    Raises
    ------
    InvalidInput
        For a line that is not of this form, naming its number.
    """
    reports: dict[int, str] = {}
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            ecg_id, report = int(row["ecg_id"]), str(row["report"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(f'{path.name} line {n} is not like {{"ecg_id": 1, "report": "…"}}: {error}') from error
        if ecg_id in reports:
            raise InvalidInput(f"{path.name} line {n} repeats record {ecg_id}, expected each once")
        reports[ecg_id] = report
    return reports


def report_of(record: Record, translations: Mapping[int, str]) -> str:
    """Return the translated report if there is one, else the coded one."""
    return translations.get(record.ecg_id) or coded_report(record)
