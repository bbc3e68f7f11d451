"""A small LUDB for the evaluations."""

from __future__ import annotations

import pytest

from ecg_chat.signals.synthetic import make_ecg
from tests.datasets.ludb_files import write_ludb

KINDS = {"901": "normal", "902": "tachycardia", "903": "crbbb"}  # numbers that LUDB does not have


@pytest.fixture(scope="session")
def made():
    """Record → the synthetic ECG in it."""
    return {name: make_ecg(kind, seed=int(name)) for name, kind in KINDS.items()}


@pytest.fixture(scope="session")
def ludb(made, tmp_path_factory):
    """Folder with the three records, marked with the truth in every lead."""
    return write_ludb(tmp_path_factory.mktemp("ludb"), made)
