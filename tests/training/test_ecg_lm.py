"""ECG-LM from end to end by its commands, on a tiny random Llama: align, tune, merge, store in 4 bits, chat."""

import csv
import json
import re
import shutil
import threading

import numpy as np
import pytest
import torch
import wfdb

from ecg_chat.chat.reading import Reading
from ecg_chat.chat.session import ChatSession
from ecg_chat.chat.types import Done, GenerationSettings, TextPiece
from ecg_chat.cli.main import main
from ecg_chat.conversation.render import ECG, MARKS, render
from ecg_chat.conversation.slots import SLOTS
from ecg_chat.conversation.types import Conversation, Message, PatientContext
from ecg_chat.datasets.ptbxl import as_ecg, read_database, read_signals
from ecg_chat.datasets.trained_ids import FILE_NAME
from ecg_chat.errors import InvalidInput, ModelError
from ecg_chat.evaluation.classification import refuse_trained
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.measurements.measure import measure
from ecg_chat.network.assistant import load_assistant
from ecg_chat.network.checkpoint import load_model, new_encoders, save_model
from ecg_chat.network.config import load_config
from ecg_chat.network.tokenizer import IGNORED, encode
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.training import alignment_stage
from ecg_chat.training.aligned_parts import encoder_of_model, load_parts
from ecg_chat.training.alignment_stage import AlignmentData, AlignmentRecipe, alignment_plan, new_projector
from ecg_chat.training.base_model import load_base
from ecg_chat.training.ecg_crops import draw_crops
from ecg_chat.training.ecg_lm import align_step, measured_records, text_of
from ecg_chat.training.guideline_text.numbers_of import numbers_of_measurements
from ecg_chat.training.lora_stage import LoraRecipe, adapt, merged
from ecg_chat.training.recipe_file import read_recipe
from ecg_chat.training.text_batches import encode_running_text
from tests.datasets.test_ptbxl import COLUMNS
from tests.network.tiny import tiny_parts
from tests.training.tiny_llama import write_tiny_llama

KINDS = {"normal": "{'NORM': 100.0, 'SR': 0.0}", "clbbb": "{'CLBBB': 100.0}", "inferior_ste": "{'IMI': 35.0}"}
STATEMENTS = [("", "description", "diagnostic", "form", "rhythm", "diagnostic_class"), ("SR", "x", "", "", "1.0", "")]
ALIGN = {
    "epochs": 20, "warmup_epochs": 1, "lr": 0.02, "batch": 3, "accumulation": 2, "crops": 2, "projector_hidden": 16,
    "checkpoint_every": 4, "threads": 1,
}  # fmt: skip
TUNE = {
    "epochs": 12, "lr": 0.02, "batch": 3, "accumulation": 1, "rank": 4, "turns": 1, "crops": 2, "max_tokens": 700,
    "quantised_base": False, "gradient_checkpointing": True, "threads": 1, "checkpoint_every": 3,
}  # fmt: skip
SHORT = GenerationSettings(max_new_tokens=8)


@pytest.fixture(scope="module")
def base_dir(tmp_path_factory):
    return write_tiny_llama(tmp_path_factory.mktemp("base") / "llama")


@pytest.fixture(scope="module")
def ptbxl(tmp_path_factory):
    """Three training records and one of fold 10 in the publisher's layout."""
    folder = tmp_path_factory.mktemp("ptbxl")
    rows = []
    for n, (kind, codes) in enumerate([*KINDS.items(), ("af", "{'AFIB': 0.0}")], start=1):
        signal = make_ecg(kind, fs_hz=100.0, seed=n).ecg.signal.T.astype(float)
        wfdb.wrsamp(f"{n}_lr", 100, ["mV"] * 12, list(STANDARD_LEADS), signal, fmt=["16"] * 12, write_dir=str(folder))
        rows.append((n, 10 + n, 60, n % 2, "", 70, codes, 10 if n == 4 else n, f"{n}_lr", "", "original", "train"))
    for name, table in (("ptbxl_database.csv", [COLUMNS, *rows]), ("scp_statements.csv", STATEMENTS)):
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows(table)
    return folder


@pytest.fixture(scope="module")
def encoder_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder") / "tiny"
    config, parts = tiny_parts()
    save_model(folder, config, **parts, texts={FILE_NAME: "77\n"})
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory, ptbxl, base_dir, encoder_dir):
    """Work folder after all three commands; the model lies in its folder ``model``."""
    folder = tmp_path_factory.mktemp("work")
    records = [r for r in read_database(ptbxl) if r.fold < 9]
    readings = [(r, to_dict(measure(as_ecg(r, s)))) for r, s in zip(records, read_signals(ptbxl, records), strict=True)]
    (folder / "readings.jsonl").write_text("".join(json.dumps([r.ecg_id, m]) + "\n" for r, m in readings))
    for name, recipe in (("align", ALIGN), ("tune", TUNE), ("store", {"max_prompt_tokens": 1500})):
        (folder / f"{name}.json").write_text(json.dumps(recipe))
    shared = ["--work", str(folder), "--base", str(base_dir)]
    data = ["--ptbxl", str(ptbxl)]
    for name, more in (
        ("align", [*data, "--encoder", str(encoder_dir)]),
        ("tune", data),
        ("store", ["--model", str(folder / "model")]),
    ):
        assert main(["train", name, *shared, "--recipe", str(folder / f"{name}.json"), *more]) == 0
    return folder


@pytest.fixture(scope="module")
def measured(work, ptbxl):
    return measured_records(ptbxl, work)


@pytest.fixture
def base(base_dir):
    return load_base(str(base_dir))


def losses(folder):
    return [json.loads(line)["loss"] for line in (folder / "curve.jsonl").read_text().splitlines()]


def recipe_of(work, **changes):
    (work / "other.json").write_text(json.dumps(ALIGN | changes))
    return read_recipe(work / "other.json", AlignmentRecipe)


@pytest.mark.parametrize("stage", ["align", "tune"])
def test_the_loss_falls(work, stage):
    curve = losses(work / stage)  # each step sees every text
    assert np.mean(curve[-3:]) < np.mean(curve[:2]) - 0.1
    assert (work / stage / "curve.png").is_file()


def test_alignment_leaves_the_language_model_as_it_was_bit_for_bit(work, measured, base, encoder_dir, tmp_path):
    before = {k: v.clone() for k, v in base.decoder.state_dict().items()}
    encoder, preprocess = encoder_of_model(encoder_dir)
    start = {k: v.clone() for k, v in encoder.state_dict().items()}
    align_step((encoder, preprocess), base, measured, tmp_path, recipe_of(work, epochs=1))
    assert all(torch.equal(v, before[k]) for k, v in base.decoder.state_dict().items())
    parts = load_parts(tmp_path / "align")
    aligned, projector = parts.encoder, parts.projector
    assert parts.preprocess == preprocess
    changed = {k for k, v in aligned.state_dict().items() if not torch.equal(v, start[k])}
    assert any(k.endswith("stem.weight") for k in changed)
    assert not any("head" in k or "running" in k or "num_batches" in k for k in changed)
    fresh = new_projector(encoder, base, recipe_of(work))
    assert projector.n_tokens == 1
    assert projector.width == fresh.width == 64


def test_the_encoder_can_stay_as_it_was(work, measured, base, encoder_dir, tmp_path):
    align_step(encoder_of_model(encoder_dir), base, measured, tmp_path, recipe_of(work, epochs=1, train_encoder=False))
    aligned, before = load_parts(tmp_path / "align").encoder.state_dict(), encoder_of_model(encoder_dir)[0].state_dict()
    assert all(torch.equal(aligned[k], before[k]) for k in before)


def test_a_killed_alignment_goes_on_to_the_same_losses(work, measured, base, encoder_dir, tmp_path, monkeypatch):
    calls = []

    def killed(*args):
        calls.append(1)
        if len(calls) == 12:  # step 6 of 8; the last checkpoint is of step 4
            raise KeyboardInterrupt
        return draw_crops(*args)

    recipe = recipe_of(work, epochs=8)
    monkeypatch.setattr(alignment_stage, "draw_crops", killed)
    with pytest.raises(KeyboardInterrupt):
        align_step(encoder_of_model(encoder_dir), base, measured, tmp_path, recipe)
    monkeypatch.setattr(alignment_stage, "draw_crops", draw_crops)
    align_step(encoder_of_model(encoder_dir), base, measured, tmp_path, recipe)
    align_step(encoder_of_model(encoder_dir), base, measured, tmp_path / "whole", recipe)
    assert losses(tmp_path / "align") == losses(tmp_path / "whole" / "align")


def test_only_report_and_descriptions_are_labelled(measured, base):
    record, numbers = measured.records[2], numbers_of_measurements(measured.measurements[2])
    segments = alignment_stage.guideline_segments(text_of(record, numbers, "sinus rhythm"))
    ids, labels = encode_running_text(base.tokenizer, segments, 3)
    assert ids[0] == base.tokenizer.bos_token_id
    assert ids.count(base.tokenizer.convert_tokens_to_ids(ECG)) == 3
    told = base.tokenizer.decode([i for i in labels if i != IGNORED])
    # A token that begins in a description may end with the mark after it.
    assert re.sub(r"[.,:]", "", told).split() == "".join(s.text for s in segments if s.trained).split()
    assert "".join(base.tokenizer.decode(ids[1:]).split()) == "".join(
        s.text.replace(ECG, ECG * 3) for s in segments
    ).replace(" ", "")


def test_omitted_leads_are_hidden_from_the_encoder_too(work, measured, base):
    texts = [
        text_of(r, numbers_of_measurements(m), "x")
        for r, m in zip(measured.records, measured.measurements, strict=True)
    ]
    plan = alignment_plan(base, AlignmentData(texts, measured.signals_uv), recipe_of(work))
    whole, fewer = plan.make_batch([0], 0), plan.make_batch([len(texts)], 0)
    assert plan.n_texts == 2 * len(texts)
    assert whole.presence.sum() == 12
    assert 6 <= fewer.presence.sum() <= 8
    assert torch.equal(fewer.crops_mv.abs().amax(dim=(1, 3)) > 0, fewer.presence > 0)
    told = base.tokenizer.decode(fewer.ids[0])
    assert [f"lead {lead}:" in told for lead in STANDARD_LEADS] == (fewer.presence[0] > 0).tolist()
    assert not torch.equal(fewer.presence, plan.make_batch([len(texts)], 1).presence)


def test_marks_and_slots_are_single_tokens_that_start_at_the_mean(base_dir, base):
    plain = load_base(str(base_dir)).decoder.get_input_embeddings().weight
    assert len(base.added_ids) == len(MARKS) + len(SLOTS) + 1
    assert all(len(base.tokenizer.encode(mark, add_special_tokens=False)) == 1 for mark in (*MARKS, *SLOTS))
    weight = base.decoder.get_input_embeddings().weight
    old = weight[: min(base.added_ids)]
    assert torch.allclose(weight[list(base.added_ids)], old.mean(dim=0).expand(len(base.added_ids), -1), atol=1e-6)
    assert torch.equal(old, plain[: len(old)])


def test_a_tokenizer_of_ours_gets_nothing_new(tmp_path):
    _, parts = tiny_parts()
    parts["decoder"].save_pretrained(tmp_path)
    parts["tokenizer"].save_pretrained(tmp_path)
    base = load_base(str(tmp_path))
    assert base.added_ids == ()
    segments = render(Conversation((Message("user", "rate 72/min?"),)), for_completion=True)
    assert encode(base.tokenizer, segments, 2) == encode(parts["tokenizer"], segments, 2)
    adapted = adapt(base, LoraRecipe(quantised_base=False))
    assert {n.split(".")[-3] for n, p in adapted.named_parameters() if p.requires_grad} == {"lora_A", "lora_B"}


def test_tuning_touches_adapters_and_new_tokens_only(base):
    adapted = adapt(base, LoraRecipe(rank=4, quantised_base=False))
    trained = [name for name, p in adapted.named_parameters() if p.requires_grad]
    assert sum("lora_" in name for name in trained) == 2 * 7 * 2  # A and B of seven linear layers in two blocks
    assert sum("trainable_tokens_delta" in name for name in trained) == 2  # input layer and output layer
    assert len(trained) == 2 * 7 * 2 + 2


def test_merging_changes_what_was_adapted_and_no_other_row(work, base_dir):
    plain, tuned = load_base(str(base_dir)), load_base(str(base_dir))
    decoder = merged(tuned, work / "tune" / "adapter")
    old, new = plain.decoder.state_dict(), decoder.state_dict()
    assert set(old) == set(new)
    changed = {k for k in old if not torch.equal(old[k], new[k])}
    linear = {k for k in old if k.endswith("_proj.weight")}
    assert changed == linear | {"model.embed_tokens.weight", "lm_head.weight"}
    known = min(plain.added_ids)
    assert torch.equal(old["lm_head.weight"][:known], new["lm_head.weight"][:known])
    assert not torch.equal(old["lm_head.weight"][known:], new["lm_head.weight"][known:])


def test_adapters_are_not_merged_into_4_bit_weights(work, tmp_path):
    _, parts = tiny_parts()
    save_model(tmp_path / "m", tiny_parts()[0], **parts)
    with pytest.raises(ModelError, match="4 bits"):
        merged(load_base(str(tmp_path / "m" / "decoder")), work / "tune" / "adapter")


def test_a_frozen_model_in_4_bits_lets_gradients_through(work, measured, base_dir, encoder_dir, tmp_path):
    base = load_base(str(base_dir), quantised=True)
    assert {type(m).__name__ for n, m in base.decoder.named_modules() if n.endswith("_proj")} == {"Linear4bit"}
    align_step(encoder_of_model(encoder_dir), base, measured, tmp_path, recipe_of(work, epochs=10))
    curve = losses(tmp_path / "align")
    assert curve[-1] < curve[0]


def test_the_stored_model_is_in_4_bits_and_chats(work, monkeypatch):
    monkeypatch.setattr("ecg_chat.network.unpacked.UP_TO_WIDTH", 0)  # as a wide one stays
    model = load_model(work / "model")
    assert {type(m).__name__ for n, m in model.decoder.named_modules() if n.endswith("_proj")} == {"Linear4bit"}
    assert model.config.n_ecg_tokens == 1
    ecg = make_ecg("normal").ecg
    assistant = load_assistant(work / "model")
    conversation = Conversation((Message("user", "What is the rhythm?"),), facts="rate 72/min")
    events = list(assistant.stream(conversation, ecg, measure(ecg), SHORT, threading.Event()))
    assert all(isinstance(e, TextPiece) for e in events[:-1])
    assert isinstance(events[-1], Done)
    assert events[-1].n_new_tokens > 0 or events[-1].reason == "end"
    assert len(assistant.findings(ecg, measure(ecg))) == model.config.n_logits


def test_the_stored_tokenizer_cuts_as_it_was_trained(work, base):
    segments = render(Conversation((Message("user", "µV? 72/min"),), facts="PR 164 ms"), for_completion=True)
    stored = load_model(work / "model").tokenizer
    assert encode(stored, segments, 1) == encode(base.tokenizer, segments, 1)


def test_recipes_curves_and_ids_go_with_the_model(work, ptbxl):
    train = work / "model" / "train"
    assert read_recipe(train / "align.json", AlignmentRecipe) == recipe_of(work)
    endings = (".json", "_run.json", "_curve.jsonl", "_curve.png")
    of_a_stage = {f"{stage}{ending}" for stage in ("align", "tune") for ending in endings}
    assert {p.name for p in train.iterdir()} == of_a_stage | {"store.json", "base.json"}
    assert json.loads((train / "base.json").read_text())["name"] == "llama"
    assert (work / "model" / FILE_NAME).read_text().split() == ["1", "2", "3", "77"]
    records = read_database(ptbxl)
    refuse_trained(records[3:], work / "model")
    with pytest.raises(InvalidInput):
        refuse_trained(records[:1], work / "model")


def test_the_model_answers_in_a_session_whose_claims_are_checked(work):
    assistant = load_assistant(work / "model")
    reading = Reading.of(make_ecg("normal").ecg, assistant, PatientContext(60.0, "female"))
    *_, last = ChatSession(assistant, reading, "clinician").ask("Is there atrial fibrillation?", SHORT)
    assert isinstance(last.text, str)
    assert all(claim.verdict in ("supported", "contradicted", "not checkable") for claim in last.claims)


@pytest.mark.parametrize("name", ["projector.safetensors", "decoder/model.safetensors"])
def test_a_stored_file_that_was_changed_is_refused(work, tmp_path, name):
    copy = shutil.copytree(work / "model", tmp_path / "model")
    data = bytearray((copy / name).read_bytes())
    data[-1] ^= 1
    (copy / name).write_bytes(bytes(data))
    with pytest.raises(ModelError, match="checksum differs"):
        load_model(copy)


def test_a_stored_model_that_does_not_match_its_config_is_refused(work, tmp_path):
    copy = shutil.copytree(work / "model", tmp_path / "model")
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"projector_hidden": 17}))
    with pytest.raises(ModelError, match="projector"):
        load_model(copy)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["align", "--base", "nowhere"], "not a folder"),
        (["tune", "--base", "BASE", "--work", "EMPTY"], "run `python -m ecg_chat train measure` first"),
        (["store", "--base", "BASE", "--work", "EMPTY", "--model", "EMPTY"], "run the stage before"),
        (["align", "--base", "BASE", "--device", "cuda"], "no CUDA device"),
    ],
)
def test_what_is_missing_is_named(work, ptbxl, base_dir, encoder_dir, tmp_path, capsys, words, message):
    if "cuda" in words and torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    given = [{"BASE": str(base_dir), "EMPTY": str(tmp_path / "x")}.get(word, word) for word in words]
    given += [] if "--work" in given else ["--work", str(work)]
    given += [] if words[0] == "store" else ["--ptbxl", str(ptbxl)]
    given += ["--encoder", str(encoder_dir)] if words[0] == "align" else []
    assert main(["train", *given]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("recipe", ["align", "tune", "store"])
def test_the_recipes_of_ecg_lm_are_recipes(recipe):
    from ecg_chat.settings import REPOSITORY
    from ecg_chat.training.ecg_lm import RECIPES

    stored = read_recipe(REPOSITORY / "models" / "ecg-lm" / "train" / f"{recipe}.json", RECIPES[recipe])
    if recipe == "align":  # the paper's numbers
        assert (stored.epochs, stored.warmup_epochs, stored.lr, stored.weight_decay) == (20, 4, 1e-4, 0.03)
        assert (stored.batch, stored.accumulation, stored.n_ecg_tokens) == (12, 8, 1)


def test_the_encoders_recipe_has_the_papers_numbers():
    from ecg_chat.settings import REPOSITORY
    from ecg_chat.training.encoder_recipe import EncoderRecipe

    stored = read_recipe(REPOSITORY / "models" / "ecg-lm" / "train" / "encoder.json", EncoderRecipe)
    assert (stored.epochs, stored.max_lr, stored.batch) == (20, 0.01, 64)


def test_the_encoder_of_the_recipe_is_the_one_that_config_and_card_describe():
    from ecg_chat.datasets.ptbxl_attributes import attribute_names
    from ecg_chat.settings import REPOSITORY
    from ecg_chat.training.encoder_recipe import PREPROCESS, EncoderRecipe

    folder = REPOSITORY / "models" / "ecg-lm"
    config, recipe = load_config(folder), read_recipe(folder / "train" / "encoder.json", EncoderRecipe)
    assert recipe.of_member(0).shape == config.encoder
    assert (config.members, config.preprocess, config.attributes) == (recipe.members, PREPROCESS, attribute_names())
    n = sum(p.numel() for p in new_encoders(config).parameters())
    assert f"{n / 1e6:.2f} M parameters" in (folder / "card.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", [{"layout": "circle"}, {"colour": "red"}, {"layout": []}, 3])
def test_a_shape_that_is_none_is_refused(tmp_path, shape):
    from ecg_chat.training.encoder_recipe import EncoderRecipe

    (tmp_path / "encoder.json").write_text(json.dumps({"shape": shape}))
    with pytest.raises(InvalidInput, match=r"the recipe encoder\.json has"):
        read_recipe(tmp_path / "encoder.json", EncoderRecipe)


def test_ecg_lm_says_that_it_has_no_weights():
    from ecg_chat.settings import REPOSITORY

    folder = REPOSITORY / "models" / "ecg-lm"
    assert load_config(folder).n_ecg_tokens == 1
    with pytest.raises(ModelError, match="ecg-lm has no weights"):
        load_model(folder)
