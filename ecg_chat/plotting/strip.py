"""What the page needs to draw the strip: signals once, all layouts, wave marks, and the words around them.

``static/strip.js`` turns the payload into millimetres of paper. Speed, gain, zoom, layout and rhythm lead change
there, without asking the server again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecg_chat.measurements.types import Beat, Measurements
from ecg_chat.plotting.layouts import (
    GAINS_MM_MV,
    LAYOUT_LABELS,
    SPEEDS_MM_S,
    Layout,
    arrange,
    available,
    check_scale,
    choose,
    choose_rhythm_lead,
)
from ecg_chat.plotting.samples import pack, thinning
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg

PAYLOAD_VERSION = 1
_ALT_MEASURES = (
    ("heart_rate_bpm", "heart rate", "per minute"),
    ("pr_ms", "PR", "ms"),
    ("qrs_ms", "QRS", "ms"),
    ("qt_ms", "QT", "ms"),
)


def strip_payload(
    ecg: Ecg,
    measurements: Measurements | None = None,
    *,
    layout: str = "auto",
    rhythm_lead: str = "II",
    speed_mm_s: float = 25,
    gain_mm_mv: float = 10,
) -> dict[str, Any]:
    """Return everything that the page needs to draw and explain the strip, ready for JSON.

    Parameters
    ----------
    ecg : Ecg
        The recording, or the window of it that is shown; its first sample is second 0.
    measurements : Measurements, optional
        Measured on the same window: gives the wave marks, quality flags and numbers of the text alternative.
    layout : str
        "3x4", "6x2", "12x1", "rows", or "auto": 3x4 if at least six standard leads are there, otherwise "rows".
    rhythm_lead : str
        Lead of the rhythm strip; where it was not recorded, II, V1, V5 or the first lead.
    speed_mm_s, gain_mm_mv : float
        12.5, 25 or 50 mm/s; 5, 10 or 20 mm/mV.

    Returns
    -------
    dict
        Keys ``version``, ``fs_hz``, ``duration_s``, ``dx_s``, ``leads`` (name, samples: base64 of little-endian int16
        with -32768 as gap, step_uv, offset_mv, flags), ``missing``, ``layouts``, ``layout``, ``rhythm_lead``,
        ``speed_mm_s``, ``gain_mm_mv``, ``speeds``, ``gains``, ``filter_text``, ``scale_text``, ``beats``, ``alt``,
        ``notes``.

    Raises
    ------
    InvalidInput
        For an unknown layout, speed or gain.
    """
    check_scale(speed_mm_s, gain_mm_mv)
    per_pair = thinning(ecg.n_samples, ecg.duration_s)
    quality: Mapping[str, tuple[str, ...]] = measurements.quality if measurements else {}
    rhythm = choose_rhythm_lead(rhythm_lead, ecg.leads)
    filtered = filter_text(ecg.fs_hz)
    return {
        "version": PAYLOAD_VERSION,
        "fs_hz": ecg.fs_hz,
        "duration_s": ecg.duration_s,
        "dx_s": (per_pair / 2 if per_pair else 1) / ecg.fs_hz,
        "leads": [_lead(ecg, name, per_pair, quality.get(name, ())) for name in ecg.leads],
        "missing": [name for name in STANDARD_LEADS if name not in ecg.leads],
        "layouts": {name: _layout(arrange(ecg.leads, ecg.duration_s, name, rhythm)) for name in available(ecg.leads)}
        | _requested(ecg, layout, rhythm),
        "layout": choose(layout, ecg.leads),
        "rhythm_lead": rhythm,
        "speed_mm_s": speed_mm_s,
        "gain_mm_mv": gain_mm_mv,
        "speeds": list(SPEEDS_MM_S),
        "gains": list(GAINS_MM_MV),
        "filter_text": filtered,
        "scale_text": scale_text(ecg.fs_hz, speed_mm_s, gain_mm_mv),
        "beats": [_beat(beat) for beat in measurements.beats] if measurements else [],
        "alt": alternative_text(ecg, measurements),
        "notes": _notes(ecg, per_pair),
    }


def filter_text(fs_hz: float) -> str:
    """Say what was done to the signal before it was drawn: nothing but the recorder's own filter."""
    return f"no display filter · {fs_hz:g} samples/s"


def scale_text(fs_hz: float, speed_mm_s: float, gain_mm_mv: float) -> str:
    """Return the line that every ECG sheet carries, e.g. "25 mm/s · 10 mm/mV · no display filter · 500 samples/s"."""
    return f"{speed_mm_s:g} mm/s · {gain_mm_mv:g} mm/mV · {filter_text(fs_hz)}"


def alternative_text(ecg: Ecg, measurements: Measurements | None) -> str:
    """Describe the recording for a person who cannot see the strip."""
    parts = [f"ECG, {ecg.duration_s:.3g} seconds, leads {', '.join(ecg.leads)}."]
    missing = [name for name in STANDARD_LEADS if name not in ecg.leads]
    if missing:
        parts.append(f"Not recorded: {', '.join(missing)}.")
    if measurements is not None:
        numbers = [
            f"{label} {value:.0f} {unit}"
            for key, label, unit in _ALT_MEASURES
            if (value := measurements.get(key)) is not None
        ]
        parts.append(f"{len(measurements.beats)} beats were found.")
        if numbers:
            parts.append(f"Measured: {', '.join(numbers)}.")
        flags = [f"{lead} {', '.join(words)}" for lead, words in measurements.quality.items() if words]
        if flags:
            parts.append(f"Signal quality: {'; '.join(flags)}.")
    return " ".join(parts)


def _lead(ecg: Ecg, name: str, per_pair: int, flags: tuple[str, ...]) -> dict[str, Any]:
    packed = pack(ecg.lead(name), per_pair)
    return {
        "name": name,
        "samples": packed.samples,
        "step_uv": packed.step_uv,
        "offset_mv": round(packed.offset_mv, 4),
        "flags": list(flags),
    }


def _layout(layout: Layout) -> dict[str, Any]:
    return {
        "label": layout.label,
        "time_text": layout.time_text,
        "width_s": layout.width_s,
        "rows": [
            {
                "rhythm": row.rhythm,
                "cells": [{"lead": c.lead, "start_s": c.start_s, "stop_s": c.stop_s, "x_s": c.x_s} for c in row.cells],
            }
            for row in layout.rows
        ],
    }


def _requested(ecg: Ecg, layout: str, rhythm_lead: str) -> dict[str, Any]:
    """Return the asked-for layout even where it is not among the sensible ones."""
    name = choose(layout, ecg.leads)
    return {name: _layout(arrange(ecg.leads, ecg.duration_s, name, rhythm_lead))}


def _beat(beat: Beat) -> dict[str, Any]:
    return {
        "r_s": beat.r_s,
        "kind": beat.kind,
        "premature": beat.premature,
        "p": [beat.p_on_s, beat.p_peak_s, beat.p_off_s],
        "qrs": [beat.qrs_on_s, beat.qrs_off_s],
        "t": [beat.t_peak_s, beat.t_off_s],
    }


def _notes(ecg: Ecg, per_pair: int) -> list[str]:
    if not per_pair:
        return []
    drawn = 2 * ecg.fs_hz / per_pair
    return [f"Drawn with {drawn:.0f} of {ecg.fs_hz:g} points per second: lowest and highest sample of each {per_pair}."]


__all__ = ["LAYOUT_LABELS", "alternative_text", "filter_text", "scale_text", "strip_payload"]
