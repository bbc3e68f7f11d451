"""A linear classifier of questions over words and pieces of words; names of statements count as one word."""

from __future__ import annotations

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
from ecg_chat.statements.catalogue import load_catalogue

FOLDER = Path(__file__).resolve().parents[2] / "models" / "questions"
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

    def most_probable(self, question: str) -> tuple[str, float]:
        """Return the most probable label and its probability."""
        buckets = features_of(question)
        scores = self.weights[:, buckets].sum(axis=1) / np.sqrt(max(1, len(buckets))) + self.bias
        probabilities = np.exp(scores - scores.max())
        probabilities /= probabilities.sum()
        best = int(probabilities.argmax())
        return self.labels[best], float(probabilities[best])


def load_classifier(path: Path) -> QuestionClassifier:
    """Load weights that are stored as whole numbers, -127 to 127, with a scale for each label."""
    with np.load(path) as stored:
        labels = tuple(str(label) for label in stored["labels"])
        weights = stored["weights"].astype(np.float32) * stored["scale"].astype(np.float32)[:, None]
        return QuestionClassifier(labels, weights, stored["bias"].astype(np.float32))


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
