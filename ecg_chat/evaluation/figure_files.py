"""Figures that docs and print share: one look, as PNG and SVG."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS = ("#0b5394", "#b45f06", "#38761d")
LINE_COLOUR, LINE_WIDTH = "#444444", 0.9


def new_figure(width_in: float, height_in: float) -> Figure:
    """Return an empty figure of a size that is printed as it is."""
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write ``name.png`` (200 dots an inch) and ``name.svg``; the same figure gives the same bytes."""
    with rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(folder / f"{name}.png", dpi=200, metadata={"Software": None})
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
