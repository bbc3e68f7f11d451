"""How two series of measurements of the same recordings agree (Bland and Altman, Lancet 1986;1:307-310)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_chat.evaluation.resampling import interval_by_record

LIMITS_SD = 1.96  # 95 % of a normal distribution
Floats = NDArray[np.float64]


def agreement(measured: Sequence[float | None], marked: Sequence[float | None]) -> dict[str, Any]:
    """Compare record by record.

    Parameters
    ----------
    measured, marked : sequence of float or None, one a record

    Returns
    -------
    dict
        ``n`` records with both; of measured minus marked: ``mean`` with ``mean_interval`` (95 %, records resampled),
        ``sd``, ``median_abs``, ``limits`` of agreement (mean ± 1.96 SD); ``not_measured`` (marked only),
        ``not_marked`` (measured only). None where too few records allow it.
    """
    pairs = list(zip(measured, marked, strict=True))
    d = np.array([got - true for got, true in pairs if got is not None and true is not None], dtype=np.float64)
    n = int(d.size)
    mean = float(d.mean()) if n else None
    sd = float(d.std(ddof=1)) if n > 1 else None
    interval = interval_by_record(_mean, np.column_stack([np.ones(n), d])) if n else None
    limits = None if mean is None or sd is None else [_short(mean + k * LIMITS_SD * sd) for k in (-1, 1)]
    return {
        "n": n,
        "mean": _short(mean),
        "mean_interval": None if interval is None else [_short(end) for end in interval],
        "sd": _short(sd),
        "median_abs": _short(float(np.median(np.abs(d)))) if n else None,
        "limits": limits,
        "not_measured": sum(got is None and true is not None for got, true in pairs),
        "not_marked": sum(got is not None and true is None for got, true in pairs),
    }


def _mean(totals: Floats) -> Floats:
    means: Floats = totals[:, 1] / totals[:, 0]
    return means


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
