"""Each synthetic rhythm yields its own facts and no others'."""

import pytest

from ecg_chat.measurements.rhythm_facts import LABELS
from ecg_chat.signals.synthetic import EXAMPLES
from ecg_chat.signals.synthetic_arrhythmia import ARRHYTHMIAS, make_arrhythmia
from tests.measurements.rhythms import arrhythmia_rhythm, holding, plain_rhythm, undecided

UNEVEN = {"rate_range"}
CONSTANT = {"pr_constant"}
EXPECTED = {
    "sinus": CONSTANT,
    "wenckebach": UNEVEN | {"p_per_qrs", "dropped_beats", "pr_grows_before_drop"},
    "mobitz_2": UNEVEN | CONSTANT | {"p_per_qrs", "dropped_beats", "pr_same_before_drop"},
    "two_to_one": CONSTANT | {"p_per_qrs", "dropped_beats", "two_to_one"},
    "high_grade": CONSTANT | {"p_per_qrs", "dropped_beats", "high_grade"},
    "complete_block": {"p_per_qrs", "av_dissociation"},
    "complete_block_wide": {"p_per_qrs", "av_dissociation"},
    "flutter_2to1": {"flutter_activity"},
    "flutter_4to1": {"flutter_activity"},
    "flutter_variable": UNEVEN | {"flutter_activity"},
    "sinus_pause": UNEVEN | CONSTANT | {"pause"},
    "bigeminy": UNEVEN | CONSTANT | {"bigeminy"},
    "trigeminy": UNEVEN | CONSTANT | {"trigeminy"},
    "couplet": CONSTANT | {"couplets"},
    "vt_run": UNEVEN | CONSTANT | {"ventricular_run"},
    "pac": CONSTANT,
    "svt_run": UNEVEN | CONSTANT | {"supraventricular_run"},
    "blocked_pac": UNEVEN | CONSTANT | {"p_per_qrs", "blocked_premature_p"},
    "escape": UNEVEN | CONSTANT | {"escape_beats"},
    "paced_ventricular": {"ventricular_pacing"},
    "paced_atrial": CONSTANT | {"atrial_pacing"},
    "paced_dual": CONSTANT | {"atrial_pacing", "ventricular_pacing"},
    "paced_lost": UNEVEN | {"ventricular_pacing", "spikes_without_capture"},
}
PLAIN = {
    "normal": CONSTANT,
    "tachycardia": CONSTANT,
    "af": UNEVEN | {"fibrillatory_activity"},
    "clbbb": CONSTANT,
    "crbbb": CONSTANT,
    "inferior_ste": CONSTANT,
    "av_block_1": CONSTANT,
    "lvh": CONSTANT,
    "pvcs": UNEVEN | CONSTANT,
}


def test_every_kind_is_in_the_table():
    assert set(EXPECTED) == set(ARRHYTHMIAS)
    assert set(PLAIN) == set(EXAMPLES)


@pytest.mark.parametrize("kind", EXPECTED)
def test_confusion_table(kind):
    rhythm = arrhythmia_rhythm(kind)
    assert [fact.name for fact in rhythm.facts] == list(LABELS)
    assert holding(rhythm) == EXPECTED[kind]


@pytest.mark.parametrize("kind", [kind for kind in EXPECTED if not kind.startswith("paced")])
def test_confusion_table_at_100_hz(kind):
    rhythm = arrhythmia_rhythm(kind, fs_hz=100.0)
    assert undecided(rhythm) >= {"atrial_pacing", "ventricular_pacing", "spikes_without_capture"}
    assert holding(rhythm) == EXPECTED[kind]


@pytest.mark.parametrize("kind", PLAIN)
def test_rhythms_without_a_disturbance_of_conduction(kind):
    assert holding(plain_rhythm(kind)) == PLAIN[kind]


@pytest.mark.parametrize("kind", ["wenckebach", "mobitz_2", "two_to_one", "high_grade"])
def test_dropped_beats_lie_where_the_truth_says(kind):
    made = make_arrhythmia(kind)
    fact = arrhythmia_rhythm(kind).fact("dropped_beats")
    last_qrs_s = made.qrs_on_s[-1]
    truth = [p.on_s for p in made.atrial if not p.conducted and p.on_s < last_qrs_s]
    assert fact.value == len(truth)
    assert [place.start_s for place in fact.places] == pytest.approx(truth, abs=0.001)


def test_numbers_of_the_facts():
    assert arrhythmia_rhythm("complete_block").fact("av_dissociation").value == pytest.approx(60 / 0.70, rel=0.01)
    assert arrhythmia_rhythm("flutter_2to1").fact("flutter_activity").value == pytest.approx(300, rel=0.02)
    assert arrhythmia_rhythm("flutter_4to1").fact("flutter_activity").value == pytest.approx(300, rel=0.02)
    assert arrhythmia_rhythm("flutter_variable").fact("flutter_activity").value == pytest.approx(280, rel=0.02)
    assert arrhythmia_rhythm("sinus_pause").fact("pause").value == pytest.approx(3.2, abs=0.02)
    assert arrhythmia_rhythm("vt_run").fact("ventricular_run").value == pytest.approx(160, rel=0.03)
    assert arrhythmia_rhythm("svt_run").fact("supraventricular_run").value == pytest.approx(150, rel=0.03)
    assert arrhythmia_rhythm("wenckebach").fact("pr_grows_before_drop").value == pytest.approx(120, abs=10)
    assert arrhythmia_rhythm("paced_dual").fact("ventricular_pacing").value == pytest.approx(100)
    assert arrhythmia_rhythm("paced_lost").fact("spikes_without_capture").value == 2
    assert arrhythmia_rhythm("two_to_one").fact("p_per_qrs").value == pytest.approx(2.0, abs=0.2)
    assert arrhythmia_rhythm("bigeminy").fact("bigeminy").value == 6


def test_a_fact_has_its_place():
    for kind, facts in EXPECTED.items():
        for name in facts - {"rate_range", "pr_constant", "p_per_qrs"}:
            assert arrhythmia_rhythm(kind).fact(name).places, (kind, name)


def test_without_marks_of_single_p_waves_conduction_is_not_judged():
    from ecg_chat.measurements.measure import measure

    facts = {fact.name: fact for fact in measure(make_arrhythmia("mobitz_2").ecg).rhythm.facts}
    if facts["dropped_beats"].holds is None:  # where the delineation marks no single P waves
        assert "no single P waves" in facts["dropped_beats"].text
        assert facts["av_dissociation"].holds is None
    else:
        assert facts["dropped_beats"].holds
    assert facts["pause"].holds is False


def test_mobitz_is_irregular_but_not_irregularly_irregular():
    assert arrhythmia_rhythm("mobitz_2").regularity == "irregular"
    assert arrhythmia_rhythm("wenckebach").regularity == "irregular"
    assert plain_rhythm("af").regularity == "irregularly irregular"
