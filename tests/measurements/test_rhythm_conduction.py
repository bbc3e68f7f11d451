"""P waves and beats as plain arrays: which P wave belongs to which QRS, and what the others are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.measurements.rhythm_av_block import av_block_facts
from ecg_chat.measurements.rhythm_conduction import conduction_of
from ecg_chat.measurements.rhythm_facts import BeatTrain
from ecg_chat.measurements.rhythm_pacing import pacing_facts
from ecg_chat.measurements.rhythm_pattern import pattern_facts

P_S = 0.1


def train(qrs_s, p_on_s, kinds=None, duration_s=10.0, clear_of_t_s=0.30):
    qrs = np.asarray(qrs_s, dtype=float)
    on = np.asarray(p_on_s, dtype=float)
    kinds = tuple(kinds or ["dominant"] * qrs.size)
    return BeatTrain(
        duration_s=duration_s, r_s=qrs + 0.04, qrs_on_s=qrs, kinds=kinds, premature=np.zeros(qrs.size, bool),
        has_p=np.ones(qrs.size, bool), p_s=np.stack([on, on + P_S], axis=1), clear_of_t_s=clear_of_t_s,
        rr_s=np.diff(qrs),
    )  # fmt: skip


def block(pp_s, prs_s, start_s=0.3):
    """P waves in step; None is a P wave without QRS."""
    on = start_s + pp_s * np.arange(int((9.6 - start_s) / pp_s))
    pairs = [(p, prs_s[i % len(prs_s)]) for i, p in enumerate(on)]
    return train([p + pr for p, pr in pairs if pr is not None], on)


def facts(beats):
    return {fact.name: fact for fact in av_block_facts(beats)}


@settings(max_examples=40, deadline=None)
@given(pp=st.floats(0.45, 1.3), pr=st.floats(0.10, 0.34), jitter=st.floats(0, 0.012), seed=st.integers(0, 999))
def test_every_p_conducted_is_no_block(pp, pr, jitter, seed):
    rng = np.random.default_rng(seed)
    beats = block(pp, (pr,))
    moved = train(beats.qrs_on_s + rng.uniform(-jitter, jitter, beats.r_s.size), beats.p_s[:, 0])
    found = facts(moved)
    assert found["dropped_beats"].holds is False
    assert found["av_dissociation"].holds is False
    assert found["blocked_premature_p"].holds is False
    assert found["pr_constant"].holds
    assert found["pr_constant"].value == pytest.approx(1000 * pr, abs=15)


@pytest.mark.parametrize("growth_ms", [10, 25, 40, 80])
def test_the_type_needs_a_clear_difference_of_pr(growth_ms):
    steps = (0.16, 0.16 + growth_ms / 1000, None)
    found = facts(block(0.9, steps))
    assert found["dropped_beats"].holds
    expected = {10: (False, True), 25: (None, None), 40: (True, False), 80: (True, False)}[growth_ms]
    assert (found["pr_grows_before_drop"].holds, found["pr_same_before_drop"].holds) == expected


def test_shift_in_time_changes_no_fact():
    first, later = facts(block(0.8, (0.16, 0.2, 0.26, None))), facts(block(0.8, (0.16, 0.2, 0.26, None), start_s=0.35))
    assert {n: f.holds for n, f in first.items()} == {n: f.holds for n, f in later.items()}


def test_a_mark_on_every_t_wave_is_no_two_to_one_block():
    """At 75/min T lies half way between two P waves, as a blocked P wave would."""
    qrs = 0.5 + 0.8 * np.arange(11)
    on = np.sort(np.concatenate([qrs - 0.16, qrs + 0.24]))
    found = facts(train(qrs, on, clear_of_t_s=0.33))
    assert found["dropped_beats"].holds is False
    assert found["two_to_one"].holds is False


@settings(max_examples=60, deadline=None)
@given(rate=st.floats(45, 120), missed=st.floats(0, 0.4), strays=st.integers(0, 5), seed=st.integers(0, 9999))
def test_imperfect_marks_in_sinus_rhythm_are_no_block(rate, missed, strays, seed):
    """A P wave that was missed, and a mark on something else, must not become a dropped beat."""
    rng = np.random.default_rng(seed)
    rr = 60 / rate
    qrs = 0.5 + rr * np.arange(int(9.0 / rr)) + rng.normal(0, 0.01, int(9.0 / rr))
    on = (qrs - 0.16)[rng.random(qrs.size) >= missed]
    found = facts(train(qrs, np.sort(np.append(on, rng.uniform(0.2, 9.0, strays)))))
    assert not any(found[name].holds for name in ("dropped_beats", "blocked_premature_p", "two_to_one", "high_grade"))
    assert not found["av_dissociation"].holds


def test_a_stray_mark_without_a_pause_is_no_early_p():
    qrs = 0.5 + 0.9 * np.arange(10)
    on = np.sort(np.append(qrs - 0.16, qrs[4] + 0.45))
    found = facts(train(qrs, on))
    assert found["blocked_premature_p"].holds is False
    assert found["dropped_beats"].holds is False


def test_blocked_early_p_in_bigeminy_is_no_two_to_one_block():
    qrs = 0.5 + 1.5 * np.arange(7)
    on = np.sort(np.concatenate([qrs - 0.16, qrs + 0.40]))  # coupling 0.56 s, then 0.94 s
    found = facts(train(qrs, on, duration_s=11.0))
    assert found["dropped_beats"].holds is False
    assert found["blocked_premature_p"].holds


def test_a_p_wave_at_a_ventricular_beat_is_not_dropped():
    sinus = 0.5 + 0.8 * np.arange(11)
    qrs = np.sort(np.append(np.delete(sinus, 5), sinus[5] - 0.30))
    kinds = ["ventricular" if abs(q - sinus[5] + 0.30) < 1e-9 else "dominant" for q in qrs]
    found = facts(train(qrs, sinus - 0.16, kinds))
    assert found["dropped_beats"].holds is False
    assert found["p_per_qrs"].holds is False


def test_a_late_p_after_a_pause_is_not_dropped():
    """Sinus pause with the escape falling on the P wave: PP is irregular, so nothing is said."""
    qrs = np.array([0.5, 1.3, 2.1, 2.9, 5.6, 6.4, 7.2, 8.0, 8.8])
    on = np.append(np.delete(qrs - 0.16, 4), 4.6)
    assert facts(train(qrs, np.sort(on)))["dropped_beats"].holds is False


def test_dissociation_needs_more_p_than_qrs_and_a_regular_escape():
    p = 0.2 + 0.7 * np.arange(14)
    assert facts(train(0.5 + 1.37 * np.arange(7), p))["av_dissociation"].holds
    fast = facts(train(0.5 + 0.55 * np.arange(17), 0.2 + 0.71 * np.arange(13)))
    assert fast["av_dissociation"].holds is False
    uneven = 0.5 + np.cumsum([0, 1.3, 1.7, 1.1, 1.6, 1.2, 1.5])
    assert facts(train(uneven, p))["av_dissociation"].holds is False


def test_p_waves_hidden_in_qrs_do_not_hide_the_dissociation():
    p = 0.2 + 0.7 * np.arange(14)
    qrs = 0.95 + 1.5 * np.arange(6)
    seen = [on for on in p if not np.any((on > qrs - 0.08) & (on < qrs + 0.12))]
    assert len(seen) < p.size
    assert facts(train(qrs, seen))["av_dissociation"].holds


def test_each_qrs_takes_the_last_p_before_it():
    beats = block(0.8, (0.16, None))
    conduction = conduction_of(beats)
    assert np.nanmax(np.abs(conduction.pr_ms - 160)) < 1e-6
    assert list(conduction.beat[:4]) == [0, -1, 1, -1]


def test_couplet_must_be_early():
    qrs = np.array([0.5, 1.3, 2.1, 2.9, 3.7, 4.5, 5.3, 6.1, 6.9, 7.7])
    kinds = ["dominant"] * 10
    kinds[4] = kinds[5] = "ventricular"
    late = {fact.name: fact for fact in pattern_facts(train(qrs, qrs - 0.16, kinds), "regular")}
    assert late["couplets"].holds is False
    qrs[4] -= 0.3
    early = {fact.name: fact for fact in pattern_facts(train(qrs, qrs - 0.16, kinds), "irregular")}
    assert early["couplets"].holds


@pytest.mark.parametrize(("longest", "holds"), [(1.9, False), (2.1, True), (3.1, True)])
def test_pause_from_two_seconds(longest, holds):
    qrs = np.concatenate([0.5 + 0.8 * np.arange(5), 0.5 + 3.2 + longest + 0.8 * np.arange(4)])
    fact = next(f for f in pattern_facts(train(qrs, qrs - 0.16), "irregular") if f.name == "pause")
    assert fact.holds is holds
    assert fact.value == pytest.approx(longest, abs=0.01)


def test_spike_times_decide_what_is_paced():
    qrs = 0.5 + 0.85 * np.arange(11)
    beats = train(qrs, qrs - 0.16)

    def holds(spikes):
        return {fact.name: fact.holds for fact in pacing_facts(beats, np.asarray(spikes), 500.0)}

    assert holds(qrs - 0.01) == {"atrial_pacing": False, "ventricular_pacing": True, "spikes_without_capture": False}
    assert holds(qrs - 0.17) == {"atrial_pacing": True, "ventricular_pacing": False, "spikes_without_capture": False}
    assert holds(qrs[:4] + 0.2) == {
        "atrial_pacing": False,
        "ventricular_pacing": False,
        "spikes_without_capture": False,
    }
    assert holds(qrs[:4] + 0.40)["spikes_without_capture"]
    assert set(holds([]).values()) == {False}
    assert {fact.holds for fact in pacing_facts(beats, None, 100.0)} == {None}
