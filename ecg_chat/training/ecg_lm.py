"""``python -m ecg_chat train align|tune|store``: the stages of ECG-LM after its encoder, each resumable."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray

from ecg_chat.conversation.evidence import class_name
from ecg_chat.conversation.types import PatientContext
from ecg_chat.datasets.bad_rows import BadRows, OnBad
from ecg_chat.datasets.ptbxl import Record, read_signals
from ecg_chat.datasets.ptbxl_plus import read_12sl
from ecg_chat.datasets.readings import load_readings
from ecg_chat.datasets.trained_ids import FILE_NAME, FIRST_SET, all_trained_ids, trained_ids_text, write_trained_ids
from ecg_chat.datasets.whole_file import write_whole, write_whole_text
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.checkpoint import save_model
from ecg_chat.network.config import ModelConfig
from ecg_chat.network.encoder import EcgEncoder, EncoderEnsemble
from ecg_chat.network.prediction import predict
from ecg_chat.network.preprocess import PreprocessConfig
from ecg_chat.statements.judge import judge
from ecg_chat.training.aligned_parts import EcgParts, encoder_of_model, load_parts, save_parts
from ecg_chat.training.alignment_stage import AlignmentData, AlignmentRecipe, new_projector, train_alignment
from ecg_chat.training.base_model import BaseModel, load_base
from ecg_chat.training.dialogue.lesson import with_network
from ecg_chat.training.dialogue.truth import truth_of
from ecg_chat.training.encoder_recipe import PREPROCESS
from ecg_chat.training.guideline_text.descriptions import describe_numbers
from ecg_chat.training.guideline_text.lead_rules import Numbers
from ecg_chat.training.guideline_text.numbers_of import numbers_of_12sl, numbers_of_measurements
from ecg_chat.training.guideline_text.report_words import read_translations, report_of
from ecg_chat.training.guideline_text.template import GuidelineText
from ecg_chat.training.lora_stage import ADAPTER_DIR, LoraRecipe, TuningData, merged, train_lora
from ecg_chat.training.mini import usable_records
from ecg_chat.training.recipe_file import read_recipe, write_recipe
from ecg_chat.training.stage_files import CURVE_FILE, RECIPE_FILE, RUN_FILE
from ecg_chat.training.trained_encoders import load_encoders
from ecg_chat.training.work_records import work_records

STAGES = {
    "align": "align encoder and projection with a frozen language model (ECG-LM)",
    "tune": "tune the language model on dialogue with LoRA (ECG-LM)",
    "store": "merge the adapters and write the model folder, the language model in 4 bits (ECG-LM)",
}


@dataclass(frozen=True)
class StoreRecipe:
    """How the finished model is stored."""

    max_prompt_tokens: int = 3500
    """Longest prompt; with the answer it must fit the language model's context (4096 for Llama 2)."""


RECIPES: Mapping[str, type[AlignmentRecipe | LoraRecipe | StoreRecipe]] = {
    "align": AlignmentRecipe,
    "tune": LoraRecipe,
    "store": StoreRecipe,
}


@dataclass(frozen=True)
class MeasuredRecords:
    """Training records that have been measured, with signals of int16 microvolts, shape (records, 12, samples)."""

    records: Sequence[Record]
    measurements: Sequence[Measurements]
    signals_uv: NDArray[np.int16]


def add_stages(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three stages and their options."""
    for name, text in STAGES.items():
        stage = subparsers.add_parser(name, help=text, description=text)
        stage.add_argument("--work", type=Path, required=True, help="folder for checkpoints; the same for all stages")
        base = stage.add_mutually_exclusive_group(required=True)
        base.add_argument("--base", metavar="DIR", help="folder of the language model, in the layout of transformers")
        base.add_argument("--hub", metavar="NAME", help="language model to fetch from the Hugging Face hub")
        stage.add_argument("--recipe", type=Path, help="JSON file with the stage's numbers")
        if name == "store":
            stage.add_argument("--model", type=Path, required=True, help="model folder to write")
            continue
        stage.add_argument("--ptbxl", type=Path, required=True, help="PTB-XL in its publisher's layout")
        stage.add_argument("--device", default="cpu", help="cpu or cuda")
        stage.add_argument("--on-bad", choices=get_args(OnBad), default="refuse", help="bad rows and records of PTB-XL")
        if name == "align":
            stage.add_argument("--encoder", type=Path, metavar="DIR", help="model folder whose encoder is the start")
            stage.add_argument("--reports", type=Path, help="JSON lines of ecg_id and translated report")
            stage.add_argument("--ptbxl-plus", type=Path, help="PTB-XL+: describe by 12SL's numbers, where it has them")


def run_stage(args: argparse.Namespace) -> int:
    """Run one of `STAGES`; it goes on where an earlier run was stopped."""
    args.work.mkdir(parents=True, exist_ok=True)
    kind = RECIPES[args.stage]
    recipe = read_recipe(args.recipe, kind) if args.recipe else kind()
    if isinstance(recipe, StoreRecipe):
        store_step(load_base(args.base or args.hub, hub=args.base is None), args.work, args.model, recipe)
        return 0
    bad = BadRows(args.on_bad)
    measured = measured_records(args.ptbxl, args.work, bad)
    quantised = recipe.quantised_base
    if isinstance(recipe, AlignmentRecipe):
        start = (
            encoder_of_model(args.encoder) if args.encoder else (load_encoders(args.ptbxl, args.work)[0], PREPROCESS)
        )
        ids = all_trained_ids([args.encoder or args.work])
        base = load_base(args.base or args.hub, hub=args.base is None, device=args.device, quantised=quantised)
        given = {}
        if args.ptbxl_plus:
            given = {k: numbers_of_12sl(f.whole, f.leads) for k, f in read_12sl(args.ptbxl_plus, bad=bad).items()}
        align_step(start, base, measured, args.work, recipe, earlier_ids=ids, reports=args.reports, numbers_12sl=given)
    else:
        base = load_base(args.base or args.hub, hub=args.base is None, device=args.device, quantised=quantised)
        tune_step(base, measured, args.work, recipe)
    if args.on_bad == "skip":
        sys.stdout.write(f"{bad.as_text()}\n")
    return 0


def align_step(
    start: tuple[EcgEncoder, PreprocessConfig],
    base: BaseModel,
    measured: MeasuredRecords,
    work: Path,
    recipe: AlignmentRecipe,
    *,
    earlier_ids: Mapping[str, Iterable[str]] | None = None,
    reports: Path | None = None,
    numbers_12sl: Mapping[int, Numbers] | None = None,
) -> None:
    """Align, and leave encoder, projection and the ids trained on (with those of the encoder) in ``work/align``.

    Parameters
    ----------
    start : EcgEncoder and PreprocessConfig
        The encoder of stage 1, and how it wants its signals.
    base : BaseModel
    measured : MeasuredRecords
    work : Path
    recipe : AlignmentRecipe
    earlier_ids : mapping of data set name to ids, optional
        What the encoder was trained on.
    reports : Path, optional
        File with translated reports.
    numbers_12sl : mapping of ecg_id to Numbers, optional
        What 12SL measured (`numbers_of_12sl`); it stands for our measurements where it is there.
    """
    encoder, preprocess = start
    translations = read_translations(reports) if reports is not None else {}
    given = numbers_12sl or {}
    texts = [
        text_of(record, given.get(record.ecg_id) or numbers_of_measurements(m), report_of(record, translations))
        for record, m in zip(measured.records, measured.measurements, strict=True)
    ]
    out = work / "align"
    torch.manual_seed(recipe.seed)  # the projection starts at random
    projector = new_projector(encoder, base, recipe)
    data = AlignmentData(texts, measured.signals_uv, preprocess)
    model = train_alignment(encoder, projector, base, data, recipe, out)
    save_parts(out, EcgParts(model.encoder, model.projector, preprocess))
    _write_ids(out, measured.records, earlier_ids or {})


def tune_step(base: BaseModel, measured: MeasuredRecords, work: Path, recipe: LoraRecipe) -> None:
    """Tune what ``work/align`` holds, and leave adapters, encoder, projection and ids in ``work/tune``."""
    parts = load_parts(work / "align")
    # The chat's facts say what the encoder gives a whole recording, so those of the dialogue do too.
    classes, codes, _ = predict(EncoderEnsemble([parts.encoder]), measured.signals_uv, config=parts.preprocess)
    names = [*(class_name(one) for one in parts.encoder.superclasses), *parts.encoder.codes]
    truths = [
        with_network(
            truth_of(record, m, judge(m, age_years=record.age_years, sex=record.sex)),
            dict(zip(names, probabilities.tolist(), strict=True)),
        )
        for record, m, probabilities in zip(
            measured.records, measured.measurements, np.concatenate([classes, codes], axis=1), strict=True
        )
    ]
    out = work / "tune"
    data = TuningData(truths, measured.signals_uv, parts.preprocess)
    model = train_lora(parts.encoder, parts.projector, base, data, recipe, out)
    save_parts(out, EcgParts(model.encoder, model.projector, parts.preprocess))
    _write_ids(out, measured.records, all_trained_ids([work / "align"]))


def store_step(base: BaseModel, work: Path, model_dir: Path, recipe: StoreRecipe) -> ModelConfig:
    """Merge the adapters of ``work/tune`` into `base` and write the model folder with recipes and curves."""
    parts = load_parts(work / "tune")
    encoder, projector = parts.encoder, parts.projector
    decoder = merged(base, work / "tune" / ADAPTER_DIR)
    config = ModelConfig(
        name=model_dir.name,
        superclasses=encoder.superclasses,
        codes=encoder.codes,
        attributes=encoder.attributes,
        n_ecg_tokens=projector.n_tokens,
        projector_hidden=projector.layers[0].out_features,  # type: ignore[arg-type]
        max_prompt_tokens=recipe.max_prompt_tokens,
        preprocess=parts.preprocess,
        encoder=encoder.config,
    )
    config = save_model(
        model_dir,
        config,
        encoder=EncoderEnsemble([encoder]),
        projector=projector,
        decoder=decoder,
        tokenizer=base.tokenizer,
        texts={FILE_NAME: trained_ids_text(all_trained_ids([work / "tune"]))},
    )
    train = model_dir / "train"
    train.mkdir(exist_ok=True)
    _copy_notes(work / "encoder_0", train, "encoder")
    for stage in ("align", "tune"):
        _copy_notes(work / stage, train, stage)
    write_recipe(train / "store.json", recipe)
    about = {"name": base.name, "fingerprint": base.fingerprint}
    write_whole_text(train / "base.json", json.dumps(about, indent=1) + "\n")
    return config


def _copy_notes(folder: Path, train: Path, stage: str) -> None:
    """Copy recipe, run and curve of a stage; the encoder may come from a model, and earlier versions left no run."""
    for name in (RECIPE_FILE, RUN_FILE, CURVE_FILE, "curve.png"):
        if (folder / name).is_file():
            target = f"{stage}.json" if name == RECIPE_FILE else f"{stage}_{name}"
            write_whole(train / target, methodcaller("write", (folder / name).read_bytes()))


def measured_records(ptbxl: Path, work: Path, bad: BadRows | None = None) -> MeasuredRecords:
    """Read the training records that ``train measure`` measured in `work`.

    Raises
    ------
    InvalidInput
        When none was measured there.
    """
    path = work / "readings.jsonl"
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not in {work}; run `python -m ecg_chat train measure` first")
    train = work_records(work, usable_records(ptbxl, bad))
    readings = load_readings(path)
    rows = [k for k, record in enumerate(train) if record.ecg_id in readings]
    signals = read_signals(ptbxl, train, work / "train_uv.npy")
    records = [train[k] for k in rows]
    return MeasuredRecords(records, [readings[r.ecg_id] for r in records], np.array(signals[rows]))


def text_of(record: Record, numbers: Numbers, report: str) -> GuidelineText:
    """Put together everything that ECG-LM's string says about a record."""
    described = describe_numbers(numbers, record.age_years, record.sex)
    patient = PatientContext(record.age_years, record.sex, record.height_cm, record.weight_kg)
    return GuidelineText(patient, report, described.general, described.leads)


def _write_ids(folder: Path, records: Sequence[Record], earlier: Mapping[str, Iterable[str]]) -> None:
    """Note in a stage's folder what it was trained on, beside what its parts were trained on before."""
    own = {str(record.ecg_id) for record in records}
    write_trained_ids(folder, {**earlier, FIRST_SET: own.union(earlier.get(FIRST_SET, ()))})
