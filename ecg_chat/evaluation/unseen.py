"""The records that a model may be tested on: those it was not trained on."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecg_chat.datasets.bad_rows import BadRows, OnBad
from ecg_chat.datasets.ptbxl import Record, read_database
from ecg_chat.datasets.trained_ids import FILE_NAME, FIRST_SET, read_trained_ids
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.ptbxl_fold import add_on_bad, usable_records
from ecg_chat.settings import Settings


@dataclass(frozen=True)
class Trial:
    """Which model is asked about which records, and what it is shown.

    Attributes
    ----------
    ptbxl, model_dir : Path
    fold : int
    n_records : int or None
        Size of a seeded sample; None for all.
    readings : Path or None
        JSON lines of measurements, written once and read again.
    workers : int
        Processes that measure.
    no_ecg : bool
        True for the language prior alone: no ECG embeddings and no line derived from the signal.
    seed : int
    on_bad : {"refuse", "skip"}
        What happens to bad rows and records of PTB-XL.
    """

    ptbxl: Path
    model_dir: Path
    fold: int = 10
    n_records: int | None = None
    readings: Path | None = None
    workers: int = 2
    no_ecg: bool = False
    seed: int = 0
    on_bad: OnBad = "refuse"

    @classmethod
    def of(cls, args: argparse.Namespace) -> Trial:
        """Take it from the options that `add_trial` added."""
        given = vars(args)  # not every evaluation has every option: ECG-QA picks its records by its own split
        named = ("fold", "readings", "workers", "no_ecg", "seed", "on_bad")
        return cls(args.ptbxl, args.model, n_records=args.records, **{key: given[key] for key in named if key in given})


def add_trial(parser: argparse.ArgumentParser, *, fold: int = 10, records: int | None = None) -> None:
    """Add the options that every evaluation of a model's answers takes."""
    add_model(parser)
    add_sample(parser, fold=fold, records=records)
    add_reading(parser)


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the data set and the model."""
    parser.add_argument("--ptbxl", type=Path, required=True, metavar="DIR", help="PTB-XL in its publisher's layout")
    parser.add_argument("--model", type=Path, default=Settings().model_dir, metavar="DIR", help="model folder")
    add_on_bad(parser)


def add_sample(parser: argparse.ArgumentParser, *, fold: int | None = 10, records: int | None = None) -> None:
    """Add which records are taken; without a fold where another rule picks them."""
    if fold is not None:
        parser.add_argument("--fold", type=int, default=fold, help=f"fold to test on (default {fold})")
    said = "all" if records is None else str(records)
    parser.add_argument("--records", type=int, default=records, metavar="N", help=f"size of a sample (default {said})")
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add how measurements are kept, and the language prior."""
    parser.add_argument(
        "--readings", type=Path, metavar="FILE", help="JSON lines of measurements, written once and read again"
    )
    add_workers(parser)
    add_no_ecg(parser)


def add_no_ecg(parser: argparse.ArgumentParser) -> None:
    """Add the language prior."""
    parser.add_argument(
        "--no-ecg", action="store_true", help="language alone: no ECG embeddings, no line derived from the signal"
    )


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add how many processes measure records."""
    parser.add_argument("--workers", type=int, default=2, help="processes that measure")


def unseen_records(trial: Trial) -> list[Record]:
    """List the records of the fold, or a sample of them in the order of their ids.

    Raises
    ------
    InvalidInput
        When the fold is not there, or a record or a patient was trained on.
    """
    bad = BadRows(trial.on_bad)
    everything = read_database(trial.ptbxl, bad=bad)
    records = usable_records(trial.ptbxl, [r for r in everything if r.fold == trial.fold], bad)
    if not records:
        raise InvalidInput(f"no record of fold {trial.fold} is in {trial.ptbxl}")
    refuse_trained(records, trial.model_dir)
    refuse_trained_patients(records, everything, trial.model_dir)
    return sample(records, trial.n_records, trial.seed)


def sample(records: Sequence[Record], n: int | None, seed: int) -> list[Record]:
    """Draw `n` records, the same ones for the same seed; all of them where there are not more."""
    if n is not None and n < 1:
        raise InvalidInput(f"--records is {n}, expected at least one record")
    if n is None or n >= len(records):
        return list(records)
    return sorted(random.Random(seed).sample(list(records), n), key=lambda r: r.ecg_id)


def refuse_trained(records: Sequence[Record], model_dir: Path) -> None:
    """Refuse to test on records that the model was trained on.

    Raises
    ------
    InvalidInput
        Naming how many there are; also when the model does not say what it was trained on.
    """
    trained = trained_on(model_dir)
    seen = [r.ecg_id for r in records if r.ecg_id in trained]
    if seen:
        raise InvalidInput(
            f"{len(seen)} of {len(records)} records were trained on (first: {seen[0]}), expected none; "
            "choose another fold"
        )


def refuse_trained_patients(records: Sequence[Record], everything: Sequence[Record], model_dir: Path) -> None:
    """Refuse to test on other records of the patients that the model was trained on.

    Raises
    ------
    InvalidInput
        Naming how many there are, and the first.
    """
    known = of_trained_patients(records, everything, model_dir)
    if known:
        raise InvalidInput(
            f"{len(known)} of {len(records)} records are of patients whose other records were trained on "
            f"(first: {known[0].ecg_id}), expected none; choose another fold"
        )


def of_trained_patients(records: Sequence[Record], everything: Sequence[Record], model_dir: Path) -> list[Record]:
    """Return the records whose patient has one, among `everything`, that the model was trained on."""
    trained = trained_on(model_dir)
    patients = {r.patient_id for r in everything if r.ecg_id in trained}
    return [r for r in records if r.patient_id in patients]


def trained_on(model_dir: Path) -> frozenset[int]:
    """Return the ids of PTB-XL's records that a model was trained on.

    Raises
    ------
    InvalidInput
        When the model does not say what it was trained on.
    """
    listed = read_trained_ids(model_dir)
    if not any(listed.values()):
        raise InvalidInput(
            f"the {FILE_NAME} of model {model_dir.name} names no record, expected those it was trained on"
        )
    return frozenset(int(one) for one in listed.get(FIRST_SET, frozenset()))
