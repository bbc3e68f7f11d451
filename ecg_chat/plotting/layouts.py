"""Which lead stands where on the sheet, and which part of the recording each place shows.

Layouts
-------
``3x4``   three rows of four columns (I aVR V1 V4 / II aVL V2 V5 / III aVF V3 V6) and a rhythm strip
``6x2``   six rows of two columns (limb leads, chest leads) and a rhythm strip
``12x1``  the twelve standard leads, one row each
``rows``  every lead that the recording has, one row each

Leads beyond the twelve follow in rows of their own (above the rhythm strip); a standard lead that the recording lacks
keeps its place, empty. Columns follow each other in time: the second column starts where the first ends. Only a
recording that is too short for that shows the same seconds in every column, and the layout says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import CHEST_LEADS, LIMB_LEADS, STANDARD_LEADS

LAYOUT_LABELS = {"3x4": "3 × 4 + rhythm", "6x2": "6 × 2 + rhythm", "12x1": "12 × 1", "rows": "recorded leads"}
SPEEDS_MM_S = (12.5, 25.0, 50.0)
GAINS_MM_MV = (5.0, 10.0, 20.0)

_GRIDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "3x4": tuple(tuple(STANDARD_LEADS[row + 3 * column] for column in range(4)) for row in range(3)),
    "6x2": tuple(zip(LIMB_LEADS, CHEST_LEADS, strict=True)),
    "12x1": tuple((lead,) for lead in STANDARD_LEADS),
}
# The shortest recording whose columns can follow each other in time: the usual 10 s, with room for a cut sample.
_CONTINUOUS_FROM_S = 9.5
_COLUMN_S = {"3x4": 2.5, "6x2": 5.0}


@dataclass(frozen=True)
class Cell:
    """One lead from ``start_s`` to ``stop_s`` of the recording, drawn from ``x_s`` seconds of paper on."""

    lead: str
    start_s: float
    stop_s: float
    x_s: float


@dataclass(frozen=True)
class Row:
    """Cells side by side on one baseline."""

    cells: tuple[Cell, ...]
    rhythm: bool = False


@dataclass(frozen=True)
class Layout:
    """Rows from top to bottom; ``time_text`` says how the columns relate in time."""

    name: str
    label: str
    rows: tuple[Row, ...]
    time_text: str

    @property
    def width_s(self) -> float:
        """Seconds of paper from the first to the last sample."""
        return max(cell.x_s + cell.stop_s - cell.start_s for row in self.rows for cell in row.cells)


def available(leads: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the layouts that make sense for these leads, the best one first."""
    standard = [lead for lead in leads if lead in STANDARD_LEADS]
    if len(standard) < len(LIMB_LEADS):  # mostly empty places: show what is there
        return ("rows", "12x1", "3x4", "6x2")
    if len(standard) == len(STANDARD_LEADS):
        return ("3x4", "6x2", "12x1")  # "rows" would repeat "12x1"
    return ("3x4", "6x2", "12x1", "rows")


def choose(layout: str, leads: Sequence[str]) -> str:
    """Return the layout's name, with "auto" replaced by the best one for these leads.

    Raises
    ------
    InvalidInput
        For a name that is none of the layouts.
    """
    if layout == "auto":
        return available(leads)[0]
    if layout not in LAYOUT_LABELS:
        raise InvalidInput(f"The layout is {layout!r}; known are {', '.join(LAYOUT_LABELS)}.")
    return layout


def choose_rhythm_lead(rhythm_lead: str, leads: Sequence[str]) -> str:
    """Return the wanted rhythm lead, or where the recording lacks it II, V1, V5 or its first lead."""
    return next(lead for lead in (rhythm_lead, "II", "V1", "V5", *leads) if lead in leads)


def check_scale(speed_mm_s: float, gain_mm_mv: float) -> None:
    """Refuse a paper speed or gain that no ECG paper has.

    Raises
    ------
    InvalidInput
        Unless the speed is 12.5, 25 or 50 mm/s and the gain 5, 10 or 20 mm/mV.
    """
    if speed_mm_s not in SPEEDS_MM_S:
        raise InvalidInput(f"The paper speed is {speed_mm_s:g} mm/s; 12.5, 25 and 50 mm/s are possible.")
    if gain_mm_mv not in GAINS_MM_MV:
        raise InvalidInput(f"The gain is {gain_mm_mv:g} mm/mV; 5, 10 and 20 mm/mV are possible.")


def arrange(leads: Sequence[str], duration_s: float, layout: str = "auto", rhythm_lead: str = "II") -> Layout:
    """Arrange a recording's leads on the sheet.

    Parameters
    ----------
    leads : sequence of str
        What was recorded, standard leads first.
    duration_s : float
        Length of the recording in seconds.
    layout : str
        "3x4", "6x2", "12x1", "rows", or "auto" for the best one.
    rhythm_lead : str
        Lead of the rhythm strip, where the layout has one.

    Raises
    ------
    InvalidInput
        For an unknown layout.
    """
    name = choose(layout, leads)
    extras = tuple(lead for lead in leads if lead not in STANDARD_LEADS)
    grid = _GRIDS.get(name, tuple((lead,) for lead in leads if lead in STANDARD_LEADS))
    n_columns = len(grid[0]) if grid else 1
    grid += tuple(extras[i * n_columns : (i + 1) * n_columns] for i in range(math.ceil(len(extras) / n_columns)))
    columns, time_text = _columns(name, n_columns, duration_s)
    rows = [Row(tuple(Cell(lead, *columns[i]) for i, lead in enumerate(names))) for names in grid]
    if name in _COLUMN_S:
        rows.append(Row((Cell(choose_rhythm_lead(rhythm_lead, leads), 0.0, duration_s, 0.0),), rhythm=True))
    return Layout(name, LAYOUT_LABELS[name], tuple(rows), time_text)


def _columns(name: str, n_columns: int, duration_s: float) -> tuple[list[tuple[float, float, float]], str]:
    """Return (start_s, stop_s, x_s) of each column, and what to say about their times."""
    if n_columns == 1:
        return [(0.0, duration_s, 0.0)], "all leads at the same time"
    if duration_s >= _CONTINUOUS_FROM_S:
        edges = [duration_s * i / n_columns for i in range(n_columns + 1)]
        return [(edges[i], edges[i + 1], edges[i]) for i in range(n_columns)], "columns follow each other in time"
    width_s = min(duration_s, _COLUMN_S[name])
    return [(0.0, width_s, i * width_s) for i in range(n_columns)], f"every column shows the first {width_s:.3g} s"
