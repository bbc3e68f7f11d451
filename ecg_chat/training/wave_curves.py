"""Draws the loss of each member over its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw_curves(curves: Sequence[Sequence[Mapping[str, float]]], out: Path) -> None:
    """Write a PNG with one line a member."""
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for member, curve in enumerate(curves):
        axes.plot([row["step"] for row in curve], [row["loss"] for row in curve], label=f"member {member}", lw=1)
    axes.set(xlabel="step", ylabel="cross-entropy, both outputs", yscale="log", title="Wave network, training loss")
    axes.grid(alpha=0.3, which="both")
    axes.legend(frameon=False, fontsize=8)
    figure.savefig(out, dpi=100)
