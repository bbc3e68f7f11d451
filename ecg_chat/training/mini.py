"""The steps that make the default model `mini`, each a command, each continuing where it was stopped."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from transformers import PreTrainedTokenizerFast

from ecg_chat.conversation.render import render
from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl import Record, read_database, read_signals, with_signals
from ecg_chat.datasets.ptbxl_statements import read_statement_table, with_listed_codes
from ecg_chat.datasets.readings import load_readings, measure_records, measured_ids
from ecg_chat.datasets.trained_ids import FILE_NAME as IDS_FILE
from ecg_chat.datasets.trained_ids import all_trained_ids, trained_ids_text
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.checkpoint import full_precision, load_model, save_model
from ecg_chat.network.config import MeasuredReaderConfig, ModelConfig
from ecg_chat.network.encoder import EcgEncoder, EncoderEnsemble
from ecg_chat.network.measured_reader import MeasuredReader
from ecg_chat.network.prediction import probabilities_of
from ecg_chat.network.tokenizer import train_tokenizer, with_slots
from ecg_chat.statements.judge import judge
from ecg_chat.training.dialogue.generate import converse
from ecg_chat.training.dialogue.truth import Truth, truth_of
from ecg_chat.training.dialogue_stage import CHECKPOINT, DialogueRecipe, Start, new_parts, train_dialogue
from ecg_chat.training.encoder_recipe import PREPROCESS, EncoderRecipe
from ecg_chat.training.encoder_stage import LabelledSignals, train_encoder
from ecg_chat.training.held_out import dialogue_order, held_out_rows
from ecg_chat.training.label_columns import Labels, label_columns, label_names, logit_labels
from ecg_chat.training.provenance_files import copy_recipes
from ecg_chat.training.reader_steps import (
    READINGS_FILE,
    VALID_READINGS_FILE,
    join_bank,
    left_out,
    load_members,
    read_measured,
    reader_for,
    readers_digest,
    rows_of,
    train_members,
)
from ecg_chat.training.run_checkpoint import read_tensors, write_checkpoint
from ecg_chat.training.signal_bank import SignalBank, load_or_make_bank
from ecg_chat.training.thresholds import best_f1_thresholds
from ecg_chat.training.trained_encoders import further_encoders, load_encoders, without_attributes
from ecg_chat.training.tree_stage import TreeRecipe
from ecg_chat.training.work_records import list_training_records, refuse_finished, work_records

TOKENIZER_CONVERSATIONS = 3000


def encoder_step(
    ptbxl: Path,
    work: Path,
    recipe: EncoderRecipe,
    members: Sequence[int] | None = None,
    *,
    device: str = "cpu",
    bad: BadRows | None = None,
) -> None:
    """Stage 1: train the members of the encoder; fold 9 is looked at after each epoch.

    Parameters
    ----------
    ptbxl, work : Path
    recipe : EncoderRecipe
    members : sequence of int, optional
        Only these; two processes may train one each.
    device : str
        "cpu" or "cuda".
    bad : BadRows, optional
        What happens to bad rows and records; refused without it.

    Raises
    ------
    InvalidInput
        When the folder holds encoders of another recipe or other records, or a patient is trained on and tested.
    """
    records, table = usable_records(ptbxl, bad), read_statement_table(ptbxl)
    whole = recipe.whole_members + recipe.state_space.count
    chosen = range(recipe.members + whole) if members is None else members
    refuse_finished(work, chosen)
    train, valid = list_training_records(work, records), [r for r in records if r.fold == 9]
    signals = LabelledSignals.of(train, np.array(read_signals(ptbxl, train, work / "train_uv.npy")), table)
    checked = LabelledSignals.of(valid, np.array(read_signals(ptbxl, valid, work / "valid_uv.npy")), table)
    held_out = held_out_rows(len(train), recipe.held_out_records, recipe.members, whole)
    for member in chosen:
        rows = np.setdiff1d(np.arange(len(train)), np.array(held_out[member], np.int64))
        own, out = recipe.of_member(member), work / f"encoder_{member}"
        encoder = train_encoder(signals.part(rows), checked, tuple(table), own, out, device)
        write_checkpoint(work / f"encoder_{member}.pt", encoder.state_dict())


def measure_step(ptbxl: Path, work: Path, limit: int | None, workers: int, *, bad: BadRows | None = None) -> None:
    """Measure training records, those first that dialogue is made about, and fold 9."""
    records = usable_records(ptbxl, bad)
    train, valid = work_records(work, records), [r for r in records if r.fold == 9]
    signals = read_signals(ptbxl, train, work / "train_uv.npy")
    order = dialogue_order(len(train))[:limit]
    measure_records([train[k] for k in order], signals[order], work / READINGS_FILE, workers)
    checked = np.array(read_signals(ptbxl, valid, work / "valid_uv.npy"))
    measure_records(valid, checked, work / VALID_READINGS_FILE, workers)


def trees_step(
    ptbxl: Path, work: Path, recipe: TreeRecipe, members: Sequence[int] | None = None, *, bad: BadRows | None = None
) -> None:
    """Train the second reader, that of measured values; see `ecg_chat.training.reader_steps.train_members`."""
    train = work_records(work, usable_records(ptbxl, bad))
    train_members(train, read_statement_table(ptbxl), work, recipe, members)


def dialogue_step(
    ptbxl: Path,
    work: Path,
    recipe: DialogueRecipe,
    initial: Path | None = None,
    *,
    device: str = "cpu",
    bad: BadRows | None = None,
) -> None:
    """Train projector and decoder on dialogue about the measured records; `initial` is an earlier model's folder."""
    train, table = work_records(work, usable_records(ptbxl, bad)), read_statement_table(ptbxl)
    truths, bank = _measured(ptbxl, work, train, recipe.seed)
    start: Start | None = None
    if initial is not None:
        earlier = load_model(initial)
        weights = {f"decoder.{name}": value for name, value in full_precision(earlier.decoder).items()}
        weights |= {f"projector.{name}": value for name, value in earlier.projector.state_dict().items()}
        start = Start(weights, {"name": earlier.config.name, "revision": earlier.config.revision})
        if not (work / "tokenizer").is_dir():
            earlier.tokenizer.save_pretrained(work / "tokenizer")
    elif not (work / "tokenizer").is_dir():  # a resumed run must keep its token ids
        train_tokenizer(_texts(truths, recipe), recipe.vocab_size).save_pretrained(work / "tokenizer")
    labels = logit_labels(train, table)
    # The bank's first view is of whole recordings, by encoders that did not see them.
    known = label_columns([truth.record for truth in truths], table)
    thresholds = best_f1_thresholds(labels.names, known, 1 / (1 + np.exp(-bank.logits[0])))
    labels = dataclasses.replace(labels, thresholds=thresholds)
    out, readers = work / "dialogue", readers_digest(work)
    train_dialogue(
        truths, bank, _tokenizer(work), recipe, out, labels=labels, initial=start, readers=readers, device=device
    )


def assemble_step(
    ptbxl: Path,
    work: Path,
    model_dir: Path,
    recipe: DialogueRecipe,
    further: Path | None = None,
    *,
    taken: Sequence[int] = (),
    bad: BadRows | None = None,
) -> ModelConfig:
    """Put the trained parts into a model folder, the decoder in NF4.

    Parameters
    ----------
    ptbxl, work, model_dir : Path
    recipe : DialogueRecipe
        The one that the dialogue stage was run with.
    further : Path, optional
        Folder of an earlier model whose encoders are averaged with the new ones.
    taken : sequence of int
        Only these of its encoders, counted from 0; all of them if empty.
    bad : BadRows, optional
        What happens to bad rows and records; refused without it.
    """
    ensemble, n_members = _ensemble(ptbxl, work, further, taken)
    records, tokenizer = usable_records(ptbxl, bad), _tokenizer(work)
    labels = logit_labels(work_records(work, records), read_statement_table(ptbxl))
    thresholds, measured, reader = _chosen_on_fold_9(ptbxl, work, records, ensemble)
    parts = new_parts(recipe, tokenizer, len(labels.names))
    parts.load_state_dict(read_tensors(work / "dialogue" / CHECKPOINT)["model"])
    labels = dataclasses.replace(labels, thresholds=thresholds)
    config = save_model(
        model_dir,
        _config(model_dir.name, ensemble, n_members, labels, measured, recipe),
        encoder=ensemble,
        projector=parts.projector,
        decoder=parts.decoder,
        tokenizer=tokenizer,
        trees=None if reader is None else reader.trees,
        texts={IDS_FILE: trained_ids_text(all_trained_ids([work, *([further] if further is not None else [])]))},
    )
    copy_recipes(work, model_dir / "train", len(list(work.glob("encoder_*.pt"))), with_trees=measured is not None)
    return config


def _config(
    name: str,
    ensemble: EncoderEnsemble,
    n_members: int,
    labels: Labels,
    measured: MeasuredReaderConfig | None,
    recipe: DialogueRecipe,
) -> ModelConfig:
    """Say what the model is made of; of the encoders the first ``n_members`` predict attributes as well."""
    return ModelConfig(
        name=name,
        superclasses=ensemble.superclasses,
        codes=ensemble.codes,
        attributes=ensemble.attributes,
        usual=labels.usual,
        thresholds=labels.thresholds,
        measured=measured,
        members=n_members,
        further_encoders=tuple(cast(EcgEncoder, one).config for one in ensemble.members[n_members:]),
        projected_features=False,
        n_ecg_tokens=recipe.n_ecg_tokens,
        projector_hidden=recipe.projector_hidden,
        preprocess=PREPROCESS,
        encoder=ensemble.config,
    )


def _ensemble(ptbxl: Path, work: Path, further: Path | None, taken: Sequence[int]) -> tuple[EncoderEnsemble, int]:
    """Return all encoders that are averaged, and how many of them, the first ones, predict attributes as well."""
    trained = load_encoders(ptbxl, work)
    first = trained[0]
    encoders = [one for one in trained if one.config == first.config]
    added = [without_attributes(one, first) for one in trained if one.config != first.config]
    added += further_encoders(further, first, taken) if further is not None else []
    return EncoderEnsemble([*encoders, *added]), len(encoders)


def _chosen_on_fold_9(
    ptbxl: Path, work: Path, records: Sequence[Record], encoder: EncoderEnsemble
) -> tuple[dict[str, float], MeasuredReaderConfig | None, MeasuredReader | None]:
    """Choose thresholds, and the shares of the second reader if there is one, where nothing was trained."""
    valid, table = [record for record in records if record.fold == 9], read_statement_table(ptbxl)
    names, known, members = label_names(table), label_columns(valid, table), load_members(work)
    rows = None if members is None else rows_of(valid, read_measured(work / VALID_READINGS_FILE))
    signals = np.array(read_signals(ptbxl, valid, work / "valid_uv.npy"))
    _, probabilities = probabilities_of(encoder, signals, config=PREPROCESS)
    if members is None or rows is None:
        return best_f1_thresholds(names, known, probabilities), None, None
    config, reader = reader_for(members, names, known, probabilities, rows)
    return best_f1_thresholds(names, known, reader.join_probabilities(probabilities, rows)), config, reader


def _tokenizer(work: Path) -> PreTrainedTokenizerFast:
    """Load the tokenizer of a work folder, with every reference to measured values."""
    return with_slots(PreTrainedTokenizerFast.from_pretrained(work / "tokenizer", local_files_only=True))


def usable_records(ptbxl: Path, bad: BadRows | None) -> list[Record]:
    """Read the table; where bad rows are skipped, so are records without whole signal files or with unknown codes.

    Where they are refused, `read_signals` and `label_matrix` refuse such a record when they come to it.
    """
    records = read_database(ptbxl, bad=bad)
    if bad is None or bad.on_bad == "refuse":
        return records
    return with_listed_codes(with_signals(ptbxl, records, bad=bad), read_statement_table(ptbxl), bad=bad)


def _measured(ptbxl: Path, work: Path, train: Sequence[Record], seed: int) -> tuple[list[Truth], SignalBank]:
    """Return the truth of each record that is measured and that an encoder did not see, and what that encoder says."""
    measured, unseen = measured_ids(work / READINGS_FILE), left_out(work, len(train))
    encoders = load_encoders(ptbxl, work, range(len(unseen)))  # the whole members come after these
    held_out = [[k for k in part if train[k].ecg_id in measured] for part in unseen]
    signals = read_signals(ptbxl, train, work / "train_uv.npy")
    bank = load_or_make_bank(work / "bank.npz", encoders, held_out, signals, seed=seed)
    if (members := load_members(work)) is not None:
        bank = join_bank(bank, members, train, read_statement_table(ptbxl), work)
    readings = load_readings(work / READINGS_FILE, {train[k].ecg_id for k in bank.rows})
    return [_truth(train[k], readings) for k in bank.rows], bank


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
