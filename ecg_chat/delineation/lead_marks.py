"""Onset, peak and end of every P, QRS and T in every single lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecg_chat.delineation.prepare import prepare
from ecg_chat.delineation.segments import segments_of
from ecg_chat.delineation.types import Floats
from ecg_chat.delineation.wave_input import NETWORK_HZ, at_network_rate
from ecg_chat.delineation.wave_net import WAVES, WaveName
from ecg_chat.delineation.wave_probability import wave_probabilities
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.quality import assess

NO_SIGNAL = frozenset({"missing", "flat"})


@dataclass(frozen=True)
class LeadMark:
    """One wave of one lead; times in s from the start of the recording."""

    wave: WaveName
    on_s: float
    peak_s: float
    off_s: float


def mark_leads(ecg: Ecg, *, members: Sequence[int] | None = None) -> dict[str, tuple[LeadMark, ...]]:
    """Mark every beat of every lead.

    Leads with a signal mark each other's waves better than one alone does, so all of them are read together; a lead
    that is too noisy to help the others is marked, but does not take part in marking them.

    Parameters
    ----------
    ecg : Ecg
        Any leads, any length; rates from 100 Hz.
    members : sequence of int, optional
        Members of the ensemble to use, see `wave_model.members_for`.

    Returns
    -------
    dict of lead to tuple of LeadMark
        In time; empty for leads without a signal.
    """
    quality: Mapping[str, tuple[str, ...]] = assess(ecg)
    prepared = prepare(ecg, quality)
    signal_mv = at_network_rate(prepared.signal_mv, prepared.fs_hz)
    alive = np.array([not (NO_SIGNAL & set(quality[lead])) for lead in ecg.leads]) | prepared.usable
    marks: dict[str, tuple[LeadMark, ...]] = dict.fromkeys(ecg.leads, ())
    for reading, wanted in ((prepared.usable, prepared.usable), (alive, alive & ~prepared.usable)):
        if not wanted.any():
            continue
        curves = wave_probabilities(signal_mv, reading, members=members).per_lead
        for k in np.flatnonzero(wanted):
            marks[ecg.leads[k]] = _marks_of(curves[k], signal_mv[k])
    return marks


def _marks_of(curves: Floats, row_mv: Floats) -> tuple[LeadMark, ...]:
    found = []
    for name, curve in zip(WAVES, curves, strict=True):
        for segment in segments_of(curve, name):
            peak_s = peak_of(row_mv, segment.on_s, segment.off_s)
            found.append(LeadMark(name, segment.on_s, peak_s, segment.off_s))
    return tuple(sorted(found, key=lambda mark: mark.on_s))


def peak_of(row_mv: Floats, on_s: float, off_s: float) -> float:
    """Time of the largest deflection from the line between onset and end."""
    first = max(0, round(on_s * NETWORK_HZ))
    part = row_mv[first : min(row_mv.size, round(off_s * NETWORK_HZ) + 1)]
    if part.size < 3:
        return (on_s + off_s) / 2
    line = np.linspace(part[0], part[-1], part.size)
    return (first + int(np.argmax(np.abs(part - line)))) / NETWORK_HZ
