"""``python -m ecg_chat evaluate data --set NAME --folder DIR``: whether a data set is whole, and what is in it.

Everything is read that training and evaluation would read, but for the samples of the signals. Bad rows are skipped
and counted, or the first one is refused.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, get_args

from ecg_chat.datasets import challenge, ecgqa, ludb, mimic_iv_ecg, ptbxl, ptbxl_plus, ptbxl_statements
from ecg_chat.datasets.bad_rows import BadRows, OnBad
from ecg_chat.datasets.splits import refuse_shared_patients, split_by_patient
from ecg_chat.datasets.wfdb_files import files_fault
from ecg_chat.evaluation.sub_command import Result, SubCommand

Counts = dict[str, int]
T = TypeVar("T")
N_NAMED = 20
"""Bad rows that are named one by one; all are counted."""


def check_data_set(name: str, folder: Path, on_bad: OnBad = "skip") -> Result:
    """Read a data set and count what is in it.

    Parameters
    ----------
    name : str
        One of `DATA_SETS`.
    folder : Path
        The set in its publisher's layout.
    on_bad : {"skip", "refuse"}

    Raises
    ------
    InvalidInput
        When the set is absent or no such set, or a bad row is refused.
    """
    bad = BadRows(on_bad)
    counts = DATA_SETS[name](folder, bad)
    return {
        "set": name,
        "counts": counts,
        "skipped": bad.counts(),
        "first skipped": [f"{row.kind}: {row.name}: {row.reason}" for row in bad.rows[:N_NAMED]],
        "report": bad.as_text(),
    }


def as_markdown(result: Result) -> str:
    """Tabulate the counts, and say what was skipped."""
    rows = [f"| {what} | {count} |" for what, count in result["counts"].items()]
    return "\n".join(
        [f"Data set {result['set']}.", "", "| what | number |", "| --- | --- |", *rows, "", result["report"]]
    )


def _ptbxl(folder: Path, bad: BadRows) -> Counts:
    records = ptbxl.read_database(folder, bad=bad)
    table = ptbxl_statements.read_statement_table(folder)
    whole = ptbxl_statements.with_listed_codes(ptbxl.with_signals(folder, records, bad=bad), table, bad=bad)
    train = ptbxl.training_records(whole)
    parts = {f"fold {fold}": [r for r in whole if r.fold == fold] for fold in (9, 10)}
    refuse_shared_patients({"train": train, **parts})
    counts = {"rows": len(records), "records with signals": len(whole), "to train on": len(train)}
    return counts | {f"in {part}": len(held) for part, held in parts.items()}


def _ptbxl_plus(folder: Path, bad: BadRows) -> Counts:
    return {
        "records measured by 12SL": len(ptbxl_plus.read_12sl(folder, bad=bad)),
        "records with 12SL statements": len(ptbxl_plus.read_12sl_statements(folder, bad=bad)),
    }


def _ecgqa(folder: Path, bad: BadRows) -> Counts:
    counts: Counts = {"templates": len(ecgqa.answer_classes(folder))}
    counts |= {f"ECGs in {part}": len(ids) for part, ids in ecgqa.ecg_lists(folder).items()}
    for wording in get_args(ecgqa.Wording):
        for part in ecgqa.PARTS:
            if any((folder / wording / part).glob("*.json")):
                left_out = ecgqa.NotAsked()
                asked = sum(1 for _ in ecgqa.questions(folder, wording, part, left_out, bad=bad))
                counts[f"{wording} {part} questions about one ECG"] = asked
                counts[f"{wording} {part} questions left out, which compare two"] = left_out.comparisons.total()
    return counts


def _mimic(folder: Path, bad: BadRows) -> Counts:
    records = mimic_iv_ecg.read_records(folder, bad=bad)
    cart = mimic_iv_ecg.read_cart(folder, bad=bad)
    whole = _whole(records, lambda record: folder / record.path, bad)
    split = split_by_patient("mimic-iv-ecg", whole)
    return {
        "rows": len(records),
        "records with signals": len(whole),
        "patients": len({r.patient_id for r in whole}),
        "records with the cart's measurements": sum(1 for r in whole if r.study_id in cart),
        "in train": len(split.train),
        "in valid": len(split.valid),
        "in test": len(split.test),
    }


def _code15(folder: Path, bad: BadRows) -> Counts:
    from ecg_chat.datasets import code15  # noqa: PLC0415  the only set that needs HDF5

    exams = code15.read_exams(folder, bad=bad)
    tracings = sum(1 for _ in code15.read_tracings(folder, exams, bad=bad))
    split = split_by_patient("code15", exams)
    return {
        "exams": len(exams),
        "patients": len({e.patient_id for e in exams}),
        "exams with a tracing": tracings,
        "in train": len(split.train),
        "in valid": len(split.valid),
        "in test": len(split.test),
    }


def _challenge(folder: Path, bad: BadRows) -> Counts:
    records = _whole(challenge.find_records(folder, bad=bad), lambda record: record.path.with_suffix(""), bad)
    split, left_out = challenge.split_records(records)
    return {
        "records": len(records),
        "records with SNOMED CT codes": sum(1 for r in records if r.snomed),
        "records with abbreviations": sum(1 for r in records if r.abbreviations),
        "records that are PTB-XL's": sum(1 for r in records if r.ptbxl_id is not None),
        "headers that the package wfdb refuses": len(challenge.irregular_headers(records)),
        "in train": len(split.train),
        "in valid": len(split.valid),
        "in test": len(split.test),
        "records that are PTB-XL's, in no part without its table": left_out,
    }


def _ludb(folder: Path, bad: BadRows) -> Counts:
    return {"records": len(_whole(ludb.find_records(folder), lambda record: record.path, bad))}


def _whole(records: Sequence[T], path_of: Callable[[T], Path], bad: BadRows) -> list[T]:
    """Keep the records whose files are there and as long as their headers say."""
    kept = []
    for record in records:
        path = path_of(record)
        fault = files_fault(path)
        if fault is None:
            kept.append(record)
        else:
            bad.found(fault[0], path.name, fault[1])
    return kept


DATA_SETS: Mapping[str, Callable[[Path, BadRows], Counts]] = {
    "ptbxl": _ptbxl,
    "ptbxl-plus": _ptbxl_plus,
    "ecgqa": _ecgqa,
    "mimic-iv-ecg": _mimic,
    "code15": _code15,
    "challenge": _challenge,
    "ludb": _ludb,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument("--set", choices=DATA_SETS, required=True, dest="data_set", help="which data set it is")
    parser.add_argument("--folder", type=Path, required=True, metavar="DIR", help="the set in its publisher's layout")
    parser.add_argument(
        "--on-bad", choices=get_args(OnBad), default="skip", help="skip and count bad rows, or refuse the first"
    )


COMMAND = SubCommand(
    "whether a data set is whole, and what is in it",
    add_arguments,
    lambda args: check_data_set(args.data_set, args.folder, args.on_bad),
    as_markdown,
)
