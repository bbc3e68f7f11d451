"""Einthoven's and Goldberger's relations between the limb leads: derive what is missing, check what is there.

With the electrode potentials RA, LA, LL the six limb leads carry two independent signals. In terms of I and II::

    III = II - I    aVR = -(I + II) / 2    aVL = I - II / 2    aVF = II - I / 2

Source: the algebra follows from the definitions I = LA - RA, II = LL - RA, III = LL - LA (Einthoven) and
aVR = RA - (LA + LL) / 2 etc. (Goldberger).
"""

from __future__ import annotations

import numpy as np

from ecg_chat.signals.ecg import LIMB_LEADS, Ecg, Note, Signal

FROM_I_AND_II = {
    "I": (1.0, 0.0),
    "II": (0.0, 1.0),
    "III": (-1.0, 1.0),
    "aVR": (-0.5, -0.5),
    "aVL": (1.0, -0.5),
    "aVF": (-0.5, 1.0),
}
"""Each limb lead as (a, b) of a·I + b·II."""


def limb_leads_from(i_mv: Signal, ii_mv: Signal) -> dict[str, Signal]:
    """Return all six limb leads from I and II, each of the shape of the input, in mV."""
    return {name: (a * i_mv + b * ii_mv).astype(i_mv.dtype) for name, (a, b) in FROM_I_AND_II.items()}


def independent_pair(leads: tuple[str, ...]) -> tuple[str, str] | None:
    """Return two limb leads out of `leads` that determine the others; I and II if they are there."""
    present = [name for name in ("I", "II", "III", "aVF", "aVL", "aVR") if name in leads]
    return (present[0], present[1]) if len(present) >= 2 else None


def derive_missing(ecg: Ecg) -> Ecg:
    """Add the limb leads that follow from two limb leads of the file, with a note.

    Nothing is added where the file has fewer than two limb leads, or has all six.
    """
    pair = independent_pair(ecg.leads)
    missing = tuple(name for name in LIMB_LEADS if name not in ecg.leads)
    if pair is None or not missing:
        return ecg
    matrix = np.array([FROM_I_AND_II[name] for name in pair])
    i_ii = np.linalg.solve(matrix, np.stack([ecg.lead(name).astype(np.float64) for name in pair]))
    limb = limb_leads_from(i_ii[0], i_ii[1])
    rows = {**{name: ecg.lead(name) for name in ecg.leads}, **{name: limb[name] for name in missing}}
    order = (*(n for n in LIMB_LEADS if n in rows), *(n for n in ecg.leads if n not in LIMB_LEADS))
    note = Note("derived", f"{_listed(missing)} computed from {_listed(pair)}; the file does not store them.", missing)
    return Ecg(
        signal=np.stack([rows[name] for name in order]).astype(np.float32),
        fs_hz=ecg.fs_hz,
        leads=order,
        source=ecg.source,
        start=ecg.start,
        patient=ecg.patient,
        notes=(*ecg.notes, note),
    )


def residual_mv(ecg: Ecg) -> dict[str, float]:
    """Return how far each limb lead is from what leads I and II demand, as a 95th percentile in mV.

    A constant offset (baselines that were removed per lead) is not a contradiction and is taken out first.
    Empty when I or II is missing.
    """
    if not {"I", "II"} <= set(ecg.leads):
        return {}
    expected = limb_leads_from(ecg.lead("I").astype(np.float64), ecg.lead("II").astype(np.float64))
    result: dict[str, float] = {}
    for name in LIMB_LEADS[2:]:
        if name not in ecg.leads:
            continue
        difference = ecg.lead(name) - expected[name]
        difference = difference[np.isfinite(difference)]
        if difference.size:
            result[name] = float(np.percentile(np.abs(difference - np.median(difference)), 95))
    return result


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
