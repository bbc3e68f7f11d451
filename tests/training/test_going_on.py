"""A work folder goes on with its own run only, whatever moment the run was killed at, and says how long it took."""

import dataclasses
import json

import numpy as np
import pytest
import torch

from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.training import dialogue_stage, encoder_stage, stage_files
from ecg_chat.training.dialogue_stage import Start, train_dialogue
from ecg_chat.training.encoder_stage import train_encoder
from ecg_chat.training.stage_files import RunRecord, digest, read_run
from tests.training.test_stages import CODES, MODEL, NAMES, RECIPE, made_up, talk

__all__ = ["talk"]  # a fixture
TRAIN, VALID = made_up(16, 0), made_up(8, 1)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def steps(folder, key):
    return [json.loads(line)[key] for line in (folder / "curve.jsonl").read_text().splitlines()]


def run_encoder(out, train=TRAIN, valid=VALID, **changes):
    return train_encoder(train, valid, CODES, dataclasses.replace(RECIPE, epochs=2, **changes), out)


@pytest.fixture(scope="module")
def encoder_run(tmp_path_factory):
    out = tmp_path_factory.mktemp("encoder")
    run_encoder(out)
    return out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_lr": 1e-4}, r"holds a run with max_lr = 0\.003, expected 0\.0001"),
        ({"train": made_up(16, 5)}, "holds a run with training data = "),
        ({"valid": made_up(8, 5)}, "holds a run with fold 9 = "),
    ],
)
def test_an_encoder_does_not_go_on_with_another_recipe_or_other_records(encoder_run, changes, message):
    before = contents(encoder_run)
    with pytest.raises(InvalidInput, match=message):
        run_encoder(encoder_run, **changes)
    assert contents(encoder_run) == before


@pytest.mark.parametrize("epochs", [1, 3])
def test_an_encoder_does_not_go_on_for_another_number_of_epochs(encoder_run, epochs):
    before = contents(encoder_run)
    with pytest.raises(InvalidInput, match=f"holds a run with epochs = 2, expected {epochs}; choose an empty folder"):
        train_encoder(TRAIN, VALID, CODES, dataclasses.replace(RECIPE, epochs=epochs), encoder_run)
    assert contents(encoder_run) == before


def test_a_finished_encoder_run_is_left_as_it_is(encoder_run):
    before = contents(encoder_run)
    run_encoder(encoder_run)
    assert contents(encoder_run) == before


def test_a_checkpoint_of_an_earlier_version_is_refused(encoder_run, tmp_path):
    state = torch.load(encoder_run / "checkpoint.pt", weights_only=True)
    del state["run"]
    torch.save(state, tmp_path / "checkpoint.pt")
    with pytest.raises(InvalidInput, match="does not say which run it is of"):
        run_encoder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


@pytest.mark.parametrize("left", [0, 3, 5000])
def test_a_damaged_checkpoint_is_one_sentence(encoder_run, tmp_path, left):
    whole = (encoder_run / "checkpoint.pt").read_bytes()
    (tmp_path / "checkpoint.pt").write_bytes(whole[:left])
    with pytest.raises(ModelError, match=r"checkpoint\.pt is damaged: [^\n]+; delete it") as caught:
        run_encoder(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("moment", ["write_checkpoint", "show_curve"])
def test_a_kill_around_a_checkpoint_neither_loses_nor_doubles_a_line_of_an_encoders_curve(
    tmp_path, monkeypatch, moment, encoder_run
):
    _kill_at(monkeypatch, encoder_stage, moment, epoch=1)
    with pytest.raises(KeyboardInterrupt):
        run_encoder(tmp_path)
    monkeypatch.undo()
    run_encoder(tmp_path)
    assert steps(tmp_path, "epoch") == [1, 2]
    assert steps(tmp_path, "loss") == steps(encoder_run, "loss")


def test_lines_that_a_checkpoint_does_not_know_are_dropped(tmp_path):
    (tmp_path / "curve.jsonl").write_text('{"epoch": 1, "loss": 9.0}\n{"epoch": 2, "lo')
    run_encoder(tmp_path)
    assert steps(tmp_path, "epoch") == [1, 2]
    assert 9.0 not in steps(tmp_path, "loss")


def run_dialogue(talk, out, *, initial=None, readers="", ids=None, **changes):
    truth, bank, tokenizer, recipe = talk
    recipe = dataclasses.replace(recipe, steps=4, **changes) if "steps" not in changes else recipe
    if ids is not None:
        truth = dataclasses.replace(truth, record=dataclasses.replace(truth.record, ecg_id=ids))
    return train_dialogue([truth], bank, tokenizer, recipe, out, labels=NAMES, initial=initial, readers=readers)


def weights_of(talk):
    _, bank, tokenizer, recipe = talk
    return dialogue_stage.new_parts(recipe, tokenizer, bank.logits.shape[2]).state_dict()


@pytest.fixture(scope="module")
def dialogue_run(tmp_path_factory, talk):
    out = tmp_path_factory.mktemp("dialogue")
    run_dialogue(talk, out, initial=Start(weights_of(talk), MODEL))
    return out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lr": 1e-5}, r"holds a run with lr = 0\.0012, expected 1e-05"),
        ({"steps": 6}, "holds a run with steps = 4, expected 6; choose an empty folder"),
        ({"ids": 77}, "holds a run with records = "),
        ({"readers": "others"}, "holds a run with readers = '', expected 'others'"),
        ({"initial": None}, "holds a run with initial = {.*}, expected None"),
        (
            {"revision": "2"},
            r"initial = \{'name': 'tiny', 'revision': '1'\}, expected \{'name': 'tiny', 'revision': '2'",
        ),
    ],
)
def test_dialogue_does_not_go_on_with_another_recipe_start_or_other_records(dialogue_run, talk, changes, message):
    before = contents(dialogue_run)
    model = MODEL | {"revision": changes.pop("revision", "1")}
    asked = {"initial": Start(weights_of(talk), model)} | changes
    with pytest.raises(InvalidInput, match=message):
        run_dialogue(talk, dialogue_run, **asked)
    assert contents(dialogue_run) == before


@pytest.mark.parametrize("moment", ["write_checkpoint", "show_curve"])
def test_a_kill_around_a_checkpoint_neither_loses_nor_doubles_a_line_of_the_dialogues_curve(
    tmp_path, monkeypatch, talk, moment
):
    _kill_at(monkeypatch, dialogue_stage, moment, epoch=1)
    with pytest.raises(KeyboardInterrupt):
        run_dialogue(talk, tmp_path)
    monkeypatch.undo()
    run_dialogue(talk, tmp_path)
    assert steps(tmp_path, "step") == [2, 4]


def test_a_run_says_from_which_model_it_started_and_on_which_code(dialogue_run, encoder_run):
    assert read_run(dialogue_run)["initial"] == MODEL
    run = read_run(encoder_run)
    assert set(run) == {"initial", "started", "commits", "minutes"}
    assert run["initial"] is None


def test_minutes_are_added_up_over_resumes_and_codes_are_told_once(tmp_path, monkeypatch):
    clock = iter([0.0, 60.0, 120.0, 1000.0, 1030.0])
    monkeypatch.setattr(stage_files.time, "monotonic", lambda: next(clock))
    codes = iter(["a", "b", None])
    monkeypatch.setattr(stage_files, "code_version", lambda: next(codes))
    first = RunRecord.start(tmp_path, MODEL, resumed=False)
    first.keep()
    first.keep()
    started = read_run(tmp_path)["started"]
    assert read_run(tmp_path)["minutes"] == 2.0
    again = RunRecord.start(tmp_path, MODEL, resumed=True)
    again.keep()
    told = {"initial": MODEL, "started": started, "commits": ["a", "b"], "minutes": 2.5}
    assert read_run(tmp_path) == told
    monkeypatch.setattr(stage_files.time, "monotonic", lambda: 0.0)
    anew = RunRecord.start(tmp_path, resumed=False)
    anew.keep()
    assert (read_run(tmp_path)["minutes"], read_run(tmp_path)["commits"]) == (0.0, [])


def test_a_digest_depends_on_each_part():
    one = np.arange(6, dtype=np.int16)
    assert digest(["a", one]) == digest(["a", one.copy()]) == digest(["a", np.arange(12, dtype=np.int16)[:6]])
    others = [digest(["b", one]), digest(["a", one + 1]), digest(["a"]), digest([one, "a"]), digest(["ab", "c"])]
    assert len({digest(["a", one]), digest(["a", "bc"]), *others}) == 7


def _kill_at(monkeypatch, module, name, epoch):
    """Interrupt at the call of a function that follows so many finished rows of the curve."""
    real = getattr(module, name)

    def killed(path, content, *title, **more):
        rows = content["curve"] if name == "write_checkpoint" else content
        if len(rows) > epoch:
            raise KeyboardInterrupt
        real(path, content, *title, **more)

    monkeypatch.setattr(module, name, killed)
