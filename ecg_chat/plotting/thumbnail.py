"""A small drawing of one lead for lists."""

from __future__ import annotations

from html import escape

import numpy as np

from ecg_chat.plotting.layouts import choose_rhythm_lead
from ecg_chat.plotting.samples import offset_mv, thin
from ecg_chat.signals.ecg import Ecg

_MOST_MM_S, _MM_MV = 25.0, 10.0  # true proportions: 25 mm/s to 10 mm/mV, whatever the size on the screen
_PAIR_S = 0.02  # two points every 20 ms, the half pixel of a 250-pixel picture
_HALF_MM = 12.0


def lead_svg(ecg: Ecg, lead: str = "II", *, duration_s: float = 5.0, width_px: int = 250) -> str:
    """Return one lead's first seconds as an inline SVG of a few kilobytes.

    Parameters
    ----------
    ecg : Ecg
        The recording.
    lead : str
        Which lead; where it was not recorded, II, V1, V5 or the first one, and the picture says which.
    duration_s : float
        How much of it.
    width_px : int
        Width on the screen; the line takes the colour of the text around it.
    """
    name = choose_rhythm_lead(lead, ecg.leads)
    whole = ecg.lead(name)
    signal = whole[: max(2, round(duration_s * ecg.fs_hz))]
    per_pair = max(0, round(_PAIR_S * ecg.fs_hz))
    per_pair = per_pair if per_pair > 2 else 0
    drawn = thin(signal, per_pair).astype(np.float64) - offset_mv(whole)
    step_s = (per_pair / 2 if per_pair else 1) / ecg.fs_hz
    width = duration_s * _MOST_MM_S
    y = np.clip(_HALF_MM - drawn * _MM_MV, 0.3, 2 * _HALF_MM - 0.3)
    path = _path(np.arange(y.size) * step_s * _MOST_MM_S, y)
    height_px = round(width_px * 2 * _HALF_MM / width)
    title = escape(f"Lead {name}, first {min(duration_s, ecg.duration_s):.3g} seconds")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ecg-thumbnail" role="img" aria-label="{title}" '
        f'viewBox="0 0 {width:g} {2 * _HALF_MM:g}" width="{width_px}" height="{height_px}">'
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.1" vector-effect="non-scaling-stroke" '
        'stroke-linejoin="round"/></svg>'
    )


def _path(x: np.ndarray, y: np.ndarray) -> str:
    """Return SVG path data; a gap lifts the pen."""
    parts = []
    pen_down = False
    for xi, yi in zip(x.tolist(), y.tolist(), strict=True):
        if np.isnan(yi):
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{xi:.1f} {yi:.1f}")
        pen_down = True
    return "".join(parts)
