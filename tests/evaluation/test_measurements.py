"""``evaluate measurements`` on a heart and a program that are known."""

from __future__ import annotations

import pytest

from ecg_chat.evaluation.bland_altman_plot import plot_agreement
from ecg_chat.evaluation.measurement_tables import as_markdown
from ecg_chat.evaluation.measurements import evaluate_measurements
from ecg_chat.evaluation.our_marks import our_measurements
from tests.datasets.ludb_files import true_waves


def one_group(record):
    del record
    return "all"


class Told:
    """The truth of a record, `shift` too long, without what is `left_out`."""

    def __init__(self, truth, shift=0.0, left_out=()):
        self.truth, self.shift, self.left_out = truth, shift, left_out

    def get(self, name, /):
        return None if name in self.left_out else getattr(self.truth, name) + self.shift


def test_a_known_error_comes_out(ludb, made):
    result = evaluate_measurements(ludb, lambda ecg, record: Told(made[record].truth, 12.0), group=one_group)
    tables = result["tables"]["all"]["ecg_chat"]
    assert list(tables) == ["robust", "extreme", "lead median"]
    for rule, rows in tables.items():
        for key in ("p_ms", "pr_ms", "qrs_ms", "qt_ms"):
            row = rows[key]
            assert row["n"] == 3, (rule, key)
            assert row["mean"] == pytest.approx(12, abs=2.5), (rule, key)  # limits were put on samples, 2 ms apart
            assert row["median_abs"] == pytest.approx(12, abs=2.5)
    assert tables["robust"]["heart_rate_bpm"]["mean"] == pytest.approx(12, abs=0.7)


def test_what_one_side_lacks_is_counted(ludb, made):
    result = evaluate_measurements(
        ludb,
        lambda ecg, record: Told(made[record].truth, left_out=("qt_ms",) if record == "902" else ()),
        group=one_group,
    )
    row = result["tables"]["all"]["ecg_chat"]["robust"]["qt_ms"]
    assert (row["n"], row["not_measured"], row["not_marked"]) == (2, 1, 0)
    assert result["values"]["902"]["measured"]["qt_ms"] is None
    assert "| QT, ms | ecg_chat | 2 |" in as_markdown(result)


def test_the_worst_record_is_named_with_both_values(ludb, made):
    result = evaluate_measurements(
        ludb, lambda ecg, record: Told(made[record].truth, 40.0 if record == "903" else 1.0), group=one_group
    )
    record, measured, marked = result["worst"]["all"]["qrs_ms"][0]
    assert record == "903"
    assert measured == pytest.approx(made["903"].truth.qrs_ms + 40)
    assert marked == pytest.approx(made["903"].truth.qrs_ms, abs=2.5)
    assert f"| 1 | 903 ({made['903'].truth.p_ms + 40:.0f} / " in as_markdown(result)


def test_another_program_goes_through_the_same_rule_as_the_marks(ludb, made):
    result = evaluate_measurements(
        ludb,
        lambda ecg, record: Told(made[record].truth, 12.0),
        baseline=lambda ecg, record: dict.fromkeys(ecg.leads, true_waves(made[record])),
        group=one_group,
    )
    for rows in result["tables"]["all"]["NeuroKit2"].values():
        assert all(row["mean"] == row["sd"] == 0.0 and row["n"] == 3 for row in rows.values())


def test_our_program_on_synthetic_ecgs(ludb):
    rows = evaluate_measurements(ludb, our_measurements, group=one_group)["tables"]["all"]["ecg_chat"]["robust"]
    assert rows["heart_rate_bpm"]["n"] == rows["qrs_ms"]["n"] == 3
    assert abs(rows["heart_rate_bpm"]["mean"]) < 1
    assert abs(rows["pr_ms"]["mean"]) < 20


def test_the_figure_has_a_panel_for_each_interval(ludb, made, tmp_path):
    result = evaluate_measurements(
        ludb, lambda ecg, record: Told(made[record].truth, left_out=("p_ms",)), group=one_group
    )
    plot_agreement(result, tmp_path)
    svg = (tmp_path / "measurements_all.svg").read_text(encoding="utf-8")
    for title in ("P, n = 0", "PR, n = 3", "QRS, n = 3", "QT, n = 3", "Heart rate, n = 3"):
        assert title in svg
    assert (tmp_path / "measurements_all.png").stat().st_size > 10_000
