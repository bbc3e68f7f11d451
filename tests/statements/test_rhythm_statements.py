"""Statements about the rhythm, from the signal to the verdict, with the P waves of the truth."""

import dataclasses
from functools import cache

import pytest

from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import RhythmFact
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.signals.synthetic_arrhythmia import make_arrhythmia
from ecg_chat.statements.judge import explain, found, judge, load_catalogue
from tests.measurements.rhythms import rhythm_from

RHYTHM_CODES = {"2AVB", "3AVB", "AFLT", "AFIB", "PACE", "BIGU", "TRIGU", "SVTAC", "SARRH"}


@cache
def judged(kind):
    made = make_arrhythmia(kind)
    measured = dataclasses.replace(measure(made.ecg), rhythm=rhythm_from(made.ecg, made.p_s))
    return judge(measured, age_years=50, sex="male")


def met(kind):
    return {code for code, judgement in judged(kind).items() if judgement.verdict == "met"} & RHYTHM_CODES


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("sinus", set()),
        ("wenckebach", {"2AVB"}),
        ("mobitz_2", {"2AVB"}),
        ("two_to_one", {"2AVB"}),
        ("high_grade", {"2AVB"}),
        ("complete_block", {"3AVB"}),
        ("complete_block_wide", {"3AVB"}),
        ("flutter_2to1", {"AFLT"}),
        ("flutter_4to1", {"AFLT"}),
        ("flutter_variable", {"AFLT"}),
        ("bigeminy", {"BIGU"}),
        ("trigeminy", {"TRIGU"}),
        ("blocked_pac", set()),
        ("paced_ventricular", {"PACE"}),
        ("paced_atrial", {"PACE"}),
        ("paced_dual", {"PACE"}),
    ],
)
def test_only_its_own_statement_is_met(kind, codes):
    assert met(kind) == codes


def test_evidence_says_where():
    judgement = judged("mobitz_2")["2AVB"]
    assert "2.7, 5.9 s" in explain(judgement, load_catalogue())
    (evidence,) = judgement.evidence
    assert evidence.place is not None
    assert 2.6 < evidence.place.start_s < 2.7


def test_complete_block_is_no_second_degree_block():
    assert judged("complete_block")["2AVB"].verdict == "rejected"
    assert judged("mobitz_2")["3AVB"].verdict == "rejected"


@pytest.mark.parametrize(("rate", "verdict"), [(60, "met"), (61, "undecided")])
def test_complete_block_needs_the_rate_of_an_escape_rhythm(build, rate, verdict):
    independent = (RhythmFact("av_dissociation", True, "P waves at 95/min and QRS at 61/min", 95.0, "/min"),)
    measured = build({"heart_rate_bpm": rate, "rhythm.facts": independent})
    assert judge(measured, age_years=60, sex=None)["3AVB"].verdict == verdict


def test_the_urgent_statement_comes_first():
    assert found(judged("complete_block"))[0].code == "3AVB"


def test_fibrillation_is_left_to_the_reader_where_flutter_waves_are_seen(build):
    shape = {"rhythm.regularity": "irregularly irregular", "rhythm.p_share": 0.0, "rhythm.p_upright_ii": None}
    wave = (RhythmFact("flutter_activity", True, "flutter-like 280/min, conduction varies", 280.0, "/min"),)
    measured = build({**shape, "rhythm.atrial_activity": "flutter-like 280/min", "rhythm.facts": wave})
    verdicts = {code: j.verdict for code, j in judge(measured, age_years=70, sex=None).items()}
    assert verdicts["AFIB"] == "undecided"
    assert verdicts["AFLT"] == "met"
    assert verdicts["SR"] == "rejected"


def test_uneven_rr_from_dropped_beats_is_no_sinus_arrhythmia():
    assert judged("mobitz_2")["SARRH"].verdict == "undecided"
    assert judge(measure(make_ecg(rr_sd_ms=90).ecg), age_years=30, sex=None)["SARRH"].verdict == "met"


def test_flutter_is_excluded_by_searching_only_below_130_a_minute(build):
    nothing = {"rhythm.facts": (RhythmFact("flutter_activity", False, "does not repeat"),), "rhythm.p_upright_ii": None}
    slow = judge(build({**nothing, "heart_rate_bpm": 129}), age_years=60, sex=None)
    fast = judge(build({**nothing, "heart_rate_bpm": 130}), age_years=60, sex=None)
    assert slow["AFLT"].verdict == "rejected"
    assert fast["AFLT"].verdict == "undecided"


def test_spikes_that_pace_nothing_are_no_pacemaker_rhythm(build):
    lost = tuple(RhythmFact(name, False, "") for name in ("atrial_pacing", "ventricular_pacing"))
    measured = build({"rhythm.pacing_spikes": 9, "rhythm.facts": lost})
    assert judge(measured, age_years=60, sex=None)["PACE"].verdict == "rejected"
