"""Intervals from marks in many leads, against a heart whose marks are known."""

from __future__ import annotations

import numpy as np
import pytest

from ecg_chat.datasets.ludb import MarkedWave
from ecg_chat.evaluation.reference_intervals import KEYS, RULES, beat_times, in_seconds, intervals_of
from ecg_chat.evaluation.wave_matching import ProgramWave
from ecg_chat.signals.ecg import STANDARD_LEADS

RR_S = 0.8
BEATS = [0.5 + RR_S * k for k in range(8)]


def beat(r_s, shift_s=0.0, widen_s=0.0):
    """P 100, PR 160, QRS 90 and QT 380 ms; the limits `widen_s` further out on each side."""
    q, w = r_s + shift_s, widen_s
    return [
        ProgramWave("p", q - 0.16 - w, q - 0.11, q - 0.06 + w),
        ProgramWave("qrs", q - w, q + 0.045, q + 0.09 + w),
        ProgramWave("t", q + 0.16 - w, q + 0.28, q + 0.38 + w),
    ]


def leads_with(widen):
    """Lead → waves; `widen` gives each lead's own scatter in s."""
    return {
        lead: [wave for r_s in BEATS for wave in beat(r_s, widen_s=widen(k))] for k, lead in enumerate(STANDARD_LEADS)
    }


def test_leads_that_agree_give_the_same_by_every_rule():
    out = intervals_of(leads_with(lambda k: 0.0))
    assert set(out) == set(RULES)
    for rule in RULES:
        assert set(out[rule]) == set(KEYS)
        assert out[rule]["p_ms"] == pytest.approx(100)
        assert out[rule]["pr_ms"] == pytest.approx(160)
        assert out[rule]["qrs_ms"] == pytest.approx(90)
        assert out[rule]["qt_ms"] == pytest.approx(380)
        assert out[rule]["heart_rate_bpm"] == pytest.approx(75)


def test_each_rule_takes_its_own_leads():
    # Lead k is marked k ms wider on each side: widest 11, third widest 9, median 5.5.
    out = intervals_of(leads_with(lambda k: k / 1000))
    assert out["extreme"]["qrs_ms"] == pytest.approx(90 + 22)
    assert out["robust"]["qrs_ms"] == pytest.approx(90 + 18)
    assert out["lead median"]["qrs_ms"] == pytest.approx(90 + 11)
    # PR runs from onset to onset, so equal widening cancels; QT widens at both ends.
    assert out["extreme"]["pr_ms"] == pytest.approx(160)
    assert out["robust"]["qt_ms"] == pytest.approx(380 + 18)


def test_one_wild_lead_moves_the_extreme_and_not_the_robust():
    out = intervals_of(leads_with(lambda k: 0.03 if k == 7 else 0.0))
    assert out["extreme"]["qrs_ms"] == pytest.approx(150)
    assert out["robust"]["qrs_ms"] == pytest.approx(90)


def test_one_wild_beat_moves_nothing():
    leads = leads_with(lambda k: 0.0)
    for waves in leads.values():
        waves[3:6] = beat(BEATS[1], widen_s=0.025)
    assert intervals_of(leads)["extreme"]["qrs_ms"] == pytest.approx(90)


def test_a_wave_in_fewer_than_half_of_the_beats_or_three_leads_is_not_marked():
    leads = leads_with(lambda k: 0.0)
    rare = {lead: [w for w in waves if w.wave != "p" or w.peak_s < BEATS[2]] for lead, waves in leads.items()}
    out = intervals_of(rare)
    assert all(out[rule]["p_ms"] is None and out[rule]["pr_ms"] is None for rule in RULES)
    assert out["robust"]["qrs_ms"] == pytest.approx(90)
    two = {lead: [w for w in waves if w.wave != "p" or lead in ("II", "V1")] for lead, waves in leads.items()}
    assert intervals_of(two)["robust"]["p_ms"] is None
    assert intervals_of(two)["extreme"]["p_ms"] == pytest.approx(100)


def test_beats_are_matched_by_time_over_leads_and_odd_marks_are_no_beats():
    rng = np.random.default_rng(0)
    leads = {lead: [w for r_s in BEATS for w in beat(r_s, shift_s=rng.uniform(-0.02, 0.02))] for lead in STANDARD_LEADS}
    leads["V6"].append(ProgramWave("qrs", 0.85, 0.9, 0.95))  # only one lead has it
    leads["V5"] = []
    assert beat_times(leads) == pytest.approx([r_s + 0.045 for r_s in BEATS], abs=0.02)


def test_t_of_the_beat_before_and_p_of_the_next_are_not_taken():
    leads = leads_with(lambda k: 0.0)
    for waves in leads.values():
        del waves[3]  # no P before the second beat: the P before the first must not stand in
    without = intervals_of(leads)
    assert without["extreme"]["pr_ms"] == pytest.approx(160)


def test_no_marks_give_no_numbers():
    out = intervals_of(dict.fromkeys(STANDARD_LEADS, ()))
    assert all(value is None for rule in out.values() for value in rule.values())


def test_samples_become_seconds():
    waves = in_seconds({"II": (MarkedWave("qrs", None, 100, 125),)}, 500.0)["II"]
    assert waves == (ProgramWave("qrs", None, 0.2, 0.25),)
