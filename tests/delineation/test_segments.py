"""Curves become waves: limits to a fraction of a sample, short ones dropped, interruptions bridged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.delineation.segments import segments_of
from ecg_chat.delineation.wave_input import NETWORK_HZ


def ramped(n, first, last, width):
    """Rises from 0 to 1 over `width` samples, and is one half at `first` and at `last`."""
    at = np.arange(n)
    return np.clip(np.minimum((at - first) / width, (last - at) / width) + 0.5, 0, 1).astype(np.float32)


@given(
    first=st.floats(20, 60),
    length=st.floats(20, 80),
    width=st.sampled_from([1.0, 2.0, 5.0, 12.0]),
)
def test_limits_are_where_the_curve_is_one_half(first, length, width):
    (found,) = segments_of(ramped(200, first, first + length, width), "qrs")
    assert found.on_s * NETWORK_HZ == pytest.approx(first, abs=0.02 if width > 1 else 0.5)
    assert found.off_s * NETWORK_HZ == pytest.approx(first + length, abs=0.02 if width > 1 else 0.5)


def test_short_stretches_are_dropped_and_interruptions_bridged():
    curve = np.zeros(500, np.float32)
    curve[50:54] = 1.0  # 16 ms
    curve[100:110] = curve[113:125] = 1.0  # 12 ms between them
    curve[200:220] = curve[230:250] = 1.0  # 40 ms between them
    found = segments_of(curve, "qrs")
    assert [(round(s.on_s * NETWORK_HZ), round(s.off_s * NETWORK_HZ)) for s in found] == [
        (100, 124), (200, 220), (230, 250),
    ]  # fmt: skip


def test_waves_at_the_edges_end_there():
    curve = np.zeros(100, np.float32)
    curve[:20] = curve[80:] = 0.9
    first, last = segments_of(curve, "t")
    assert first.on_s == 0
    assert last.off_s == pytest.approx(99 / NETWORK_HZ)
    assert first.sure == pytest.approx(0.9)


def test_nothing_is_found_in_a_flat_curve():
    assert segments_of(np.full(300, 0.5, np.float32), "p") == []
