"""``models/<name>/config.json``: decides everything about a model; its folder's name is only a label."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ecg_chat.conversation.evidence import class_name
from ecg_chat.errors import ModelError
from ecg_chat.network.encoder_shapes import EncoderConfig, ResNetConfig, shape_kind
from ecg_chat.network.folder_swap import before_of
from ecg_chat.network.preprocess import PreprocessConfig

FORMAT = 1
CONFIG_FILE = "config.json"
DECODER_DIR = "decoder"
ENCODER_FILE = "encoder.safetensors"
PROJECTOR_FILE = "projector.safetensors"
TREES_FILE = "trees.safetensors"
OWN_NAMES = frozenset({CONFIG_FILE, DECODER_DIR, ENCODER_FILE, PROJECTOR_FILE, TREES_FILE})
"""What a model may consist of, at the top of its folder; its config may name more."""


@dataclass(frozen=True)
class MeasuredReaderConfig:
    """The second reader beside the encoders (`ecg_chat.network.measured_reader`): boosted trees on measured values."""

    n_trees: int
    depth: int
    features: tuple[str, ...]
    """Names of the measured values, in the order in which the trees ask for them."""
    features_version: int
    """How they are computed (`ecg_chat.measurements.feature_vector.FEATURES_VERSION`)."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """Of a label's log odds, 0 to 1, by its name in `ModelConfig.label_names`; one that is not there has no share."""


@dataclass(frozen=True)
class ModelConfig:
    """Everything that is needed to load a model and to prepare its inputs.

    ``files`` maps each file that the model is made of (path inside the folder: weights, tokenizer, the list of records
    that it was trained on) to its sha256; a file that differs is refused.
    """

    name: str
    superclasses: tuple[str, ...]
    codes: tuple[str, ...]
    join: str = "ecg-tokens"
    format: int = FORMAT
    attributes: tuple[str, ...] = ()
    """What the encoder's third head predicts."""
    usual: Mapping[str, float] = field(default_factory=dict)
    """Share of the training records that have each superclass, code and attribute; see `label_names`."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Probability from which naming each gives the best F1 on fold 9."""
    members: int = 1
    """Encoders of the shape ``encoder`` whose probabilities are averaged."""
    further_encoders: tuple[EncoderConfig, ...] = ()
    """Shapes of further encoders that are averaged with them; these predict no attributes."""
    measured: MeasuredReaderConfig | None = None
    """The reader of measured values beside the encoders, where the model has one."""
    projected_features: bool = True
    """Whether the ECG embeddings are made of the encoder's features beside its logits."""
    n_ecg_tokens: int = 4
    projector_hidden: int = 512
    quantisation: str = "nf4"
    max_prompt_tokens: int = 1400
    preprocess: PreprocessConfig = field(default_factory=PreprocessConfig)
    encoder: EncoderConfig = field(default_factory=ResNetConfig)
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ModelError(f"model {self.name} has format {self.format}, this version reads {FORMAT}")
        if self.join != "ecg-tokens":
            raise ModelError(f"model {self.name} joins ECG and text by {self.join!r}, expected 'ecg-tokens'")

        for key in ("superclasses", "codes", "attributes"):
            if not isinstance(getattr(self, key), tuple):
                raise ModelError(f"config.json of model {self.name}: {key} is {getattr(self, key)!r}, expected names")

    @property
    def label_names(self) -> tuple[str, ...]:
        """Names of all logits; a superclass is "class MI", because "NORM" is a code as well."""
        return (*(class_name(one) for one in self.superclasses), *self.codes, *self.attributes)

    @property
    def n_logits(self) -> int:
        """What an encoder predicts in all."""
        return len(self.superclasses) + len(self.codes) + len(self.attributes)

    @property
    def n_features(self) -> int:
        """Length of the feature vector that the projection takes."""
        sizes = [self.encoder.feature_size] * self.members + [e.feature_size for e in self.further_encoders]
        return sum(sizes) if self.projected_features else 0

    @property
    def revision(self) -> str:
        """Twelve hex digits that change with each of `files` and with the shares of the reader of measured values."""
        decides: list[object] = [dict(sorted(self.files.items()))]
        decides += [] if self.measured is None else [self.measured.features_version, dict(self.measured.shares)]
        text = json.dumps(decides if len(decides) > 1 else decides[0], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def load_config(folder: Path) -> ModelConfig:
    """Read and check ``config.json`` and the checksums of the files that it names.

    Raises
    ------
    ModelError
        When a file is missing, damaged or unknown keys are present.
    """
    path = folder / CONFIG_FILE
    if not path.is_file():
        earlier = before_of(folder)
        cure = f"rename {earlier.name} beside it" if earlier.is_dir() else "choose another model or restore its files"
        raise ModelError(f"the model folder {folder.name!r} has no config.json; {cure}")
    try:
        config = _build(ModelConfig, json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ModelError(f"config.json of model {folder.name!r} cannot be used: {error}") from error
    assert isinstance(config, ModelConfig)
    for name, expected in config.files.items():
        file = folder / name
        if not file.is_file():
            raise ModelError(f"model {config.name} lacks its file {name}")
        if sha256(file) != expected:
            raise ModelError(
                f"the file {name} of model {config.name} is not the one that was saved: its checksum differs"
            )
    return config


def save_config(config: ModelConfig, folder: Path, further: Collection[str] = ()) -> ModelConfig:
    """Write ``config.json`` with the checksums of what lies in the folder now, weights and the `further` files."""
    names = [
        *further,
        ENCODER_FILE,
        PROJECTOR_FILE,
        *([TREES_FILE] if config.measured is not None else []),
        *(f"{DECODER_DIR}/{p.name}" for p in sorted((folder / DECODER_DIR).iterdir())),
    ]
    config = dataclasses.replace(config, files={name: sha256(folder / name) for name in names})
    text = json.dumps(dataclasses.asdict(config), indent=1, sort_keys=True)
    (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf-8")
    return config


def own_names(folder: Path) -> frozenset[str]:
    """Return what of a folder, at its top, belongs to the model in it and goes when another takes its place."""
    try:
        named = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))["files"]
        return OWN_NAMES | {Path(name).parts[0] for name in named}
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return OWN_NAMES  # no model is there, or what is there cannot be loaded anyway


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoder_shape(data: Mapping[str, Any]) -> EncoderConfig:
    """Return the shape that was stored; one without a layout is older and a residual network.

    Raises
    ------
    ValueError, TypeError
        When the layout or a key is unknown.
    """
    shape = _build(shape_kind(data.get("layout", ResNetConfig.layout)), data)
    assert isinstance(shape, EncoderConfig)
    return shape


def _build(kind: type, data: Mapping[str, Any]) -> Any:
    known = {f.name: f for f in fields(kind)}
    unknown = set(data) - set(known)
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    values = dict(data)
    if kind is ModelConfig:
        if "preprocess" in values:
            values["preprocess"] = _build(PreprocessConfig, values["preprocess"])
        if values.get("measured") is not None:
            values["measured"] = _build(MeasuredReaderConfig, values["measured"])
        if "encoder" in values:
            values["encoder"] = encoder_shape(values["encoder"])
        values["further_encoders"] = [encoder_shape(each) for each in values.get("further_encoders", ())]
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
