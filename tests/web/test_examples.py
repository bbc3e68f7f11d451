from __future__ import annotations

import numpy as np
import pytest

from ecg_chat.errors import NotFound
from ecg_chat.signals.reading import read_ecg
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.web.examples import example_files, examples, wfdb_files


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.kind)
def test_every_example_is_read_by_the_same_door_as_an_upload(example: object) -> None:
    ecg = read_ecg(example_files(example.kind))  # type: ignore[attr-defined]
    assert ecg.has_standard_leads
    assert ecg.duration_s == pytest.approx(10, abs=0.1)


def test_the_origin_is_plain() -> None:
    assert {example.origin for example in examples()} == {"synthetic", "sample"}


def test_the_files_hold_the_signal() -> None:
    made = make_ecg("af", fs_hz=500, seed=3).ecg
    read = read_ecg(wfdb_files("x", made))
    assert read.leads == made.leads
    assert np.abs(read.signal - made.signal).max() < 0.0006


def test_an_unknown_example_is_refused() -> None:
    with pytest.raises(NotFound):
        example_files("../secret")
