"""The reader of measured values: walking trees, taking its share, and staying silent."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import torch

from ecg_chat.errors import ModelError
from ecg_chat.measurements.feature_vector import FEATURES, FEATURES_VERSION
from ecg_chat.measurements.measure import measure
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.boosted_trees import LARGEST_LOGIT
from ecg_chat.network.checkpoint import load_model, save_model
from ecg_chat.network.config import MeasuredReaderConfig
from ecg_chat.network.measured_reader import MeasuredReader, log_odds, measured_row
from ecg_chat.signals.synthetic import make_ecg
from tests.network.tiny import RATE, rate_trees, tiny_parts

LABELS = ("slow", "fast", "other")


def rows(*rates):
    out = torch.zeros(len(rates), len(FEATURES))
    out[:, RATE] = torch.tensor(rates)
    return out


def reader(shares):
    made = MeasuredReader(MeasuredReaderConfig(1, 2, FEATURES, FEATURES_VERSION, shares), LABELS)
    made.trees.load_state_dict(rate_trees().state_dict())
    return made.eval()


def test_each_row_ends_in_its_leaf_and_limits_belong_to_the_left():
    logits = rate_trees()(rows(60.0, 100.0, 101.0, 151.0, float("nan")))
    assert logits[:, 1].tolist() == [-2.5, -2.5, 0.5, 2.5, -2.5]
    assert not logits[:, [0, 2]].any()


def test_a_leaf_cannot_say_more_than_the_limit():
    trees = rate_trees()
    trees.leaf *= 100
    assert trees.clamped(rows(180.0))[0, 1] == LARGEST_LOGIT


def test_the_joint_log_odds_are_a_mean_with_the_labels_share():
    logits = torch.tensor([[1.0, -1.0, 2.0]])
    joint = reader({"fast": 0.25}).join(logits, rows(180.0))
    assert joint.tolist() == [[1.0, pytest.approx(-1 + 0.25 * (2.5 - -1)), 2.0]]


def test_a_row_without_any_number_leaves_the_encoders_word():
    logits = torch.randn(2, 3)
    silent = rows(180.0, 60.0)
    silent[0] = float("nan")
    joint = reader({"fast": 0.5}).join(logits, silent)
    assert torch.equal(joint[0], logits[0])
    assert not torch.equal(joint[1], logits[1])


def test_probabilities_are_joined_as_their_log_odds_are():
    made, probabilities = reader({"fast": 0.4}), np.array([[0.2, 0.3, 0.9]], np.float32)
    joint = made.join_probabilities(probabilities, rows(120.0).numpy())
    wanted = made.join(torch.from_numpy(log_odds(probabilities)), rows(120.0))
    assert np.allclose(log_odds(joint), wanted.numpy(), atol=1e-5)


def _six_leads(ecg):
    return dataclasses.replace(ecg, signal=ecg.signal[:6], leads=ecg.leads[:6])


def _with_chest_leads(ecg, value):
    signal = ecg.signal.copy()
    signal[6:] = value
    return dataclasses.replace(ecg, signal=signal)


def _noise(ecg):
    noise = np.random.default_rng(0).normal(0, 0.02, ecg.signal.shape)
    return dataclasses.replace(ecg, signal=noise.astype(np.float32))


@pytest.mark.parametrize(
    "spoil",
    [
        _six_leads,
        lambda ecg: _with_chest_leads(ecg, 0.0),
        lambda ecg: _with_chest_leads(ecg, np.nan),
        lambda ecg: dataclasses.replace(ecg, signal=np.zeros_like(ecg.signal)),
        _noise,
        lambda ecg: ecg.window(0.0, 3.0),
    ],
    ids=["six leads", "flat chest leads", "missing chest leads", "asystole", "noise alone", "three seconds"],
)
def test_nothing_is_read_from_what_no_tree_has_learnt(spoil):
    assert np.isnan(measured_row(measure(spoil(make_ecg("normal", seed=1).ecg)))).all()


def test_a_whole_ecg_is_read_and_no_measurements_are_not():
    assert np.isnan(measured_row(None)).all()
    assert measured_row(measure(make_ecg("normal", seed=1).ecg))[RATE] > 0


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory):
    """A tiny model whose trees find AFIB at rates above 100/min."""
    folder = tmp_path_factory.mktemp("reading") / "tiny"
    config, parts = tiny_parts()
    measured = MeasuredReaderConfig(1, 2, FEATURES, FEATURES_VERSION, {"AFIB": 0.5})
    label = config.label_names.index("AFIB")
    trees = rate_trees(len(config.label_names), label)
    save_model(folder, dataclasses.replace(config, measured=measured), **parts, trees=trees)
    return folder


def test_a_saved_reader_says_the_same_after_loading(model_dir):
    model = load_model(model_dir)
    assert "trees.safetensors" in model.config.files
    wanted = rate_trees(len(model.config.label_names), model.config.label_names.index("AFIB"))
    assert torch.equal(model.reader.trees(rows(120.0)), wanted(rows(120.0)))


def test_the_assistant_reasons_from_the_measurements_it_is_given(model_dir):
    assistant = LocalAssistant(load_model(model_dir))
    ecg = make_ecg("normal", seed=1).ecg
    slow = measure(ecg)
    overall = {**slow.overall, "heart_rate_bpm": dataclasses.replace(slow.overall["heart_rate_bpm"], value=180.0)}
    fast = dataclasses.replace(slow, overall=overall)

    def found(measurements):
        return {f.code: f.probability for f in assistant.findings(ecg, measurements)}

    assert found(fast)["AFIB"] > found(slow)["AFIB"]
    assert found(fast)["SR"] == found(slow)["SR"]
    assert not torch.equal(assistant.ecg_tokens(ecg, fast), assistant.ecg_tokens(ecg, slow))
    alone = LocalAssistant(dataclasses.replace(load_model(model_dir), reader=None))
    assert torch.equal(assistant.ecg_tokens(ecg), alone.ecg_tokens(ecg, fast))


def test_a_model_that_asks_for_other_values_is_refused(model_dir, tmp_path):
    config = json.loads((model_dir / "config.json").read_text("utf-8"))
    config["measured"]["features"][3] = "phase_of_the_moon"
    folder = shutil.copytree(model_dir, tmp_path / "tiny")
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(ModelError, match="phase_of_the_moon"):
        load_model(folder)


def test_values_that_are_computed_in_another_way_are_refused(model_dir, tmp_path):
    folder = shutil.copytree(model_dir, tmp_path / "tiny")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["measured"]["features_version"] = FEATURES_VERSION + 1
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(ModelError, match="computed as in version"):
        load_model(folder)


def test_the_revision_follows_the_shares(model_dir):
    config = load_model(model_dir).config
    other = dataclasses.replace(config, measured=dataclasses.replace(config.measured, shares={"AFIB": 0.4}))
    assert other.revision != config.revision


def test_trees_and_their_description_belong_together(tmp_path):
    config, parts = tiny_parts()
    with pytest.raises(ModelError, match="belong together"):
        save_model(tmp_path / "tiny", config, **parts, trees=rate_trees(8))


def test_trees_of_another_size_are_refused(model_dir, tmp_path):
    config, parts = tiny_parts()
    measured = MeasuredReaderConfig(2, 2, FEATURES, FEATURES_VERSION, {})
    folder = tmp_path / "tiny"
    save_model(folder, dataclasses.replace(config, measured=measured), **parts, trees=rate_trees(8))
    with pytest.raises(ModelError, match=r"trees\.safetensors"):
        load_model(folder)


def test_a_model_saved_again_without_a_reader_leaves_no_trees_behind(model_dir, tmp_path):
    config, parts = tiny_parts()
    folder = tmp_path / "tiny"
    trees, measured = rate_trees(len(config.label_names)), MeasuredReaderConfig(1, 2, FEATURES, FEATURES_VERSION, {})
    save_model(folder, dataclasses.replace(config, measured=measured), **parts, trees=trees)
    save_model(folder, config, **parts)
    assert not (folder / "trees.safetensors").exists()
    assert load_model(folder).reader is None
