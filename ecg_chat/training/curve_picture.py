"""Draws how a loss fell, one line a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ecg_chat.datasets.whole_file import write_whole
from ecg_chat.training.stage_files import write_curve_lines

Curve = Sequence[Mapping[str, float]]


def show_curve(folder: Path, rows: Curve, title: str, *, x: str = "step", y: str = "cross-entropy per token") -> None:
    """Write ``curve.jsonl`` and ``curve.png`` of a stage anew; nothing where there is no row yet."""
    write_curve_lines(folder, rows)
    if rows:
        draw_curves({title: rows}, folder / "curve.png", title=title, x=x, y=y)


def draw_curves(
    curves: Mapping[str, Curve], out: Path, *, title: str, x: str = "step", y: str = "cross-entropy", log: bool = False
) -> None:
    """Write a PNG with one line a curve; a picture that is there stays until the new one is whole.

    Parameters
    ----------
    curves : mapping of str to sequence of mappings
        Rows with ``loss`` and the key `x`, by the name of the run.
    out : Path
    title, x, y : str
    log : bool
        Whether the loss is drawn on a logarithmic scale.
    """
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, curve in curves.items():
        # A dot for a curve of one row, which has no line.
        axes.plot(
            [row[x] for row in curve], [row["loss"] for row in curve], "." if len(curve) == 1 else "-", label=name, lw=1
        )
    axes.set(xlabel=x, ylabel=y, title=title, yscale="log" if log else "linear")
    axes.set_xlim(left=0)  # a row is the mean of the steps since the row before it, the first one of those from 0
    axes.grid(alpha=0.3, which="both")
    if len(curves) > 1:
        axes.legend(frameon=False, fontsize=8)
    write_whole(out, lambda file: figure.savefig(file, format="png", dpi=100))
