"""The 12-lead sheet at true scale: a vector PDF to print and a PNG to look at."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from reportlab.pdfgen.canvas import Canvas

from ecg_chat.measurements.types import Measurements
from ecg_chat.plotting.fonts import BOLD, REGULAR, register_fonts
from ecg_chat.plotting.header import sheet_header
from ecg_chat.plotting.layouts import arrange, check_scale
from ecg_chat.plotting.sheet import Sheet, Stroke, make_sheet
from ecg_chat.plotting.strip import scale_text
from ecg_chat.plotting.thumbnail import lead_svg
from ecg_chat.signals.ecg import Ecg

MM_PT = 72 / 25.4
SHEET_S = 10.0
_ROUNDING_S = 0.05

_COLOURS = {"minor": "#f9ddd8", "major": "#efb3aa", "trace": "#111111", "pulse": "#111111", "tick": "#111111"}
_WIDTHS_MM = {"minor": 0.1, "major": 0.18, "trace": 0.25, "pulse": 0.25, "tick": 0.25}
_INK, _FAINT = "#111111", "#666666"


def paper_sheet(
    ecg: Ecg,
    measurements: Measurements | None = None,
    *,
    layout: str = "auto",
    rhythm_lead: str = "II",
    speed_mm_s: float = 25,
    gain_mm_mv: float = 10,
    name: str = "",
    start_s: float = 0.0,
) -> Sheet:
    """Lay out the sheet that `paper_pdf` and `paper_png` draw.

    Parameters
    ----------
    ecg : Ecg
        The recording; ten seconds of it are shown.
    measurements : Measurements, optional
        Numbers of the header.
    layout, rhythm_lead, speed_mm_s, gain_mm_mv
        As in `strip.strip_payload`.
    name : str
        Name or pseudonym at the head of the sheet; the file's identifier where it is empty.
    start_s : float
        Where the ten seconds begin.

    Raises
    ------
    InvalidInput
        For an unknown layout, speed or gain.
    """
    check_scale(speed_mm_s, gain_mm_mv)
    part = ecg
    shown = f"all {ecg.duration_s:.4g} s"
    if ecg.duration_s > SHEET_S + _ROUNDING_S:
        part = ecg.window(start_s, SHEET_S)
        shown = f"{start_s:.1f}–{start_s + part.duration_s:.1f} s of {ecg.duration_s:.4g} s"
    plan = arrange(part.leads, part.duration_s, layout, rhythm_lead)
    footer = (scale_text(ecg.fs_hz, speed_mm_s, gain_mm_mv), f"{plan.label} · {plan.time_text}")
    header = sheet_header(ecg, measurements, name, shown)
    return make_sheet(part, plan, speed_mm_s=speed_mm_s, gain_mm_mv=gain_mm_mv, header=header, footer=footer)


def paper_pdf(ecg: Ecg, measurements: Measurements | None = None, **options: Any) -> bytes:
    """Return the sheet as a PDF page of exact size; every sample is a point of a vector path.

    Takes the options of `paper_sheet`. Printed at 100 %, 25 mm on paper are one second.
    """
    sheet = paper_sheet(ecg, measurements, **options)
    register_fonts()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(sheet.width_mm * MM_PT, sheet.height_mm * MM_PT), invariant=1)
    canvas.setTitle("ECG")
    draw_sheet(canvas, sheet)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def draw_sheet(canvas: Any, sheet: Sheet) -> None:
    """Draw a sheet on the current page of a reportlab canvas, from its lower left corner."""
    canvas.saveState()
    canvas.setLineJoin(1)
    canvas.setLineCap(1)
    canvas.saveState()
    area = canvas.beginPath()
    area.rect(*(side * MM_PT for side in sheet.grid_mm))
    canvas.clipPath(area, stroke=0, fill=0)
    for stroke in sheet.strokes:
        canvas.setStrokeColor(_COLOURS[stroke.kind])
        canvas.setLineWidth(_WIDTHS_MM[stroke.kind] * MM_PT)
        path = canvas.beginPath()
        points = (stroke.points * MM_PT).tolist()
        path.moveTo(*points[0])
        for x, y in points[1:]:
            path.lineTo(x, y)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()
    for words in sheet.words:
        canvas.setFillColor(_FAINT if words.faint else _INK)
        canvas.setFont(BOLD if words.bold else REGULAR, words.size_mm * MM_PT)
        draw = {"left": canvas.drawString, "middle": canvas.drawCentredString, "right": canvas.drawRightString}
        draw[words.anchor](words.x_mm * MM_PT, words.y_mm * MM_PT, words.text)
    canvas.restoreState()


def paper_png(ecg: Ecg, measurements: Measurements | None = None, *, dpi: float = 200, **options: Any) -> bytes:
    """Return the sheet as a PNG of `dpi` pixels per inch (stated in the file). Takes the options of `paper_sheet`."""
    sheet = paper_sheet(ecg, measurements, **options)
    figure = Figure(figsize=(sheet.width_mm / 25.4, sheet.height_mm / 25.4), dpi=dpi, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, sheet.width_mm)
    axes.set_ylim(0, sheet.height_mm)
    axes.set_axis_off()
    left, bottom, width, height = sheet.grid_mm
    for kind in _COLOURS:
        lines = axes.add_collection(_lines([s for s in sheet.strokes if s.kind == kind], kind), autolim=False)
        lines.set_clip_path(Rectangle((left, bottom), width, height, transform=axes.transData))
    for words in sheet.words:
        axes.text(
            words.x_mm,
            words.y_mm,
            words.text,
            fontsize=words.size_mm * MM_PT,
            fontweight="bold" if words.bold else "normal",
            color=_FAINT if words.faint else _INK,
            family="DejaVu Sans",
            ha={"left": "left", "middle": "center", "right": "right"}[words.anchor],
            va="baseline",
            parse_math=False,  # a file name may hold dollar signs
        )
    target = io.BytesIO()
    canvas.print_png(target)
    return target.getvalue()


def _lines(strokes: list[Stroke], kind: str) -> LineCollection:
    return LineCollection(
        [stroke.points for stroke in strokes],
        colors=_COLOURS[kind],
        linewidths=_WIDTHS_MM[kind] * MM_PT,
        capstyle="round",
        joinstyle="round",
    )


__all__ = ["lead_svg", "paper_pdf", "paper_png", "paper_sheet"]
