"""Shares of supported, contradicted and uncheckable claims, with intervals over records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np

from ecg_chat.evaluation.label_scores import shown
from ecg_chat.evaluation.resampling import Floats, interval_by_record

VERDICTS = ("supported", "contradicted", "not checkable")

HOW = (
    "Shares are of all claims together; intervals resample records, because the claims about one record are not "
    "independent. Numbers, lists of leads and words (regular, prolonged …) that the program fills in from the "
    "measurements agree with them by construction."
)


def claim_shares(by_record: Sequence[Counter[str]], n_answers: int) -> dict[str, object]:
    """Pool the verdicts of records.

    Parameters
    ----------
    by_record : sequence of Counter
        How often each verdict was given about each record.
    n_answers : int
        Answers that the claims were found in.

    Returns
    -------
    dict
        ``answers``, ``claims``, ``claims per answer``, and for each verdict its share with a 95 % interval; the share
        is None where nothing was claimed.
    """
    sums = np.array([[counts[v] for v in VERDICTS] for counts in by_record], np.float64).reshape(-1, len(VERDICTS))
    totals = sums.sum(axis=0)
    claims = float(totals.sum())
    result: dict[str, object] = {
        "answers": n_answers,
        "claims": int(claims),
        "claims per answer": round(claims / n_answers, 2) if n_answers else None,
    }
    for k, verdict in enumerate(VERDICTS):
        share = partial(_share, column=k)
        result[verdict] = shown(float(share(totals[None])[0]), interval_by_record(share, sums))
    return result


def _share(drawn: Floats, column: int) -> Floats:
    whole = drawn.sum(axis=1)
    share: Floats = np.divide(drawn[:, column], whole, out=np.full(len(drawn), np.nan), where=whole > 0)
    return share
