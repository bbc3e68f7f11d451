"""Figures that docs and print share: one look, as PNG and SVG."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ecg_chat.datasets.whole_file import write_whole

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
        write_whole(
            folder / f"{name}.png",
            lambda file: figure.savefig(file, format="png", dpi=200, metadata={"Software": None}),
        )
        write_whole(folder / f"{name}.svg", lambda file: figure.savefig(file, format="svg", metadata={"Date": None}))
