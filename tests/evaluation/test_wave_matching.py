"""Matching of boundaries, against cases worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.datasets.ludb import MarkedWave
from ecg_chat.evaluation.wave_matching import TOLERANCE_MS, Matches, ProgramWave, match_lead, match_times

FS = 500.0
LEAD = (
    MarkedWave("qrs", 500, 525, 550),
    MarkedWave("t", 600, 650, 700),
    MarkedWave("p", 850, 870, 890),
    MarkedWave("qrs", 1000, 1025, 1050),
    MarkedWave("t", 1100, 1150, 1200),
)


def predicted(wave, on_ms, off_ms):
    return ProgramWave(wave, on_ms / 1000, (on_ms + off_ms) / 2000, off_ms / 1000)


def test_the_nearest_pair_is_taken_first_and_each_only_once():
    # 100 is 40 from 140 and 60 from 40; 140 is nearer to 150. In time order 100 would have taken 140.
    assert match_times([100.0, 150.0], [140.0, 40.0]) == [(1, 0), (0, 1)]
    assert match_times([100.0], [90.0, 105.0, 120.0]) == [(0, 1)]
    assert match_times([0.0], [TOLERANCE_MS]) == [(0, 0)]
    assert match_times([0.0], [TOLERANCE_MS + 0.1]) == []


times = st.lists(st.floats(0, 3000), max_size=12)


@given(times, times)
def test_pairs_are_one_to_one_near_and_leave_nothing_that_could_be_paired(marked, got):
    pairs = match_times(marked, got)
    assert len({i for i, _ in pairs}) == len({k for _, k in pairs}) == len(pairs)
    assert all(abs(marked[i] - got[k]) <= TOLERANCE_MS for i, k in pairs)
    free_marked = set(range(len(marked))) - {i for i, _ in pairs}
    free_got = set(range(len(got))) - {k for _, k in pairs}
    assert all(abs(marked[i] - got[k]) > TOLERANCE_MS for i in free_marked for k in free_got)


def test_hits_misses_and_extras_of_a_lead():
    got = [
        predicted("qrs", 1004, 1098),  # +4, -2
        predicted("qrs", 2000, 2100),  # exact
        predicted("qrs", 1500, 1600),  # extra: between the beats
        predicted("t", 1200, 1420),  # 0, +20; the second T is missed
        predicted("p", 1300, 1340),  # an extra P in the T wave; the marked P (1700-1780) is missed
    ]
    out = match_lead(LEAD, got, FS)
    assert sorted(out["qrs", "onset"].errors_ms) == pytest.approx([0, 4])
    assert sorted(out["qrs", "offset"].errors_ms) == pytest.approx([-2, 0])
    assert (out["qrs", "onset"].missed, out["qrs", "onset"].extra) == (0, 1)
    assert out["t", "offset"].errors_ms == pytest.approx([20])
    assert (out["t", "offset"].missed, out["t", "offset"].extra) == (1, 0)
    assert out["p", "onset"] == Matches((), missed=1, extra=1)


def test_outside_the_marked_stretch_nothing_is_extra_but_a_match_counts():
    got = [
        predicted("p", 700, 800),  # before the first mark at 1000 ms: not marked there, not counted
        predicted("qrs", 2900, 3000),  # after the last mark at 2400 ms
        predicted("qrs", 990, 1090),  # its onset lies before the first mark and still belongs to it
    ]
    out = match_lead(LEAD, got, FS)
    assert out["p", "onset"] == Matches((), missed=1, extra=0)
    assert out["qrs", "onset"].errors_ms == pytest.approx([-10])
    assert (out["qrs", "onset"].missed, out["qrs", "onset"].extra) == (1, 0)


def test_a_boundary_that_is_not_marked_is_neither_missed_nor_makes_an_extra():
    lead = (LEAD[1], MarkedWave("qrs", None, 1025, 1050), LEAD[4])
    out = match_lead(lead, [predicted("qrs", 1960, 2104)], FS)
    assert out["qrs", "onset"] == Matches((), missed=0, extra=0)
    assert out["qrs", "offset"].errors_ms == pytest.approx([4])


def test_a_boundary_that_the_program_does_not_give_is_missed():
    out = match_lead(LEAD, [ProgramWave("qrs", None, 1.05, 1.1)], FS)
    assert out["qrs", "onset"] == Matches((), missed=2, extra=0)
    assert len(out["qrs", "offset"].errors_ms) == 1
