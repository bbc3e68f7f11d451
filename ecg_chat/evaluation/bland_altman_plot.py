"""Figure of ``evaluate measurements``: difference against mean for every interval (Bland and Altman 1986)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ecg_chat.evaluation.figure_files import COLOURS, LINE_COLOUR, LINE_WIDTH, new_figure, save
from ecg_chat.evaluation.sub_command import Result

PANELS = (("p_ms", "P", "ms"), ("pr_ms", "PR", "ms"), ("qrs_ms", "QRS", "ms"), ("qt_ms", "QT", "ms"),
          ("heart_rate_bpm", "Heart rate", "/min"))  # fmt: skip


def plot_agreement(result: Result, folder: Path) -> None:
    """Write one figure a group with five panels: ``measurements_<group>.png`` and ``.svg``."""
    for group, members in result["groups"].items():
        figure = new_figure(7.2, 4.8)
        panels = list(figure.subplots(2, 3).flat)
        for axes, (key, name, unit) in zip(panels, PANELS, strict=False):
            pairs = [(result["values"][r]["measured"][key], result["values"][r]["robust"][key]) for r in members]
            both = np.array([pair for pair in pairs if None not in pair], dtype=np.float64).reshape(-1, 2)
            _panel(axes, both, f"{name}, n = {len(both)}", unit)
        panels[-1].axis("off")
        note = f"{result['data']} ({group})\nreference: robust\nsolid: mean\ndashed: mean ± 1.96 SD"
        panels[-1].text(0.0, 0.95, note, va="top", fontsize=8)
        save(figure, folder, f"measurements_{group}")


def _panel(axes: Axes, both: NDArray[np.float64], title: str, unit: str) -> None:
    """Draw one interval; `both` has the columns measured and marked."""
    difference = both[:, 0] - both[:, 1]
    axes.plot(both.mean(axis=1), difference, "o", markersize=3, markerfacecolor="none", color=COLOURS[0])
    if len(both) > 1:
        mean, sd = float(difference.mean()), float(difference.std(ddof=1))
        for height, style in ((mean, "-"), (mean - 1.96 * sd, "--"), (mean + 1.96 * sd, "--")):
            axes.axhline(height, linestyle=style, color=LINE_COLOUR, linewidth=LINE_WIDTH)
            text, across = f"{height:.1f}".replace("-", "−"), axes.get_yaxis_transform()
            axes.text(1.02, height, text, transform=across, va="center", fontsize=7)
    axes.set_title(title, fontsize=9)
    axes.set_xlabel(f"mean of measured and marked, {unit}", fontsize=7)
    axes.set_ylabel(f"measured − marked, {unit}", fontsize=7)
    axes.tick_params(labelsize=7)
