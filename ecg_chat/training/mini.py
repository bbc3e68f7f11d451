"""The steps that make the default model `mini`, each a command, each continuing where it was stopped."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from ecg_chat.conversation.render import render
from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl import (
    SUPERCLASSES,
    Record,
    label_matrix,
    read_database,
    read_signals,
    read_statement_table,
    training_records,
    with_signals,
)
from ecg_chat.datasets.readings import load_readings, measure_records
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.checkpoint import save_model
from ecg_chat.network.config import ModelConfig
from ecg_chat.network.encoder import EcgEncoder, EncoderConfig
from ecg_chat.network.multimodal import EcgProjector
from ecg_chat.network.tokenizer import train_tokenizer, with_slots
from ecg_chat.statements.judge import judge
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.truth import Truth, truth_of
from ecg_chat.training.dialogue_stage import DialogueRecipe, new_decoder, train_dialogue
from ecg_chat.training.encoder_stage import EncoderRecipe, LabelledSignals, train_encoder
from ecg_chat.training.signal_bank import load_or_make_bank

TOKENIZER_CONVERSATIONS = 3000


def encoder_step(ptbxl: Path, work: Path, recipe: EncoderRecipe, *, bad: BadRows | None = None) -> None:
    """Stage 1: train the encoder; fold 9 is looked at after each epoch."""
    records, table = _records(ptbxl, bad), read_statement_table(ptbxl)
    train, valid = training_records(records), [r for r in records if r.fold == 9]
    encoder = train_encoder(
        LabelledSignals(np.array(read_signals(ptbxl, train, work / "train_uv.npy")), label_matrix(train, table)),
        LabelledSignals(np.array(read_signals(ptbxl, valid, work / "valid_uv.npy")), label_matrix(valid, table)),
        tuple(table),
        recipe,
        work / "encoder",
    )
    torch.save(encoder.state_dict(), work / "encoder.pt")
    (work / "trained_ids.txt").write_text("".join(f"{r.ecg_id}\n" for r in train), encoding="utf-8")


def measure_step(ptbxl: Path, work: Path, limit: int, workers: int, *, bad: BadRows | None = None) -> None:
    """Measure training records, in a random order that stays the same."""
    train = training_records(_records(ptbxl, bad))
    signals = read_signals(ptbxl, train, work / "train_uv.npy")
    order = random.Random(0).sample(range(len(train)), min(limit, len(train)))
    measure_records([train[k] for k in order], signals[order], work / "readings.jsonl", workers)


def dialogue_step(
    ptbxl: Path, work: Path, recipe: DialogueRecipe, initial: Path | None = None, *, bad: BadRows | None = None
) -> None:
    """Train projector and decoder on dialogue about the measured records; `initial` is an earlier work folder."""
    encoder = load_encoder(ptbxl, work)
    truths, signals = _truths(ptbxl, work, bad)
    bank = load_or_make_bank(work / "bank.npz", encoder, signals, seed=recipe.seed)
    if initial is not None:
        _tokenizer(initial).save_pretrained(work / "tokenizer")
    elif not (work / "tokenizer").is_dir():  # a resumed run must keep its token ids
        train_tokenizer(_texts(truths, recipe), recipe.vocab_size).save_pretrained(work / "tokenizer")
    start = initial / "dialogue" / "checkpoint.pt" if initial is not None else None
    train_dialogue(truths, bank, _tokenizer(work), recipe, work / "dialogue", initial=start)


def assemble_step(ptbxl: Path, work: Path, model_dir: Path, recipe: DialogueRecipe) -> ModelConfig:
    """Put the trained parts into a model folder, the decoder in NF4."""
    encoder = load_encoder(ptbxl, work)
    tokenizer = _tokenizer(work)
    decoder = new_decoder(recipe, tokenizer)
    n_logits = len(encoder.superclasses) + len(encoder.codes)
    size = encoder.config.feature_size
    projector = EcgProjector(size, n_logits, recipe.projector_hidden, recipe.hidden, recipe.n_ecg_tokens)
    parts = torch.nn.ModuleDict({"projector": projector, "decoder": decoder})
    parts.load_state_dict(torch.load(work / "dialogue" / "checkpoint.pt", weights_only=True)["model"])
    config = ModelConfig(
        name=model_dir.name,
        superclasses=encoder.superclasses,
        codes=encoder.codes,
        n_ecg_tokens=recipe.n_ecg_tokens,
        projector_hidden=recipe.projector_hidden,
    )
    config = save_model(model_dir, config, encoder=encoder, projector=projector, decoder=decoder, tokenizer=tokenizer)
    ids = (work / "trained_ids.txt").read_text(encoding="utf-8")
    (model_dir / "trained_ids.txt").write_text(ids, encoding="utf-8")
    _copy_recipes(work, model_dir / "train")
    return config


def load_encoder(ptbxl: Path, work: Path) -> EcgEncoder:
    """Load the encoder that stage 1 left in `work`.

    Raises
    ------
    InvalidInput
        When stage 1 has not been run there.
    """
    path = work / "encoder.pt"
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {work}; run `python -m ecg_chat train encoder` first")
    encoder = EcgEncoder(EncoderConfig(), SUPERCLASSES, tuple(read_statement_table(ptbxl)))
    encoder.load_state_dict(torch.load(path, weights_only=True))
    return encoder.eval()


def _tokenizer(work: Path) -> PreTrainedTokenizerFast:
    """Load the tokenizer of a work folder, with every reference to measured values."""
    return with_slots(PreTrainedTokenizerFast.from_pretrained(work / "tokenizer", local_files_only=True))


def _records(ptbxl: Path, bad: BadRows | None) -> list[Record]:
    """Read the table; where bad rows are skipped, so are records without whole signal files.

    Where they are refused, `read_signals` refuses such a record when it comes to it.
    """
    records = read_database(ptbxl, bad=bad)
    return with_signals(ptbxl, records, bad=bad) if bad is not None and bad.on_bad == "skip" else records


def _truths(ptbxl: Path, work: Path, bad: BadRows | None) -> tuple[list[Truth], NDArray[np.int16]]:
    """Make the truth of each measured record, and the signals in the same order."""
    train = training_records(_records(ptbxl, bad))
    readings = load_readings(work / "readings.jsonl")
    rows = [k for k, r in enumerate(train) if r.ecg_id in readings]
    signals = read_signals(ptbxl, train, work / "train_uv.npy")
    return [_truth(train[k], readings) for k in rows], np.array(signals[rows])


def _truth(record: Record, readings: Mapping[int, Measurements]) -> Truth:
    measurements = readings[record.ecg_id]
    judgements = judge(measurements, age_years=record.age_years, sex=record.sex)
    return truth_of(record, measurements, judgements)


def _texts(truths: Sequence[Truth], recipe: DialogueRecipe) -> list[str]:
    """Conversations to learn the tokenizer from, and every text of the catalogue."""
    rng = random.Random(recipe.seed)
    chosen = [truths[rng.randrange(len(truths))] for _ in range(TOKENIZER_CONVERSATIONS)]
    texts = [s.text for t in chosen for s in render(converse(t, rng, recipe.turns), for_completion=False)]
    return texts + [s.meaning for s in truths[0].catalogue.values()] + [s.plain for s in truths[0].catalogue.values()]


def _copy_recipes(work: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for stage in ("encoder", "dialogue"):
        recipe = json.loads((work / stage / "recipe.json").read_text(encoding="utf-8"))
        curve = [json.loads(line) for line in (work / stage / "curve.jsonl").read_text(encoding="utf-8").splitlines()]
        text = json.dumps({"recipe": recipe, "curve": curve}, indent=1)
        (target / f"{stage}.json").write_text(text + "\n", encoding="utf-8")
