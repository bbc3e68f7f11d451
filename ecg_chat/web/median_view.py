"""The median beat as the page draws it: every lead, the global boundaries, and what a person did to them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ecg_chat.delineation.corrected import NAMES, apply_corrections, boundaries_of
from ecg_chat.delineation.types import Corrections, Delineation, Floats
from ecg_chat.measurements.lead_values import BASELINE_S


def median_view(found: Delineation, by_hand: Corrections, quality: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return the median beat as JSON.

    Parameters
    ----------
    found : Delineation
        As found, without corrections.
    by_hand : Corrections
        The boundaries that a person set.
    quality : mapping of lead to flags
        Says why a lead is left out.

    Returns
    -------
    dict
        ``problem`` ("" or why there is no median beat). With one: ``fs_hz``; ``first_ms``, the time of the first sample
        from R; ``leads`` (name, mv, noise_mv or null), each from its own level just before QRS onset, in mV to 1 µV;
        ``left_out``; ``n_beats`` of ``n_all``; ``rr_ms``; ``labels`` of the boundaries; ``boundaries`` in force,
        ``found`` and ``by_hand`` in ms from R, null where there is none; ``missing``: why P or T is not there.
    """
    if found.median is None or found.beats is None or found.qrs is None:
        return {"problem": found.problem or found.qrs_reason or "no beats were found"}
    shown = apply_corrections(found, by_hand)
    assert shown.qrs is not None
    median, fs_hz = found.median, found.prepared.fs_hz
    rows = _from_baseline(median.signal_mv, median.r + round(shown.qrs.on_ms / 1000 * fs_hz), fs_hz)
    leads, left_out = [], []
    for k, lead in enumerate(found.prepared.leads):
        if not found.prepared.usable[k]:
            left_out.append({"lead": lead, "reason": ", ".join(quality.get(lead, ())) or "not usable"})
            continue
        noise = float(median.noise_mv[k])
        leads.append(
            {
                "name": lead,
                "mv": [round(float(mv), 3) for mv in rows[k]],
                "noise_mv": round(noise, 4) if math.isfinite(noise) else None,
            }
        )
    return {
        "problem": "",
        "fs_hz": fs_hz,
        "first_ms": -median.r * 1000 / fs_hz,
        "leads": leads,
        "left_out": left_out,
        "n_beats": len(median.members),
        "n_all": int(found.beats.r.size),
        "rr_ms": round(median.rr_ms, 1) if math.isfinite(median.rr_ms) else None,
        "labels": dict(NAMES),
        "boundaries": boundaries_json(boundaries_of(shown)),
        "found": boundaries_json(boundaries_of(found)),
        "by_hand": boundaries_json(by_hand),
        "missing": _missing(shown),
    }


def boundaries_json(boundaries: Corrections) -> dict[str, float | None]:
    """Return all five boundaries, null where there is none."""
    return {name: getattr(boundaries, name) for name in NAMES}


def _from_baseline(signal_mv: Floats, onset: int, fs_hz: float) -> Floats:
    """Take the level just before QRS onset off each lead: what amplitudes and ST are measured from."""
    first = max(0, onset - round(BASELINE_S * fs_hz))
    level = signal_mv[:, first : max(first, onset) + 1].mean(axis=1, keepdims=True)
    return np.asarray(signal_mv - level, dtype=np.float64)


def _missing(shown: Delineation) -> dict[str, str]:
    reasons = {
        "p": (shown.p, shown.p_reason, "no P wave was found"),
        "t": (shown.t, shown.t_reason, "no T wave was found"),
    }
    return {name: reason or default for name, (wave, reason, default) in reasons.items() if wave is None}
