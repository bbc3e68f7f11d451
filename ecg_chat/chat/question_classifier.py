"""A linear classifier of questions over words and pieces of words; names of statements count as one word.

``config.json`` beside the classifiers that ship holds their checksums, as a model's does.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_chat.chat.asked_names import asked_mentions
from ecg_chat.chat.sentences import sentence
from ecg_chat.chat.spelling import respelt
from ecg_chat.errors import ModelError
from ecg_chat.statements.catalogue import load_catalogue

FOLDER = Path(__file__).resolve().parents[2] / "models" / "questions"
CONFIG_FILE = "config.json"
FORMAT = 1
BUCKETS = 1 << 14
NAME = "xname"
"""Stands for the name of a statement."""
KEPT_CODES = frozenset(
    {
        "NORM", "SR", "STACH", "SBRAD", "SARRH", "PACE", "LPR", "LNGQT",
        "STE_", "STD_", "NST_", "NDT", "INVT", "LOWT", "NT_", "TAB_",
    }
)  # fmt: skip
"""Their names keep their words, as "infarct" and "heart attack" do: with them other things are asked as well."""
MAX_WALLS = 4
"""So many codes an infarct of a named wall may stand for."""
_PIECE = 4
_TOKEN = re.compile(r"[a-z]+|\d+|[?!%]")


@dataclass(frozen=True)
class QuestionClassifier:
    """Label k has the score ``weights[k, bucket].sum() / sqrt(buckets) + bias[k]`` over the buckets of a text."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def most_probable(self, *texts: str) -> tuple[str, float]:
        """Return the most probable label and its probability.

        Parameters
        ----------
        *texts : str
            A question; of several texts, such as a message and the part of it that asks, it is the label with the
            highest geometric mean of probabilities, and that mean among those of all labels.
        """
        scores = np.mean([self._log_probabilities(text) for text in texts], axis=0)
        probabilities = np.exp(scores - scores.max())
        probabilities /= probabilities.sum()
        best = int(probabilities.argmax())
        return self.labels[best], float(probabilities[best])

    def _log_probabilities(self, text: str) -> NDArray[np.float64]:
        buckets = features_of(text)
        scores = self.weights[:, buckets].sum(axis=1, dtype=np.float64) / np.sqrt(max(1, len(buckets))) + self.bias
        scores -= scores.max()
        log_probabilities: NDArray[np.float64] = scores - np.log(np.exp(scores).sum())
        return log_probabilities


def load_classifier(path: Path) -> QuestionClassifier:
    """Load weights that are stored as whole numbers, -127 to 127, with a scale for each label.

    Raises
    ------
    ModelError
        When the file or the config beside it is missing, or the file is not the one that was saved.
    """
    wanted = _checksum_of(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the classifiers of questions lack their file {path.name}; restore it") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise ModelError(
            f"the file {path.name} of the classifiers of questions is not the one that was saved: its checksum differs"
        )
    with np.load(io.BytesIO(content)) as stored:
        labels = tuple(str(label) for label in stored["labels"])
        weights = stored["weights"].astype(np.float32) * stored["scale"].astype(np.float32)[:, None]
        return QuestionClassifier(labels, weights, stored["bias"].astype(np.float32))


def save_checksums(folder: Path, names: Sequence[str]) -> None:
    """Write ``config.json`` with the checksums of classifiers that lie in `folder` now."""
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(names)}
    text = json.dumps({"format": FORMAT, "files": files}, indent=1)
    (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf-8")


def _checksum_of(path: Path) -> str:
    config = path.parent / CONFIG_FILE
    try:
        stored = json.loads(config.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT:
            raise ModelError(
                f"the classifiers of questions have format {stored['format']}, this version reads {FORMAT}"
            )
        return str(stored["files"][path.name])
    except OSError as error:
        raise ModelError(f"the classifiers of questions have no {CONFIG_FILE}; restore their files") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{CONFIG_FILE} of the classifiers of questions cannot be used: {error!r}") from error


def features_of(question: str) -> NDArray[np.int64]:
    """Return the buckets of a text: its words, pairs of neighbours, and pieces of words, each once."""
    words = _TOKEN.findall(_without_names(question))
    pairs = [f"{a} {b}" for a, b in zip(["^", *words], [*words, "$"], strict=True)]
    pieces = [f"#{padded[k : k + _PIECE]}" for word in words for padded in [f"<{word}>"] for k in _starts(padded)]
    return np.unique(np.array([_bucket(feature) for feature in [*words, *pairs, *pieces]], np.int64))


def _starts(padded: str) -> Sequence[int]:
    return range(max(1, len(padded) - _PIECE + 1))


def _bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS


def _without_names(question: str) -> str:
    """Lower case, with one word in place of each name of a statement."""
    where = sentence(respelt(question))
    text, end = "", 0
    for mention in asked_mentions(question):
        if not _is_kept(mention.codes):
            text += f"{where.text[end : mention.start]} {NAME} "
            end = mention.stop
    return (text + where.text[end:]).replace("'", "").replace("\u2019", "")


def _is_kept(codes: Sequence[str]) -> bool:
    catalogue = load_catalogue()
    any_infarct = len(codes) > MAX_WALLS and all(catalogue[code].superclass == "MI" for code in codes)
    return any_infarct or all(code in KEPT_CODES for code in codes)
