"""The wave network's training: targets, changed recordings, and a run that is killed and goes on."""

import dataclasses
import errno
import json
import os

import numpy as np
import pytest

from ecg_chat.cli.main import main
from ecg_chat.datasets.ludb import MarkedWave, find_records
from ecg_chat.delineation.wave_model import load_wave_model
from ecg_chat.delineation.wave_net import WAVES, WaveNetConfig
from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.training import delineator, wave_stage
from ecg_chat.training.beat_surgery import QRS, P, T, erased, faster, operated, spans_of, without_some
from ecg_chat.training.delineator import marked, train_delineator
from ecg_chat.training.synthetic_recordings import marked as marked_synthetic
from ecg_chat.training.synthetic_recordings import synthetic_recordings
from ecg_chat.training.wave_crops import LEAD_COUNTS, make_batch
from ecg_chat.training.wave_stage import WaveRecipe, folds_of
from ecg_chat.training.wave_targets import covered, lead_targets, overall_span, overall_targets, overlapping
from tests.datasets.ludb_files import write_ludb

SMALL = WaveRecipe(
    steps=6, batch=2, crop_samples=256, folds=2, synthetic=2, network=WaveNetConfig(channels=(4, 6, 8))
)  # fmt: skip


@pytest.fixture(scope="module")
def ludb(tmp_path_factory):
    made = {str(k): make_ecg(kind, duration_s=6.0, seed=k) for k, kind in enumerate(("normal", "pvcs", "af", "lvh"), 1)}
    return write_ludb(tmp_path_factory.mktemp("ludb"), made)


@pytest.fixture
def normal():
    return marked_synthetic(make_ecg(noise_mv=0.0, wander_mv=0.0), "x")


def test_a_target_crosses_one_half_where_the_mark_is():
    row = covered(20, 4.5, 11.25)
    assert row[4] == 0
    assert row[5] == 1.0
    assert row[11] == pytest.approx(0.75)
    assert row.sum() == pytest.approx(11.25 - 4.5)


def test_lead_targets_know_nothing_outside_the_marks():
    marks = [MarkedWave("p", 100, 120, 140), MarkedWave("qrs", 160, 180, 200), MarkedWave("t", None, 300, 340)]
    target, weight = lead_targets(marks, 500, 0.5, 250.0)
    assert target[P, 50:70].min() > 0
    assert target[QRS, 81:100].min() == 1.0
    assert target[T].max() == 0
    assert weight[:, :44].max() == 0
    assert weight[P, 50:176].min() == 1.0
    assert weight[:, 177:].max() == 0
    assert weight[T, 150] == 0, "of this T only one boundary is marked"
    assert lead_targets([], 50, 0.5, 250.0)[1].max() == 0


def test_overall_limits_leave_out_the_two_outermost_leads():
    group = [(10 + k, 50 - k) for k in range(12)]
    assert overall_span(group) == (12, 48)
    assert overall_span(group[:3]) == (11, 49)
    assert [len(g) for g in overlapping([(0, 5), (4, 8), (7, 9), (20, 30)])] == [3, 1]


def test_a_wave_that_two_leads_show_is_neither_there_nor_absent():
    rows = {lead: [MarkedWave("qrs", 100, 120, 140)] for lead in "abcdef"}
    rows["a"] = [MarkedWave("p", 20, 30, 40), *rows["a"]]
    weights = np.ones((6, 3, 200), np.float32)
    target, weight = overall_targets(rows, weights, 200, 0.5)
    assert target[P].max() == 0
    assert weight[P, 15] == 0
    assert weight[P, 50] == 1
    assert target[QRS, 60] == 1


def test_faster_beats_keep_their_waves(normal):
    quick = faster(normal, np.random.default_rng(0))
    assert quick.signal_mv.shape[1] < normal.signal_mv.shape[1]
    for row in (P, QRS, T):
        before = [last - first for first, last in spans_of(normal.overall_target[row])][1:-1]
        after = [last - first for first, last in spans_of(quick.overall_target[row])][1:-1]
        assert np.median(after) == pytest.approx(np.median(before), abs=1)
        assert len(after) == len(before)
    assert np.abs(np.diff(quick.signal_mv, axis=1)).max() <= np.abs(np.diff(normal.signal_mv, axis=1)).max() + 0.01


@pytest.mark.parametrize("p_waves", [True, False])
def test_what_is_taken_out_is_marked_no_more(normal, p_waves):
    less = without_some(normal, np.random.default_rng(3), p_waves=p_waves)
    gone = P if p_waves else QRS
    assert len(spans_of(less.overall_target[gone])) < len(spans_of(normal.overall_target[gone]))
    kept = QRS if p_waves else P
    assert len(spans_of(less.overall_target[kept])) == len(spans_of(normal.overall_target[kept]))
    assert less.signal_mv.shape == normal.signal_mv.shape
    first, last = spans_of(normal.overall_target[QRS])[2]
    flat = erased(normal, first, last, np.random.default_rng(0))
    assert np.ptp(flat.signal_mv[1, first + 2 : last - 2]) < 0.2 * np.ptp(normal.signal_mv[1, first:last])


def test_synthetic_targets_are_the_truth():
    made = make_ecg("av_block_1")
    recording = marked_synthetic(made, "x")
    on = [first / 250 for first, _ in spans_of(recording.overall_target[QRS])]
    truth = [beat.qrs_on_s for beat in made.truth.beats if 0.1 < beat.qrs_on_s < 9.8]
    assert all(min(abs(at - other) for other in on) < 0.005 for at in truth)
    again = synthetic_recordings(3, 5)
    assert all(np.array_equal(a.signal_mv, b.signal_mv) for a, b in zip(again, synthetic_recordings(3, 5), strict=True))


def test_batches_have_one_number_of_leads_and_targets_that_fit(ludb):
    recordings = [marked(record) for record in find_records(ludb)]
    for seed in range(12):
        batch = make_batch(recordings[:3], 300, np.random.default_rng(seed), operated)
        leads = batch.inputs.shape[1]
        assert leads in LEAD_COUNTS
        assert batch.inputs.shape == (3, leads, 2, 300)
        assert batch.lead_target.shape == batch.lead_weight.shape == (3, leads, len(WAVES), 300)
        assert np.isfinite(batch.inputs).all()
        assert set(np.unique(batch.overall_weight)) <= {0.0, 1.0}


def test_folds_share_out_every_rhythm():
    rhythms = {str(k): ("AF" if k < 10 else "sinus") for k in range(50)}
    folds = folds_of(rhythms, WaveRecipe())
    for fold in range(5):
        own = [name for name, k in folds.items() if k == fold]
        assert len(own) == 10
        assert sum(rhythms[name] == "AF" for name in own) == 2
    assert folds == folds_of(dict(reversed(rhythms.items())), WaveRecipe())


def losses(folder, member=0):
    lines = (folder / f"member_{member}" / "curve.jsonl").read_text().splitlines()
    return [(row["step"], row["loss"]) for row in map(json.loads, lines)]


def test_a_killed_run_goes_on_to_the_same_curve_and_the_same_weights(ludb, tmp_path, monkeypatch):
    monkeypatch.setattr(wave_stage, "KEEP_EVERY", 2)
    train_delineator(ludb, tmp_path / "whole", tmp_path / "model", SMALL)
    batches, made = [], wave_stage.make_batch

    def killed(*args):
        batches.append(1)
        if len(batches) == 4:
            raise KeyboardInterrupt
        return made(*args)

    monkeypatch.setattr(wave_stage, "make_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        train_delineator(ludb, tmp_path / "killed", tmp_path / "model2", SMALL)
    monkeypatch.setattr(wave_stage, "make_batch", made)
    train_delineator(ludb, tmp_path / "killed", tmp_path / "model2", SMALL)
    assert losses(tmp_path / "killed") == losses(tmp_path / "whole")
    a, b = load_wave_model(tmp_path / "model"), load_wave_model(tmp_path / "model2")
    assert a.revision == b.revision
    assert a.folds == {"1": 1, "2": 1, "3": 0, "4": 0} or sorted(a.folds.values()) == [0, 0, 1, 1]
    assert (tmp_path / "model" / "train" / "curves.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InvalidInput, match="another recipe"):
        train_delineator(ludb, tmp_path / "whole", tmp_path / "model", dataclasses.replace(SMALL, seed=1))


@pytest.mark.parametrize("last", [2, 4, 6])
def test_a_kill_between_checkpoint_and_curve_leaves_no_line_out_nor_twice(ludb, tmp_path, monkeypatch, last):
    monkeypatch.setattr(wave_stage, "KEEP_EVERY", 2)
    write = wave_stage.write_curve_lines

    def killed(out, curve):
        if curve and curve[-1]["step"] == last:
            raise KeyboardInterrupt
        write(out, curve)

    monkeypatch.setattr(wave_stage, "write_curve_lines", killed)
    with pytest.raises(KeyboardInterrupt):
        train_delineator(ludb, tmp_path / "work", tmp_path / "model", SMALL)
    monkeypatch.setattr(wave_stage, "write_curve_lines", write)
    train_delineator(ludb, tmp_path / "work", tmp_path / "model", SMALL)
    assert [step for step, _ in losses(tmp_path / "work")] == [2, 4, 6]


def test_a_full_disk_leaves_the_model_that_was_there(ludb, tmp_path, monkeypatch):
    work, folder = tmp_path / "work", tmp_path / "models" / "delineator"
    train_delineator(ludb, work, folder, SMALL)
    (folder / "card.md").write_text("# delineator\n")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(delineator, "draw_curves", full)
    with pytest.raises(ModelError, match=r"delineator could not be written \(No space left on device\)"):
        train_delineator(ludb, tmp_path / "other", folder, dataclasses.replace(SMALL, seed=1))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["delineator"]


def test_too_few_records_are_one_sentence(ludb, tmp_path, capsys):
    code = main(["train", "delineator", "--ludb", str(ludb), "--work", str(tmp_path / "w"), "--model", str(tmp_path)])
    assert code == 2
    assert "4 LUDB records are there, expected at least 10" in capsys.readouterr().err
