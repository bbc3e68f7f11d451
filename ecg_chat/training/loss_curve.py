"""The loss over the steps of a run: JSON lines, and a picture of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ecg_chat.training.curve_picture import draw_curves

Row = dict[str, float]
"""``step``, ``epoch``, ``loss`` (cross-entropy in nats a token) and ``lr``."""


def write_curve(folder: Path, rows: Sequence[Row], title: str) -> None:
    """Write ``curve.jsonl`` and ``curve.png``, each to a temporary name first."""
    lines, picture = folder / "curve.jsonl", folder / "curve.png"
    temporary = folder / "curve.new"
    temporary.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    temporary.replace(lines)
    draw_curves({title: rows}, temporary, title=title, y="cross-entropy per token")
    temporary.replace(picture)
