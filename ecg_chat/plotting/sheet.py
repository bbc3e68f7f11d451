"""A sheet of ECG paper as lines and words in millimetres; `paper` turns it into PDF and PNG.

The origin is the lower left corner of the page, y runs up. One millimetre is 1/``speed`` seconds across and
1/``gain`` millivolts up, everywhere on the sheet.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecg_chat.plotting.layouts import Layout, Row
from ecg_chat.plotting.samples import offset_mv
from ecg_chat.signals.ecg import Ecg

Points = NDArray[np.float64]
StrokeKind = Literal["minor", "major", "trace", "pulse", "tick"]
Anchor = Literal["left", "middle", "right"]

A4_WIDTH_MM, A4_HEIGHT_MM = 297.0, 210.0
HEADER_MM, FOOTER_MM, MARGIN_MM = 33.0, 11.0, 10.0
LABEL_MM = 3.2
_PULSE_LEAD_IN_MM = 1.5
_MIN_PITCH_MM = 12.0
_REACH_MM = 60.0  # a row claims no more than this above or below its baseline; a taller wave crosses into the next row
_SNAP_MM = 5.0
_BIN_MM = 2.0


@dataclass(frozen=True)
class Stroke:
    """One unbroken line, points of shape (n, 2) in mm; ``name`` is the lead of a trace."""

    kind: StrokeKind
    points: Points
    name: str = ""


@dataclass(frozen=True)
class Words:
    """One line of text; ``x_mm`` is its left end, middle or right end, ``y_mm`` its baseline."""

    x_mm: float
    y_mm: float
    text: str
    size_mm: float = 3.0
    bold: bool = False
    faint: bool = False
    anchor: Anchor = "left"


@dataclass(frozen=True)
class Sheet:
    """A page: its size, what is drawn on it back to front, and its words.

    ``grid_mm`` is the gridded area as (left, bottom, width, height); nothing is drawn outside of it but words.
    """

    width_mm: float
    height_mm: float
    grid_mm: tuple[float, float, float, float]
    strokes: tuple[Stroke, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True)
class _Frame:
    """The gridded area, and where the traces begin in it."""

    left_mm: float
    bottom_mm: float
    width_mm: float
    height_mm: float
    traces_mm: float
    speed_mm_s: float
    gain_mm_mv: float


def make_sheet(
    ecg: Ecg, layout: Layout, *, speed_mm_s: float, gain_mm_mv: float, header: Sequence[Words], footer: Sequence[str]
) -> Sheet:
    """Lay out one page.

    Parameters
    ----------
    ecg : Ecg
        What is drawn; each lead is centred on its median.
    layout : Layout
        From `layouts.arrange` for the same leads and length.
    speed_mm_s, gain_mm_mv : float
        The paper's scale.
    header : sequence of Words
        Placed relative to the page's upper left corner: ``y_mm`` counts down from the top edge.
    footer : sequence of str
        One line at the left, one at the right, under the grid.

    Returns
    -------
    Sheet
        A4 landscape; wider or higher where speed, length or number of rows need it.
    """
    pulse_mm = 0.2 * speed_mm_s
    traces_mm = math.ceil((pulse_mm + 2 * _PULSE_LEAD_IN_MM + 1) / 5) * 5.0
    grid_width = math.ceil((traces_mm + layout.width_s * speed_mm_s + 1) / 5) * 5.0
    width = max(A4_WIDTH_MM, grid_width + 2 * MARGIN_MM)
    least = _MIN_PITCH_MM * len(layout.rows)
    grid_height = math.floor((max(A4_HEIGHT_MM - HEADER_MM - FOOTER_MM, least)) / 5) * 5.0
    height = max(A4_HEIGHT_MM, grid_height + HEADER_MM + FOOTER_MM)
    frame = _Frame((width - grid_width) / 2, FOOTER_MM, grid_width, grid_height, traces_mm, speed_mm_s, gain_mm_mv)
    centred = {name: ecg.lead(name).astype(np.float64) - offset_mv(ecg.lead(name)) for name in ecg.leads}
    baselines = _baselines(layout.rows, centred, ecg.fs_hz, frame)
    strokes = list(_grid(frame))
    words: list[Words] = []
    for row, baseline in zip(layout.rows, baselines, strict=True):
        strokes.append(_pulse(frame, baseline, pulse_mm))
        strokes += _ticks(frame, row, baseline)
        strokes += _traces(frame, row, baseline, centred, ecg.fs_hz)
        words += _labels(frame, row, baseline, centred, ecg.fs_hz)
    words += [_from_top(w, frame.left_mm, width - 2 * frame.left_mm, height) for w in header]
    for text, x_mm, anchor in zip(footer, (0.0, frame.width_mm), ("left", "right"), strict=False):
        words.append(Words(frame.left_mm + x_mm, FOOTER_MM - 5.0, text, 2.9, anchor=anchor))  # type: ignore[arg-type]
    area = (frame.left_mm, frame.bottom_mm, frame.width_mm, frame.height_mm)
    return Sheet(width, height, area, tuple(strokes), tuple(words))


def _from_top(words: Words, left_mm: float, width_mm: float, height_mm: float) -> Words:
    x_mm = left_mm + {"left": 0.0, "middle": width_mm / 2, "right": width_mm}[words.anchor] + words.x_mm
    return Words(x_mm, height_mm - words.y_mm, words.text, words.size_mm, words.bold, words.faint, words.anchor)


def _grid(frame: _Frame) -> Iterator[Stroke]:
    right, top = frame.left_mm + frame.width_mm, frame.bottom_mm + frame.height_mm
    for kind, step in (("minor", 1), ("major", 5)):
        for i in range(0, round(frame.width_mm) + 1, step):
            if kind == "minor" and i % 5 == 0:
                continue
            x = frame.left_mm + i
            yield Stroke(kind, np.array([[x, frame.bottom_mm], [x, top]]))  # type: ignore[arg-type]
        for i in range(0, round(frame.height_mm) + 1, step):
            if kind == "minor" and i % 5 == 0:
                continue
            y = frame.bottom_mm + i
            yield Stroke(kind, np.array([[frame.left_mm, y], [right, y]]))  # type: ignore[arg-type]


def _pulse(frame: _Frame, baseline: float, pulse_mm: float) -> Stroke:
    """1 mV for 200 ms, the scale of the sheet drawn on the sheet."""
    a = frame.left_mm + frame.traces_mm - pulse_mm - 2 * _PULSE_LEAD_IN_MM - 0.5
    b, c = a + _PULSE_LEAD_IN_MM, a + _PULSE_LEAD_IN_MM + pulse_mm
    high = baseline + frame.gain_mm_mv
    corners = [(a, baseline), (b, baseline), (b, high), (c, high), (c, baseline), (c + _PULSE_LEAD_IN_MM, baseline)]
    return Stroke("pulse", np.array(corners))


def _ticks(frame: _Frame, row: Row, baseline: float) -> Iterator[Stroke]:
    for cell in row.cells[1:]:
        x = frame.left_mm + frame.traces_mm + cell.x_s * frame.speed_mm_s
        for near, far in ((2.0, 4.5), (-2.0, -4.5)):
            yield Stroke("tick", np.array([[x, baseline + near], [x, baseline + far]]))


def _traces(frame: _Frame, row: Row, baseline: float, centred: dict[str, Points], fs_hz: float) -> Iterator[Stroke]:
    for cell in row.cells:
        if cell.lead not in centred:
            continue
        first, last = round(cell.start_s * fs_hz), round(cell.stop_s * fs_hz)
        millivolts = centred[cell.lead][first : last + 1]
        seconds = cell.x_s - cell.start_s + (first + np.arange(millivolts.size)) / fs_hz
        x = frame.left_mm + frame.traces_mm + seconds * frame.speed_mm_s
        y = baseline + millivolts * frame.gain_mm_mv
        for run in _runs(np.isfinite(y)):
            yield Stroke("trace", np.stack([x[run], y[run]], axis=1), cell.lead)


def _runs(there: NDArray[np.bool_]) -> Iterator[slice]:
    """Yield the stretches without a gap; a lone sample between gaps has no line."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start > 1:
            yield slice(int(start), int(stop))


def _labels(frame: _Frame, row: Row, baseline: float, centred: dict[str, Points], fs_hz: float) -> Iterator[Words]:
    for cell in row.cells:
        x = frame.left_mm + frame.traces_mm + cell.x_s * frame.speed_mm_s + 0.8
        if cell.lead not in centred:
            yield Words(x, baseline + 5.0, f"{cell.lead} not recorded", 2.6, faint=True)
            continue
        lift = _label_lift(cell.start_s, cell.lead, centred, fs_hz, frame)
        yield Words(x, baseline + lift, _short(cell.lead), LABEL_MM, bold=True)


def _label_lift(start_s: float, lead: str, centred: dict[str, Points], fs_hz: float, frame: _Frame) -> float:
    """Return how high the lead's name stands: 5 mm, or just above the trace where that is in the way."""
    first = round(start_s * fs_hz)
    under = centred[lead][first : first + round(_name_mm(lead) / frame.speed_mm_s * fs_hz)]
    under = under[np.isfinite(under)]
    highest = float(under.max()) * frame.gain_mm_mv if under.size else 0.0
    return 5.0 if highest <= 4.0 else min(highest + 1.0, _REACH_MM - LABEL_MM)


def _name_mm(lead: str) -> float:
    """Return the room that a lead's name in bold type takes."""
    return 1.0 + 2.1 * min(len(lead), 16)


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"


def _baselines(rows: Sequence[Row], centred: dict[str, Points], fs_hz: float, frame: _Frame) -> list[float]:
    """Return the height of each row's baseline above the page's lower edge.

    Neighbours keep the distance at which their waves do not touch, and what is left of the height is shared evenly.
    Where it does not suffice, the distances shrink and tall waves cross, as they do on paper; the first and the last
    row keep their waves within the grid.
    """
    reaches = [_reach(row, centred, fs_hz, frame) for row in rows]
    top = max(float(reaches[0][0].max()), frame.gain_mm_mv) + 1.0
    bottom = float(reaches[-1][1].max()) + 1.0
    pitches = [float((down + up).max()) + 1.0 for (_, down), (up, _) in pairwise(reaches)]
    free = frame.height_mm - top - bottom
    slack = (free - sum(pitches)) / len(rows)
    if slack < 0:
        pitches = _squeezed(pitches, free, frame.gain_mm_mv + 1.0)
    snap = _SNAP_MM if slack >= _SNAP_MM else 1.0
    below_mm = top + max(slack, 0.0) / 2
    baselines = []
    for pitch in [0.0, *(pitch + max(slack, 0.0) for pitch in pitches)]:
        below_mm += pitch
        baselines.append(frame.bottom_mm + frame.height_mm - round(below_mm / snap) * snap)
    return baselines


def _squeezed(pitches: list[float], free_mm: float, least_mm: float) -> list[float]:
    """Shrink distances to what is free, first what exceeds a pulse's height: pulses and names stay apart."""
    least = min(least_mm, max(free_mm, 0.0) / max(len(pitches), 1))
    excess = sum(max(pitch - least, 0.0) for pitch in pitches)
    share = max(free_mm - least * len(pitches), 0.0) / excess if excess > 0 else 0.0
    return [least + max(pitch - least, 0.0) * share for pitch in pitches]


def _reach(row: Row, centred: dict[str, Points], fs_hz: float, frame: _Frame) -> tuple[Points, Points]:
    """Return how far a row reaches up and down in each 2-mm column of the sheet, lead names and pulse included."""
    n_bins = math.ceil(frame.width_mm / _BIN_MM) + 1
    up, down = np.ones(n_bins), np.ones(n_bins)
    up[: int(frame.traces_mm / _BIN_MM)] = frame.gain_mm_mv
    for cell in row.cells:
        if cell.lead not in centred:
            continue
        first, last = round(cell.start_s * fs_hz), round(cell.stop_s * fs_hz)
        part = centred[cell.lead][first : last + 1]
        from_mm = frame.traces_mm + cell.x_s * frame.speed_mm_s
        bins = ((from_mm + np.arange(part.size) / fs_hz * frame.speed_mm_s) / _BIN_MM).astype(int)
        there = np.isfinite(part)
        np.maximum.at(up, bins[there], part[there] * frame.gain_mm_mv)
        np.maximum.at(down, bins[there], -part[there] * frame.gain_mm_mv)
        name = slice(int(from_mm / _BIN_MM), int((from_mm + _name_mm(cell.lead)) / _BIN_MM) + 1)
        up[name] = np.maximum(up[name], _label_lift(cell.start_s, cell.lead, centred, fs_hz, frame) + LABEL_MM)
    return _widened(up), _widened(down)


def _widened(reach: Points) -> Points:
    """Spread every column's reach to its neighbours, so that traces keep a little air."""
    padded = np.pad(np.minimum(reach, _REACH_MM), 1, mode="edge")
    widened: Points = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    return widened
