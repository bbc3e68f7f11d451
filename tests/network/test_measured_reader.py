"""The reader of measured values: walking trees, taking its share, and staying silent."""

import dataclasses
import json

import numpy as np
import pytest
import torch

from ecg_chat.errors import ModelError
from ecg_chat.measurements.feature_vector import FEATURES
from ecg_chat.measurements.measure import measure
from ecg_chat.network.assistant import LocalAssistant
from ecg_chat.network.boosted_trees import LARGEST_LOGIT, BoostedTrees
from ecg_chat.network.checkpoint import load_model, save_model
from ecg_chat.network.config import MeasuredReaderConfig
from ecg_chat.network.measured_reader import MeasuredReader, log_odds, measured_row
from ecg_chat.signals.synthetic import make_ecg
from tests.network.tiny import tiny_parts

LABELS = ("slow", "fast", "other")
RATE = FEATURES.index("heart_rate_bpm")


def rate_trees(n_labels=3, label=1):
    """One tree of two questions: above 100/min, and then above 150/min; a missing rate goes to the left."""
    trees = BoostedTrees(1, 2, n_labels)
    trees.feature[0] = torch.tensor([RATE, 0, RATE])
    trees.threshold[0] = torch.tensor([100.0, 0.0, 150.0])
    trees.missing_left[0] = torch.tensor([True, True, True])
    trees.leaf[0] = torch.tensor([-2.0, -2.0, 1.0, 3.0])
    trees.label[0] = label
    trees.base[label] = -0.5
    return trees


def rows(*rates):
    out = torch.zeros(len(rates), len(FEATURES))
    out[:, RATE] = torch.tensor(rates)
    return out


def reader(shares):
    made = MeasuredReader(MeasuredReaderConfig(1, 2, FEATURES, shares), LABELS)
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


def test_nothing_is_read_from_an_ecg_that_lacks_a_lead():
    ecg = make_ecg("normal", seed=1).ecg
    lacking = dataclasses.replace(ecg, signal=ecg.signal[:6], leads=ecg.leads[:6])
    assert np.isnan(measured_row(measure(lacking))).all()
    assert np.isnan(measured_row(None)).all()
    assert measured_row(measure(ecg))[RATE] > 0


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory):
    """A tiny model whose trees find AFIB at rates above 100/min."""
    folder = tmp_path_factory.mktemp("reading") / "tiny"
    config, parts = tiny_parts()
    measured = MeasuredReaderConfig(1, 2, FEATURES, {"AFIB": 0.5})
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
    for file in model_dir.rglob("*"):
        if file.is_file():
            target = tmp_path / file.relative_to(model_dir)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(ModelError, match="phase_of_the_moon"):
        load_model(tmp_path)


def test_trees_of_another_size_are_refused(model_dir, tmp_path):
    config, parts = tiny_parts()
    measured = MeasuredReaderConfig(2, 2, FEATURES, {})
    folder = tmp_path / "tiny"
    save_model(folder, dataclasses.replace(config, measured=measured), **parts, trees=rate_trees(8))
    with pytest.raises(ModelError, match=r"trees\.safetensors"):
        load_model(folder)


def test_a_model_saved_again_without_a_reader_leaves_no_trees_behind(model_dir, tmp_path):
    config, parts = tiny_parts()
    folder = tmp_path / "tiny"
    trees, measured = rate_trees(len(config.label_names)), MeasuredReaderConfig(1, 2, FEATURES, {})
    save_model(folder, dataclasses.replace(config, measured=measured), **parts, trees=trees)
    save_model(folder, config, **parts)
    assert not (folder / "trees.safetensors").exists()
    assert load_model(folder).reader is None
