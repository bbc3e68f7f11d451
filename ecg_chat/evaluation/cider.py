"""CIDEr-D (Vedantam, Zitnick and Parikh 2015, section 6), with one reference for each text.

For n-grams of one to four words, each text is a vector of counts weighted by how rare the n-gram is among the
references; a text scores the cosine with its reference, in which no n-gram counts more often than in the reference,
times a Gaussian penalty on the difference in length. The mean over n, times ten. Words are not stemmed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

MAX_N = 4
SIGMA_WORDS = 6.0
SCALE = 10.0

Ngrams = Counter[tuple[str, ...]]


def cider_d(said: Sequence[Sequence[str]], references: Sequence[Sequence[str]]) -> list[float]:
    """Score each text against its reference.

    Parameters
    ----------
    said, references : sequence of sequence of str
        Words; both in the same order.

    Returns
    -------
    list of float
        0 to 10 each; their mean is the CIDEr-D of the set. Rarity is judged on `references`, so a score depends on
        which texts are scored together.
    """
    rarity = _rarity(references)
    return [_score(a, b, rarity) for a, b in zip(said, references, strict=True)]


def ngrams(text: Sequence[str], n: int) -> Ngrams:
    """Count the n-grams of a text."""
    return Counter(tuple(text[k : k + n]) for k in range(len(text) - n + 1))


def _rarity(references: Sequence[Sequence[str]]) -> Mapping[tuple[str, ...], float]:
    found: Ngrams = Counter()
    for text in references:
        found.update({gram for n in range(1, MAX_N + 1) for gram in ngrams(text, n)})
    return _Rarity({gram: math.log(len(references) / count) for gram, count in found.items()}, len(references))


class _Rarity(dict[tuple[str, ...], float]):
    """Logarithm of the inverse share of references with an n-gram; one that none has counts as one that one has."""

    def __init__(self, known: Mapping[tuple[str, ...], float], n_references: int) -> None:
        super().__init__(known)
        self.unknown = math.log(n_references) if n_references else 0.0

    def __missing__(self, gram: tuple[str, ...]) -> float:
        return self.unknown


def _score(said: Sequence[str], reference: Sequence[str], rarity: Mapping[tuple[str, ...], float]) -> float:
    penalty = math.exp(-((len(said) - len(reference)) ** 2) / (2 * SIGMA_WORDS**2))
    cosines = [_clipped_cosine(ngrams(said, n), ngrams(reference, n), rarity) for n in range(1, MAX_N + 1)]
    return SCALE * penalty * sum(cosines) / MAX_N


def _clipped_cosine(said: Ngrams, reference: Ngrams, rarity: Mapping[tuple[str, ...], float]) -> float:
    norms = [math.sqrt(sum((count * rarity[gram]) ** 2 for gram, count in v.items())) for v in (said, reference)]
    if not all(norms):
        return 0.0
    shared = sum(min(said[gram], count) * count * rarity[gram] ** 2 for gram, count in reference.items())
    return shared / (norms[0] * norms[1])
