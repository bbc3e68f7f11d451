"""A finished model becomes a work folder again, from which its very encoders are loaded."""

import json

import pytest
import torch

from ecg_chat.datasets.trained_ids import FILE_NAME
from ecg_chat.errors import InvalidInput
from ecg_chat.network.checkpoint import load_model, save_model
from ecg_chat.training import reopened, trained_encoders
from ecg_chat.training.reopened import reopen_step
from tests.network.tiny import CODES, tiny_parts

RECIPE = {"epochs": 2, "held_out_records": 1, "members": 1, "shape": {"layout": "resnet", "widths": [8, 8, 16, 16]}}
CURVE = [{"epoch": 1, "loss": 0.9}, {"epoch": 2, "loss": 0.7}]


@pytest.fixture
def model_dir(tmp_path, monkeypatch):
    for module in (reopened, trained_encoders):
        monkeypatch.setattr(module, "read_statement_table", lambda _: dict.fromkeys(CODES))
        monkeypatch.setattr(module, "attribute_names", lambda: ())
    folder = tmp_path / "tiny"
    config, parts = tiny_parts()
    save_model(folder, config, **parts)
    (folder / FILE_NAME).write_text("7\n9\n")  # beside the config, as in models from before the list had a checksum
    (folder / "train").mkdir()
    (folder / "train" / "encoder_0.json").write_text(json.dumps({"recipe": RECIPE, "curve": CURVE}))
    return folder


def test_the_encoders_come_back_as_they_are_stored(tmp_path, model_dir):
    work = tmp_path / "work"
    assert reopen_step(tmp_path, model_dir, work) == 1
    (encoder,) = trained_encoders.load_encoders(tmp_path, work)
    stored = load_model(model_dir).encoder.members[0]
    signal, presence = torch.randn(2, 12, 500), torch.ones(2, 12)
    for ours, theirs in zip(encoder(signal, presence), stored(signal, presence), strict=True):
        assert torch.equal(ours, theirs)
    assert json.loads((work / "encoder_0" / "recipe.json").read_text()) == RECIPE
    assert [json.loads(line) for line in (work / "encoder_0" / "curve.jsonl").read_text().splitlines()] == CURVE
    assert (work / FILE_NAME).read_text() == "7\n9\n"
    assert (work / "tokenizer").is_dir()


def test_a_folder_that_holds_encoders_is_left_alone(tmp_path, model_dir):
    work = tmp_path / "work"
    reopen_step(tmp_path, model_dir, work)
    before = (work / "encoder_0.pt").read_bytes()
    with pytest.raises(InvalidInput, match="holds encoders already"):
        reopen_step(tmp_path, model_dir, work)
    assert (work / "encoder_0.pt").read_bytes() == before


@pytest.mark.parametrize("codes", [CODES[::-1], CODES[:2]])
def test_other_labels_or_another_order_are_refused_before_anything_is_written(tmp_path, model_dir, monkeypatch, codes):
    monkeypatch.setattr(reopened, "read_statement_table", lambda _: dict.fromkeys(codes))
    with pytest.raises(InvalidInput, match="or in another order"):
        reopen_step(tmp_path, model_dir, tmp_path / "work")
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("train/encoder_0.json", r"tiny does not say how its encoder 0 was trained: encoder_0\.json"),
        (FILE_NAME, "tiny does not say what it was trained on"),
    ],
)
def test_a_model_that_does_not_say_how_it_was_trained_is_refused(tmp_path, model_dir, missing, message):
    (model_dir / missing).unlink()
    with pytest.raises(InvalidInput, match=message):
        reopen_step(tmp_path, model_dir, tmp_path / "work")
    assert not (tmp_path / "work").exists()
