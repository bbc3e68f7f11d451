"""Recordings as files, and a command line that is called in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_chat.cli.main import main
from ecg_chat.signals.synthetic import SyntheticEcg, make_ecg


@dataclass(frozen=True)
class Result:
    """What a command printed and returned."""

    code: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run one command line in this process."""

    def run(*arguments: object) -> Result:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse ends this way
            code = stop.code if isinstance(stop.code, int) else 1
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return run


@pytest.fixture(scope="session")
def synthetic() -> SyntheticEcg:
    """A normal ECG of 10 s with known truth."""
    return make_ecg("normal", seed=3)


def write_csv(path: Path, ecg: SyntheticEcg) -> Path:
    """Write a recording as a table in millivolts with the lead names on top."""
    np.savetxt(path, ecg.ecg.signal.T, delimiter=",", header=",".join(ecg.ecg.leads), comments="", fmt="%.4f")
    return path


def write_wfdb(folder: Path, name: str, ecg: SyntheticEcg) -> list[Path]:
    """Write a recording as a WFDB record; returns header and signal file."""
    wfdb.wrsamp(
        name,
        fs=ecg.ecg.fs_hz,
        units=["mV"] * len(ecg.ecg.leads),
        sig_name=list(ecg.ecg.leads),
        p_signal=ecg.ecg.signal.T.astype(float),
        fmt=["16"] * len(ecg.ecg.leads),
        write_dir=str(folder),
    )
    return [folder / f"{name}.hea", folder / f"{name}.dat"]


def table_options(ecg: SyntheticEcg) -> list[str]:
    """Options that describe the table of `write_csv`."""
    return ["--fs", f"{ecg.ecg.fs_hz:g}", "--unit", "mV", "--leads", ",".join(ecg.ecg.leads)]
