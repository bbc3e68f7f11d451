"""Metrics of written reports against reference reports, each with its interval over records.

BLEU is sacreBLEU's (Post 2018), ROUGE is rouge-score's, METEOR is NLTK's; CIDEr-D is in `ecg_chat.evaluation.cider`.
All get the words of `ecg_chat.evaluation.report_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from nltk.translate.meteor_score import single_meteor_score
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU

from ecg_chat.evaluation.cider import cider_d
from ecg_chat.evaluation.label_scores import mean_with_interval, shown
from ecg_chat.evaluation.report_words import HOW as HOW_WORDS
from ecg_chat.evaluation.report_words import words
from ecg_chat.evaluation.resampling import Floats, interval_by_record

MAX_N = 4
ROUGE = {"ROUGE-1": "rouge1", "ROUGE-2": "rouge2", "ROUGE-L": "rougeL"}
HOW = (
    f"{HOW_WORDS} BLEU-n: geometric mean of the precisions of 1- to n-grams over all reports together, with brevity "
    "penalty, not smoothed. METEOR: words match exactly or by Porter stem, no synonyms (they need WordNet). ROUGE: F1, "
    "mean over reports. CIDEr-D: one reference each, scale 0-10, rarity judged on these references, words not stemmed; "
    "its interval keeps that rarity fixed."
)


def text_scores(said: Sequence[str], references: Sequence[str]) -> dict[str, object]:
    """Score reports against their references.

    Parameters
    ----------
    said, references : sequence of str
        In the same order.

    Returns
    -------
    dict
        Metric → value and 95 % interval.
    """
    pairs = [(words(a), words(b)) for a, b in zip(said, references, strict=True)]
    return {
        **_bleu(pairs),
        "METEOR": mean_with_interval(np.array([_meteor(a, b) for a, b in pairs])),
        **_rouge(pairs),
        "CIDEr-D": mean_with_interval(np.array(cider_d([a for a, _ in pairs], [b for _, b in pairs]))),
    }


Pairs = Sequence[tuple[list[str], list[str]]]


def _bleu(pairs: Pairs) -> dict[str, object]:
    counter = BLEU(tokenize="none", smooth_method="none", max_ngram_order=MAX_N, effective_order=True)
    rows = []
    for a, b in pairs:
        found = counter.sentence_score(" ".join(a), [" ".join(b)])
        rows.append([found.sys_len, found.ref_len, *found.counts, *found.totals])
    sums = np.array(rows, np.float64)
    scores = {}
    for n in range(1, MAX_N + 1):
        statistic = partial(bleu_of_sums, n=n)
        value = float(statistic(sums.sum(axis=0, keepdims=True))[0])
        scores[f"BLEU-{n}"] = shown(value, interval_by_record(statistic, sums))
    return dict(scores)


def bleu_of_sums(totals: Floats, n: int) -> Floats:
    """BLEU-n from sums over reports (Papineni et al. 2002).

    Parameters
    ----------
    totals : ndarray, shape (draws, 2 + 2 · `MAX_N`)
        Words written, words of the references, matching n-grams by n, n-grams written by n.
    n : int
    """
    written, reference = totals[:, 0], totals[:, 1]
    matching, all_written = totals[:, 2 : 2 + n], totals[:, 2 + MAX_N : 2 + MAX_N + n]
    possible = (matching > 0).all(axis=1)
    logs = np.log(np.where(matching > 0, matching, 1.0)) - np.log(np.where(all_written > 0, all_written, 1.0))
    brevity = np.minimum(0.0, 1.0 - reference / np.maximum(written, 1.0))
    return np.where(possible, np.exp(logs.mean(axis=1) + brevity), 0.0)


def _rouge(pairs: Pairs) -> dict[str, object]:
    scorer = RougeScorer(list(ROUGE.values()), tokenizer=_SplitAtSpaces())
    found = [scorer.score(" ".join(reference), " ".join(said)) for said, reference in pairs]
    return {name: mean_with_interval(np.array([one[key].fmeasure for one in found])) for name, key in ROUGE.items()}


def _meteor(said: list[str], reference: list[str]) -> float:
    return float(single_meteor_score(reference, said, wordnet=_NoSynonyms())) if said and reference else 0.0


@dataclass(frozen=True)
class _SplitAtSpaces:
    """rouge-score's tokenizer contract, for text that is split already."""

    def tokenize(self, text: str) -> list[str]:
        """Split at spaces."""
        return text.split()


@dataclass(frozen=True)
class _NoSynonyms:
    """NLTK's contract of a thesaurus, for METEOR without one."""

    def synsets(self, _: str) -> list[object]:
        """Return nothing, whatever the word."""
        return []
