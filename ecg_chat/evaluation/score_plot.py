"""One figure for all evaluations of a model: scores with their intervals, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecg_chat.evaluation.figure_files import COLOURS, LINE_COLOUR, LINE_WIDTH, new_figure, save

ROW_IN, MARGIN_IN, WIDTH_IN = 0.22, 0.9, 6.5


@dataclass(frozen=True)
class Row:
    """A score, its interval, and which series it belongs to."""

    label: str
    series: str
    value: float | None
    interval: Sequence[float] | None = None


def plot_scores(rows: Sequence[Row], folder: Path, name: str, *, title: str, axis: str) -> None:
    """Write ``name.png`` and ``name.svg``; rows without a value are left out.

    Parameters
    ----------
    rows : sequence of Row
        Labels from top to bottom in the order of their first row.
    folder : Path
    name, title, axis : str
        File name without ending, heading, and what the horizontal axis is.
    """
    kept = [row for row in rows if row.value is not None]
    labels = list(dict.fromkeys(row.label for row in kept))
    series = list(dict.fromkeys(row.series for row in kept))
    figure = new_figure(WIDTH_IN, MARGIN_IN + ROW_IN * max(2, len(labels)))
    axes = figure.subplots()
    for k, one in enumerate(series):
        mine = [row for row in kept if row.series == one]
        values = [float(row.value) for row in mine if row.value is not None]
        ends = [row.interval or (value, value) for row, value in zip(mine, values, strict=True)]
        axes.errorbar(
            values,
            [labels.index(row.label) + 0.24 * (k - (len(series) - 1) / 2) for row in mine],
            xerr=[
                [max(0.0, value - end[0]) for value, end in zip(values, ends, strict=True)],
                [max(0.0, end[1] - value) for value, end in zip(values, ends, strict=True)],
            ],
            fmt="o", markersize=4, capsize=2, color=COLOURS[k % len(COLOURS)], label=one,
        )  # fmt: skip
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(axis)
    axes.set_title(title, fontsize=10)
    axes.grid(axis="x", color=LINE_COLOUR, linewidth=LINE_WIDTH / 3)
    if len(series) > 1:
        axes.legend(frameon=False, fontsize=8)
    save(figure, folder, name)
