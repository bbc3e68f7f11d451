"""Figure of ``evaluate delineation``: mean error and spread of every boundary, program beside program."""

from __future__ import annotations

from pathlib import Path

from ecg_chat.evaluation.figure_files import COLOURS, LINE_COLOUR, LINE_WIDTH, new_figure, save
from ecg_chat.evaluation.sub_command import Result


def plot_errors(result: Result, folder: Path) -> None:
    """Write one figure a group, with all leads: ``delineation_<group>.png`` and ``.svg``."""
    for group, sets in result["tables"].items():
        programs = sets["12 leads"]
        figure = new_figure(6.5, 3.6)
        axes = figure.subplots()
        boundaries = list(next(iter(programs.values())))
        for k, (program, scored) in enumerate(programs.items()):
            rows = [(place, scored[b]) for place, b in enumerate(boundaries) if scored[b]["mean_ms"] is not None]
            axes.errorbar(
                [row["mean_ms"] for _, row in rows],
                [place + 0.22 * (k - (len(programs) - 1) / 2) for place, _ in rows],
                xerr=[row["sd_ms"] or 0.0 for _, row in rows],
                fmt="o", markersize=4, capsize=3, color=COLOURS[k % len(COLOURS)], label=program,
            )  # fmt: skip
        axes.axvline(0.0, color=LINE_COLOUR, linewidth=LINE_WIDTH)
        axes.set_yticks(range(len(boundaries)), boundaries)
        axes.invert_yaxis()
        axes.set_xlabel("predicted minus marked, ms (mean ± SD over matched boundaries)")
        axes.set_title(f"{result['data']}, 12 leads, {len(result['groups'][group])} records ({group})", fontsize=10)
        axes.legend(frameon=False, fontsize=8)
        save(figure, folder, f"delineation_{group}")
