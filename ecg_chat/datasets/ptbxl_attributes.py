"""What PTB-XL's readers noted beside the SCP codes: axis, stage of infarction, noise by lead, extra systoles.

ECG-QA asks about these columns (Oh et al. 2023). They are filled on the publisher's own rows only; a rebuilt row says
nothing, which is not the same as "none".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_chat.datasets.ptbxl import Record
from ecg_chat.signals.ecg import STANDARD_LEADS

AXES: Mapping[str, str] = {
    "MID": "normal axis", "LAD": "left axis", "ALAD": "left axis", "RAD": "right axis", "ARAD": "right axis",
    "AXL": "left axis", "AXR": "right axis",
}  # fmt: skip
"""``heart_axis``: A… is "abnormal", AX… "extreme". ECG-QA's "extreme axis deviation" is `EXTREME_AXES`."""
EXTREME_AXES = ("AXL", "AXR")
STAGES: Mapping[str, str] = {
    "Stadium I": "early infarction", "Stadium I-II": "early infarction", "Stadium II": "middle infarction",
    "Stadium II-III": "middle infarction", "Stadium III": "old infarction", "unknown": "infarction of unknown stage",
}  # fmt: skip
NOISES = ("baseline_drift", "static_noise", "burst_noise", "electrodes_problems")
EXTRA_BEATS = ("ventricular extrasystoles", "supraventricular extrasystoles", "extrasystoles")

_ORDER = ("i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6")
_RANGE = re.compile(r"\b(iii|ii|i|av[rlf]|v[1-6])\s*-\s*(iii|ii|i|av[rlf]|v?[1-6])\b")
_LEAD = re.compile(r"\b(iii|ii|i|av[rlf]|v[1-6])\b")


def attribute_names() -> tuple[str, ...]:
    """Every attribute, in the order of the matrix that `attribute_matrix` makes."""
    axes = (*dict.fromkeys(AXES.values()), "extreme axis")
    noise = tuple(f"{kind} {lead}" for kind in NOISES for lead in ("any", *STANDARD_LEADS))
    return (*axes, *dict.fromkeys(STAGES.values()), *noise, *EXTRA_BEATS)


def attributes_of(record: Record) -> frozenset[str] | None:
    """Attributes of a record; None for a rebuilt row, about which nothing is known."""
    if record.row_source != "original":
        return None
    found = {AXES[record.heart_axis]} if record.heart_axis in AXES else set()
    found |= {"extreme axis"} if record.heart_axis in EXTREME_AXES else set()
    found |= {STAGES[stage] for stage in record.infarction_stadium if stage in STAGES}
    for kind in NOISES:
        text = record.noise.get(kind, "")
        found |= {f"{kind} {lead}" for lead in noisy_leads(text)}
        found |= {f"{kind} any"} if text.strip(" ,") else set()
    return frozenset(found | extra_systoles(record.extra_beats))


def noisy_leads(text: str) -> frozenset[str]:
    """Leads that a noise column names: "I-AVF", "v1-6", "II,III,AVF", "alles" (all)."""
    lower = text.lower()
    if re.search(r"\balle[s]?\b|noisy recording", lower):
        return frozenset(STANDARD_LEADS)
    rows: set[int] = set()
    for first, last in _RANGE.findall(lower):
        start, stop = _ORDER.index(first), _ORDER.index(last if last in _ORDER else f"v{last}")
        rows |= set(range(start, stop + 1))
    rows |= {_ORDER.index(lead) for lead in _LEAD.findall(lower)}
    return frozenset(STANDARD_LEADS[k] for k in rows)


def extra_systoles(text: str) -> frozenset[str]:
    """Kinds of extra systoles that ``extra_beats`` names: VES, SVES, or ES without saying which."""
    kinds = set(re.findall(r"(?<![A-Z])(SVES|VES|ES)", text.upper()))
    names = {"VES": EXTRA_BEATS[0], "SVES": EXTRA_BEATS[1], "ES": EXTRA_BEATS[2]}
    unnamed = {EXTRA_BEATS[2]} if text.strip() and not kinds else set()
    return frozenset({names[kind] for kind in kinds} | unnamed)


def attribute_matrix(records: Sequence[Record]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Multi-hot attributes, shape (records, attributes), and which records say anything, shape (records,)."""
    names = {name: k for k, name in enumerate(attribute_names())}
    matrix = np.zeros((len(records), len(names)), np.float32)
    known = np.zeros(len(records), np.bool_)
    for n, record in enumerate(records):
        attributes = attributes_of(record)
        if attributes is None:
            continue
        known[n] = True
        for name in attributes:
            matrix[n, names[name]] = 1
    return matrix, known
