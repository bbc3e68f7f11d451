"""``evaluate delineation`` on programs whose errors are known."""

from __future__ import annotations

import dataclasses

import pytest

from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.delineation import evaluate_delineation, leads_of
from ecg_chat.evaluation.delineation_tables import as_markdown
from ecg_chat.evaluation.error_plot import plot_errors
from ecg_chat.evaluation.neurokit_marks import NeuroKitMarker
from ecg_chat.evaluation.our_marks import our_marks
from ecg_chat.evaluation.wave_matching import ProgramWave
from ecg_chat.signals.ecg import STANDARD_LEADS
from tests.datasets.ludb_files import true_waves

BOUNDARIES = ["P onset", "P offset", "QRS onset", "QRS offset", "T onset", "T offset"]


def one_group(record):
    del record
    return "all"


def evaluate(ludb, marker, **options):
    return evaluate_delineation(ludb, {"mine": marker}, **{"group": one_group, **options})


def moved(waves, on_ms=0.0, off_ms=0.0):
    return tuple(dataclasses.replace(w, on_s=w.on_s + on_ms / 1000, off_s=w.off_s + off_ms / 1000) for w in waves)


def test_the_truth_is_perfect(ludb, made):
    result = evaluate(ludb, lambda ecg, record: dict.fromkeys(ecg.leads, true_waves(made[record])))
    table = result["tables"]["all"]["12 leads"]["mine"]
    assert list(table) == BOUNDARIES
    n_qrs = sum(w.wave == "qrs" for one in made.values() for w in true_waves(one))
    assert table["QRS onset"]["marked"] == 12 * n_qrs
    for row in table.values():
        assert row["f1"] == row["sensitivity"] == row["ppv"] == 1.0
        assert row["mean_ms"] == row["sd_ms"] == row["median_abs_ms"] == 0.0
    assert result["records"] == 3


def test_known_shifts_come_out_as_mean_and_sd(ludb, made):
    def marker(ecg, record):
        # Half of the leads 6 ms late, the other half 10 ms late at the onset; every end 4 ms early.
        waves = true_waves(made[record])
        return {lead: moved(waves, 6 if k % 2 else 10, -4) for k, lead in enumerate(ecg.leads)}

    table = evaluate(ludb, marker)["tables"]["all"]["12 leads"]["mine"]
    for boundary in BOUNDARIES:
        row = table[boundary]
        assert row["f1"] == 1.0
        if boundary.endswith("onset"):
            assert (row["mean_ms"], row["median_abs_ms"]) == (8.0, 8.0)
            assert row["sd_ms"] == pytest.approx(2.0, abs=0.05)
            assert row["mean_ms_interval"] == [8.0, 8.0]  # the same in every record
        else:
            assert (row["mean_ms"], row["sd_ms"], row["median_abs_ms"]) == (-4.0, 0.0, 4.0)


def test_missing_and_extra_marks_are_counted(ludb, made):
    def marker(ecg, record):
        marks = {}
        for lead in ecg.leads:
            waves = list(true_waves(made[record]))
            if lead == "V1":
                waves = [w for w in waves if w.wave != "t"]
            if lead == "II":  # one P too many, 300 ms after the onset of each beat's T: nowhere near another P
                t = next(w for w in waves if w.wave == "t" and w.on_s > 2)
                waves.append(ProgramWave("p", t.on_s - 0.05, t.on_s, t.on_s + 0.05))
            marks[lead] = waves
        return marks

    result = evaluate(ludb, marker)
    table = result["tables"]["all"]["12 leads"]["mine"]
    assert table["T onset"]["sensitivity"] == pytest.approx(11 / 12, abs=1e-4)
    assert table["T onset"]["ppv"] == 1.0
    n_p = table["P onset"]["marked"]
    assert table["P onset"]["extra"] == 3
    assert table["P onset"]["ppv"] == pytest.approx(n_p / (n_p + 3), abs=1e-4)
    assert table["P onset"]["sensitivity"] == table["QRS offset"]["f1"] == 1.0
    per_lead = result["per_lead"]["all"]
    assert per_lead["V1"]["T offset"]["f1"] == 0.0
    assert per_lead["V2"]["T offset"]["f1"] == 1.0
    assert per_lead["II"]["P onset"]["extra"] == 3


def test_the_worst_record_is_named_first(ludb, made):
    result = evaluate(
        ludb, lambda ecg, record: {} if record == "902" else dict.fromkeys(ecg.leads, true_waves(made[record]))
    )
    worst = result["worst"]["all"]
    assert worst[0]["record"] == "902"
    assert worst[0]["f1"] == worst[0]["t_f1"] == 0.0
    assert worst[1]["f1"] == 1.0
    assert result["tables"]["all"]["12 leads"]["mine"]["QRS onset"]["sensitivity_interval"][0] < 0.5


def test_groups_are_counted_named_and_kept_apart(ludb, made):
    result = evaluate(
        ludb,
        lambda ecg, record: dict.fromkeys(ecg.leads, moved(true_waves(made[record]), 20 if record == "903" else 0)),
        group=lambda record: "unseen" if record == "903" else "cross-validated",
    )
    assert result["groups"] == {"cross-validated": ["901", "902"], "unseen": ["903"]}
    assert result["tables"]["cross-validated"]["12 leads"]["mine"]["P onset"]["mean_ms"] == 0.0
    assert result["tables"]["unseen"]["12 leads"]["mine"]["P onset"]["mean_ms"] == 20.0
    text = as_markdown(result)
    assert "cross-validated: 2; unseen: 1" in text
    assert "**12 leads, unseen** (1 records)" in text


def test_a_lead_set_is_all_that_the_program_is_given(ludb, made):
    given = set()

    def marker(ecg, record):
        given.add(ecg.leads)
        return dict.fromkeys(ecg.leads, true_waves(made[record]))

    result = evaluate(ludb, marker, lead_sets=[("II",), ("I", "V5")])
    assert given == {STANDARD_LEADS, ("II",), ("I", "V5")}
    tables = result["tables"]["all"]
    assert list(tables) == ["12 leads", "II", "I, V5"]
    assert tables["II"]["mine"]["P onset"]["marked"] * 12 == tables["12 leads"]["mine"]["P onset"]["marked"]


def test_leads_are_read_from_text():
    assert leads_of("ii") == ("II",)
    assert leads_of("V5, I,avr") == ("I", "aVR", "V5")
    with pytest.raises(InvalidInput, match="'V9'"):
        leads_of("I,V9")


@pytest.mark.parametrize("marker", [our_marks, NeuroKitMarker()], ids=["ours", "neurokit"])
def test_a_real_program_finds_the_beats_of_clean_ecgs(ludb, marker):
    table = evaluate(ludb, marker)["tables"]["all"]["12 leads"]["mine"]
    assert table["QRS onset"]["f1"] > 0.9
    assert table["T offset"]["f1"] > 0.5  # NeuroKit2 loses many T waves of the tachycardia and of some leads
    assert abs(table["QRS onset"]["mean_ms"]) < 60


def test_neurokit_names_the_leads_it_fails_on(made):
    marker = NeuroKitMarker()
    ecg = made["901"].ecg
    flat = dataclasses.replace(ecg, signal=ecg.signal * 0)
    marks = marker(flat, "7")
    assert set(marks) == set(ecg.leads)
    assert all(not waves for waves in marks.values())
    assert set(marker.failed) <= {f"7 {lead}" for lead in ecg.leads}


def test_the_figure_is_written_and_always_the_same(ludb, made, tmp_path):
    result = evaluate(ludb, lambda ecg, record: dict.fromkeys(ecg.leads, moved(true_waves(made[record]), 5)))
    plot_errors(result, tmp_path)
    first = (tmp_path / "delineation_all.svg").read_bytes()
    assert (tmp_path / "delineation_all.png").read_bytes()[:4] == b"\x89PNG"
    plot_errors(result, tmp_path)
    assert (tmp_path / "delineation_all.svg").read_bytes() == first
