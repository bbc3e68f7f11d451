"""The loss over the steps of a run: JSON lines, and a picture of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Row = dict[str, float]
"""``step``, ``epoch``, ``loss`` (cross-entropy in nats a token) and ``lr``."""


def write_curve(folder: Path, rows: Sequence[Row], title: str) -> None:
    """Write ``curve.jsonl`` and ``curve.png``, each to a temporary name first."""
    lines, picture = folder / "curve.jsonl", folder / "curve.png"
    temporary = folder / "curve.new"
    temporary.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    temporary.replace(lines)
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([row["step"] for row in rows], [row["loss"] for row in rows], lw=1)
    axes.set(xlabel="step", ylabel="cross-entropy per token", title=title)
    axes.grid(alpha=0.3)
    figure.savefig(temporary, format="png", dpi=100)
    temporary.replace(picture)
