"""A slurred start of the QRS is measured as long as it was made; kinds without it have none."""

from __future__ import annotations

import pytest

from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import EXAMPLES, make_ecg

SLURRED = {"p_ms": 90.0, "pr_ms": 115.0, "qrs_ms": 130.0}


@pytest.mark.parametrize("fs_hz", [100.0, 250.0, 500.0])
@pytest.mark.parametrize("kind", sorted(set(EXAMPLES) - {"clbbb", "crbbb"}))
def test_no_delta_wave_where_none_was_made(kind: str, fs_hz: float) -> None:
    found = measure(make_ecg(kind, fs_hz=fs_hz).ecg).derived
    assert found["delta_wave_hint"].value == 0.0
    assert found["qrs_slow_start_ms"].value is not None
    assert found["qrs_slow_start_ms"].value < 36


@pytest.mark.parametrize("fs_hz", [100.0, 500.0])
@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
def test_a_delta_wave_is_seen_at_any_gain_and_rate(fs_hz: float, gain: float) -> None:
    found = measure(make_ecg("normal", delta_ms=55.0, fs_hz=fs_hz, gain=gain, **SLURRED).ecg).derived
    assert found["delta_wave_hint"].value == 1.0
    assert "bundle branch block" in found["delta_wave_hint"].note
    assert bool(found["qrs_slow_start_ms"].limited) == (fs_hz < 250)


def test_a_longer_slur_is_measured_longer() -> None:
    lengths = [
        measure(make_ecg("normal", delta_ms=d, noise_mv=0.0, wander_mv=0.0, **SLURRED).ecg).derived["qrs_slow_start_ms"]
        for d in (25.0, 40.0, 55.0, 70.0)
    ]
    values = [value.value for value in lengths]
    assert all(value is not None for value in values)
    assert values == sorted(values)  # type: ignore[type-var]
    assert values[-1] - values[0] > 30  # type: ignore[operator]


def test_one_lead_is_too_few() -> None:
    found = measure(make_ecg("normal", leads=("I", "II")).ecg).derived
    assert found["delta_wave_hint"].value is None
    assert "leads" in found["delta_wave_hint"].reason


def test_a_delta_wave_fits_into_its_qrs() -> None:
    with pytest.raises(ValueError, match="delta_ms"):
        make_ecg("normal", delta_ms=80.0)
