"""QTc check values of the thresholds note."""

import pytest

from ecg_chat.measurements.qtc import bazett, framingham, fridericia, hodges


@pytest.mark.parametrize(
    ("qt_ms", "rate", "expected"),
    [
        (400, 75, (447, 431, 431, 426)),
        (360, 100, (465, 427, 422, 430)),
        (440, 50, (402, 414, 409, 422.5)),
    ],
)
def test_check_values(qt_ms, rate, expected):
    rr_ms = 60000 / rate
    got = [formula(qt_ms, rr_ms) for formula in (bazett, fridericia, framingham, hodges)]
    assert got == pytest.approx(expected, abs=0.51)
